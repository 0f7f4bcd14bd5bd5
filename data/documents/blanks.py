"""Ranges of stolen blanks as rows that can be sealed: an interval becomes the few prefixes that cover it exactly.

From C01X0000 to C01X1999 the rows are C01X0### and C01X1###, from C01X0999 to C01X2000 they are C01X0999, C01X1###
and C01X2000. In a row `#` stands for any
digit, `@` for any letter, `*` for either. A number is looked up once for each length of the open end that the list
uses for its country, group and length, which a row of its own tells (`levels`). Nothing has to be ordered or nested,
so overlapping ranges cannot hide one another, and no row shows more than its sealed key.

- Where first and last number have digits and letters at the same places, the range holds numbers of this shape;
  else all numbers between in the order 0-9, A-Z.
- Rows of ranges have the group's letter in lower case: they never meet the row of a single document.
"""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase, digits

_OWN, _ANY = 0, 26
"""Lowest bit of the levels for open ends of a number's own shape, and of any shape."""

_ORDER = digits + ascii_uppercase

LEVELS = 7 << 61
"""Marks a body that tells levels; as packed facts it would have a fraud type that there is none of."""


def cover(first: str, last: str) -> Iterator[str]:
    """The patterns that together hold every number from `first` to `last` and no other, in order.

    ValueError unless both have one length and `first` does not come after `last`.
    """
    if len(first) != len(last) or first > last:
        raise ValueError(f"no range: numbers of {len(first)} and {len(last)} characters, or the last before the first")
    same = _shape(first) == _shape(last)
    return _cover("", first, last, "#@" if same else "*")


def level(pattern: str) -> int:
    """The body that tells of one pattern: its open end's length as a bit."""
    end = len(pattern) - len(pattern.rstrip("#@*"))
    return LEVELS | 1 << (end + (_ANY if pattern.endswith("*") else _OWN))


def merged(levels: Iterable[int]) -> int:
    """The body that tells of all that the given ones tell."""
    total = LEVELS
    for each in levels:
        total |= each
    return total


def levels_number(length: int) -> str:
    """What stands for a number in the row that tells the levels for numbers of one length."""
    return f"?{length}"


def patterns(number: str, levels: int) -> list[str]:
    """The patterns under which a range that holds `number` would be listed."""
    own = [number[: len(number) - end] + _shape(number[len(number) - end :]) for end in _ends(number, levels >> _OWN)]
    return own + [number[: len(number) - end] + "*" * end for end in _ends(number, levels >> _ANY)]


def _ends(number: str, levels: int) -> Iterator[int]:
    return (end for end in range(min(len(number), _ANY - 1) + 1) if levels >> end & 1)


def _shape(number: str) -> str:
    return "".join("#" if char.isdigit() else "@" for char in number)


def _cover(prefix: str, first: str, last: str, marks: str) -> Iterator[str]:
    if all(a == _least(a, marks) and b == _most(b, marks) for a, b in zip(first, last, strict=True)):
        yield prefix + ("*" * len(first) if marks == "*" else _shape(first))
    elif first[0] == last[0]:
        yield from _cover(prefix + first[0], first[1:], last[1:], marks)
    else:
        rest_least = "".join(_least(char, marks) for char in first[1:])
        rest_most = "".join(_most(char, marks) for char in first[1:])
        yield from _cover(prefix + first[0], first[1:], rest_most, marks)
        for char in _between(first[0], last[0]):
            yield from _cover(prefix + char, rest_least, rest_most, marks)
        yield from _cover(prefix + last[0], rest_least, last[1:], marks)


def _least(like: str, marks: str) -> str:
    return "A" if marks != "*" and like.isalpha() else "0"


def _most(like: str, marks: str) -> str:
    return "9" if marks != "*" and like.isdigit() else "Z"


def _between(first: str, last: str) -> str:
    return _ORDER[_ORDER.index(first) + 1 : _ORDER.index(last)]
