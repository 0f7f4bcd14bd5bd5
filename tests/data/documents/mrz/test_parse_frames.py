"""A zone is the same document in whatever frame; frames alone are none; two zones are never one."""

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.parse import is_whole_zone
from data.errors import InputError
from tests.data.support.mrz_examples import FR_ID, TD1, TD3, read_zone
from tests.data.support.mrz_zones import zones

ZONES = [zone.text for zone in islice(zones(7, date(2026, 6, 1)), 64)]
_STATUS = ["READY", "GOOD READ", "START", "DOCUMENT READER V2.10", "-" * 44, "=" * 36, "0" * 30, "MSR LINE 1:", "~"]

line_ends = st.sampled_from(["\n", "\r", "\r\n", "\n\r", "\r\r\n", "\r\n\r\n", "\n\n"])
labels = st.sampled_from(["", "OCR LINE 1: ", "MRZ1:", "\t", "  ", "1 = ", '"', "~"])
noise = st.lists(
    st.one_of(st.sampled_from(_STATUS), st.text("\0\x01\x02\x03\x04\x06\x1b\x1d \t?*", max_size=8)), max_size=4
)
frames = st.sampled_from(
    [("", ""), ("\x02", "\x03"), ("\x02", "\x03A"), ("\x01OU\x02", "\x03<"), ("]o1", ""), ("\0" * 20, "\0" * 20)]
)


@given(st.sampled_from(ZONES), line_ends, labels, noise, noise, frames)
def test_a_zone_in_any_frame_is_the_same_document(
    zone: str, end: str, label: str, before: list[str], after: list[str], frame: tuple[str, str]
) -> None:
    start, stop = frame
    marked = end.join(f"{label}{line}" for line in zone.split("\n"))
    text = end.join([*before, start + marked + stop, *after])
    assert read_zone(text) == read_zone(zone)
    assert is_whole_zone(text)


@given(
    st.sampled_from(ZONES), st.characters(max_codepoint=255), st.binary(min_size=2, max_size=2), st.binary(max_size=1)
)
def test_the_frame_of_an_rte_swipe_is_no_part_of_the_zone(zone: str, flag: str, length: bytes, checksum: bytes) -> None:
    lines = ["", *zone.split("\n")][-3:]
    text = f"\x01{length.decode('latin-1')}OU\x02{flag}" + "\r".join(lines) + "\r\x03" + checksum.decode("latin-1")
    assert read_zone(text) == read_zone(zone)


def test_an_rte_swipe_fills_the_lines_of_a_card_up() -> None:
    first, second = FR_ID.split("\n")
    text = f"\x01a\0OU\x02 \r{first:_<44}\r{second:_<44}\r\x03?"
    assert read_zone(text) == read_zone(FR_ID)


@pytest.mark.parametrize("padding", ["\0", " "])
def test_a_zone_in_a_buffer_that_is_filled_up(padding: str) -> None:
    assert read_zone(padding * 900 + TD3 + padding * 4_000) == read_zone(TD3)


@given(noise, line_ends, frames)
def test_a_frame_without_a_zone_is_no_zone(before: list[str], end: str, frame: tuple[str, str]) -> None:
    text = end.join([*before, frame[0] + frame[1]])
    assert not is_whole_zone(text)
    if not {44, 36, 30} & {len("".join(line.split())) for line in before}:
        with pytest.raises(InputError, match="This is not a machine-readable zone"):
            read_zone(text)


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), line_ends, noise)
def test_two_zones_are_never_one(first: str, second: str, end: str, between: list[str]) -> None:
    text = end.join([*first.split("\n"), *between, *second.split("\n")])
    if first == second:
        assert read_zone(text) == read_zone(first)
        return
    with pytest.raises(InputError):
        read_zone(text)
    assert not is_whole_zone(text)


@pytest.mark.parametrize("zone", [TD3, TD1])
@pytest.mark.parametrize("between", ["READY", "12", "-" * 44])
def test_lines_of_a_zone_that_do_not_follow_each_other_are_none(zone: str, between: str) -> None:
    first, rest = zone.split("\n", 1)
    with pytest.raises(InputError):
        read_zone(f"{first}\n{between}\n{rest}")


def test_half_a_zone_before_another_is_refused() -> None:
    half = "P<UTOSAMPLE<<BEATRICE<<<<<<<<<<<<<<<<<<<<<<<"
    with pytest.raises(InputError, match="more than one"):
        read_zone(f"{half}\n{TD3}")


def test_a_character_that_was_not_read_stays_in_its_place() -> None:
    for place in (0, 20, 43, 45, 60, 88):
        changed = TD3[:place] + "*" + TD3[place + 1 :]
        assert read_zone(f"READY\n{changed}\nREADY").raw == changed
