"""Lists of stolen, lost and revoked documents: sealed keys and 64 bits of facts, no number in clear.

A row's key is the sealed key of canonical country, type group and cleaned number; its body is the packed facts. So
records that differ only within a group (PAS and DIP) share a row, and `merge` picks the one that stays listed longest.
A range of stolen blanks becomes several rows (`data.documents.sealed_keys`), one of them shared by all of its kind.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace

from data.documents import sealed_keys
from data.documents.code_tables import canonical_country, type_group
from data.documents.document_record import FACTS_LAYOUT, DocumentRecord, facts_to_bytes, pack_facts, unpack_facts
from data.documents.number import clean_number, is_din
from data.documents.sealed_keys import Sealer
from data.errors import InputError
from data.json_codec import decode
from data.lists.rows import Row, split_batches
from data.text import _

NAME = "documents"
SEALED = True
MAY_BE_EMPTY = False
KEY_TYPE = "INTEGER"
BODY_TYPE = "INTEGER"
_SENT_FIELDS = ("fraud", "type", "country", "theft", "review", "expiry")
BODY_FIELDS = tuple(FACTS_LAYOUT[name] + ((3,) if name == "review" else ()) for name in _SENT_FIELDS)
"""A review date follows from the date of the theft, most often."""

_BATCH = 10_000
"""Rows sealed at once: constant memory, and the cipher's set-up shared."""


def identity(record: DocumentRecord) -> str:
    """Cleaned number, issuing country and type (SLTD)."""
    return record.record


def to_json(record: DocumentRecord) -> str:
    """A record as canonical JSON; empty fields are left out."""
    given = {each.name: str(value) for each in fields(record) if (value := getattr(record, each.name))}
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> DocumentRecord:
    """A record from headquarters' store; InputError if it is not a record."""
    return decode(
        DocumentRecord,
        text,
        lambda _why: InputError(_("A record of a document list cannot be read"), do=_("Import the source again")),
    )


def rows(records: Iterable[DocumentRecord], salt: bytes) -> Iterator[Row]:
    """The records' rows, in their order. InputError for a record whose number or country cannot be keyed."""
    sealer = Sealer(salt)
    for batch in split_batches((row for record in records for row in _plain_rows(record)), _BATCH):
        for key, (_place, body) in zip(sealer.keys([place for place, _body in batch]), batch, strict=True):
            yield Row(key.to_bytes(8, "big", signed=True), facts_to_bytes(body))


def merge(bodies: Sequence[bytes]) -> bytes:
    """The body of the record that stays listed longest, then the most serious, then the greatest: any order will do.

    Of the levels of ranges all that any of them tells.
    """
    packed = [int.from_bytes(body, "big") for body in bodies]
    if packed[0] >= sealed_keys.LEVELS:
        return facts_to_bytes(sealed_keys.merge_levels(packed))
    return max(bodies, key=lambda body: (unpack_facts(int.from_bytes(body, "big")).weight, body))


def count_numbers(record: DocumentRecord) -> int:
    """How many document numbers a record stands for: one, or all of its range."""
    if not record.number_to:
        return 1
    number = _first_number(record)
    return sealed_keys.count_range(number, _last_number(record, number))


def first_numbers(ranges: Iterable[DocumentRecord]) -> list[str]:
    """Identities that single records with the first numbers of ranges would have."""
    return [replace(record, number_to="").record for record in ranges]


def find_shrunk(
    gone: Iterable[DocumentRecord], new: Iterable[DocumentRecord], singles: Collection[str]
) -> Iterator[str]:
    """Identities of ranges in `gone` of which `new` or the identities `singles` have the first or last number."""
    ends = {(record.country, record.type, number) for record in new for number in (record.number, record.number_to)}
    for record in gone:
        both = {(record.country, record.type, number) for number in (record.number, record.number_to)}
        if both & ends or replace(record, number_to="").record in singles:
            yield record.record


def _plain_rows(record: DocumentRecord) -> Iterator[tuple[tuple[str, str, str], int]]:
    """What is sealed, and the body that stands under it."""
    number, country, group = _key_parts(record)
    facts = pack_facts(record)
    if not record.number_to:
        yield (number, country, group), facts
        return
    levels = set()
    for pattern in sealed_keys.cover_range(number, _last_number(record, number)):
        yield (pattern, country, group.lower()), facts
        levels.add(sealed_keys.pattern_level(pattern))
    yield (sealed_keys.levels_number(len(number)), country, group.lower()), sealed_keys.merge_levels(levels)


def _key_parts(record: DocumentRecord) -> tuple[str, str, str]:
    country = canonical_country(record.country)
    if country is None:
        raise _make_unfit_error(record)
    return _first_number(record), country, type_group(record.type)


def _first_number(record: DocumentRecord) -> str:
    number = clean_number(record.number)
    if not is_din(number):
        raise _make_unfit_error(record)
    return number


def _last_number(record: DocumentRecord, first: str) -> str:
    last = clean_number(record.number_to)
    if len(last) != len(first) or last < first:
        raise _make_unfit_error(record)
    return last


def _make_unfit_error(record: DocumentRecord) -> InputError:
    return InputError(
        _(
            "A document record of {country} has a number, a range or a country that is not allowed on a list",
            country=repr(record.country),
        ),
        means=_("Nothing was published."),
        do=_(
            "Correct the record. A number has 5 to 25 letters and digits, a country has a code of Doc 9303-3, "
            "and a range has two numbers of the same length"
        ),
    )
