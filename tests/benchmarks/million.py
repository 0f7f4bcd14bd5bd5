"""A large invented person list: three names a person, the commonness of real name parts, a long tail of rare ones.

Parts are drawn as often as the shared travellers carry them; the tail is spelled by a chain of letters learned from
them, so nobody real is in it beyond the frequency of single name parts. Seeded: the same list each time.
"""

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from data.persons.names import tokenize
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, NameQuality, PartialDate, Person, Sex
from tests.benchmarks.names_data import folder

TAIL = 300_000
TAIL_SHARE = {"given": 0.12, "surname": 0.35}
_CODES = "AFG IRN IRQ SYR PAK IND RUS UKR TUR EGY DZA MAR TUN LBY NGA MLI FRA DEU GBR USA MEX COL BRA CHN IDN".split()


class Invented:
    """Draws people."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        given, surnames = _parts()
        spelling = _Chain([*given, *surnames])
        dice = random.Random(97)
        tail = sorted({spelling.word(dice) for _ in range(TAIL)})
        dice.shuffle(tail)
        self._tail = tail
        self._common = {"given": _drawer(given), "surname": _drawer(surnames)}

    def notices(self, count: int) -> Iterator[Notice]:
        """Persons with a primary name and two aliases each."""
        for number in range(count):
            yield self._notice(f"P-{number:07}")

    def _notice(self, record: str) -> Notice:
        dice = self._dice
        given = [self._part("given") for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
        surname = [self._part("surname") for _ in range(dice.choice((1, 1, 1, 1, 2)))]
        names = (_name(given, surname, NameQuality.PRIMARY), self._alias(given, surname), self._alias(given, surname))
        born = date(1935, 1, 1) + timedelta(days=dice.randrange(70 * 365))
        known = dice.random()
        births = (
            (PartialDate.of(born),) if known < 0.75 else (PartialDate(born.year, about=known > 0.9),) * (known < 0.95)
        )
        sex = dice.choice((Sex.MALE, Sex.MALE, Sex.MALE, Sex.FEMALE, Sex.UNKNOWN))
        nation = _CODES[int(len(_CODES) * dice.random() ** 1.6)]
        return Notice(record, Person(names, births, sex, (nation,) * (dice.random() < 0.9)), Action.DETAIN)

    def _part(self, half: str) -> str:
        if self._dice.random() < TAIL_SHARE[half]:
            return self._tail[int(len(self._tail) * self._dice.random() ** 2)]
        words, weights = self._common[half]
        return self._dice.choices(words, cum_weights=weights)[0]

    def _alias(self, given: list[str], surname: list[str]) -> ListedName:
        dice = self._dice
        given, surname = list(given), list(surname)
        kind = dice.random()
        if kind < 0.6:
            half = dice.choice((given, surname))
            place = dice.randrange(len(half))
            half[place] = slip(half[place], dice)
        elif kind < 0.8:
            given.append(self._part("given"))
        else:
            surname = [self._part("surname")]
        return _name(given, surname, dice.choice((NameQuality.GOOD, NameQuality.GOOD, NameQuality.LOW)))


def slip(word: str, dice: random.Random) -> str:
    """One letter changed, dropped or doubled."""
    place = dice.randrange(len(word))
    return word[:place] + dice.choice(("", dice.choice("AEIOURNS"), word[place] * 2)) + word[place + 1 :] or word


def _name(given: list[str], surname: list[str], quality: NameQuality) -> ListedName:
    halves = " ".join(surname), " ".join(given)
    return ListedName(f"{halves[1]} {halves[0]}", *halves, quality)


def _parts() -> tuple[Counter[str], Counter[str]]:
    given, surnames = Counter[str](), Counter[str]()
    path = folder().parents[1] / "travellers"
    for name in ("negatives_global.csv", "negatives_us.csv"):
        with Path(path / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                given.update(_latin(f"{row['first_name']} {row['middle_name']}"))
                surnames.update(_latin(row["last_name"]))
    return given, surnames


def _latin(text: str) -> list[str]:
    return [token.forms[0].latin for token in tokenize(text)]


def _drawer(parts: Counter[str]) -> tuple[list[str], list[int]]:
    return list(parts), list(accumulate(parts.values()))


class _Chain:
    """Spells words that look like those it was shown: each letter by the three before it."""

    def __init__(self, words: list[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = f"^^^{word}$"
            for place in range(len(word) + 1):
                self._next[padded[place : place + 3]].append(padded[place + 3])

    def word(self, dice: random.Random) -> str:
        text = "^^^"
        while len(text) < 16:
            letter = dice.choice(self._next[text[-3:]])
            if letter == "$":
                break
            text += letter
        return text[3:]
