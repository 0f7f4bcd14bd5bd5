"""What was typed beside a zone and is not what the zone says is something to look at, whatever the field."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appliance.checks.typed_fields import TypedFieldsCheck
from appliance.counter.manual_entry import ManualEntry
from appliance.counter.parts import Lane
from appliance.counter.subject import ScreeningRequest, Subject
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.names import NO_NAME_WORDS
from data.persons.person import Sex
from data.screenings import Finding, State
from tests.support.staff import make_actor

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LANE = Lane("north-1", "North", "1")
FIELDS = MrzFields(
    "P",
    "NOR",
    "AB1234567",
    "Müller Sample",
    "Anna Maria",
    birth=date(1984, 6, 19),
    sex=Sex.FEMALE,
    expiry=date(2031, 5, 1),
)

NAME = {"surname": "Müller Sample"}
NUMBER = {"number": "AB1234567", "country": "NOR"}


def look_at(typed: dict[str, str], zone: str = "", **changed: object) -> Finding:
    text = zone or write_mrz(replace(FIELDS, **changed), MrzFormat.TD3)  # type: ignore[arg-type]
    subject = Subject.from_zone(text, NOW.date())
    if typed:
        subject = subject.with_entry(ManualEntry.of_form(typed).to_subject(NOW.date()))
    return TypedFieldsCheck().run(ScreeningRequest(subject, make_actor("officer")).screening(LANE, NOW))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"surname": "Other"}, "name"),
        ({"surname": "Müller Sample", "given": "Berta"}, "name"),
        (NAME | {"birth": "1985-06-19"}, "date of birth"),
        (NAME | {"birth": "1984-07"}, "date of birth"),
        (NAME | {"birth": "1983"}, "date of birth"),
        (NAME | {"sex": "M"}, "sex"),
        (NAME | {"nationality": "SWE"}, "nationality"),
        (NUMBER | {"number": "AB1234568"}, "document number"),
        (NUMBER | {"number": "AB1234568", "type": "P"}, "document number"),
        (NUMBER | {"country": "SWE"}, "issuing state"),
        (NUMBER | {"type": "V"}, "document code"),
        (NUMBER | {"surname": "Other"}, "name"),
        (
            NUMBER | {"number": "AB1234568", "country": "SWE", "surname": "Other"},
            "document number, issuing state, name",
        ),
    ],
)
def test_a_field_that_is_not_as_in_the_zone_is_named(typed: dict[str, str], field: str) -> None:
    finding = look_at(typed)
    assert (finding.state, finding.reason) == (State.NOTICE, "typed_differs")
    assert f"({field})" in finding.says


@pytest.mark.parametrize(
    "typed",
    [
        NAME,
        {"surname": "Mueller", "given": "Anna"},
        {"surname": "Muller Sample", "given": "Maria"},
        {"surname": "Anna", "given": "Müller"},
        NAME | {"birth": "1984-06-19", "sex": "F", "nationality": "NOR"},
        NAME | {"birth": "1984-06"},
        NAME | {"sex": "X"},
        NUMBER,
        NUMBER | {"number": "ab 123-4567", "type": "P"},
        NUMBER | NAME,
    ],
)
def test_what_the_zone_says_too_is_right(typed: dict[str, str]) -> None:
    assert look_at(typed).reason == "typed_as_in_zone"


def test_a_document_of_another_type_is_another_document() -> None:
    assert look_at({"number": "V7654321", "country": "SWE", "type": "V"}).state is State.PASS


@pytest.mark.parametrize("zone", ["", "no zone at all"])
def test_there_is_nothing_to_compare_without_both(zone: str) -> None:
    assert look_at({} if not zone else NAME, zone).state is State.NOT_APPLICABLE


def test_what_a_zone_does_not_say_may_be_anything() -> None:
    assert look_at({"surname": "Sample", "birth": "1970-01-01"}, surname="Sample", birth=None).state is State.PASS
    cut = "Featherstonehaugh Cholmondeley Marjoribanks"
    assert (
        look_at({"surname": cut, "given": "Anna Wilhelmina"}, surname=cut, given="Anna Wilhelmina").state is State.PASS
    )


def test_a_visa_that_names_the_holder_otherwise_speaks_for_what_was_typed() -> None:
    passport = Subject.from_zone(write_mrz(FIELDS, MrzFormat.TD3), NOW.date())
    visa = Subject.from_zone(
        write_mrz(replace(FIELDS, code="V", number="V76543210", surname="Other"), MrzFormat.MRV_A), NOW.date()
    )
    both = replace(passport, documents=passport.documents + visa.documents)
    typed = both.with_entry(ManualEntry(surname="Other", given="Anna").to_subject(NOW.date()))
    screening = ScreeningRequest(typed, make_actor("officer")).screening(LANE, NOW)
    assert TypedFieldsCheck().run(screening).reason == "typed_as_in_zone"


LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=8)


@given(LETTERS, LETTERS, st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.dates(date(1930, 1, 1), date(2020, 1, 1)))
def test_a_name_or_a_birth_date_is_right_if_and_only_if_it_is_the_same(
    name: str, typed: str, birth: date, typed_birth: date
) -> None:
    assume(birth != date(2008, 1, 1))  # it may stand for an unknown one (ADR 34)
    finding = look_at({"surname": typed, "birth": str(typed_birth)}, surname=name, given="", birth=birth)
    is_same = name == typed and birth == typed_birth
    if not {name, typed} & NO_NAME_WORDS:
        assert (finding.state is State.PASS) is is_same
