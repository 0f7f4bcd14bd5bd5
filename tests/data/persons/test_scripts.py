"""Names in other scripts, invented or of nobody, as passports spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.likeness import Likeness, likeness
from data.persons.names import tokens


def spellings(word: str) -> list[str]:
    return [form.latin for token in tokens(word) for form in token.forms]


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("Γεώργιος", "GEORGIOS"),
        ("Ευσταθίου", "EFSTATHIOU"),
        ("Ευαγγέλου", "EVANGELOU"),
        ("Μπάμπης", "BAMPIS"),
        ("Μπάμπης", "MPAMPIS"),
        ("नरेन्द्र", "NARENDRA"),
        ("शर्मा", "SHARMA"),
        ("ਸਿੰਘ", "SINGH"),
        ("হাসিনা", "HASINA"),
        ("박", "PARK"),
        ("정", "JUNG"),
        ("정", "CHONG"),
        ("გიორგი", "GIORGI"),
        ("Նիկոլ", "NIKOL"),
        ("አሕመድ", "AHMED"),
        ("ทักษิณ", "THAKSIN"),
        ("たなか", "TANAKA"),
    ],
)
def test_one_of_the_spellings_is_the_passports(written: str, latin: str) -> None:
    assert latin in spellings(written)


@pytest.mark.parametrize(
    ("written", "latin"),
    [("בנימין", "BENYAMIN"), ("משה", "MOSHE"), ("דוד", "DAVID"), ("אברהם", "AVRAHAM"), ("כהן", "COHEN")],
)
def test_hebrew_is_compared_by_its_consonants(written: str, latin: str) -> None:
    (one,), (other,) = tokens(written), tokens(latin)
    grade = likeness(one, other)
    assert grade is not None and grade <= Likeness.SCRIPT_SLIP
    assert all(form.vowelless for form in one.forms)


def test_hangul_is_a_token_a_syllable_and_keeps_its_writing() -> None:
    assert [token.text for token in tokens("박지우")] == ["박", "지", "우"]


SCRIPTS = st.one_of(
    *(
        st.text(st.characters(min_codepoint=first, max_codepoint=last), max_size=12)
        for first, last in ((0x370, 0x3FF), (0x590, 0x5FF), (0x900, 0xD7F), (0xAC00, 0xD7A3), (0x10A0, 0x10FF))
    )
)


@given(SCRIPTS)
def test_whatever_is_written_comes_out_in_letters_a_to_z(text: str) -> None:
    for token in tokens(text):
        assert token.forms
        for form in token.forms:
            assert form.latin and form.latin.isascii() and form.latin.isalnum() and form.latin == form.latin.upper()
