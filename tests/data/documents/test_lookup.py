"""Looking a document up: graded answers from a sealed list."""

from dataclasses import replace
from datetime import date

import pytest

from data.documents.document_record import DocumentRecord, Fraud
from data.documents.lookup import LookupDates, build_query, find_matches
from data.documents.mrz import MrzFields, parse_mrz, write_mrz
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.errors import InputError
from data.lists.kinds import documents
from data.screenings import DocumentMatch, Grade
from tests.data.support.paper import Paper

SALT = bytes(range(32))
TODAY = date(2026, 6, 1)


def passport(number: str = "L898902C3", issuer: str = "UTO", capture: Capture = Capture.MACHINE) -> TravelDocument:
    text = write_mrz(MrzFields("P", issuer, number, "Eriksson", birth=date(1974, 8, 12)), MrzFormat.TD3)
    return parse_mrz(text, capture=capture, today=TODAY)


def record(number: str = "L898902C3", country: str = "UTO", kind: str = "PAS", **facts: object) -> DocumentRecord:
    return DocumentRecord(number, country, kind, Fraud.STOLEN, **facts)  # type: ignore[arg-type]


def look(
    document: TravelDocument, *listed: DocumentRecord, today: date = TODAY, signed: date = TODAY
) -> tuple[DocumentMatch, ...]:
    paper = Paper(dict(documents.rows(listed, SALT)))
    return find_matches(paper, document, Sealer(SALT), "stolen", LookupDates(today, signed))


def test_an_exact_match_tells_its_facts() -> None:
    facts = {"theft_date": date(2020, 2, 29), "theft_country": "FRA", "review": date(2030, 1, 1)}
    (match,) = look(passport(), record(kind="DIP", **facts))
    assert match == DocumentMatch(
        *("stolen", Grade.EXACT, "L898902C3", "UTO", "DIP", "stolen", "2020-02-29", "FRA", "2030-01-01", True),
    )


def test_nothing_listed_is_nothing_found() -> None:
    assert look(passport(), record("L898902C4")) == ()


@pytest.mark.parametrize(
    ("listed", "printed"), [("DEU", "D"), ("D", "DEU"), ("ROU", "ROM"), ("SRB", "YUG"), ("RKS", "UNK")]
)
def test_codes_and_successors_are_exact(listed: str, printed: str) -> None:
    assert [match.grade for match in look(passport(issuer=printed), record(country=listed))] == [Grade.EXACT]


def test_another_country_or_group_is_elsewhere() -> None:
    matches = look(passport(), record(country="FRA"), record(kind="VSA"), record())
    assert [(match.grade, match.country, match.type) for match in matches] == [
        (Grade.EXACT, "UTO", "PAS"),
        (Grade.ELSEWHERE, "FRA", "PAS"),
        (Grade.ELSEWHERE, "UTO", "VSA"),
    ]


def test_near_with_a_machine_and_a_right_digit_is_certain() -> None:
    listed = record("1898902C3")  # L and 1 weigh the same
    (match,) = look(passport(), listed)
    assert (match.grade, match.number, match.certain) == (Grade.NEAR, "1898902C3", True)
    (exact,) = look(MISREAD, record())
    assert exact.grade is Grade.EXACT and not exact.certain


MISREAD = parse_mrz(passport().raw.replace("L898902C36", "L898902C37"), capture=Capture.MACHINE, today=TODAY)


@pytest.mark.parametrize(
    "listed",
    ["1898902C3", "LB98902C3", "LB9B9O2C3", "L898902C4", "L89892C3", "L8989022C3", "L889902C3"],
    ids=["confused, equal digit", "confused", "confused thrice", "replaced", "left out", "put in", "changed places"],
)
def test_a_number_that_is_not_certain_shows_similar_ones_and_a_certain_one_does_not(listed: str) -> None:
    for uncertain in (passport(capture=Capture.TYPED), MISREAD):
        (match,) = look(uncertain, record(listed))
        assert (match.grade, match.number, match.certain) == (Grade.NEAR, listed, False)
    assert bool(look(passport(), record(listed))) == (listed == "1898902C3")


def test_a_near_number_of_another_country_is_nothing() -> None:
    assert look(passport(), record("1898902C3", "FRA")) == ()


def test_long_numbers_match_as_a_whole() -> None:
    text = write_mrz(MrzFields("I", "BEL", "590123456789", "Modele"), MrzFormat.TD1)
    card = parse_mrz(text, capture=Capture.MACHINE, today=TODAY)
    assert [match.grade for match in look(card, record("590123456789", "BEL", "IDC"))] == [Grade.EXACT]
    assert look(card, record("590123456", "BEL", "IDC")) == ()


def test_a_typed_number_without_a_type_is_tried_as_passport_card_and_visa() -> None:
    typed = TravelDocument(code="", issuer="UTO", number="L898 902-c3")
    for kind in ("PAS", "IDC", "VSA"):
        (match,) = look(typed, record(kind=kind))
        assert (match.grade, match.certain) == (Grade.EXACT, False)
    (typed_as_listed,) = look(replace(typed, code="DRV"), record(kind="DRV"))
    assert typed_as_listed.grade is Grade.EXACT


def test_an_unknown_issuer_is_still_looked_up_elsewhere() -> None:
    assert [match.grade for match in look(passport(issuer="XYZ"), record())] == [Grade.ELSEWHERE]


def test_past_its_review_date_a_record_no_longer_hits() -> None:
    listed = record(review=date(2026, 6, 1))
    assert len(look(passport(), listed)) == 1
    assert look(passport(), listed, today=date(2026, 6, 9), signed=date(2026, 6, 2)) == ()


def test_past_its_review_date_by_a_clock_alone_a_record_is_told() -> None:
    listed = record(review=date(2026, 6, 1))
    (match,) = look(passport(), listed, today=date(2099, 1, 1))
    assert match.review_passed and not look(passport(), listed)[0].review_passed


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("A-", "only 1 letter or digit;"),
        ("A12", "only 3 letters and digits;"),
        ("A" * 26, "has 26 letters and digits;"),
    ],
)
def test_how_long_a_number_is_that_no_list_holds(number: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        build_query(TravelDocument(code="P", issuer="UTO", number=number))


@pytest.mark.parametrize("number", ["", "<<<", "A123", "A" * 26])
def test_a_number_no_list_holds_is_an_error_never_nothing_found(number: str) -> None:
    with pytest.raises(InputError, match="lists have numbers of 5 to 25"):
        build_query(TravelDocument(code="P", issuer="UTO", number=number))
