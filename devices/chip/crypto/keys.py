"""Keys of chip protocols from what both ends know (Doc 9303-11, 9.7)."""

from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import new

from devices.chip.crypto.suite import Suite


class Use(IntEnum):
    """What a derived key is for; the counter of the derivation."""

    ENCRYPTION = 1
    MAC = 2
    PASSWORD = 3
    """Decrypts the nonce of PACE."""


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """The two keys of one secure channel."""

    suite: Suite
    encryption: bytes = field(repr=False)
    mac: bytes = field(repr=False)


def kdf(secret: bytes, use: Use, suite: Suite) -> bytes:
    """The key for `use`. Keys of 3DES come with their parity bits set, as the worked examples print them."""
    digest = new(suite.hash_name, secret + use.to_bytes(4, "big"), usedforsecurity=False).digest()
    key = digest[: suite.key_bytes]
    return bytes(map(_odd, key)) if suite is Suite.TDES else key


def session_keys(secret: bytes, suite: Suite) -> SessionKeys:
    """The keys of a channel from a shared secret."""
    return SessionKeys(suite, kdf(secret, Use.ENCRYPTION, suite), kdf(secret, Use.MAC, suite))


def _odd(byte: int) -> int:
    high = byte & 0xFE
    return high | (high.bit_count() + 1) % 2
