"""Valid zones of every format, with invented holders.

- The same seed and day always give the same zones.
- Nobody is meant: names are common ones put together at random, numbers follow a state's pattern at random (A a
  letter, 9 a digit, X either; anything else stands as it is).
- A zone is honest until a fault is planted in it, and every fault has a name (`tests.data.support.mrz_faults`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.person import PartialDate, Sex
from tests.data.support.tables.invented_names import NAMES, SPOKEN_IN

_LANGUAGE_OF = {state: language for language, states in SPOKEN_IN.items() for state in states.split()}
_STATES = sorted(_LANGUAGE_OF)
_ORGANISATIONS = ("UNO", "UNA", "EUE", "XPO", "XOM", "XCO")
_STATUSES = ("XXA", "XXB", "XXC")
"""Stateless persons and refugees: their nationality, on a document that a state issued."""
_CODES = {
    MrzFormat.TD1: ("I", "ID", "AC", "C"),
    MrzFormat.TD2: ("I", "ID"),
    MrzFormat.TD3: ("P", "P", "P", "P", "PD", "PS", "PO"),
    MrzFormat.MRV_A: ("V",),
    MrzFormat.MRV_B: ("V",),
    MrzFormat.FR_ID: ("ID",),
    MrzFormat.FR_DL: ("D1",),
    MrzFormat.CH_DL: ("FA",),
}
_ISSUERS = {MrzFormat.FR_ID: "FRA", MrzFormat.FR_DL: "FRA", MrzFormat.CH_DL: "CHE"}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_LONG_NUMBERS, _PARTIAL_BIRTHS, _SPECIAL_HOLDERS, _SECOND_NAMES = 0.1, 0.03, 0.04, 0.4
"""Shares of zones with each."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone, and what went into it."""

    text: str
    fields: MrzFields
    format: MrzFormat
    fault: str = ""
    """The name of the fault that was planted; empty for an honest one."""


def zones(seed: int, today: date, formats: Sequence[MrzFormat] = tuple(MrzFormat)) -> Iterator[Zone]:
    """Honest zones without end: formats by turns, documents in force on `today`, holders of up to 90 years."""
    random = Random(seed)
    while True:
        for format in formats:
            fields = _fields(random, format, today)
            yield Zone(write_mrz(fields, format), fields, format)


def _fields(random: Random, format: MrzFormat, today: date) -> MrzFields:
    issuer = _ISSUERS.get(format) or random.choice(_STATES)
    language, nationality = NAMES[_LANGUAGE_OF[issuer]], issuer
    if format not in _ISSUERS and random.random() < _SPECIAL_HOLDERS:
        special = random.choice((*_ORGANISATIONS, *_STATUSES))
        issuer, nationality = (special, issuer) if special in _ORGANISATIONS else (issuer, special)
    sex = random.choice((Sex.FEMALE, Sex.MALE))
    given = random.sample(language[1 if sex is Sex.FEMALE else 2].split(), 1 + (random.random() < _SECOND_NAMES))
    issued = today - timedelta(random.randrange(1, 365 * 9))
    if format is MrzFormat.FR_ID:
        issued = date(random.randrange(2012, 2021), random.randrange(1, 13), 1)
    return MrzFields(
        code=random.choice(_CODES[format]),
        issuer=issuer,
        number=_number(random, format, issuer, issued),
        surname=random.choice(language[0].split()),
        given=" ".join(given),
        nationality=nationality,
        birth=None if format is MrzFormat.FR_DL else _birth(random, issued),
        sex=sex if format not in (MrzFormat.FR_DL, MrzFormat.CH_DL) else Sex.UNKNOWN,
        expiry=issued + timedelta(3652) if format not in (MrzFormat.FR_ID, MrzFormat.CH_DL) else None,
        optional=_filled(random, "AAA999A") if format is MrzFormat.CH_DL else "",
    )


def _number(random: Random, format: MrzFormat, issuer: str, issued: date) -> str:
    if format is MrzFormat.FR_ID:
        return f"{issued:%y%m}" + _filled(random, "99999999")
    if format is MrzFormat.CH_DL:
        return _filled(random, "999999999999")
    if format is MrzFormat.TD1 and random.random() < _LONG_NUMBERS:
        return _filled(random, "AX999999" + "9" * random.randrange(2, 7))
    return _filled(random, random.choice(PATTERNS.get(issuer, COMMON)))


def _filled(random: Random, pattern: str) -> str:
    choices = {"A": _LETTERS, "9": "0123456789", "X": _LETTERS + "0123456789"}
    return "".join(random.choice(choices.get(char, char)) for char in pattern)


def _birth(random: Random, issued: date) -> PartialDate:
    day = issued - timedelta(random.randrange(30, 365 * 80))
    share = random.random()
    if share < _PARTIAL_BIRTHS / 2:
        return PartialDate(day.year)
    return PartialDate(day.year, day.month) if share < _PARTIAL_BIRTHS else PartialDate.of(day)


PATTERNS: dict[str, tuple[str, ...]] = {
    "AUS": ("A9999999", "AA9999999"),
    "AUT": ("A9999999",),
    "BEL": ("AA999999",),
    "BRA": ("AA999999",),
    "CAN": ("AA999999",),
    "CHE": ("A9999999",),
    "CHN": ("E99999999", "EA9999999"),
    "CZE": ("99999999",),
    "D": ("CXXXXXXX9", "A9999999"),
    "DNK": ("999999999",),
    "EGY": ("A99999999",),
    "ESP": ("AAA999999",),
    "FRA": ("99AA99999",),
    "GBR": ("999999999",),
    "GRC": ("AA9999999",),
    "IND": ("A9999999",),
    "IRN": ("A99999999",),
    "ITA": ("AA9999999",),
    "JPN": ("AA9999999",),
    "KOR": ("M99999999", "M999A9999"),
    "NLD": ("AAXXXXXX9",),
    "POL": ("AA9999999",),
    "RUS": ("999999999",),
    "TUR": ("A99999999",),
    "UKR": ("AA999999",),
    "USA": ("999999999", "A99999999"),
}

COMMON = ("A9999999", "AA999999", "AA9999999", "999999999", "A99999999", "99999999")
"""For every other issuer."""
