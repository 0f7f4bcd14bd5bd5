"""Looking a document up: graded answers from a sealed list."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.documents.code_tables import TYPE_CODES
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.lookup import LookupDates, build_query, find_matches
from data.documents.mrz import MrzFields, parse_mrz, write_mrz
from data.documents.mrz.fields import check_digit, judge_digit
from data.documents.sealed_keys import Sealer
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import Capture, CheckDigit, Confirmation, MrzFormat, TravelDocument
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
    for uncertain in (replace(passport(), doubtful=("number",)), MISREAD):
        (match,) = look(uncertain, record(listed))
        assert (match.grade, match.number, match.certain) == (Grade.NEAR, listed, False)
    assert bool(look(passport(), record(listed))) == (listed == "1898902C3")


def confirmed(number: str) -> TravelDocument:
    return TravelDocument("P", "UTO", number, confirmation=Confirmation.READ_BACK)


NUMBERS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=25)


@given(NUMBERS, st.data())
def test_every_confusable_neighbour_of_a_number_confirmed_without_its_digit_is_near(
    number: str, data: st.DataObject
) -> None:
    swaps = [(at, other) for at, char in enumerate(number) for other in CONFUSABLE.get(char, "")]
    assume(swaps)
    at, other = data.draw(st.sampled_from(swaps))
    (match,) = look(confirmed(number), record(number[:at] + other + number[at + 1 :]))
    assert (match.grade, match.certain) == (Grade.NEAR, True)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=24), st.data())
def test_a_number_typed_with_one_character_at_its_end_or_one_doubled_or_left_out_finds_the_listed_one(
    listed: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(listed) - 1))
    end = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    slips = [listed + end, listed[:at] + listed[at] + listed[at:], listed[:at] + listed[at + 1 :]]
    for typed in slips:
        if len(typed) < 5:
            continue
        (match,) = look(confirmed(typed), record(listed))
        assert (match.grade, match.number, match.certain) == (Grade.NEAR, listed, True)


@pytest.mark.parametrize("typed", ["L8989025130", "L89890251", "L8989O2513", "L8989902513"])
def test_a_number_typed_with_a_slip_finds_the_range_of_blanks_that_holds_it(typed: str) -> None:
    blanks = replace(record("L898902500"), number_to="L898902599", fraud=Fraud.STOLEN_BLANK)
    assert [match.grade for match in look(confirmed(typed), blanks)] == [Grade.NEAR]
    assert look(confirmed("L898902613"), blanks) == ()


def test_a_check_digit_that_fits_the_typed_number_leaves_no_room_for_a_slip() -> None:
    number = "L898902C3"
    longer = [number + end for end in "0123456789"]
    by_digit = [
        replace(confirmed(typed), digits=(judge_digit("number", typed, check_digit(typed)),)) for typed in longer
    ]
    assert all(document.number_is_certain for document in by_digit)
    found = [document.number for document in by_digit if look(document, record(number))]
    assert found == [typed for typed in longer if typed[-1] == check_digit(number) == check_digit(typed)]


@pytest.mark.parametrize("listed", ["LB9B9O2C3", "L898902C4", "L89892C3", "L889902C3"])
def test_other_similar_numbers_of_a_confirmed_one_are_nothing(listed: str) -> None:
    assert look(confirmed("L898902C3"), record(listed)) == ()


def test_a_confirmed_number_is_judged_as_a_read_one() -> None:
    by_digit = TravelDocument("P", "UTO", "L898902C3", digits=(CheckDigit("number", "6", "6", ok=True),))
    for typed in (confirmed("L898902C3"), by_digit, passport(capture=Capture.TYPED)):
        (match,) = look(typed, record())
        assert (match.grade, match.certain) == (Grade.EXACT, True)
        (match,) = look(typed, record("1898902C3"))
        assert (match.grade, match.certain) == (Grade.NEAR, True)
    for typed in (by_digit, replace(by_digit, number="l89-8902 c3")):
        (match,) = look(typed, record("1898902C3"))
        assert (match.grade, match.certain) == (Grade.NEAR, True)
    for typed in (by_digit, replace(by_digit, number="l89-8902 c3"), passport(capture=Capture.TYPED)):
        assert look(typed, record("L8989O2C3")) == ()  # another digit: it cannot be that number


def test_a_near_number_of_another_country_is_nothing() -> None:
    assert look(passport(), record("1898902C3", "FRA")) == ()


def test_long_numbers_match_as_a_whole() -> None:
    text = write_mrz(MrzFields("I", "BEL", "590123456789", "Modele"), MrzFormat.TD1)
    card = parse_mrz(text, capture=Capture.MACHINE, today=TODAY)
    assert [match.grade for match in look(card, record("590123456789", "BEL", "IDC"))] == [Grade.EXACT]
    assert look(card, record("590123456", "BEL", "IDC")) == ()


@pytest.mark.parametrize("code", ["", "X", "?", "Z9", "REFUGEE", "NONE"])
def test_a_typed_number_of_unknown_type_is_looked_up_as_every_type(code: str) -> None:
    typed = TravelDocument(code=code, issuer="UTO", number="L898 902-c3")
    for kind in TYPE_CODES:
        (match,) = look(typed, record(kind=kind))
        assert (match.grade, match.certain) == (Grade.EXACT, False), kind
    blanks = DocumentRecord("L89800000", "UTO", "VRD", Fraud.STOLEN_BLANK, number_to="L89899999")
    in_range = replace(typed, number="L89812345")
    assert look(in_range, blanks)[0].grade is Grade.IN_RANGE
    for kind in TYPE_CODES:
        (match,) = look(typed, record(kind=kind, country="FRA"))
        assert match.grade is Grade.ELSEWHERE, kind


def test_a_zone_with_a_misread_code_is_looked_up_as_every_type() -> None:
    """R is misread P: no zone of a vehicle paper begins so."""
    misread = replace(passport(), code="R")
    assert [match.grade for match in look(misread, record())] == [Grade.EXACT]


def test_a_typed_type_of_the_list_is_that_of_the_list() -> None:
    typed = TravelDocument(code="", issuer="UTO", number="L898902C3")
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
