"""`sltd_csv` by columns: the same records, refusals and signs, some six times as fast where all lines are plain.

Lines whose fields are plainly right are taken together. Every other line goes through `sltd_csv` itself, which alone
decides about it and words its refusal.
"""

from codecs import BOM_UTF8
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import polars as pl

from data.documents.code_tables import TYPE_CODES, canonical_country
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.number import LONGEST, SHORTEST
from data.text import Message
from sync.headquarters.bulk.record_columns import DATES, FIELDS, PLACE, READ, to_columns
from sync.headquarters.sources import RefusedRecord, SourceInfo, sltd_csv
from sync.headquarters.sources.row_files import csv_files
from sync.headquarters.sources.source_files import LINE_LIMIT, SourceRow, explain_cut, parse_row

ColumnItem = pl.DataFrame | RefusedRecord | SourceInfo

_PIECE = 16 << 20
"""Bytes that are read at once."""
_LONGEST_LINE = 4 * (LINE_LIMIT + 1)
"""Bytes that are kept of a line without an end: with more it is too long in any case."""
_NUMBER = "^[A-Za-z0-9 ./-]+$"
_MARKS = "[ ./-]"
_PLAIN = r"^[A-Za-z0-9 ./:()+-]*$"
_QUOTED_WHOLE = r'^("[^",]*"|[^",]*)(,("[^",]*"|[^",]*))*$'
_SPELLINGS = map("".join, chain.from_iterable(product(ascii_uppercase, repeat=length) for length in (1, 2, 3)))
_COUNTRIES = {code: canonical for code in _SPELLINGS if (canonical := canonical_country(code))}


def read(paths: Sequence[Path]) -> Iterator[ColumnItem]:
    """Records (`record_columns.READ`) and refusals of all `paths`, and `SourceInfo` at the end."""
    layouts = [sltd_csv.read_header(path) for path in paths]
    signs: list[Message] = []
    for number, (path, columns) in enumerate(zip(paths, layouts, strict=True), start=1):
        signs += yield from _File(path, number, columns).read()
    yield SourceInfo(signs=tuple(signs), parts=csv_files.find_parts(paths, layouts))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Some lines of a file, each without its line break, and the number of the first."""

    first: int
    lines: list[bytes]
    is_ended: bool
    """Whether a line break follows the last."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    number: int
    columns: Sequence[str]

    def read(self) -> Generator[ColumnItem, None, tuple[Message, ...]]:
        """Records and refusals of the file; returns the signs that it is cut off."""
        last, is_refused = None, False
        for piece in _pieces(self.path):
            plain, others = self._split(piece)
            if len(plain):
                yield plain
            taken: list[DocumentRecord] = []
            places: list[tuple[int, int]] = []
            for last in others:
                item = sltd_csv.read_row(self.path, self.columns, last)
                is_refused = isinstance(item, RefusedRecord)
                if isinstance(item, RefusedRecord):
                    yield item
                else:
                    taken.append(item)
                    places.append((self.number, last.number))
            if taken:
                yield to_columns(taken, places)
        return explain_cut(self.path.name, last, is_refused=is_refused)

    def _split(self, piece: _Lines) -> tuple[pl.DataFrame, list[SourceRow]]:
        """The lines that are plainly right as columns, the others as rows; the last that is not blank is a row."""
        lines = pl.DataFrame({"text": _decode(piece.lines)}).with_columns(
            pl.col("text").str.strip_suffix("\r"),
            pl.int_range(piece.first, piece.first + len(piece.lines), dtype=pl.UInt32).alias("line"),
        )
        places = range(len(piece.lines) - 1, -1, -1)
        last = next((place for place in places if piece.lines[place].strip(b"\r")), len(piece.lines))
        split = _drop_quotes(lines.filter(pl.col("line") != piece.first + last))
        is_row = pl.col("text").str.count_matches(",", literal=True) == len(self.columns) - 1
        cells = pl.col("text").str.split_exact(",", len(self.columns) - 1).struct.rename_fields([*self.columns])
        right = self._take(split.lazy().filter(is_row).select("line", cells).unnest("text"))
        is_left = np.ones(len(piece.lines), np.bool_)
        is_left[right["line"].to_numpy() - piece.first] = False
        others = (self._row(piece, place) for place in np.flatnonzero(is_left).tolist())
        return right, [row for row in others if row]

    def _row(self, piece: _Lines, place: int) -> SourceRow | None:
        """A line for `sltd_csv`; None for a blank one."""
        is_ended = piece.is_ended or place < len(piece.lines) - 1
        text = piece.lines[place].decode("utf-8", "surrogateescape")[: LINE_LIMIT + 1]
        ending = "\n" if is_ended and len(text) <= LINE_LIMIT else ""
        return parse_row(piece.first + place, text + ending) if text.strip("\r\n") else None

    def _take(self, plain: pl.LazyFrame) -> pl.DataFrame:
        """Those of the split lines that are right, as columns."""
        missing = [pl.lit("").alias(name) for name in FIELDS if name not in self.columns]
        text = plain.with_columns(missing)
        number = pl.col("number").str.replace_all(_MARKS, "").str.to_uppercase()
        country = pl.col("country").str.to_uppercase().replace_strict(_COUNTRIES, default=None)
        where = pl.col("theft_country").str.to_uppercase().replace_strict(_COUNTRIES | {"": ""}, default=None)
        kind, fraud = pl.col("type").str.to_uppercase(), pl.col("fraud").str.to_lowercase()
        dates = {name: pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in DATES}
        is_blank = fraud == str(Fraud.STOLEN_BLANK)
        right = [
            pl.col("number").str.contains(_NUMBER) & (pl.col("number").str.len_bytes() <= sltd_csv.LONGEST_FIELD),
            number.str.len_bytes().is_between(SHORTEST, LONGEST),
            pl.col("number_to") == "",
            country.is_not_null(),
            kind.is_in([*TYPE_CODES]),
            fraud.is_in([*map(str, Fraud)]),
            where.is_not_null() & (is_blank | (where != "")),
            is_blank | (pl.col("batch") == ""),
            *(_is_plain(name, most) for name, most in sltd_csv.LONGEST_TEXTS.items()),
            *(_is_day(name) for name in DATES),
        ]
        taken = text.filter(pl.all_horizontal(right)).with_columns(number, country, kind, fraud, where, **dates)
        return taken.with_columns(pl.lit(self.number, PLACE["file"]).alias("file")).select(READ.names()).collect()


def _drop_quotes(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines without quotation marks: those around a whole field that needs none, which some sources write."""
    has_quotes = pl.col("text").str.contains('"', literal=True)
    if not lines.select(has_quotes.any()).item():
        return lines
    whole = pl.when(pl.col("text").str.contains(_QUOTED_WHOLE)).then(
        pl.col("text").str.replace_all('"', "", literal=True)
    )
    return lines.with_columns(whole.otherwise(pl.col("text"))).filter(~has_quotes)


def _decode(lines: list[bytes]) -> pl.Series:
    """Lines as text; null for one that is not in UTF-8."""
    try:
        return pl.Series(lines, dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return pl.Series(map(_decode_line, lines), dtype=pl.String)


def _decode_line(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _is_plain(column: str, most: int) -> pl.Expr:
    value = pl.col(column)
    has_blanks = value.str.starts_with(" ") | value.str.ends_with(" ") | value.str.contains("  ", literal=True)
    return (value == "") | (value.str.contains(_PLAIN) & (value.str.len_bytes() <= most) & ~has_blanks)


def _is_day(column: str) -> pl.Expr:
    value = pl.col(column)
    day = value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~value.str.starts_with("0000")
    return (value == "") | (day & value.str.to_date("%Y-%m-%d", strict=False).is_not_null())


def _pieces(path: Path) -> Iterator[_Lines]:
    """The lines behind the header, many at a time."""
    with csv_files.open_file(path) as file:
        number, rest, has_header = 1, b"", False
        while content := file.read(_PIECE):
            rest += content
            if b"\n" not in content:
                rest = rest[:_LONGEST_LINE]
                continue
            *lines, rest = rest.split(b"\n")
            piece = _Lines(number, lines, is_ended=True)
            number += len(lines)
            if not has_header:
                piece, has_header = _drop_header(piece)
            if piece.lines:
                yield piece
        if rest and has_header:
            yield _Lines(number, [rest], is_ended=False)


def _drop_header(piece: _Lines) -> tuple[_Lines, bool]:
    """What follows the first line that is not blank, and whether there is such a line."""
    for place, line in enumerate(piece.lines, start=1):
        if line.removeprefix(BOM_UTF8).strip(b"\r"):
            return _Lines(piece.first + place, piece.lines[place:], piece.is_ended), True
    return _Lines(piece.first, [], piece.is_ended), False
