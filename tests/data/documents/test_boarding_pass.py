"""Boarding passes: fields where Resolution 792 puts them, lengths that are believed only as far as the text goes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.boarding_pass import LONGEST, parse_boarding_pass
from data.errors import InputError

TODAY = date(2026, 7, 1)
ONE = b"M1SAMPLE/ADA MRS      EABC123 AAABBBXY 0123 183Y012A0025 100"


def leg(extra: bytes = b"", *, flight: bytes = b"XY 0123 ", day: bytes = b"183", way: bytes = b"AAABBB") -> bytes:
    return b"ABC123 " + way + flight + day + b"Y012A0025 1" + b"%02X" % len(extra) + extra


def several(*legs: bytes, after: bytes = b"") -> bytes:
    return b"M%d" % len(legs) + b"SAMPLE/ADA".ljust(20) + b"E" + b"".join(legs) + after


def test_a_pass_of_one_leg() -> None:
    read = parse_boarding_pass(ONE)
    assert (read.surname, read.given, read.name_is_full, read.signed) == ("SAMPLE", "ADA MRS", False, False)
    (only,) = read.legs
    assert (only.booking, only.origin, only.destination, only.carrier, only.flight) == (
        "ABC123", "AAA", "BBB", "XY", "123",
    )  # fmt: skip
    assert (only.date(TODAY), only.seat, only.compartment, only.sequence) == (date(2026, 7, 2), "12A", "Y", "25")


def test_what_airlines_add_is_passed_over_and_every_leg_is_read() -> None:
    extra = b">60B1WW6182BXY 0000000000000291040000000000 0   XY 12345678"
    data = several(leg(extra), leg(b"2A0040000000000", way=b"BBBCCC"), leg(way=b"CCCDDD"), after=b"^103abc")
    read = parse_boarding_pass(data)
    assert [(leg.origin, leg.destination) for leg in read.legs] == [("AAA", "BBB"), ("BBB", "CCC"), ("CCC", "DDD")]
    assert read.signed


@pytest.mark.parametrize(
    ("day", "today", "flies"),
    [
        (b"365", date(2026, 1, 1), date(2025, 12, 31)),
        (b"001", date(2025, 12, 31), date(2026, 1, 1)),
        (b"366", date(2026, 7, 1), None),
        (b"366", date(2025, 1, 2), date(2024, 12, 31)),
        (b"   ", date(2026, 7, 1), None),
    ],
)
def test_the_year_is_the_one_that_lies_nearest(day: bytes, today: date, flies: date | None) -> None:
    assert parse_boarding_pass(several(leg(day=day))).legs[0].date(today) == flies


def test_an_infant_or_an_open_ticket_leaves_fields_blank() -> None:
    blank = parse_boarding_pass(b"M1SAMPLE/BEA".ljust(23) + b" " * 35 + b"00").legs[0]
    assert (blank.booking, blank.flight, blank.seat, blank.day, blank.origin) == ("", "", "", None, "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        ONE[:-1],
        ONE[:-2] + b"05",
        ONE[:-2] + b"G0",
        ONE + b"rest",
        ONE + b"^105abc",
        b"S" + ONE[1:],
        b"M5" + ONE[2:],
        b"M2" + ONE[2:],
        b"M1" + b" " * 20 + ONE[22:],
        ONE.replace(b"183", b"000"),
        ONE.replace(b"183", b"-12"),
        ONE.replace(b"AAA", b"A1A"),
        ONE.replace(b"SAMPLE", b"S\x1bMPLE"),
        ONE + b" " * LONGEST,
    ],
)
def test_what_is_no_pass_is_refused_whole(data: bytes) -> None:
    with pytest.raises(InputError, match="not a boarding pass"):
        parse_boarding_pass(data)


@given(st.binary(max_size=200) | st.binary(max_size=150).map(lambda more: ONE + more))
def test_any_bytes_are_a_pass_or_refused(data: bytes) -> None:
    try:
        read = parse_boarding_pass(data)
    except InputError:
        return
    assert read.surname
    assert 1 <= len(read.legs) <= 4
