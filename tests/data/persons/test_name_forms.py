"""Spellings for one sound and names that stand for one another meet; different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.name_forms import name_variants, romanisation_key, skeleton, sound_key, spelling_key
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


ROMANISED = """
GUN KUN GEON KON KEUN GEUN|DAE TAE|SIK SHIK|HYUN HYEON HYON|CHUL CHEOL CHOL|YOUNG YEONG YONG YUNG|EUN UN
JUNG JEONG CHONG CHUNG|PARK PAK BAK|BAEK PAEK PAIK|KYUNG GYEONG KYONG|HEE HUI|KWON GWEON|SEOK SUK SOK|CHOI CHOE
ZHANG CHANG|XIAO HSIAO|QIAN CHIEN|ZHOU CHOU|GUO KUO|DENG TENG|JIANG CHIANG|XIE HSIEH|LIAN LIEN|YAN YEN
JONGUN CHONGUN JEONGEUN|YOUNGSIK YONGSHIK
"""
SYLLABLES = [group.split() for line in ROMANISED.strip().splitlines() for group in line.split("|")]


@pytest.mark.parametrize("group", SYLLABLES, ids=lambda group: group[0])
def test_one_syllable_has_one_key(group) -> None:
    (key,) = {romanisation_key(spelling) for spelling in group}
    assert key


@pytest.mark.parametrize(
    "pair", ["KWON KUN", "DAE DO", "SIK SOK", "MIN MUN", "HO HYO", "LI LIN", "WANG HWANG", "KANG KWANG"]
)
def test_other_syllables_have_other_keys(pair) -> None:
    one, other = pair.split()
    assert romanisation_key(one) != romanisation_key(other)


@pytest.mark.parametrize("word", ["MOHAMMED", "PETER", "VRBENSKY", "Q", "", "A1", "KONSTANTINOS"])
def test_what_is_no_such_syllable_has_no_key(word) -> None:
    assert romanisation_key(word) == ""


def test_a_spelling_key_keeps_every_letter_in_its_place() -> None:
    assert [spelling_key(name) for name in ("TOLEM", "TOEM", "QYWCO")] == ["tulem", "tuem", "kivku"]
