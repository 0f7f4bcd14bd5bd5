"""What was typed becomes what is screened: nothing is corrected, and what cannot be is named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.counter.manual_entry import ManualEntry
from data.documents.mrz.fields import check_digit
from data.documents.travel_document import Capture, Confirmation, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex

TODAY = date(2026, 7, 1)


def typed(**fields: str) -> TravelDocument:
    (document,) = ManualEntry(country="EST", **fields).to_subject(TODAY).documents  # type: ignore[arg-type]
    return document


def test_a_number_alone_is_a_typed_document_without_a_person() -> None:
    subject = ManualEntry(number=" ab 12-345 ", country="nor").to_subject(TODAY)
    (document,) = subject.documents
    assert (document.number, document.issuer, document.code) == ("AB 12-345", "NOR", "")
    assert document.capture is Capture.TYPED
    assert not document.number_is_certain
    assert subject.traveller is None


def test_a_person_alone_is_no_document() -> None:
    subject = ManualEntry(surname="Sample", given="Ada", birth="1990-02", sex="f", nationality="NOR").to_subject(TODAY)
    assert subject.documents == ()
    traveller = subject.traveller
    assert traveller is not None
    assert (traveller.surname, traveller.given, traveller.sex) == ("SAMPLE", "ADA", Sex.FEMALE)
    assert traveller.birth == PartialDate(1990, 2)


def test_both_together_are_one_traveller() -> None:
    subject = ManualEntry(number="A1234567", country="NOR", surname="Sample").to_subject(TODAY)
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
        (ManualEntry(surname="S", birth="1865"), "No living person"),
        (ManualEntry(surname="S", birth="0000"), "No living person"),
        (ManualEntry(number="A1234567", country="NOR", check_digit="55"), "not one digit"),
        (ManualEntry(number="A1234567", country="NOR", check_digit="<"), "scanned line"),
        (ManualEntry(number="A1234567", country="NOR", check_digit="٥"), "not one digit"),
        (ManualEntry(surname="S", check_digit="5"), "need a document number"),
        (ManualEntry(surname="S", number_again="A1234567"), "need a document number"),
        (ManualEntry(number="A1234567", country="NOR", number_again="A12\ufffd34567"), "cannot be read"),
        (ManualEntry(number="AB12345", country="NOR", number_again="ΑΒ12345"), "cannot be part of one"),
        (ManualEntry(surname="S", sex="Q"), "sex"),
        (ManualEntry(surname="S", nationality="QQQ"), "nationality"),
        (ManualEntry(number="P<NORSAMPLE<<ADA"), "scanned line"),
        (ManualEntry(surname="S" * 65), "scanned line"),
        (ManualEntry(surname="M\ufffdLLER"), "cannot be read"),
        (ManualEntry(surname="M\udcfcLLER"), "cannot be read"),
        (ManualEntry(surname="SAM\0PLE"), "cannot be read"),
        (ManualEntry(number="ΑΒ12345", country="NOR"), "cannot be part of one"),
        (ManualEntry(number="١٢٣٤٥٦٧", country="NOR"), "cannot be part of one"),
    ],
)
def test_what_cannot_be_is_named(entry: ManualEntry, says: str) -> None:
    with pytest.raises(InputError, match=says):
        entry.to_subject(TODAY)


@pytest.mark.parametrize("field", ["number", "number_again"])
@pytest.mark.parametrize("mark", ["?", "*", "_", "ß", "½", "②", "\u0410", "٣", "!", "№"])
def test_a_number_with_a_character_that_was_not_read_is_refused_and_the_character_is_named(
    field: str, mark: str
) -> None:
    fields = {"number": "AE4471902", "country": "EST"} | {field: f"AE44{mark}1902"}
    with pytest.raises(InputError, match="cannot be part of one: ") as refused:
        ManualEntry(**fields).to_subject(TODAY)  # type: ignore[arg-type]
    assert mark in str(refused.value.what) or f"U+{ord(mark):04X}" in str(refused.value.what)
    assert "leave the number out and scan" in str(refused.value.do)


@pytest.mark.parametrize("number", ["NN8877665", "nn 887-7665", "NN8877665 "])
def test_a_number_that_was_typed_once_is_never_certain(number: str) -> None:
    assert not typed(number=number).number_is_certain


@pytest.mark.parametrize(("again", "is_same"), [("nn-8877665", True), ("NN887766S", False), ("", False), ("  ", False)])
def test_a_second_entry_confirms_a_number_only_if_it_is_the_same(again: str, is_same: bool) -> None:
    document = typed(number="NN8877665", number_again=again)
    assert document.number_is_certain is is_same
    assert document.confirmation is (Confirmation.TYPED_TWICE if is_same else Confirmation.DIFFERS)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=5, max_size=25), st.sampled_from("0123456789"))
def test_a_check_digit_confirms_a_number_only_if_it_fits(number: str, digit: str) -> None:
    assert typed(number=number, check_digit=digit).number_is_certain is (check_digit(number) == digit)


def test_a_check_digit_may_count_the_fillers_that_a_zone_has_for_marks() -> None:
    for zone in ("AB<12345", "AB12345"):
        assert typed(number="AB-12345", check_digit=check_digit(zone)).number_is_certain
    assert check_digit("AB<12345") != check_digit("AB12345")


def test_a_wrong_check_digit_is_not_mended_by_a_second_entry_nor_the_other_way_about() -> None:
    right, wrong = check_digit("NN8877665"), str((int(check_digit("NN8877665")) + 1) % 10)
    assert not typed(number="NN8877665", number_again="NN8877665", check_digit=wrong).number_is_certain
    assert not typed(number="NN8877665", number_again="NN887766S", check_digit=right).number_is_certain


def test_a_number_that_was_read_back_is_certain_and_the_document_says_how() -> None:
    entry = ManualEntry.of_form({"number": "NN8877665", "country": "EST"}, Confirmation.READ_BACK)
    (document,) = entry.to_subject(TODAY).documents
    assert document.number_is_certain and document.confirmation is Confirmation.READ_BACK


@pytest.mark.parametrize("birth", ["2050", "2050-01", "2050-01-01", "~2050", "2040..2050", "1990..2050", "2026-07-03"])
def test_nobody_is_born_in_the_future(birth: str) -> None:
    with pytest.raises(InputError, match="in the future"):
        ManualEntry(surname="S", birth=birth).to_subject(TODAY)


@pytest.mark.parametrize("birth", ["2026", "2026-07", "2026-07-01", "2026-07-02", "~2026", "1990..2026", "1880"])
def test_a_newborn_and_the_oldest_are_taken(birth: str) -> None:
    subject = ManualEntry(surname="S", birth=birth).to_subject(TODAY)
    assert subject.traveller and subject.traveller.birth == PartialDate.parse(birth)


@given(st.dates(date(1880, 1, 1), date(2200, 12, 31)))
def test_a_whole_birth_date_is_taken_up_to_tomorrow(day: date) -> None:
    entry = ManualEntry(surname="S", birth=day.isoformat())
    if day <= TODAY + timedelta(days=1):
        assert entry.to_subject(TODAY).traveller
    else:
        with pytest.raises(InputError):
            entry.to_subject(TODAY)


@pytest.mark.parametrize(
    ("today", "birth", "is_refused"),
    [
        (date(2026, 11, 30), "2026-12", True),
        (date(2026, 11, 30), "2026-12-01", False),
        (date(2026, 11, 30), "2026-12-02", True),
        (date(2026, 11, 30), "2026-11", False),
        (date(2026, 12, 31), "2027", True),
        (date(2026, 12, 31), "2027-01", True),
        (date(2026, 12, 31), "2027-01-01", False),
    ],
)
def test_a_month_or_a_year_that_has_not_begun_is_no_birth(today: date, birth: str, is_refused: bool) -> None:
    entry = ManualEntry(surname="Sample", birth=birth)
    if is_refused:
        with pytest.raises(InputError, match="future"):
            entry.to_subject(today)
    else:
        assert entry.to_subject(today).traveller is not None


@pytest.mark.parametrize("code", ["PASSPORT", "PASS", "P1", "12", "ID CARD", "?"])
def test_what_is_no_type_is_refused_with_what_can_be_typed(code: str) -> None:
    with pytest.raises(InputError, match=r"The type is not a code of a document.*Type P for a passport, I for an"):
        typed(number="AE4471902", type=code)


@pytest.mark.parametrize("code", ["", "p", "PD", "X", "AC", "I", "pas", "DIP", "R", "IDC"])
def test_codes_of_zones_and_of_lists_are_types(code: str) -> None:
    assert typed(number="AE4471902", type=code).code == code.upper()
