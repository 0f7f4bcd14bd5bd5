"""Check digits: weights 7-3-1, modulo 10, `<` as 0, A to Z as 10 to 35 (Doc 9303-3 section 4.9).

Letters whose values differ by ten weigh the same, so G/6, L/1, U/0 and V/1 swaps are invisible to every digit.
"""

from operator import mul
from string import ascii_uppercase, digits

from data.documents.travel_document import CheckDigit

VALUES: dict[str, int] = {char: value for value, char in enumerate(digits + ascii_uppercase)} | {"<": 0}
"""What each legal character counts."""

WEIGHTS = (7, 3, 1) * 40
"""Longer than any field, the whole of a French card (71) included."""


def check_digit(field: str) -> str:
    """The digit over `field` of at most 120 characters; empty when a character is not legal in an MRZ."""
    try:
        return str(sum(map(mul, [VALUES[char] for char in field], WEIGHTS)) % 10)
    except KeyError:
        return ""


def judge(name: str, field: str, found: str) -> CheckDigit:
    """The digit printed beside a field against the digit it should be."""
    expected = check_digit(field)
    return CheckDigit(name, found, expected, ok=found == expected and bool(expected))


def judge_optional(field: str, found: str) -> CheckDigit:
    """Like `judge`, but the digit over empty optional data may be `<` as well as `0` (Doc 9303-4 section 4.2.2)."""
    digit = judge("optional", field, found)
    if found == "<" and not field.strip("<"):
        return CheckDigit("optional", found, digit.expected, ok=True)
    return digit


def judge_long_number(issuer: str, first: str, rest: str, found: str) -> CheckDigit:
    """The digit over a number that goes on in the optional data; it stands behind the rest.

    Doc 9303-5 counts the two parts as one. Belgian cards count the filler between them too: that is taken from them
    alone, since a digit that may have two values guards its number less.
    """
    digit = judge("number", first + rest, found)
    with_filler = judge("number", f"{first}<{rest}", found)
    return with_filler if issuer == "BEL" and with_filler.ok else digit
