"""Files of a small list: CSV whose first line names the columns, or JSON Lines with one object a line.

A file's name says which of the two it is. Which columns there are, and what may stand in them, is the schema's
(`data.lists.small_lists`, docs/formats/small-lists.md). A row that breaks a rule is refused whole, with its line; it is
never corrected.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path

from data.json_codec import decode
from data.json_errors import JsonError, explain_refusal
from data.lists.small_lists.column_types import UnfitValue
from data.lists.small_lists.list_schema import MOST_ROWS, Fields, ListSchema, SmallListRecord
from data.lists.small_lists.small_list_kind import SmallListKind
from data.text import Message, _
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row
from sync.headquarters.sources.row_files import csv_files
from sync.headquarters.sources.row_files.csv_files import CsvLayout
from sync.headquarters.sources.source_files import (
    LINE_LIMIT,
    SourceRow,
    explain_cut,
    find_text_fault,
    parse_row,
    read_lines,
    refuse_file,
)

_CSV, _JSON_LINES = ".csv", ".jsonl"
_MOST_BYTES = 4 * LINE_LIMIT


def read(kind: SmallListKind, paths: Sequence[Path]) -> Iterator[Item]:
    """The rows and refusals of all `paths`, and `SourceInfo` at the end; RefusedFile for more than `MOST_ROWS` rows."""
    files = [_SourceFile(path, kind.schema, _read_columns(path, kind.schema)) for path in paths]
    signs: list[Message] = []
    count = 0
    for file in files:
        item: SmallListRecord | RefusedRecord | None = None
        row = None
        for row in file.rows():
            count += 1
            if count > MOST_ROWS:
                raise _refuse_length(file.path)
            item = file.read_row(row)
            yield item
        signs += file.find_signs(row, is_refused=isinstance(item, RefusedRecord))
    parts = csv_files.find_parts(paths, [file.columns for file in files])
    yield SourceInfo(signs=tuple(signs), parts=parts, may_be_empty=kind.MAY_BE_EMPTY)


@dataclass(frozen=True, slots=True)
class _SourceFile:
    path: Path
    schema: ListSchema
    columns: Sequence[str]
    """Of a CSV file, in their order; none of JSON Lines."""

    def rows(self) -> Iterator[SourceRow]:
        """Every line that is a row, or should be one."""
        with csv_files.open_file(self.path) as file, TextIOWrapper(file, "utf-8-sig", "surrogateescape", "\n") as text:
            lines = read_lines(text)
            if self.columns:
                next(lines, None)
            for number, line in lines:
                yield parse_row(number, line) if self.columns else _parse_line(number, line)

    def find_signs(self, last: SourceRow | None, *, is_refused: bool) -> tuple[Message, ...]:
        """Why the file seems cut off, `last` being its last row, of which `is_refused` says that it is no record."""
        if self.columns:
            return explain_cut(self.path.name, last, is_refused=is_refused)
        if last is None:
            return (_("{file} is empty", file=self.path.name),)
        return explain_cut(self.path.name, replace(last, text=""), is_refused=is_refused)  # quotation marks are JSON's

    def read_row(self, row: SourceRow) -> SmallListRecord | RefusedRecord:
        """The record of one line, or why it is refused."""
        try:
            if row.fault:
                raise UnfitValue(row.fault)
            return self.schema.read(self._fields(row))
        except ValueError as problem:
            is_whole = isinstance(problem, UnfitValue) and not row.fault and self._is_whole(row)
            return RefusedRecord(
                f"{self.path.name}:{row.number}",
                problem.says if isinstance(problem, JsonError) else explain_refusal(problem),
                self._find_identity(row),
                is_certain=is_whole,
                hides_others=not (is_whole and isinstance(problem, UnfitValue) and not problem.may_be_seam),
                digest=digest_row(row.text),
            )

    def _is_whole(self, row: SourceRow) -> bool:
        return not self.columns or len(row.cells) == len(self.columns)

    def _fields(self, row: SourceRow) -> Fields:
        if not self.columns:
            return decode(dict[str, object], row.text, most_bytes=_MOST_BYTES)
        if not self._is_whole(row):
            facts = {"count": len(row.cells), "columns": len(self.columns)}
            raise UnfitValue(_("the line has {count} fields; the header names {columns}", **facts))
        return dict(zip(self.columns, row.cells, strict=True))

    def _find_identity(self, row: SourceRow) -> str:
        name = self.schema.identity
        if self.columns:
            cells = row.cells or tuple(row.text.split(","))
            fields = dict(zip(self.columns, (cell.strip(' "') for cell in cells), strict=False))
            return self.schema.find_identity(fields)
        member = re.search(rf'"{name}"\s*:\s*"([^"\\]*)"', row.text)
        return self.schema.find_identity({name: member[1]}) if member else ""


def _read_columns(path: Path, schema: ListSchema) -> list[str]:
    suffix = path.suffix.lower()
    if suffix == _CSV:
        advice = _("The first line must name the columns; docs/formats/small-lists.md describes them")
        return csv_files.read_header(path, CsvLayout(tuple(schema.by_name), schema.required, advice))
    if suffix != _JSON_LINES:
        raise refuse_file(
            _("{file} is neither a CSV file nor JSON Lines", file=path.name),
            _("Name files that end in .csv or .jsonl; docs/formats/small-lists.md describes them"),
        )
    if not path.is_file():
        raise refuse_file(_("{file} is not a file", file=path.name), _("Check the path"))
    csv_files.must_be_plain(path)
    return []


def _parse_line(number: int, line: str) -> SourceRow:
    text = line.strip("\r\n")
    return SourceRow(number, text, (), find_text_fault(text), line.endswith("\n"))


def _refuse_length(path: Path) -> Exception:
    return refuse_file(
        _(
            "With {file} there are more than {most} rows, and a list of this kind may not have more",
            file=path.name,
            most=MOST_ROWS,
        ),
        _("Check that it is the right file, or divide the rows between two lists"),
    )
