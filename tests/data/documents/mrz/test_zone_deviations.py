"""Zones with known deviations: what they mean, and that the zone next to each means what it says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz import parse_mrz
from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.mrz.zone import find_endless_validity, find_zone_deviations, has_unknown_birth
from data.documents.tables.deviations import KnownDeviation
from data.documents.travel_document import Capture, MrzFormat, MrzProblem, TravelDocument
from data.persons.person import PartialDate
from tests.data.support.deviating_zones import deviating_zone

TODAY = date(2026, 6, 1)


def read(text: str, today: date = TODAY) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=today)


def keys(*deviations: KnownDeviation | None) -> list[str]:
    return [deviation.key for deviation in deviations if deviation]


def endless(document: TravelDocument, today: date = TODAY) -> list[str]:
    return keys(find_endless_validity(document, today))


@pytest.mark.parametrize(
    ("issuer", "key"), [("PRT", ["prt-number-digit"]), ("BEL", ["bel-number-digit"]), ("ESP", []), ("UTO", [])]
)
@given(first=st.from_regex(r"[0-9A-Z]{9}", fullmatch=True), rest=st.from_regex(r"[0-9A-Z]{1,6}", fullmatch=True))
def test_the_digit_of_a_long_number_counts_the_filler_on_cards_of_two_states(
    issuer: str, key: list[str], first: str, rest: str
) -> None:
    plain, counted = check_digit(first + rest), check_digit(f"{first}<{rest}")
    for digit in "0123456789":
        optional = f"{rest}{digit}".ljust(15, "<")
        flat = f"I<{issuer}{first}<{optional}8010100F3006013{issuer}" + "<" * 11
        layout = LAYOUTS[MrzFormat.TD1]
        composite = check_digit("".join(flat[part] for part in layout.composite))
        document = read("\n".join(layout.lines_of(flat + composite + "MUSTER<<EVA".ljust(30, "<"))))
        judged = document.digit("number")
        assert judged is not None and document.number == first + rest
        assert judged.ok is (digit == plain or bool(key and digit == counted))
        by_filler = key and digit == counted and digit != plain
        assert keys(*find_zone_deviations(document)) == (key if by_filler else [])


def test_the_portuguese_specimen_is_right_and_its_number_certain() -> None:
    specimen = "I<PRT000024759<ZZ72<<<<<<<<<<<\n8010100F2006017PRT<<<<<<<<<<<8\nCARLOS<MONTEIRO<<AMELIA<VANESS"
    document = read(specimen)
    assert all(digit.ok for digit in document.digits) and document.number_is_certain
    assert keys(*find_zone_deviations(document)) == ["prt-number-digit"]
    assert not read(specimen.replace("I<PRT", "P<PRT")).number_is_certain
    assert not read(specimen.replace("ZZ72", "ZZ73")).number_is_certain


@pytest.mark.parametrize(
    ("issuer", "code", "format", "field", "key", "expiry"),
    [
        ("ESP", "ID", MrzFormat.TD1, "990101", "esp-no-end", PartialDate(9999, 1, 1)),
        ("ITA", "C", MrzFormat.TD1, "990101", "ita-no-end", PartialDate(9999, 1, 1)),
        ("MDA", "ID", MrzFormat.TD1, "<<<<<<", "mda-no-end", None),
        ("MDA", "I", MrzFormat.TD2, "<<<<<<", "mda-no-end", None),
    ],
)
def test_a_document_without_end(
    issuer: str, code: str, format: MrzFormat, field: str, key: str, expiry: PartialDate | None
) -> None:
    document = read(deviating_zone(issuer, code, format, expiry=field))
    assert (endless(document), document.expiry) == ([key], expiry)
    assert document.problems == () and all(digit.ok for digit in document.digits)
    assert endless(read(deviating_zone(issuer, "P", MrzFormat.TD3, expiry=field))) == []
    assert endless(read(deviating_zone("UTO", code, format, expiry=field))) == []
    for other in ("990102", "990201", "980101", "991231", "9901<<", "<<<<<1", "<<0101"):
        assert endless(read(deviating_zone(issuer, code, format, expiry=other))) == []


def test_of_another_state_the_same_field_is_a_date() -> None:
    document = read(deviating_zone("FRA", expiry="990101"))
    assert document.expiry == PartialDate(1999, 1, 1) and endless(document) == []
    assert read(deviating_zone("FRA", expiry="<<<<<<")).expiry is None


def test_a_wrong_digit_means_nothing() -> None:
    text = deviating_zone("ESP", expiry="990101").replace("9901018", "9901017")
    assert read(text).expiry == PartialDate(1999, 1, 1) and endless(read(text)) == []
    fillers = deviating_zone("MDA", expiry="<<<<<<").replace("<<<<<<0MDA", "<<<<<<1MDA")
    assert endless(read(fillers)) == []


@pytest.mark.parametrize(
    ("birth", "born", "is_endless"),
    [
        ("250101", 1925, True),  # not an infant of last year
        ("960601", 1996, True),
        ("960101", 1996, True),
        ("970101", 1997, False),  # 29 years old: no such card
        ("050101", 2005, False),  # 121 years old otherwise
        ("350101", 1935, True),
        ("<<<<<<", None, True),
    ],
)
def test_the_holder_of_a_card_without_end_is_old_enough_for_it(
    birth: str, born: int | None, *, is_endless: bool
) -> None:
    document = read(deviating_zone("ESP", birth=birth, expiry="990101"))
    assert (document.birth.year if document.birth else None) == born
    assert bool(endless(document)) is is_endless
    assert document.expiry == PartialDate(9999 if is_endless else 1999, 1, 1)


@given(st.dates(date(1931, 1, 1), date(1996, 1, 1)))
def test_a_birth_date_is_the_same_with_and_without_an_end(birth: date) -> None:
    field = f"{birth:%y%m%d}"
    assert read(deviating_zone("ESP", birth=field, expiry="990101")).birth == PartialDate.of(birth)


@pytest.mark.parametrize("format", [MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3])
def test_a_birth_date_that_may_stand_for_an_unknown_one_stays_as_printed(format: MrzFormat) -> None:
    code = "P" if format is MrzFormat.TD3 else "I"
    document = read(deviating_zone("UTO", code, format, birth="080101"))
    assert has_unknown_birth(document) and document.birth == PartialDate(2008, 1, 1)
    assert keys(*find_zone_deviations(document)) == ["any-birth-080101"]
    assert MrzProblem.IMPOSSIBLE_BIRTH not in document.problems
    for other in ("080102", "080201", "090101", "000101", "<<<<<<"):
        assert not has_unknown_birth(read(deviating_zone("UTO", code, format, birth=other)))
    assert not has_unknown_birth(
        read(deviating_zone("UTO", code, format, birth="080101").replace("0801012", "0801013"))
    )


def test_what_has_no_zone_has_no_deviation() -> None:
    typed = TravelDocument("ID", "ESP", "AB123456", format=None)
    assert find_zone_deviations(typed) == () and find_endless_validity(typed, TODAY) is None
    bare = TravelDocument("ID", "ESP", "AB123456", format=MrzFormat.TD1)
    assert find_zone_deviations(bare) == () and find_endless_validity(bare, TODAY) is None
    for text in (
        deviating_zone("ESP", "V", MrzFormat.MRV_A, expiry="990101"),
        deviating_zone("MDA", "V", MrzFormat.MRV_B, expiry="<<<<<<"),
    ):
        assert endless(read(text)) == []
