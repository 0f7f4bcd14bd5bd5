"""What can be wrong with a zone, planted in a valid one: each fault has one name and one place.

A fault changes what is printed and nothing else, so what a reader makes of it can be compared with the fields that the
zone was written from.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from random import Random

from data.documents.mrz.fields import VALUES, check_digit
from data.documents.mrz.formats import LAYOUTS, Layout
from data.documents.travel_document import MrzFormat
from tests.data.support.mrz_zones import Zone

_KNOWN_BY_ISSUER = (MrzFormat.FR_ID, MrzFormat.FR_DL, MrzFormat.CH_DL)
"""With another issuer these would be other formats."""
_SWAPS_UNSEEN = {"0": "U", "U": "0", "1": "L", "L": "1", "6": "G", "G": "6", "V": "1"}
_LETTERS_FOR = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
_DIGITS_FOR = {letter: digit for digit, letter in _LETTERS_FOR.items()}


class Fault(StrEnum):
    """A planted fault."""

    NUMBER = "number"
    """Another character in the number, which its digit tells."""
    NUMBER_SWAP = "number_swap"
    """A character of the number for one that weighs the same: no digit tells."""
    BIRTH = "birth"
    EXPIRY = "expiry"
    """Another day, which the date's digit tells."""
    COMPOSITE = "composite"
    """Another last digit."""
    LETTER_IN_BIRTH = "letter_in_birth"
    """A letter for a digit of the date of birth. The digit over it tells, unless the two weigh the same (G/6)."""
    DIGIT_IN_NAME = "digit_in_name"
    """A digit for a letter of the name."""
    DIGIT_IN_STATE = "digit_in_state"
    """A digit for a letter of the issuing state's code."""
    UNKNOWN_STATE = "unknown_state"
    """A code that no state has."""
    UNKNOWN_SEX = "unknown_sex"
    LINE_CUT = "line_cut"
    """The last character is missing: no format has such lines."""


def plant(zone: Zone, fault: Fault, seed: int) -> Zone | None:
    """The zone with this fault; None where its format or its fields leave no place for it."""
    layout, flat = LAYOUTS[zone.format], zone.text.replace("\n", "")
    random = Random(seed)
    changed = _PLANTERS[fault](layout, flat, random)
    if changed is None or changed == flat:
        return None
    text = zone.text[:-1] if fault is Fault.LINE_CUT else "\n".join(layout.lines_of(changed))
    return replace(zone, text=text, fault=fault.value)


def _put(flat: str, at: int, char: str) -> str:
    return flat[:at] + char + flat[at + 1 :]


def _swap(flat: str, where: slice, swaps: dict[str, str], random: Random) -> str | None:
    """One of the characters of a field that `taken` has, for what it stands for there."""
    places = [at for at in range(where.start, where.stop) if flat[at] in swaps]
    at = random.choice(places) if places else 0
    return _put(flat, at, swaps[flat[at]]) if places else None


def _number(layout: Layout, flat: str, random: Random) -> str | None:
    at = random.choice([at for at in range(layout.number.start, layout.number.stop) if flat[at] != "<"])
    others = [char for char in VALUES if char != "<" and (VALUES[char] - VALUES[flat[at]]) % 10]
    return _put(flat, at, random.choice(others)) if layout.number_digit else None


def _date(where: slice | None, digit: int | None, flat: str, random: Random) -> str | None:
    if where is None or digit is None or not flat[where].isdecimal():
        return None
    days = [f"{day:02}" for day in range(1, 29) if check_digit(f"{flat[where][:4]}{day:02}") != flat[digit]]
    return flat[: where.stop - 2] + random.choice(days) + flat[where.stop :]


def _composite(layout: Layout, flat: str, random: Random) -> str | None:
    at = layout.composite_digit
    return _put(flat, at, random.choice([char for char in "0123456789" if char != flat[at]])) if at else None


def _letter_in_birth(layout: Layout, flat: str, random: Random) -> str | None:
    return _swap(flat, layout.birth, _LETTERS_FOR, random) if layout.birth and layout.birth_digit else None


def _sex(layout: Layout, flat: str, random: Random) -> str | None:
    return _put(flat, layout.sex, random.choice("BHN0")) if layout.sex else None


def _unknown_state(layout: Layout, flat: str, random: Random) -> str | None:
    if layout.format in _KNOWN_BY_ISSUER:
        return None
    return flat[: layout.issuer.start] + random.choice(("QQQ", "ZZZ", "XYZ")) + flat[layout.issuer.stop :]


_PLANTERS: dict[Fault, Callable[[Layout, str, Random], str | None]] = {
    Fault.NUMBER: _number,
    Fault.NUMBER_SWAP: lambda layout, flat, random: _swap(flat, layout.number, _SWAPS_UNSEEN, random),
    Fault.BIRTH: lambda layout, flat, random: _date(layout.birth, layout.birth_digit, flat, random),
    Fault.EXPIRY: lambda layout, flat, random: _date(layout.expiry, layout.expiry_digit, flat, random),
    Fault.COMPOSITE: _composite,
    Fault.LETTER_IN_BIRTH: _letter_in_birth,
    Fault.DIGIT_IN_NAME: lambda layout, flat, random: _swap(flat, layout.surname, _DIGITS_FOR, random),
    Fault.DIGIT_IN_STATE: lambda layout, flat, random: _swap(flat, layout.issuer, _DIGITS_FOR, random),
    Fault.UNKNOWN_STATE: _unknown_state,
    Fault.UNKNOWN_SEX: _sex,
    Fault.LINE_CUT: lambda layout, flat, random: flat[:-1],
}
