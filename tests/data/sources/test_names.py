"""Names out of free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.person import ListedName, NameQuality
from sync.headquarters.sources.names_in_text import (
    NAME_LIMIT,
    clean_name,
    drop_repetitions,
    parse_comma_name,
    split_names,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mirko Orun; Mirko Ala-Orun", ["Mirko Orun", "Mirko Ala-Orun"]),
        ("T. Velan b) T. J. Velan; X Y", ["T. Velan", "T. J. Velan", "X Y"]),
        ("Bela Ronto a.k.a. Bela Rontov", ["Bela Ronto", "Bela Rontov"]),
        ("Mo Lanhai (莫兰海)", ["Mo Lanhai", "莫兰海"]),
        ("Goran Vela (original script: Горан Вела)", ["Goran Vela", "Горан Вела"]),
        ("نبهان (Nabhan One; Nebhan One)", ["نبهان", "Nabhan One", "Nebhan One"]),
        ("Dario Vela داريو", ["Dario Vela", "داريو"]),
        ("Bima Vela (birth name)", ["Bima Vela"]),
        ("EL VELA (FIELD NAME)", ["EL VELA"]),
        ("Vela Orun (Ana Velaska)", ["Vela Orun", "Ana Velaska"]),
        ("(Sheikh) Vela", ["Sheikh Vela"]),
        ("Ilya Velayev (Velaev)", ["Ilya Velayev Velaev"]),
        ("Mirna Vela, born 5 May 1960 (Kenya passport no. 1, issued)", ["Mirna Vela"]),
        ("Dario Vela son of Otto (داريو),", ["Dario Vela", "داريو"]),
        (") Bima Vela", ["Bima Vela"]),
        ("“Chief Vela”", ["Chief Vela"]),
        ("VELA, Bima", ["Bima VELA"]),
        ("Vela, III (third)", ["Vela III"]),
        ("‘Ana al-Vela", ["‘Ana al-Vela"]),
        ("na", []),
        ("NA", ["NA"]),
        ("", []),
    ],
)
def test_one_field_may_hold_several_names(text: str, names: list[str]) -> None:
    assert [name.full for name in split_names(text, NameQuality.GOOD)] == names


def test_another_script_is_the_original_name() -> None:
    assert [name.quality for name in split_names("Jin (金)", NameQuality.LOW)] == [
        NameQuality.LOW,
        NameQuality.ORIGINAL,
    ]


@pytest.mark.parametrize(
    ("text", "full", "surname", "given"),
    [
        ("VAN QARN, Otto Idris", "Otto Idris VAN QARN", "VAN QARN", "Otto Idris"),
        ("DELA VELA, Felix, Jr.", "Felix DELA VELA Jr.", "DELA VELA", "Felix Jr."),
        ("VELA ORUN", "VELA ORUN", "", ""),
        (", ,", "", "", ""),
    ],
)
def test_a_comma_tells_the_surname(text: str, full: str, surname: str, given: str) -> None:
    assert parse_comma_name(text, NameQuality.GOOD) == ListedName(full, surname, given, NameQuality.GOOD)


def test_repetitions_go_but_the_surname_they_tell_stays() -> None:
    names = drop_repetitions([ListedName("A VELA"), ListedName("a vela", "vela", "a", NameQuality.LOW), ListedName("")])
    assert names == (ListedName("A VELA", "vela", "a"),)


@given(st.text(max_size=2000))
def test_any_text_gives_names_that_are_clean_and_short(text: str) -> None:
    for name in split_names(text, NameQuality.GOOD):
        assert name.full and len(name.full) <= NAME_LIMIT + 1
        assert clean_name(name.full) == name.full
