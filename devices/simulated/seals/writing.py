"""A seal as an issuing authority writes it, version 4 (ICAO Doc 9303-13, part 2; BSI TR-03137-1)."""

from collections.abc import Sequence
from datetime import date

_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAGIC, _VERSION_4, _SIGNATURE = 0xDC, 0x03, 0xFF
_FIRST_VALUE = 3
_ONE_LEFT = 0xFE

Feature = tuple[int, bytes]
"""Tag and value."""


def c40(text: str) -> bytes:
    """Three characters in two bytes; a single last one as itself. Fillers of a zone are blanks."""
    values = [_ALPHABET.index(char) + _FIRST_VALUE for char in text.replace("<", " ")]
    out = bytearray()
    while len(values) >= 2:
        first, second, third = (*values[:3], 0)[:3]
        out += (1600 * first + 40 * second + third + 1).to_bytes(2, "big")
        values = values[3:]
    if values:
        out += bytes([_ONE_LEFT, ord(_ALPHABET[values[0] - _FIRST_VALUE]) + 1])
    return bytes(out)


def written(issuer: str, signer: str, serial: int, signed: date, profile: int, features: Sequence[Feature]) -> bytes:
    """Everything that the signature covers; `issuer` as in a zone, `signer` two letters and two characters."""
    reference = f"{serial:02X}"
    named = f"{signer}{len(reference):02X}{reference}"
    day = int(f"{signed:%m%d%Y}").to_bytes(3, "big")
    head = bytes([_MAGIC, _VERSION_4]) + c40(issuer.ljust(3)) + c40(named) + day + day + profile.to_bytes(2, "big")
    return head + b"".join(_tagged(tag, value) for tag, value in features)


def signed_with(covered: bytes, signature: bytes) -> bytes:
    """The whole seal; `signature` is r and s one after the other."""
    return covered + _tagged(_SIGNATURE, signature)


def _tagged(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value
