"""Lists of persons: a row is a notice under its record id, both as plain bytes.

Person lists are not sealed: a kit must compare names, so the store itself is encrypted instead. Two
records with one id are two editions of one notice: the one updated last is published.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from data.lists.rows import Row
from data.persons.notice import Notice, decode_notice, encode_notice

NAME = "persons"
SEALED = False
KEY_TYPE = "BLOB"
BODY_TYPE = "BLOB"


def identity(record: Notice) -> str:
    """The notice's own id within its source: `2019/12345`, `QDi.001`, `OFAC-1234`."""
    return record.record


def to_json(record: Notice) -> str:
    """Canonical JSON of a notice (`data.persons.notice`)."""
    return encode_notice(record)


def from_json(text: str) -> Notice:
    """A notice from its canonical JSON; InputError when it cannot be read."""
    return decode_notice(text)


def rows(records: Iterable[Notice], salt: bytes) -> Iterator[Row]:
    """One row a notice: key = record id, body = canonical JSON, both UTF-8. The salt is not used."""
    for record in records:
        yield Row(record.record.encode(), encode_notice(record).encode())


def merge(bodies: Sequence[bytes]) -> bytes:
    """The body updated last; of several on one day the greatest in byte order, so any order gives the same."""
    return max(bodies, key=_edition)


def _edition(body: bytes) -> tuple[date, bytes]:
    return decode_notice(body).updated or date.min, body
