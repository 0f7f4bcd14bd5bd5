"""Pictures of a simulated camera: each harm ends in its own guidance, and an empty table asks for nothing."""

import pytest

from devices.camera.guidance import guidance_for
from devices.camera.zone_reader import ZoneReader
from devices.faults import Guidance
from devices.simulated.camera.frames import draw_frame, empty_table
from devices.simulated.camera.page import draw_page
from devices.simulated.kit_file import PictureDefect
from tests.contract.benches.port import ZONE

CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"

READER = ZoneReader()


@pytest.mark.parametrize("zone", [ZONE, CARD])
@pytest.mark.parametrize(
    ("harm", "tells"),
    [
        (PictureDefect.TOO_DARK, Guidance.MORE_LIGHT),
        (PictureDefect.GLARE, Guidance.LESS_GLARE),
        (PictureDefect.TOO_FAR, Guidance.CLOSER),
        (PictureDefect.BLURRED, Guidance.HOLD_STILL),
    ],
)
def test_each_harm_ends_in_its_own_guidance(zone: str, harm: PictureDefect, tells: Guidance) -> None:
    seen = draw_frame(draw_page(zone, ()), frozenset({harm}), 1)
    read = READER.read(seen)
    assert read is None or not read.is_valid
    assert guidance_for(seen, read) is tells


@pytest.mark.parametrize(
    "harms", [set(), {PictureDefect.HELD}, {PictureDefect.UPSIDE_DOWN}, {PictureDefect.SLANTED, PictureDefect.HELD}]
)
@pytest.mark.parametrize("zone", [ZONE, CARD])
def test_other_harms_are_read_all_the_same(zone: str, harms: set[PictureDefect]) -> None:
    read = READER.read(draw_frame(draw_page(zone, ()), frozenset(harms), 1))
    assert read is not None and read.text == zone


def test_an_empty_table_asks_for_nothing() -> None:
    assert READER.read(empty_table()) is None
    assert guidance_for(empty_table(), None) is None
