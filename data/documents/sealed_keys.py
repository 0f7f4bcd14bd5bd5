"""Sealed keys: what a list holds in place of document numbers, and of ranges of stolen blanks.

- Canonical row of 32 bytes (country 3, group 1, number 25 padded with zero bytes, 3 spare) → AES-256 CBC-MAC → the
  first 64 bits, signed. The rows all have one length, so a plain CBC-MAC is a secure one. Sealing protects numbers
  only while the salt is secret: anyone who has it can try every number.
- A range of blanks becomes the few prefixes that cover it exactly. From C01X0000 to C01X1999 the rows are C01X0###
  and C01X1###, from C01X0999 to C01X2000 they are C01X0999, C01X1### and C01X2000. In a row `#` stands for any digit,
  `@` for any letter, `*` for either.
- A number is looked up once for each length of the open end that the list uses for its country, group and length,
  which a row of its own tells (`levels`). Nothing has to be ordered or nested, so overlapping ranges cannot hide one
  another, and no row shows more than its sealed key.
- Where first and last number have digits and letters at the same places, the range holds numbers of this shape; else
  all numbers between in the order 0-9, A-Z.
- Rows of ranges have the group's letter in lower case: they never meet the row of a single document.
"""

from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase, digits
from threading import local

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from data.documents.number import LONGEST

ROW_BYTES = 32
NUMBER_AT = 4
_PURPOSE = b"waypost/documents/sealed-key/1"
_SHORTEST_SALT = 16

Rows = NDArray[np.uint8]

_OWN, _ANY = 0, 26
"""Lowest bit of the levels for open ends of a number's own shape, and of any shape."""

_ORDER = digits + ascii_uppercase

LEVELS = 7 << 61
"""Marks a body that tells levels; read as packed facts it would have a fraud type that does not exist."""


class Sealer:
    """Seals canonical rows with one list's salt. The key is derived for this purpose alone (HKDF-SHA256)."""

    def __init__(self, salt: bytes) -> None:
        if len(salt) < _SHORTEST_SALT:
            raise ValueError(f"a salt of {len(salt)} bytes protects nothing; {_SHORTEST_SALT} at least")
        key = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(salt)
        # Blocks are chained below, for all rows at once: ECB is the bare block cipher that a CBC-MAC is made of.
        self._cipher = Cipher(AES(key), ECB())  # noqa: S305
        self._own = local()

    def key(self, number: str, country: str, group: str) -> int:
        """The sealed key of one document: a signed 64-bit integer."""
        return self.keys([(number, country, group)])[0]

    def keys(self, rows: Sequence[tuple[str, str, str]]) -> list[int]:
        """The sealed keys of (cleaned number, canonical country, group) rows, in their order; ValueError for others."""
        packed = b"".join([canonical_row(*row) for row in rows])
        keys: list[int] = self.keys_of_rows(np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)).tolist()
        return keys

    def keys_of_rows(self, rows: Rows) -> NDArray[np.int64]:
        """The sealed keys of an (n, 32) array of canonical rows: two calls of AES for any n."""
        first = np.frombuffer(self._encrypt(rows[:, :16].tobytes()), dtype=np.uint8).reshape(-1, 16)
        sealed = self._encrypt((first ^ rows[:, 16:]).tobytes())
        return np.frombuffer(sealed, dtype=">i8")[::2].astype(np.int64)

    def _encrypt(self, blocks: bytes) -> bytes:
        """Whole blocks by this thread's own encryptor: ECB keeps nothing from one call to the next."""
        try:
            encryptor = self._own.encryptor
        except AttributeError:
            encryptor = self._own.encryptor = self._cipher.encryptor()
        sealed: bytes = encryptor.update(blocks)
        return sealed


def canonical_row(number: str, country: str, group: str) -> bytes:
    """The 32 bytes that are sealed; ValueError when a part has a length or a character that no row has."""
    if len(country) != 3 or len(group) != 1 or not 0 < len(number) <= LONGEST:
        raise ValueError(f"no canonical row: country of {len(country)}, group of {len(group)}, number of {len(number)}")
    return (country + group + number).encode("ascii").ljust(ROW_BYTES, b"\0")


def key_bytes(keys: NDArray[np.int64]) -> list[bytes]:
    """Keys as rows of a list carry them: 8 bytes each, signed, big endian."""
    packed = keys.astype(">i8").tobytes()
    return [packed[start : start + 8] for start in range(0, len(packed), 8)]


def cover_range(first: str, last: str) -> Iterator[str]:
    """The patterns that together hold every number from `first` to `last` and no other, in order.

    ValueError unless both have one length and `first` does not come after `last`.
    """
    if len(first) != len(last) or first > last:
        raise ValueError(f"no range: numbers of {len(first)} and {len(last)} characters, or the last before the first")
    same = _shape(first) == _shape(last)
    return _cover("", first, last, "#@" if same else "*")


def count_range(first: str, last: str) -> int:
    """How many numbers a range holds; ValueError as for `cover_range`."""
    return sum(
        10 ** pattern.count("#") * 26 ** pattern.count("@") * 36 ** pattern.count("*")
        for pattern in cover_range(first, last)
    )


def pattern_level(pattern: str) -> int:
    """The body that tells of one pattern: its open end's length as a bit."""
    end = len(pattern) - len(pattern.rstrip("#@*"))
    return LEVELS | 1 << (end + (_ANY if pattern.endswith("*") else _OWN))


def merge_levels(levels: Iterable[int]) -> int:
    """The body that tells of all that the given ones tell."""
    total = LEVELS
    for each in levels:
        total |= each
    return total


def levels_number(length: int) -> str:
    """What stands for a number in the row that tells the levels for numbers of one length."""
    return f"?{length}"


def range_patterns(number: str, levels: int) -> list[str]:
    """The patterns under which a range that holds `number` would be listed."""
    own = [number[: len(number) - end] + _shape(number[len(number) - end :]) for end in _ends(number, levels >> _OWN)]
    return own + [number[: len(number) - end] + "*" * end for end in _ends(number, levels >> _ANY)]


def _ends(number: str, levels: int) -> Iterator[int]:
    return (end for end in range(min(len(number), _ANY - 1) + 1) if levels >> end & 1)


def _shape(number: str) -> str:
    return "".join("#" if char.isdigit() else "@" for char in number)


def _cover(prefix: str, first: str, last: str, wildcards: str) -> Iterator[str]:
    if all(a == _least(a, wildcards) and b == _most(b, wildcards) for a, b in zip(first, last, strict=True)):
        yield prefix + ("*" * len(first) if wildcards == "*" else _shape(first))
    elif first[0] == last[0]:
        yield from _cover(prefix + first[0], first[1:], last[1:], wildcards)
    else:
        rest_least = "".join(_least(char, wildcards) for char in first[1:])
        rest_most = "".join(_most(char, wildcards) for char in first[1:])
        yield from _cover(prefix + first[0], first[1:], rest_most, wildcards)
        for char in _between(first[0], last[0]):
            yield from _cover(prefix + char, rest_least, rest_most, wildcards)
        yield from _cover(prefix + last[0], rest_least, last[1:], wildcards)


def _least(like: str, wildcards: str) -> str:
    return "A" if wildcards != "*" and like.isalpha() else "0"


def _most(like: str, wildcards: str) -> str:
    return "9" if wildcards != "*" and like.isdigit() else "Z"


def _between(first: str, last: str) -> str:
    return _ORDER[_ORDER.index(first) + 1 : _ORDER.index(last)]
