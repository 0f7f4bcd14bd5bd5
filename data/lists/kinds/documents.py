"""Lists of stolen, lost and revoked documents: sealed keys and 64 bits of facts, no number in clear.

A row's key is the sealed key of canonical country, type group and cleaned number; its body is the packed facts. So
records that differ only within a group (PAS and DIP) share a row, and `merge` picks the one that stays listed longest.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

from data.documents.countries import canonical
from data.documents.facts import pack, to_bytes, unpack
from data.documents.number import clean_number, is_din
from data.documents.record import DocumentRecord, Fraud
from data.documents.sealing import Sealer
from data.documents.types import type_group
from data.errors import InputError
from data.lists.row import Row

NAME = "documents"
SEALED = True
KEY_TYPE = "INTEGER"
BODY_TYPE = "INTEGER"

_BATCH = 10_000
"""Rows sealed at once: constant memory, and the cipher's set-up shared."""

_DATES = ("theft_date", "issued", "expires", "review")


def identity(record: DocumentRecord) -> str:
    """Cleaned number, issuing country and type (SLTD)."""
    return record.record


def to_json(record: DocumentRecord) -> str:
    """A record as canonical JSON; empty fields are left out."""
    fields = {name: str(value) for name, value in asdict(record).items() if value}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> DocumentRecord:
    """A record from headquarters' store."""
    fields: dict[str, Any] = json.loads(text)
    dates: dict[str, Any] = {name: date.fromisoformat(fields.pop(name)) for name in _DATES if name in fields}
    return DocumentRecord(fraud=Fraud(fields.pop("fraud")), **fields, **dates)


def rows(records: Iterable[DocumentRecord], salt: bytes) -> Iterator[Row]:
    """One row a record, in their order. InputError for a record whose number or country cannot be keyed."""
    sealer = Sealer(salt)
    source = iter(records)
    while batch := list(islice(source, _BATCH)):
        keys = sealer.keys([_keyed(record) for record in batch])
        for key, record in zip(keys, batch, strict=True):
            yield Row(key.to_bytes(8, "big", signed=True), to_bytes(pack(record)))


def merge(bodies: Sequence[bytes]) -> bytes:
    """The body of the record that stays listed longest, then the most serious, then the greatest: any order will do."""
    return max(bodies, key=lambda body: (unpack(int.from_bytes(body, "big")).weight, body))


def _keyed(record: DocumentRecord) -> tuple[str, str, str]:
    number, country = clean_number(record.number), canonical(record.country)
    if not is_din(number) or country is None:
        raise InputError(
            f"A document record of {record.country!r} has a number or a country that cannot be on a list",
            means="Nothing was published.",
            do="Correct the record: a number has 5 to 25 letters and digits, a country a code of Doc 9303-3",
        )
    return number, country, type_group(record.type)
