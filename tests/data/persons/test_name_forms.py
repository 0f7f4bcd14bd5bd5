"""Spellings for one sound and names that stand for one another meet; different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.name_forms import name_variants, skeleton, sound_key
from data.persons.tables.variants import LINES


@pytest.mark.parametrize(
    "spellings",
    [
        "MOHAMMAD MUHAMMAD MOHAMAD MUHAMAD",
        "HUSSEIN HUSAYN HOSSEIN HUSSAIN HOUSSEIN",
        "DAWOOD DAOUD DAWUD",
        "SHEIKH CHEIKH SHAIKH SHAYKH",
        "MUELLER MULLER MÜLLER".replace("Ü", "UE"),
        "QASIM KASIM",
        "YEVGENII EVGENIY EVGENY",
        "ABDULLAH ABDULLA ABDULA",
        "IUSUF YUSUF YOUSUF YOUSOUF",
        "KHALID HALID",
        "DZHAMAL JAMAL DJAMAL",
        "ZHANNA JANNA",
    ],
)
def test_one_sound(spellings: str) -> None:
    assert len({sound_key(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("ALI", "OLA"), ("HASAN", "HUSAIN"), ("MARTA", "MARKA"), ("LI", "LU")])
def test_other_sounds_stay_apart(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


def test_skeleton_drops_vowels_but_marks_a_leading_one() -> None:
    assert skeleton(sound_key("OMAR")) == skeleton(sound_key("UMAR")) == skeleton(sound_key("AMR")) == "Amr"
    assert skeleton(sound_key("MUSTAFA")) == "mstf"
    assert skeleton("") == ""


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", max_size=40))
def test_sound_never_grows_much_and_never_empties(latin: str) -> None:
    heard = sound_key(latin)
    assert bool(heard) == bool(latin)
    assert len(heard) <= 2 * len(latin)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("JOSEPH", "YOUSSEF"),
        ("JOHANNES", "YAHYA"),
        ("MOHAMED", "MAMADOU"),
        ("CHAN", "CHEN"),
        ("EKATERINA", "KATARZYNA"),
    ],
)
def test_one_name_in_two_languages(one: str, other: str) -> None:
    assert sound_key(other) in name_variants(sound_key(one))
    assert sound_key(one) in name_variants(sound_key(other))


def test_others_are_strangers() -> None:
    assert sound_key("PETER") not in name_variants(sound_key("PAUL"))
    assert not name_variants(sound_key("QUORRILLO"))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_every_line_joins_at_least_two_sounds(line: tuple[str, ...]) -> None:
    assert len({sound_key(name) for name in line}) > 1
    assert all(name.isascii() and name.isupper() for name in line)
