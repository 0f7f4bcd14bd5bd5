"""Signatures that carry part of their message: ISO/IEC 9796-2, digital signature scheme 1, for active authentication.

A representative is `6A`, the recoverable part, the digest of the whole message and a trailer that names the hash.
"""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.signatures import digest

_HEADER = 0x6A
_SHORT_TRAILER = 0xBC
_LONG_TRAILER = 0xCC
_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash identifiers of ISO/IEC 10118-3 before the long trailer."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a representative holds."""

    message: bytes
    """The part of the message that came along."""
    digest: bytes
    hash: str

    def covers(self, rest: bytes) -> bool:
        """Whether the digest is that of the recovered part and `rest` together."""
        return digest(self.hash, self.message + rest) == self.digest


def represent(recoverable: bytes, rest: bytes, hash_name: str, *, long_trailer: bool = True) -> bytes:
    """The representative of a message whose first part is recovered; it has the length of its parts."""
    number = next(number for number, name in _TRAILERS.items() if name == hash_name)
    trailer = bytes((number, _LONG_TRAILER)) if long_trailer else bytes((_SHORT_TRAILER,))
    return bytes((_HEADER,)) + recoverable + digest(hash_name, recoverable + rest) + trailer


def recover(representative: bytes) -> Recovered:
    """What a representative holds; Malformed when it is none. The short trailer stands for SHA-1."""
    if representative[:1] != bytes((_HEADER,)):
        raise Malformed("A signature does not open to what was signed")
    body, name = representative[1:], "sha1"
    if body[-1:] == bytes((_SHORT_TRAILER,)):
        body = body[:-1]
    elif body[-1:] == bytes((_LONG_TRAILER,)) and body[-2:-1] and body[-2] in _TRAILERS:
        body, name = body[:-2], _TRAILERS[body[-2]]
    else:
        raise Malformed("A signature does not end as one of this kind must")
    size = len(digest(name, b""))
    if len(body) <= size:
        raise Malformed("A signature is too short for its digest")
    return Recovered(body[:-size], body[-size:], name)
