"""Codes that headquarters' second person reads by radio."""

import pytest

from data.people.countersign_code import DIGITS, RemoteAnswer, compute_code, make_nonce, read_answer

KEY = bytes(range(32))


@pytest.mark.parametrize("answer", list(RemoteAnswer))
def test_a_code_says_the_answer_it_was_made_for(answer: RemoteAnswer) -> None:
    nonce = make_nonce()
    code = compute_code(KEY, "north-1", "C-1234", answer, nonce)
    assert len(code) == DIGITS and code.isdigit()
    assert read_answer(KEY, "north-1", "c1234", nonce.lower(), f"{code[:3]} {code[3:]}") is answer


@pytest.mark.parametrize(
    ("key", "kit", "case", "nonce"),
    [
        (bytes(32), "north-1", "C-1234", "234567"),
        (KEY, "north-2", "C-1234", "234567"),
        (KEY, "north-1", "C-1235", "234567"),
        (KEY, "north-1", "C-1234", "234568"),
    ],
)
def test_a_code_for_anything_else_says_nothing(key: bytes, kit: str, case: str, nonce: str) -> None:
    code = compute_code(KEY, "north-1", "C-1234", RemoteAnswer.AGREES, "234567")
    assert read_answer(key, kit, case, nonce, code) is None


@pytest.mark.parametrize("code", ["", "²³¹", "\ud800", "754928", "75492890", "x"])
def test_what_is_no_code_says_nothing(code: str) -> None:
    assert read_answer(KEY, "north-1", "C-1234", "234567", code) is None


def test_a_code_may_be_typed_with_the_digits_of_any_keyboard() -> None:
    assert read_answer(KEY, "north-1", "C-1234", "234567", "٧٥٤-٩٢٨٩") is RemoteAnswer.AGREES


def test_the_code_of_these_facts_never_changes_between_versions() -> None:
    assert compute_code(KEY, "north-1", "C-1234", RemoteAnswer.AGREES, "234567") == "7549289"
