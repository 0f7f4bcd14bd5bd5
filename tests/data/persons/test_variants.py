"""Names that stand for one another, both ways, and no table entry that says nothing."""

import pytest

from data.persons.sound import sound
from data.persons.tables.variants import LINES
from data.persons.variants import variants


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
    assert sound(other) in variants(sound(one))
    assert sound(one) in variants(sound(other))


def test_others_are_strangers() -> None:
    assert sound("PETER") not in variants(sound("PAUL"))
    assert not variants(sound("QUORRILLO"))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_every_line_joins_at_least_two_sounds(line: tuple[str, ...]) -> None:
    assert len({sound(name) for name in line}) > 1
    assert all(name.isascii() and name.isupper() for name in line)
