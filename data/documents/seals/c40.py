"""C40 and dates as seals write them (Doc 9303-13, 2.3; BSI TR-03137-1, annex B).

Three characters of A–Z, 0–9 and blank stand in two bytes. A blank is the filler of a zone.
"""

from datetime import date

from data.certificates.malformed import Malformed

_CHARACTERS = dict(enumerate(" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=3))
_SHIFT_1 = 0
_ONE_LEFT = 0xFE
"""A single last character stands as itself, plus one."""


def decode_c40(data: bytes) -> str:
    """The text of `data`; Malformed where it is none."""
    if len(data) % 2:
        raise Malformed("A text in a seal has an odd length")
    pairs = [data[at : at + 2] for at in range(0, len(data), 2)]
    return "".join(_three(pair, last=number == len(pairs)) for number, pair in enumerate(pairs, start=1))


def _three(pair: bytes, *, last: bool) -> str:
    if last and pair[0] == _ONE_LEFT:
        character = chr(pair[1] - 1) if pair[1] else ""
        if character not in _CHARACTERS.values():
            raise Malformed("A text in a seal holds a character that no zone has")
        return character
    number = int.from_bytes(pair, "big") - 1
    values = (number // 1600, number // 40 % 40, number % 40)
    kept = values[:2] if last and values[2] == _SHIFT_1 else values
    if number < 0 or any(value not in _CHARACTERS for value in kept):
        raise Malformed("A text in a seal holds a character that no zone has")
    return "".join(_CHARACTERS[value] for value in kept)


def decode_date(data: bytes) -> date | None:
    """A date of three bytes, MMDDYYYY as one number; None where it is not given (all zero)."""
    number = int.from_bytes(data, "big")
    if number == 0:
        return None
    try:
        return date(number % 10_000, number // 1_000_000, number // 10_000 % 100)
    except ValueError as problem:
        raise Malformed("A date in a seal is none") from problem
