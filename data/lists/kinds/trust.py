"""Lists of trust: signers' certificates and revocation lists, public and therefore not sealed.

A row's key is the record's identity, its body canonical JSON (`data.certificates.trust_record`), both UTF-8.
"""

from collections.abc import Iterable, Iterator, Sequence

from data.certificates.trust_record import TrustRecord, Unproved, decode_trust_record, encode_trust_record
from data.lists.rows import Row

NAME = "trust"
SEALED = False
MAY_BE_EMPTY = False
KEY_TYPE = "BLOB"
BODY_TYPE = "BLOB"


def identity(record: TrustRecord) -> str:
    """A certificate by its fingerprint and what it is for, a revocation list by its issuer."""
    return record.identity


def to_json(record: TrustRecord) -> str:
    """Canonical JSON of a record."""
    return encode_trust_record(record)


def from_json(text: str) -> TrustRecord:
    """A record from its canonical JSON; InputError when it cannot be read."""
    return decode_trust_record(text)


def rows(records: Iterable[TrustRecord], salt: bytes) -> Iterator[Row]:
    """One row a record, in their order. The salt is not used."""
    for record in records:
        yield Row(record.identity.encode(), encode_trust_record(record).encode())


def merge(bodies: Sequence[bytes]) -> bytes:
    """The newest revocation list; of several equally new the greatest in byte order, so any order gives the same."""
    return max(bodies, key=lambda body: (decode_trust_record(body).order, body))


def keep_lost(before: TrustRecord, after: TrustRecord) -> TrustRecord:
    """The newer one of two revocation lists."""
    return before if after.order < before.order else after


def find_unproved(
    new: Sequence[TrustRecord], gone: Sequence[TrustRecord], known: Sequence[TrustRecord]
) -> Iterator[Unproved]:
    """Those of `new` that must not replace what they resemble (`data.certificates.replacement`)."""
    from data.certificates import replacement  # with all that reads certificates: for imports only

    return replacement.find_unproved(new, gone, known)
