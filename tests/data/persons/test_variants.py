"""Names that stand for one another, both ways, and no table entry that says nothing."""

import pytest

from data.persons.name_forms import name_variants, sound_key
from data.persons.tables.variants import LINES


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
