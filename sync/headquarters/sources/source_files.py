"""Opens the files of a source, plain or gzip, never larger than a reader is ready for; splits comma-separated lines.

- What is missing, unreadable, too large or damaged is refused whole (`RefusedFile`), with what to do.
- One record a line: a fault in one line costs that line and no other. A quotation mark that is never closed cannot
  swallow the lines behind it, and a line without end cannot swallow the memory.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from data.errors import RefusedFile
from data.text import EMPTY, Message, _
from sync.headquarters.sources import RefusedRecord

LINE_LIMIT = 65_536
"""Characters of a line."""


def refuse_file(what: Message, do: Message = EMPTY) -> RefusedFile:
    """The error for a file that is refused whole; `what` names the file."""
    return RefusedFile(
        what,
        means=_("Nothing in it was imported; the list stays as it was."),
        do=do or _("Get the file again"),
    )


def require_one_file(paths: Sequence[Path], format_name: str) -> Path:
    """The only path, which must be a file; RefusedFile otherwise."""
    if len(paths) != 1:
        raise RefusedFile(
            _("{format} takes one file; {count} were given", format=format_name, count=len(paths)),
            do=_("Name one file"),
        )
    if not paths[0].is_file():
        raise refuse_file(_("{file} is not a file", file=paths[0].name), _("Check the path"))
    return paths[0]


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of a file, unpacked when its name ends in .gz; RefusedFile beyond `limit` bytes."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            # One byte more than allowed is read, so a small archive cannot unpack into all memory.
            content = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise refuse_file(_("{file} cannot be read: {reason}", file=path.name, reason=_explain(problem))) from problem
    if len(content) > limit:
        raise refuse_file(
            _("{file} is larger than {size} MB", file=path.name, size=limit // 1_000_000),
            _("Check that it is the right file"),
        )
    return content


def decode_text(content: bytes) -> str:
    """Text in UTF-8 (with or without a mark), else Windows-1252, else Latin-1, which always succeeds."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def check_utf8(path: Path) -> None:
    """Read a file once, in pieces: RefusedFile when it is empty, binary or not UTF-8."""
    empty = True
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
            while piece := file.read(1 << 20):
                empty = False
                if "\0" in piece:
                    raise refuse_file(_("{file} is not a text file", file=path.name), _("Export it as CSV in UTF-8"))
    except UnicodeDecodeError as problem:
        raise refuse_file(_("{file} is not in UTF-8", file=path.name), _("Export it as CSV in UTF-8")) from problem
    except OSError as problem:
        raise refuse_file(
            _("{file} cannot be read: {reason}", file=path.name, reason=_explain(problem)), _("Check the path")
        ) from problem
    if empty:
        raise refuse_file(_("{file} is empty", file=path.name))


def read_lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line that is not blank, from 1; None for one longer than `LINE_LIMIT`."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT and not line.endswith("\n"):
            yield number, None
            _skip_rest(file)
        elif text := line.strip("\r\n"):
            yield number, text


def split_cells(line: str) -> list[str]:
    """The fields of one line (RFC 4180, no line breaks in a field); csv.Error says what is wrong with it."""
    return next(csv.reader((line,), strict=True))


def read_rows(file: TextIO, name: str) -> Iterator[tuple[int, list[str]] | RefusedRecord]:
    """Number and fields of each line, and a refusal `name:number` for each that cannot be split."""
    for number, line in read_lines(file):
        if line is None:
            yield RefusedRecord(f"{name}:{number}", _("the line is longer than {most} characters", most=LINE_LIMIT))
            continue
        try:
            yield number, split_cells(line)
        except (csv.Error, StopIteration) as problem:
            yield RefusedRecord(
                f"{name}:{number}",
                _("the line is not comma-separated text: {reason}", reason=problem or _("it is blank")),
            )


def _explain(problem: Exception) -> str:
    words = problem.strerror if isinstance(problem, OSError) else None
    return words or _("it is incomplete, or not a gzip file")


def _skip_rest(file: TextIO) -> None:
    while (rest := file.readline(LINE_LIMIT)) and not rest.endswith("\n"):
        pass
