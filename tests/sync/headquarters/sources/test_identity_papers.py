"""Documents of listed persons, out of the words lists use."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.person import HeldDocument
from data.text import Message
from sync.headquarters.sources.identity_papers import (
    NUMBER_LIMIT,
    UNREAD_NUMBER,
    find_document_in_note,
    find_document_type,
    keep_read,
    parse_document,
)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("QD7700898", "QD7700898"),
        ("QB 7700318", "QB 7700318"),
        ("UTO diplomatic passport no. QD7700981", "QD7700981"),
        ("Kenyan passport No. 12/770099", "12/770099"),
        ("Kenya Q/770299", "Q/770299"),
        ("No77009/129", "No77009/129"),
        ("Q77012999 South Sudan", "Q77012999"),
        ("Kenyan passport number 7700 No. 112233", "7700 112233"),
        ("770011223 (Expired 1 Jan. 2001)", "770011223"),
        ("Q770011(0)", "Q770011(0)"),
        ("7700112, Kenya, Issue Date 1 May 2001", "7700112"),
        ("Q 7700112 - 1/2/1400H", "Q 7700112"),
        ("Laissez-passer no. N°235/AB", "235/AB"),
        ("Nº 770023", "770023"),
        ("77qd0 0898", "77qd0 0898"),
        ("№ 770023", "770023"),
        ("77001- 1223344-5", "77001- 1223344-5"),
    ],
)
def test_the_number_is_found_among_words(printed: str, number: str) -> None:
    assert parse_document(printed, "Passport", None) == HeldDocument(number, "", "PAS")


@pytest.mark.parametrize("printed", ["", "unknown", "issued in Alphaville"])
def test_without_a_digit_there_is_no_number(printed: str) -> None:
    assert parse_document(printed, "Passport", "Iran") is None


@pytest.mark.parametrize(
    "number", ["7700?12", "77*0_12", "7700\ufffd12", "\u04107700112", "77٣0112", "7700112½", "7" * 41]
)
def test_a_number_that_was_not_read_or_would_be_cut_is_left_out_and_counted(number: str) -> None:
    skipped: Counter[Message] = Counter()
    papers = [parse_document(text, "Passport", None) for text in (number, "Q/77.00-112(8)")]
    kept = list(keep_read(filter(None, papers), skipped))
    assert [paper.number for paper in kept] == ["Q/77.00-112(8)"]
    assert skipped == {UNREAD_NUMBER: 1}


def test_a_number_may_stand_in_the_note_alone() -> None:
    note = "Kenyan passport number Q 770169 issued on 1 Jan. 2001"
    assert find_document_in_note(note, "Passport", "Kenya") == HeldDocument("Q 770169", "KEN", "PAS")
    unread = HeldDocument("Q 7701?69", "KEN", "PAS")
    assert find_document_in_note("“Passport number Q 7701?69”.", "Passport", "Kenya") == unread
    assert find_document_in_note("issued for somebody else", "Passport", None) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Passport", "PAS"),
        ("Numéro de passeport", "PAS"),
        ("Diplomatic Passport", "DIP"),
        ("Service passport", "SEP"),
        ("National Identification Number", "NID"),
        ("Afghan national identification card (tazkira) number", "NID"),
        ("IDC", "IDC"),
        ("Italian Fiscal Code:", "Italian Fiscal Code"),
    ],
)
def test_types(words: str, code: str) -> None:
    assert find_document_type(words) == code


@given(st.text(max_size=100), st.text(max_size=30))
def test_any_text_is_a_number_or_none(number: str, words: str) -> None:
    document = parse_document(number, words, words)
    assert document is None or 0 < len(document.number) <= NUMBER_LIMIT
