"""Names in any script become tokens whose forms a document may print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.names import MAX_LETTERS, MAX_TOKENS, read_name, tokenize


def spelled(name: str) -> list[list[str]]:
    return [[form.latin for form in token.forms] for token in tokenize(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Müller-Ørsted", [["MUELLER", "MULLER"], ["OERSTED", "ORSTED"]]),
        ("Łukasz Æbelø", [["LUKASZ"], ["AEBELOE", "AEBELO"]]),
        ("Åsa Straße", [["AASA", "ASA"], ["STRASSE"]]),
        ("Çağrı İnönü", [["CAGRI"], ["INOENUE", "INONU"]]),
        ("O’Brien d'Souza", [["OBRIEN"], ["DSOUZA"]]),
        ("Юрий Щукин", [["IURII", "YURIY"], ["SHCHUKIN", "SHTUKIN"]]),
        ("Тарас Глущенко", [["TARAS"], ["GLUSHCHENKO", "GLUSHTENKO"]]),
        ("Ігор", [["IHOR", "IGOR"]]),
        ("محمد", [["MOHAMMAD"]]),
        ("ABDULRAHMAN", [["ABD"], ["RAHMAN"]]),
        ("ABDERRAHIM", [["ABD"], ["RAHIM"]]),
        ("SALAHUDDIN", [["SALAH"], ["DIN"]]),
        ("عبدالدليمي", [["ABD"], ["AL"], ["DULAIMI"]]),
    ],
)
def test_forms(name: str, expected: list[list[str]]) -> None:
    assert spelled(name) == expected


@pytest.mark.parametrize("name", ["ABDULLAH", "ABDULLA", "ABDALLAH", "ALEXANDRINE", "MAHMUDIN", "GALADIN"])
def test_names_that_only_look_joined_stay_whole(name: str) -> None:
    assert [token.text for token in tokenize(name)] == [name]


def test_arabic_letters_of_every_shape_and_with_vowel_signs_are_the_same_name() -> None:
    assert spelled("ﻣﺤﻤﺪ") == spelled("مُحَمَّد") == spelled("محمد")


def test_a_word_of_unwritten_vowels_says_so_and_keeps_its_consonants() -> None:
    (token,) = tokenize("تروان")
    assert token.forms[0].vowelless
    assert token.forms[0].skeleton == tokenize("TARVAN")[0].forms[0].skeleton


def test_names_without_spaces_are_cut_into_syllables() -> None:
    assert [spellings[0] for spellings in spelled("李小龙")] == ["LI", "XIAO", "LONG"]


def test_particles_are_marked() -> None:
    assert [token.particle for token in tokenize("Abd al-Karim bin SAHLAWI van VEEN")] == [
        True,
        True,
        False,
        True,
        False,
        True,
        False,
    ]


def test_a_token_keeps_the_text_it_came_from() -> None:
    assert tokenize("Łukasz")[0].text == "ŁUKASZ"


@pytest.mark.parametrize("name", ["", "   ", "<<<", "\x00\u202e\t", "😀", "- ' ."])
def test_nothing_to_spell_gives_nothing(name: str) -> None:
    assert tokenize(name) == ()


@given(st.text(max_size=400))
def test_any_text_gives_bounded_latin_tokens(name: str) -> None:
    tokens = tokenize(name)
    assert len(tokens) <= MAX_TOKENS
    for token in tokens:
        assert 0 < len(token.text) <= MAX_LETTERS * 3
        assert token.forms
        assert all(form.latin.isascii() and form.latin.isalnum() for form in token.forms)


@given(st.text(max_size=60))
def test_words_remembered_read_the_same(name: str) -> None:
    tokens_by_word: dict = {}
    assert tokenize(name, tokens_by_word) == tokenize(name, tokens_by_word) == tokenize(name)


@pytest.mark.parametrize(
    ("name", "uncut"),
    [
        ("HAJJI ABDELFOUZAN", [(1, 2, "ABDELFOUZAN")]),
        ("NOORUDDIN TARVAN", [(0, 2, "NOORUDDIN")]),
        ("ABDULQADIRUDDIN", [(0, 3, "ABDULQADIRUDDIN")]),
        ("ABU BAKR TARVAN", [(0, 2, "ABUBAKR")]),
        ("ABD AL KARIM", [(0, 3, "ABDALKARIM")]),
        ("NUR UD DIN", [(0, 3, "NURUDDIN")]),
        ("عبدالرحمن", [(0, 3, "عبدالرحمن")]),
        ("AL KARIM VAN DER TARVAN", []),
        ("高山明", []),
    ],
)
def test_what_was_cut_or_may_be_joined_is_kept_uncut(name, uncut) -> None:
    assert [(word.first, word.count, word.token.text) for word in read_name(name).uncut] == uncut


def test_an_uncut_word_in_arabic_script_is_spelled_as_spoken() -> None:
    (word,) = read_name("عبدالرحمن").uncut
    assert [form.latin for form in word.token.forms] == ["ABDALRAHMAN", "ABDARRAHMAN"]


@given(st.text(max_size=80))
def test_the_parts_of_a_name_are_its_tokens_and_uncut_words_lie_within_them(name) -> None:
    parts = read_name(name)
    assert parts.tokens == tokenize(name)
    assert all(
        0 <= word.first and word.count > 1 and word.first + word.count <= len(parts.tokens) for word in parts.uncut
    )
