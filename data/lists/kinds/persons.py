"""Lists of persons: a row is a notice under its record id, both as plain bytes.

Person lists are not sealed: a kit must compare names, so the store itself is encrypted instead. Two
records with one id are two editions of one notice: the one updated last is published.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from data.lists.rows import Row
from data.persons.notice import Action, Colour, Notice, decode_notice, encode_notice
from data.untrusted_text import clean

NAME = "persons"
SEALED = False
KEY_TYPE = "BLOB"
BODY_TYPE = "BLOB"
_RANKS = {action: len(Action) - place for place, action in enumerate(Action)}
"""How much each asks of the officer."""
_BIRTHS = re.compile(rb'"births":\[((?:"[^"]*"|\[[^]]*\]|,)*)\]')


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


def count_contents(body: bytes) -> tuple[int, int, int]:
    """Names, dates of birth and documents in the canonical JSON of a notice.

    They are counted by their keys, at a fraction of the cost of decoding: within a text a quotation mark is escaped, so
    a key with its colon is a key.
    """
    births = _BIRTHS.search(body)
    dates = births[1].count(b'"') // 2 + births[1].count(b"[") if births else 0
    return body.count(b'"full":'), dates, body.count(b'"number":')


def loses(before: Notice, after: Notice) -> bool:
    """Whether a notice lacks a name, a date of birth, a nationality, a document, a caution or its colour, which an
    earlier edition had, or asks for less than that.
    """
    old, new = before.person, after.person
    return bool(
        {name.full for name in old.names} - {name.full for name in new.names}
        or set(old.births) - set(new.births)
        or set(old.nationalities) - set(new.nationalities)
        or {document.number for document in old.documents} - {document.number for document in new.documents}
        or set(before.cautions) - set(after.cautions)
        or (before.colour is not Colour.NONE and after.colour is Colour.NONE)
        or _RANKS[before.action] > _RANKS[after.action]
    )


def has_words(record: Notice, words: str) -> bool:
    """Whether the text of a notice has these words of the source in it."""
    return clean(words) in record.reason


def _edition(body: bytes) -> tuple[date, bytes]:
    return decode_notice(body).updated or date.min, body
