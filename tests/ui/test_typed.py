"""What was typed becomes what is screened: nothing is corrected, and what cannot be is named."""

import pytest

from data.documents.travel_document import Capture
from data.errors import InputError
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from ui.typed import TypedIn, subject_of


def test_a_number_alone_is_a_typed_document_without_a_person() -> None:
    subject = subject_of(TypedIn(number=" ab 12-345 ", country="nor"))
    (document,) = subject.documents
    assert (document.number, document.issuer, document.code) == ("AB 12-345", "NOR", "P")
    assert document.capture is Capture.TYPED
    assert not document.number_is_certain
    assert subject.traveller is None


def test_a_person_alone_is_no_document() -> None:
    subject = subject_of(TypedIn(surname="Sample", given="Ada", birth="1990-02", sex="f", nationality="NOR"))
    assert subject.documents == ()
    traveller = subject.traveller
    assert traveller is not None
    assert (traveller.surname, traveller.given, traveller.sex) == ("SAMPLE", "ADA", Sex.FEMALE)
    assert traveller.birth == PartialDate(1990, 2)


def test_both_together_are_one_traveller() -> None:
    subject = subject_of(TypedIn(number="A1234567", country="NOR", surname="Sample"))
    assert subject.documents[0].name is not None
    assert subject.documents[0].name.surname == "SAMPLE"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (TypedIn(), "Neither"),
        (TypedIn(number="A1234567"), "country"),
        (TypedIn(number="A1234567", country="QQQ"), "country code"),
        (TypedIn(number="---", country="NOR"), "no letter or digit"),
        (TypedIn(surname="S", birth="03/17/1965"), "birth date"),
        (TypedIn(surname="S", birth="1965-02-30"), "birth date"),
        (TypedIn(surname="S", birth="3065"), "no living person"),
        (TypedIn(surname="S", sex="Q"), "sex"),
        (TypedIn(surname="S", nationality="QQQ"), "nationality"),
        (TypedIn(number="P<NORSAMPLE<<ADA"), "scanned line"),
        (TypedIn(surname="S" * 65), "scanned line"),
        (TypedIn(surname="M\ufffdLLER"), "cannot be read"),
        (TypedIn(surname="M\udcfcLLER"), "cannot be read"),
        (TypedIn(surname="SAM\0PLE"), "cannot be read"),
        (TypedIn(number="ΑΒ12345", country="NOR"), "another script"),
        (TypedIn(number="١٢٣٤٥٦٧", country="NOR"), "another script"),
    ],
)
def test_what_cannot_be_is_named(entry: TypedIn, says: str) -> None:
    with pytest.raises(InputError, match=says):
        subject_of(entry)
