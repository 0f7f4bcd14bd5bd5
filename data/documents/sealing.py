"""Sealed keys: what a list holds in place of document numbers.

Canonical row of 32 bytes (country 3, group 1, number 25 padded with zero bytes, 3 spare) → AES-256 CBC-MAC → the
first 64 bits, signed. The rows all have one length, so a plain CBC-MAC is a secure one. Sealing protects numbers
only while the salt is secret: whoever holds it can try every number.
"""

from collections.abc import Sequence
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
        found: list[int] = self.keys_of_rows(np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)).tolist()
        return found

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
