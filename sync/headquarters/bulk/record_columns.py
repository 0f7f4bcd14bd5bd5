"""Records of documents as columns (polars): what each has, under which key it is published, and what stands there.

- `FIELDS` are the fields of `DocumentRecord`, in text and dates; what is not given is "" or null. `ORIGIN` says where a
  record in force comes from: the import run that brought it, and file and line of it, both from 1 (0: not known).
- Columns and `DocumentRecord` say the same: `facts` is `pack_facts`, and `keys` seals what `documents.rows` seals.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import polars as pl

from data.documents.code_tables import COUNTRY_CODES, TYPE_CODES, country_index, type_group, type_index
from data.documents.document_record import FACTS_EPOCHS, FACTS_LAYOUT, DocumentRecord, Fraud
from data.documents.number import LONGEST, SHORTEST
from data.documents.sealed_keys import ROW_BYTES, Sealer
from data.lists.rows import Numbers

IDENTITY = ("country", "type", "number", "number_to")
DATES = ("theft_date", "issued", "expires", "review")
_TEXTS = ("fraud", "theft_country", "batch", "reference", "note")
CONTENT = (*_TEXTS, *DATES)
FIELDS = {name: pl.String() for name in (*IDENTITY, *_TEXTS)} | {name: pl.Date() for name in DATES}
PLACE = {"file": pl.UInt16(), "line": pl.UInt32()}
ORIGIN = {"run": pl.UInt32(), **PLACE}
SEEN = {"seen": pl.UInt32()}
"""The last run that held a record; null where that is the newest."""
READ = pl.Schema({**FIELDS, **PLACE})
"""What a reader gives."""
KEPT = pl.Schema({**FIELDS, **ORIGIN, **SEEN})
"""What the store keeps."""

NO_RECORDS = pl.DataFrame(schema=KEPT)
_FACTS_MOST = (1 << 15) - 1
_EPOCH = date(1970, 1, 1)
_GROUPS = {code: type_group(code) for code in TYPE_CODES}
_COUNTRIES = {code: country_index(code) for code in COUNTRY_CODES}
_TYPES = {code: type_index(code) for code in TYPE_CODES}
_FRAUDS = {fraud.value: place for place, fraud in enumerate(Fraud, start=1)}
_NUMBER = f"^[0-9A-Z]{{{SHORTEST},{LONGEST}}}$"
IS_RANGE = pl.col("number_to") != ""


def to_columns(records: Iterable[DocumentRecord], places: Iterable[tuple[int, int]] | None = None) -> pl.DataFrame:
    """Records as a reader gives them; `places` are their files and lines."""
    rows = [tuple(str(value) if name == "fraud" else value for name, value in _values(record)) for record in records]
    frame = pl.DataFrame(rows, schema=FIELDS, orient="row")
    where = [*places] if places is not None else [(0, 0)] * len(rows)
    return frame.hstack(pl.DataFrame(where, schema=PLACE, orient="row"))


def to_records(frame: pl.DataFrame) -> Iterator[DocumentRecord]:
    """The records of columns."""
    for values in frame.select([*FIELDS]).iter_rows(named=True):
        yield DocumentRecord(**{**values, "fraud": Fraud(values["fraud"])})


def identities(frame: pl.DataFrame) -> pl.Series:
    """`DocumentRecord.record` of each."""
    single = pl.concat_str(["country", "type", "number"], separator="-")
    return frame.select(
        pl.when(IS_RANGE).then(pl.concat_str([*IDENTITY], separator="-")).otherwise(single).alias("identity")
    ).to_series()


def split_identities(texts: Sequence[str]) -> pl.DataFrame:
    """The columns `IDENTITY` of identities; a text that is none finds no record."""
    text = pl.col("text")
    parts = text.str.split_exact("-", len(IDENTITY) - 1).struct.rename_fields([*IDENTITY])
    are_parts = text.str.count_matches("-", literal=True).is_in([len(IDENTITY) - 2, len(IDENTITY) - 1])
    is_known = pl.col("country").is_in([*COUNTRY_CODES]) & pl.col("type").is_in([*TYPE_CODES])
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String()}).filter(are_parts).select(parts).unnest("text")
    return frame.filter(is_known & pl.col("number").str.contains(_NUMBER)).fill_null("").unique()


def keys(frame: pl.DataFrame, sealer: Sealer) -> Numbers:
    """The sealed keys of single documents, unsigned."""
    if frame.is_empty():
        return np.empty(0, np.uint64)
    number = pl.col("number").str.pad_end(ROW_BYTES - 4, "\0")
    row = pl.col("country") + pl.col("type").replace_strict(_GROUPS) + number
    packed = frame.select(row.alias("row"))["row"].str.join("").item().encode()
    return sealer.keys_of_rows(np.frombuffer(packed, np.uint8).reshape(-1, ROW_BYTES)).view(np.uint64)


def facts(frame: pl.DataFrame) -> Numbers:
    """`pack_facts` of each."""
    fields = {
        "expiry": _days("expires", "expiry"),
        "review": _days("review", "review"),
        "theft": _days("theft_date", "theft"),
        "country": pl.col("theft_country").replace_strict(_COUNTRIES, default=0),
        "type": pl.col("type").replace_strict(_TYPES, default=0),
        "fraud": pl.col("fraud").replace_strict(_FRAUDS),
    }
    shifted = [
        (value.cast(pl.UInt64) * pl.lit(1 << FACTS_LAYOUT[name][0], pl.UInt64)).alias(name)
        for name, value in fields.items()
    ]
    return frame.select(shifted).select(pl.sum_horizontal(pl.all())).to_series().to_numpy()


def _values(record: DocumentRecord) -> Iterator[tuple[str, object]]:
    return ((name, getattr(record, name)) for name in FIELDS)


def _days(column: str, field: str) -> pl.Expr:
    days = pl.col(column).cast(pl.Int32) - (FACTS_EPOCHS[field] - _EPOCH).days
    return days.clip(1, _FACTS_MOST).fill_null(0)
