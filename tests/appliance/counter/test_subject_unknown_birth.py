"""A date of birth that may stand for an unknown one: the person is searched with it and without it."""

from dataclasses import replace

import pytest

from appliance.counter.parts import Lane
from appliance.counter.subject import ScreeningRequest, Subject
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.person import PartialDate
from data.screenings import Traveller
from tests.support.sample import NOW
from tests.support.staff import make_actor


def _subject(birth: PartialDate | None) -> Subject:
    fields = MrzFields("P", "NOR", "CAF204417", "Zolta", "Osis", birth=birth, expiry=PartialDate(2033, 5, 11))
    return Subject.from_zone(write_mrz(fields, MrzFormat.TD3), NOW.date())


def _births(subject: Subject) -> list[PartialDate | None]:
    return [
        person.birth
        for person in ScreeningRequest(subject, make_actor("officer-1")).screening(Lane("kit-1"), NOW).people
    ]


def test_the_person_is_searched_with_the_date_and_without_it() -> None:
    assert _births(_subject(PartialDate(2008, 1, 1))) == [PartialDate(2008, 1, 1), None]


@pytest.mark.parametrize("birth", [PartialDate(2008, 1, 2), PartialDate(2009, 1, 1), PartialDate(2008, 1), None])
def test_any_other_date_is_searched_as_it_is(birth: PartialDate | None) -> None:
    assert _births(_subject(birth)) == [birth]


def test_a_date_that_the_officer_typed_counts_as_typed() -> None:
    document = _subject(PartialDate(2008, 1, 1))
    typed = replace(document, traveller=Traveller("ZOLTA", "OSIS", birth=PartialDate(1971, 3, 4), nationality="NOR"))
    assert _births(typed) == [PartialDate(1971, 3, 4), PartialDate(2008, 1, 1), None]
