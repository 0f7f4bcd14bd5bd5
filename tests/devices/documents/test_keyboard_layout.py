"""A reader that types in another layout than its keys are read with is found out, and a right zone never is."""

from datetime import date
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.person import Sex
from devices.documents.keyboard_layout import (
    Key,
    distinct_layouts,
    explain_swapped_characters,
    find_layout_of,
    find_mismatch,
    type_keys,
)
from devices.documents.tables.layouts import ALT_GR, LAYOUTS
from tests.data.support.mrz_zones import zones

TELLING = write_mrz(
    MrzFields("P", "UTO", "YZAQWM123", "ZAYQ", "WIM", "UTO", date(1974, 8, 12), Sex.FEMALE, date(2032, 4, 15)),
    MrzFormat.TD3,
)
ZONES = [zone.text for zone in islice(zones(11, date(2026, 6, 1)), 64)]
GROUPS = {
    "us": ("us", "gb", "br", "ro", "pl"),
    "it": ("it", "es", "pt", "latam", "dk", "no", "se", "fi", "is"),
}
"""The first of each group, and those that type a zone like it."""


def _press(text: str, layout: str) -> list[Key]:
    """The keys with which a reader types `text`."""
    keys = {character: (code, "altgr") for code, character in ALT_GR[layout].items()}
    for code, (alone, shifted) in LAYOUTS[layout].items():
        keys |= {shifted: (code, "shift"), alone: (code, "")}
    return [keys[character] for character in text.replace("\n", "\r")]


def test_layouts_that_type_a_zone_alike_are_one() -> None:
    distinct = distinct_layouts()
    assert {first: [name for name in group if name in distinct] for first, group in GROUPS.items()} == {
        "us": ["us"],
        "it": ["it"],
    }


@pytest.mark.parametrize(("reader", "machine"), [*permutations(["us", "de", "fr", "it", "nl", "cz", "hu"], 2)])
def test_a_reader_in_another_layout_is_found_out(reader: str, machine: str) -> None:
    keys = _press(TELLING, reader)
    found = find_layout_of(keys, machine)
    assert found is not None and type_keys(keys, found).replace("\r", "\n") == TELLING


@pytest.mark.parametrize(("reader", "machine"), [*permutations(["us", "de", "fr", "it", "nl"], 2)])
@pytest.mark.parametrize("form", [str, str.upper])
def test_swapped_characters_say_which_layouts_they_come_from(reader: str, machine: str, form: type[str]) -> None:
    keys = _press(TELLING, reader)
    typed = form("".join("<" if (key, machine) == ((86, ""), "us") else type_keys([key], machine) for key in keys))
    mismatch = find_mismatch(typed)
    if typed.replace("\r", "\n") == TELLING:  # all keys of a zone are the same
        assert mismatch is None
        return
    assert mismatch is not None
    says = explain_swapped_characters(typed)
    assert says and mismatch.reader in says and mismatch.machine in says


@pytest.mark.parametrize("layout", LAYOUTS)
@given(zone=st.sampled_from(ZONES))
def test_a_right_zone_is_of_its_own_layout(layout: str, zone: str) -> None:
    assert find_layout_of(_press(zone, layout), layout) is None
    assert find_mismatch(zone) is None


@given(st.text(max_size=200))
def test_other_text_comes_from_no_layout(text: str) -> None:
    assert explain_swapped_characters(text) is None


def test_a_misread_zone_is_not_blamed_on_a_layout() -> None:
    for old, new in (("740812", "740872"), ("YZAQWM123", "YZAQWM128"), ("320415", "32O415")):
        assert find_mismatch(TELLING.replace(old, new)) is None
