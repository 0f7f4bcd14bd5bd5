"""What was typed becomes what is screened: nothing is corrected, and what cannot be is named."""

import pytest

from appliance.counter.manual_entry import ManualEntry
from data.documents.travel_document import Capture
from data.errors import InputError
from data.persons.person import PartialDate, Sex


def test_a_number_alone_is_a_typed_document_without_a_person() -> None:
    subject = ManualEntry(number=" ab 12-345 ", country="nor").to_subject()
    (document,) = subject.documents
    assert (document.number, document.issuer, document.code) == ("AB 12-345", "NOR", "P")
    assert document.capture is Capture.TYPED
    assert not document.number_is_certain
    assert subject.traveller is None


def test_a_person_alone_is_no_document() -> None:
    subject = ManualEntry(surname="Sample", given="Ada", birth="1990-02", sex="f", nationality="NOR").to_subject()
    assert subject.documents == ()
    traveller = subject.traveller
    assert traveller is not None
    assert (traveller.surname, traveller.given, traveller.sex) == ("SAMPLE", "ADA", Sex.FEMALE)
    assert traveller.birth == PartialDate(1990, 2)


def test_both_together_are_one_traveller() -> None:
    subject = ManualEntry(number="A1234567", country="NOR", surname="Sample").to_subject()
    assert subject.documents[0].name is not None
    assert subject.documents[0].name.surname == "SAMPLE"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (ManualEntry(), "No document number and no surname"),
        (ManualEntry(given="Ada", birth="1990"), "No document number and no surname"),
        (ManualEntry(number="A1234567", country="NOR", birth="1990"), "need a surname"),
        (ManualEntry(number="A1234567", country="NOR", given="Ada"), "need a surname"),
        (ManualEntry(surname="S", country="NOR"), "need a document number"),
        (ManualEntry(can="20481"), "six digits"),
        (ManualEntry(number="A1234567"), "country"),
        (ManualEntry(number="A1234567", country="QQQ"), "country code"),
        (ManualEntry(number="---", country="NOR"), "no letter or digit"),
        (ManualEntry(surname="S", birth="03/17/1965"), "birth date"),
        (ManualEntry(surname="S", birth="1965-02-30"), "birth date"),
        (ManualEntry(surname="S", birth="3065"), "No living person"),
        (ManualEntry(surname="S", sex="Q"), "sex"),
        (ManualEntry(surname="S", nationality="QQQ"), "nationality"),
        (ManualEntry(number="P<NORSAMPLE<<ADA"), "scanned line"),
        (ManualEntry(surname="S" * 65), "scanned line"),
        (ManualEntry(surname="M\ufffdLLER"), "cannot be read"),
        (ManualEntry(surname="M\udcfcLLER"), "cannot be read"),
        (ManualEntry(surname="SAM\0PLE"), "cannot be read"),
        (ManualEntry(number="ΑΒ12345", country="NOR"), "another script"),
        (ManualEntry(number="١٢٣٤٥٦٧", country="NOR"), "another script"),
    ],
)
def test_what_cannot_be_is_named(entry: ManualEntry, says: str) -> None:
    with pytest.raises(InputError, match=says):
        entry.to_subject()
