"""Lists of persons: a row is a notice under its record id, both as plain bytes.

Person lists are not sealed: a kit must compare names, so the store itself is encrypted instead. Two
records with one id are two editions of one notice: the one updated last is published.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from data.lists.row import Row
from data.persons.encoding import decode, encode
from data.persons.notice import Notice

NAME = "persons"
SEALED = False
KEY_TYPE = "BLOB"
BODY_TYPE = "BLOB"


def identity(record: Notice) -> str:
    """The notice's own id within its source: `2019/12345`, `QDi.001`, `OFAC-1234`."""
    return record.record


def to_json(record: Notice) -> str:
    """Canonical JSON of a notice (`data.persons.encoding`)."""
    return encode(record)


def from_json(text: str) -> Notice:
    """A notice from its canonical JSON; InputError when it cannot be read."""
    return decode(text)


def rows(records: Iterable[Notice], salt: bytes) -> Iterator[Row]:
    """One row a notice: key = record id, body = canonical JSON, both UTF-8. The salt is not used."""
    for record in records:
        yield Row(record.record.encode(), encode(record).encode())


def merge(bodies: Sequence[bytes]) -> bytes:
    """The body updated last; of several on one day the greatest in byte order, so any order gives the same."""
    return max(bodies, key=_edition)


def _edition(body: bytes) -> tuple[date, bytes]:
    return decode(body).updated or date.min, body
