"""Other numbers that a machine-read document number may be in truth.

The number as read is kept, and never replaced: a swap of letters whose values differ by ten passes every check digit,
so a "corrected" number could be somebody else's. These stand beside it, and both are looked up (documents.md).
"""

from collections.abc import Iterator
from itertools import combinations, islice

from data.documents.mrz.check_digits import VALUES, WEIGHTS
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import CheckDigit

MOST_CANDIDATES = 24
"""The nearest ones: one character misread, then two."""

DIGIT_MEANT = {char: next((other for other in others if other.isdigit()), "") for char, others in CONFUSABLE.items()}
"""The digit that a letter in a place for digits stands for."""

_SAME_WEIGHT = {
    char: same
    for char, others in CONFUSABLE.items()
    if (same := "".join(other for other in others if (VALUES[other] - VALUES[char]) % 10 == 0))
}


def candidates(number: str, digit: CheckDigit, before: int = 0) -> tuple[str, ...]:
    """The numbers one misreading away that the printed digit fits as well, or that it fits where `number` does not.

    `number` as printed, without trailing filler; the digit counts `before` characters in front of it. A right digit
    leaves the swaps that weigh nothing (G/6, L/1, U/0, V/1). A wrong one asks for what makes it right, by one misread
    character or two; none where nothing does.
    """
    if digit.ok:
        return tuple(islice(_equal(number), MOST_CANDIDATES))
    found = digit.found if digit.found.isdecimal() else DIGIT_MEANT.get(digit.found, "")
    if not (found and digit.expected):
        return ()
    if found == digit.expected:  # only the digit itself was misread
        return tuple(islice(_equal(number), MOST_CANDIDATES))
    return tuple(
        islice(_made_right(number, (int(found) - int(digit.expected)) % 10, WEIGHTS[before:]), MOST_CANDIDATES)
    )


def _equal(number: str) -> Iterator[str]:
    for position, char in enumerate(number):
        if char in _SAME_WEIGHT:
            for other in _SAME_WEIGHT[char]:
                yield number[:position] + other + number[position + 1 :]


def _made_right(number: str, missing: int, weights: tuple[int, ...]) -> Iterator[str]:
    """The numbers whose digit is `missing` more, modulo ten."""
    swaps = [
        (position, other, (VALUES[other] - VALUES[char]) * weights[position] % 10)
        for position, char in enumerate(number[: len(weights)])
        for other in CONFUSABLE.get(char, "")
    ]
    for position, other, adds in swaps:
        if adds == missing:
            yield number[:position] + other + number[position + 1 :]
    for (first, one, adds), (second, two, more) in combinations(swaps, 2):
        if first != second and adds and more and (adds + more) % 10 == missing:
            yield number[:first] + one + number[first + 1 : second] + two + number[second + 1 :]
