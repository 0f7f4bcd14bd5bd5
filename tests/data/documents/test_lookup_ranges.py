"""Ranges of stolen blanks: every number inside is found, no other is, however the ranges lie over one another."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents import sealed_keys
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.lookup import LookupDates, find_matches
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.lists.kinds import documents
from data.screenings import DocumentMatch, Grade
from tests.data.support.blank_ranges import is_inside, ranges
from tests.data.support.paper import Paper

SALT = bytes(range(32))


@pytest.mark.parametrize(("first", "last"), [("AB12", "AB123"), ("AB2", "AB1")])
def test_what_is_no_range(first: str, last: str) -> None:
    with pytest.raises(ValueError, match="no range"):
        list(sealed_keys.cover_range(first, last))
    with pytest.raises(InputError):
        list(documents.rows([blank("AB12345", "AB1234")], SALT))


def blank(first: str, last: str, country: str = "UTO", kind: str = "PAS") -> DocumentRecord:
    return DocumentRecord(first, country, kind, Fraud.STOLEN_BLANK, number_to=last, review=date(2040, 1, 1))


def on_list(*records: DocumentRecord) -> Paper:
    rows: dict[bytes, list[bytes]] = {}
    for key, body in documents.rows(records, SALT):
        rows.setdefault(key, []).append(body)
    return Paper({key: documents.merge(bodies) for key, bodies in rows.items()})


def look(number: str, listed: Paper, issuer: str = "UTO", code: str = "P") -> Iterator[DocumentMatch]:
    day = LookupDates(date(2026, 6, 1), date(2026, 6, 1))
    matches = find_matches(listed, TravelDocument(code, issuer, number), Sealer(SALT), "blanks", day)
    return (match for match in matches if match.grade in (Grade.EXACT, Grade.IN_RANGE))


@given(st.lists(ranges(), min_size=1, max_size=6), st.lists(ranges(), max_size=4))
def test_overlapping_ranges_on_a_sealed_list(listed: list[tuple[str, str]], tried: list[tuple[str, str]]) -> None:
    paper = on_list(*(blank(*ends) for ends in listed))
    for number in {end for ends in [*listed, *tried] for end in ends}:
        expected = any(is_inside(number, *ends) for ends in listed)
        assert bool(list(look(number, paper))) == expected


def test_an_answer_tells_the_range_and_a_single_record_comes_first() -> None:
    single = DocumentRecord("C01X0500", "UTO", "DIP", Fraud.REVOKED)
    exact, within = look("C01X0500", on_list(blank("C01X0000", "C01X1999"), single))
    assert (exact.grade, exact.fraud, exact.type) == (Grade.EXACT, "revoked", "DIP")
    assert (within.grade, within.fraud, within.number, within.review) == (
        *(Grade.IN_RANGE, "stolen_blank", "C01X0500", "2040-01-01"),
    )


@pytest.mark.parametrize(("issuer", "code"), [("FRA", "P"), ("UTO", "V")])
def test_a_range_is_of_one_country_and_group(issuer: str, code: str) -> None:
    listed = on_list(blank("C01X0000", "C01X1999"))
    assert not list(look("C01X0500", listed, issuer, code)) and list(look("C01X0500", listed))


def test_a_range_of_one_is_a_range() -> None:
    (match,) = look("AB12345", on_list(blank("AB12345", "AB12345")))
    assert match.grade is Grade.IN_RANGE
