"""Comma-separated files of our own layouts: the first line names the columns, and every later line is a record.

- A file that is packed, in UTF-16, or divided by other marks than commas is refused whole, with what to do.
- A column with an unknown name is refused: one with a slip in its name would silently lose what it holds.
"""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from data.text import Message, _
from data.untrusted_text import clean
from sync.headquarters.sources.source_files import (
    find_text_fault,
    read_lines,
    refuse_file,
    report_incomplete,
    split_cells,
)
from sync.headquarters.sources.source_parts import LINE_BREAK, number_files

_OTHER_FORMATS = {
    b"\x1f\x8b": (_("a gzip archive"), _("Unpack it, and import the CSV file in it")),
    b"PK\x03\x04": (_("a workbook or a ZIP archive"), _("Save the table as CSV in UTF-8, and import that file")),
    BOM_UTF16_LE: (_("text in UTF-16"), _("Save it as CSV in UTF-8")),
    BOM_UTF16_BE: (_("text in UTF-16"), _("Save it as CSV in UTF-8")),
}
"""By their first bytes: files that are taken for a CSV file."""
_OTHER_SEPARATORS = {";": _("semicolons"), "\t": _("tabs"), "|": _("vertical bars")}


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What a format's first line may say."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    advice: Message
    """What to do where it says something else."""


def read_header(path: Path, layout: CsvLayout) -> list[str]:
    """The names of the columns; RefusedFile where the file is no such list, IncompleteSource where it is cut off."""
    if not path.is_file():
        raise refuse_file(_("{file} is not a file", file=path.name), _("Name one or more CSV files"))
    advice = layout.advice
    must_be_plain(path)
    with open_file(path) as file, TextIOWrapper(file, "utf-8-sig", "surrogateescape", "\n") as text:
        _number_of_line, line = next(read_lines(text), (0, ""))
    if not line:
        raise report_incomplete([_("{file} is empty", file=path.name)])
    if fault := find_text_fault(line):
        raise refuse_file(_("{file} is not a CSV file in UTF-8: {reason}", file=path.name, reason=fault), advice)
    try:
        columns = [name.strip().lower() for name in split_cells(line.strip("\r\n"))]
    except (csv.Error, StopIteration) as problem:
        raise refuse_file(
            _("{file} does not begin with the names of columns", file=path.name), layout.advice
        ) from problem
    may_go_on = set(columns[:-1]) <= set(layout.columns) and any(
        name.startswith(columns[-1]) for name in layout.columns
    )
    if not line.endswith("\n") and may_go_on:
        raise report_incomplete([_("{file} ends within its first line", file=path.name)])
    _check_columns(path, columns, layout)
    return columns


def must_be_plain(path: Path) -> None:
    """RefusedFile where the file is packed, or in UTF-16."""
    with open_file(path) as file:
        start = file.read(4)
    for first, (what, do) in _OTHER_FORMATS.items():
        if start.startswith(first):
            raise refuse_file(_("{file} is {what}, not a CSV file in UTF-8", file=path.name, what=what), do)


def _check_columns(path: Path, columns: list[str], layout: CsvLayout) -> None:
    missing = [name for name in layout.required if name not in columns]
    for mark, words in _OTHER_SEPARATORS.items():
        if missing and len(columns) == 1 and mark in columns[0]:
            raise refuse_file(
                _("{file} has {marks} between its fields, not commas", file=path.name, marks=words),
                _("Save it with commas between its fields"),
            )
    if missing:
        raise refuse_file(
            _("{file} has no column called {columns}", file=path.name, columns=", ".join(missing)), layout.advice
        )
    # A column with a slip in its name would silently lose what it holds.
    strange = [clean(name, 30) for name in columns if name not in layout.columns]
    if strange:
        raise refuse_file(
            _("{file} has unknown columns: {columns}", file=path.name, columns=", ".join(strange[:5])), layout.advice
        )
    if len(set(columns)) < len(columns):
        raise refuse_file(_("{file} has the same column twice", file=path.name), layout.advice)


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """The file; RefusedFile where it cannot be read."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        raise refuse_file(_("{file} cannot be read", file=path.name), _("Check the path")) from problem


def find_parts(paths: Sequence[Path], layouts: Sequence[Sequence[str]]) -> frozenset[str]:
    """What the next import must not lack: the files, their columns, the line break at the end if they all have it."""
    parts = {f"column {name}" for columns in layouts for name in columns}
    if all(map(_ends_in_line_break, paths)):
        parts.add(LINE_BREAK)
    return number_files(paths) | parts


def _ends_in_line_break(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - 1))
        return file.read(1) == b"\n"
