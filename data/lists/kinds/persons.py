"""Lists of persons: a row is a notice under its record id, both as plain bytes.

Person lists are not sealed: a kit must compare names, so the store itself is encrypted instead. Two
records with one id are two editions of one notice: the one updated last is published.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from data.lists.rows import Row
from data.persons.notice import Action, Colour, Notice, decode_notice, encode_notice
from data.persons.person import ListedName
from data.untrusted_text import clean

NAME = "persons"
SEALED = False
MAY_BE_EMPTY = False
KEY_TYPE = "BLOB"
BODY_TYPE = "BLOB"
_RANKS = {action: len(Action) - place for place, action in enumerate(Action)}
"""How much each asks of the officer."""
_T = TypeVar("_T")
_NO_LETTER = re.compile(r"[^\w.'’-]|[\d_]")
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


def keep_lost(before: Notice, after: Notice) -> Notice:
    """A notice with every name, date of birth, nationality, document and caution, and the colour and the graver action,
    of its earlier edition; `after` itself where it lacks none of them.

    A new name that may be a remnant of a lost one is left out. The text is the earlier one: the importer asks of it
    which words were there before.
    """
    old, new = before.person, after.person
    numbers = {document.number for document in new.documents}
    person = replace(
        new,
        names=_join_names(new.names, old.names),
        births=_join(new.births, old.births),
        nationalities=_join(new.nationalities, old.nationalities),
        documents=(*new.documents, *(document for document in old.documents if document.number not in numbers)),
    )
    merged = replace(
        after,
        person=person,
        cautions=_join(after.cautions, before.cautions),
        colour=before.colour if after.colour is Colour.NONE else after.colour,
        action=max(after.action, before.action, key=_RANKS.__getitem__),
    )
    return after if merged == after else replace(merged, reason=before.reason)


def movable(record: Notice) -> frozenset[str]:
    """Its names and document numbers."""
    person = record.person
    return frozenset(name.full for name in person.names) | {document.number for document in person.documents}


def _join_names(new: tuple[ListedName, ...], old: tuple[ListedName, ...]) -> tuple[ListedName, ...]:
    has = {name.full for name in new}
    missing = [name.full for name in old if name.full not in has]
    if not missing:
        return new
    lost = {word for name in missing for word in name.split()}
    had = {name.full for name in old}
    return (*old, *(name for name in new if name.full not in had and _is_another(name.full.split(), lost)))


def _is_another(words: Sequence[str], lost: set[str]) -> bool:
    """Whether no word of a name is one of those that were lost, or has anything in it that is no letter."""
    return lost.isdisjoint(words) and all(_NO_LETTER.search(word) is None for word in words)


def _join(new: tuple[_T, ...], old: tuple[_T, ...]) -> tuple[_T, ...]:
    return (*new, *(each for each in old if each not in new))


def has_words(record: Notice, words: str) -> bool:
    """Whether the text of a notice has these words of the source in it."""
    return clean(words) in record.reason


def _edition(body: bytes) -> tuple[date, bytes]:
    return decode_notice(body).updated or date.min, body
