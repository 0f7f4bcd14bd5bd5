"""The audit chain: each link's hash covers the one before, so a changed, dropped or inserted link shows.

One chain per kind of writing process. SHA-256 over a canonical encoding of (incarnation, chain, seq,
previous hash, time, person, action, event, commitment, outcome) (security.md, Audit).
"""

from dataclasses import dataclass
from hashlib import sha256

from data.plain import canonical

START = bytes(32)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain."""

    chain: str
    seq: int
    at: str
    person: str
    action: str
    event: str
    outcome: str
    commitment: bytes
    previous: bytes

    def hash(self, incarnation: str) -> bytes:
        """SHA-256 over the canonical encoding of this link in one journal's life."""
        return sha256(canonical({"incarnation": incarnation, "link": self})).digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """What a link says of an event's details: nothing to whoever lacks the salt, everything to whoever has both."""
    return sha256(salt + body).digest()
