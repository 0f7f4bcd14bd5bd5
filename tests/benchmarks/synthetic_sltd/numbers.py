"""Numbers of one series, in bulk and without repetition.

The serials of a series are shuffled by a bijection of a power of two (odd multipliers and shifts; what falls outside is
passed over), so the first so many are a random set of different numbers and the rest surely are not among them.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from math import prod
from string import ascii_uppercase, digits

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.synthetic_sltd.tables.series import GERMAN

Serials = NDArray[np.uint64]
Characters = NDArray[np.uint8]
_TOKEN = re.compile(r"\[([^\]]+)\]|\\(.)|(.)")
_MARKS = {"9": digits, "A": ascii_uppercase, "#": GERMAN}
_ROUNDS = 4


@dataclass(frozen=True)
class Series:
    """Numbers of one issuer, type and pattern."""

    country: str
    type: str
    pattern: str

    @cached_property
    def alphabets(self) -> tuple[str, ...]:
        """What may stand at each place."""
        return tuple(
            _spelled_out(within) if within else itself or _MARKS.get(mark, mark)
            for within, itself, mark in _TOKEN.findall(self.pattern)
        )

    @cached_property
    def space(self) -> int:
        """How many numbers fit the pattern."""
        return prod(map(len, self.alphabets))

    @property
    def counts_up(self) -> bool:
        """Whether numbers that follow one another do so in the order 0-9, A-Z, with no gap in their last places."""
        whole = all(alphabet in (digits, ascii_uppercase) for alphabet in self.alphabets[-5:])
        return whole and all(list(alphabet) == sorted(alphabet) for alphabet in self.alphabets)

    @property
    def reach(self) -> int:
        """Places in the shuffled order: the power of two that holds `space`."""
        return 1 << max((self.space - 1).bit_length(), 8)

    def serials(self, start: int, end: int, seed: int) -> Serials:
        """The serials at places `start` to `end` of the shuffled order; fewer, where a place holds none."""
        bits = self.reach.bit_length() - 1
        mask, half = np.uint64(self.reach - 1), np.uint64(bits // 2)
        keys = np.random.default_rng([seed, *self.pattern.encode(), *self.country.encode(), *self.type.encode()])
        place = np.arange(start, end, dtype=np.uint64)
        for factor in keys.integers(0, 1 << 62, (_ROUNDS, 2), dtype=np.uint64):
            place = (place * (factor[0] | np.uint64(1)) + factor[1]) & mask
            place ^= place >> half
        return place[place < np.uint64(self.space)]

    def numbers(self, serials: Serials) -> Characters:
        """The numbers of some serials: (n, length) ASCII codes."""
        rest = serials.copy()
        found = np.empty((len(serials), len(self.alphabets)), np.uint8)
        for place in reversed(range(len(self.alphabets))):
            alphabet = np.frombuffer(self.alphabets[place].encode(), np.uint8)
            rest, digit = np.divmod(rest, np.uint64(len(alphabet)))
            found[:, place] = alphabet[digit.astype(np.intp)]
        return found


def _spelled_out(within: str) -> str:
    """`A-CX` as ABCX."""
    return re.sub(r"(.)-(.)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), within)
