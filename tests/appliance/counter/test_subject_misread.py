"""A misread zone: the person is taken as meant, the document as read."""

from appliance.counter.parts import Lane
from appliance.counter.subject import ScreeningRequest, Subject
from data.persons.person import PartialDate
from data.screenings import Screening, Traveller
from tests.support.sample import NOW
from tests.support.staff import make_actor
from tests.ui.support.desk_kit import CLEAR, zone

MISREAD = zone(CLEAR, "ZOLTA", "OSIS").replace("ZOLTA", "20LTA").replace("OSIS", "0S1S")


def test_the_person_is_taken_as_meant_and_the_document_stays_as_read() -> None:
    subject = Subject.from_zone(MISREAD, NOW.date())
    assert subject.traveller is not None and subject.traveller.surname == "ZOLTA"
    assert subject.documents[0].name is not None and subject.documents[0].name.surname == "20LTA"


def test_whoever_is_typed_beside_a_misread_zone_everybody_is_searched() -> None:
    typed = Subject(traveller=Traveller("NOBODY", birth=PartialDate(1990)))
    subject = Subject.from_zone(MISREAD, NOW.date()).with_entry(typed)
    screening = ScreeningRequest(subject, make_actor("officer-1")).screening(Lane("kit-1"), NOW)
    assert [one.surname for one in screening.people] == ["NOBODY", "ZOLTA", "20LTA"]
    bare = Screening(subject.documents, None, NOW, "officer-1")
    assert "ZOLTA" in {one.surname for one in bare.people}
