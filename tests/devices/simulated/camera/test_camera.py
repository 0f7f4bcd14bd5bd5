"""A simulated camera draws its pages and reads them as a real camera's are read."""

from pathlib import Path

import pytest

from data.documents.barcodes import BarcodeKind
from devices import registry
from devices.camera.guidance import guidance_for
from devices.camera.zone_reader import ZoneReader
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DriverContext
from devices.reading import Reading
from devices.simulated.camera.frames import draw_frame, empty_table
from devices.simulated.camera.page import draw_page
from devices.simulated.kit_file import PictureDefect, load_cameras
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S

CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
PASS = "M1SAMPLE/ADA          EABC123 AAABBBXY 0123 183Y012A0025 100"
DOCUMENT = f"mrz = {ZONE.split(chr(10))}"
VISA = 'document = { format = "MRV-B", code = "V", issuer = "UTO", number = "V1234567", surname = "SAMPLE" }'
SCRIPT = f"""
[camera]
kind = "camera"
[[camera.presents]]
{DOCUMENT}
harms = ["held"]
codes = ["{PASS}"]
[[camera.presents]]
fault = "unplugged"
away_s = 0.1
[[camera.presents]]
{DOCUMENT}
harms = ["too_dark"]
[[camera.presents]]
{VISA}
seal = {{ passport = "L1234567A" }}
"""
READER = ZoneReader()


def camera(folder: Path, script: str, home: str = "development") -> registry.DocumentReader:
    (folder / "kit.toml").write_text(script)
    return registry.reader("simulated://kit.toml#camera", DriverContext(folder, home))  # type: ignore[arg-type]


async def test_a_scripted_camera_delivers_what_a_camera_does(tmp_path: Path) -> None:
    device = camera(tmp_path, SCRIPT)
    await device.open()
    first = await device.read(GUARD_S)
    assert isinstance(first, Reading) and first.raw == ZONE and first.provenance.agreeing == 2
    assert [code.content for code in first.codes] == [PASS.encode()]
    assert first.provenance.simulated
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.UNPLUGGED
    results: list[object] = []
    while len(results) < 2:
        try:
            results += [result for result in [await device.read(GUARD_S)] if result is not None]
        except DeviceFault as away:
            assert away.reason is FaultReason.UNPLUGGED
    dark, visa = results
    assert dark == Retry(Guidance.MORE_LIGHT)
    assert isinstance(visa, Reading) and visa.raw.startswith("V<UTOSAMPLE")
    assert [code.kind for code in visa.codes] == [BarcodeKind.SEAL]
    await device.close()


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


@pytest.mark.parametrize("wrong", ['retry = "lay_flat"', 'raw = "no zone"', 'fault = "timeout"', 'harms = ["cursed"]'])
def test_what_no_camera_sees_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "kit.toml").write_text(f'[camera]\nkind = "camera"\n[[camera.presents]]\n{wrong}\n')
    with pytest.raises(DeviceFault) as fault:
        load_cameras(tmp_path / "kit.toml")
    assert fault.value.reason is FaultReason.SETUP


def test_a_production_kit_has_no_simulated_camera(tmp_path: Path) -> None:
    with pytest.raises(DeviceFault) as fault:
        camera(tmp_path, SCRIPT, "production")
    assert fault.value.reason is FaultReason.DENIED
