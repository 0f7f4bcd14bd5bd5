"""A second person is another person, however the name is typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ui.desk.typed_people import make_typed_person

WORDS = some.text(alphabet="abdegjlmnprstz0123456789", min_size=1, max_size=8)
NAMES = some.lists(WORDS, min_size=1, max_size=3)
NOISE = some.text(alphabet=".,-_'  \u200b\u200d\u2060\u00ad\ufeff\u3164\u115f\ufe0f\u0301", max_size=3)


def same_officer(name: str, other: str) -> bool:
    return not make_typed_person(name).is_other_human(make_typed_person(other))


def as_full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


@given(NAMES, NOISE, NOISE, some.sampled_from((str.upper, str.title, as_full_width, lambda text: text)))
def test_how_it_is_typed_makes_nobody_else(words, before, after, style) -> None:  # type: ignore[no-untyped-def]
    assert same_officer(" ".join(words), before + style(" ".join(words)) + after)
    assert same_officer(" ".join(words), ", ".join(reversed(words)))
    assert same_officer("".join(words), ".".join(words))


@pytest.mark.parametrize(
    "typed",
    [
        "hansen.",
        "HANSEN",
        "han\u200bsen",
        "ｈａｎｓｅｎ",
        "hansén",
        "hаnsen",
        "ha\u3164nsen",
        "h a n s e n",
        "\u202ehansen",
    ],
)
def test_no_such_name_is_a_second_person(typed: str) -> None:
    assert same_officer("hansen", typed)


@given(NAMES, NAMES)
def test_other_letters_or_digits_are_somebody_else(one: list[str], other: list[str]) -> None:
    is_other = sorted("".join(one)) != sorted("".join(other))
    assert not (is_other and same_officer(" ".join(one), " ".join(other)))


@given(some.text(max_size=12))
def test_every_text_is_its_own_and_its_normal_forms(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert same_officer(text, unicodedata.normalize(form, text))


@pytest.mark.parametrize("empty", ["", " ", ".", "\u200b", "\u3164", "\u0301"])
def test_what_has_no_letter_names_nobody(empty: str) -> None:
    assert same_officer("hansen", empty)


def test_officers_by_number_and_in_other_scripts_are_told_apart() -> None:
    assert not same_officer("officer-1", "officer-2")
    assert not same_officer("Иванов", "Петров")
    assert not same_officer("田中", "鈴木")
