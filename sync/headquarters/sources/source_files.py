"""Opens the files of a source, plain or gzip, never larger than a reader is ready for; splits comma-separated lines.

- What is missing, unreadable, too large or damaged is refused whole (`RefusedFile`), with what to do. An empty file is
  `IncompleteSource`, and an archive that ends too early is read up to there, with a sign of it.
- One record a line: a fault in one line costs that line and no other. A quotation mark that is never closed cannot
  swallow the lines behind it, and a line without end cannot swallow the memory.
"""

import csv
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from data.errors import IncompleteSource, RefusedFile, describe_os_error
from data.text import EMPTY, Message, _

LINE_LIMIT = 65_536
"""Characters of a line."""
_GZIP = 31
"""Window size of a stream with gzip's header and trailer (zlib's manual, inflateInit2)."""
_PIECE = 1 << 16


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


def require_content(path: Path, limit: int) -> None:
    """RefusedFile where a file has more than `limit` bytes, IncompleteSource where it is empty."""
    size = path.stat().st_size
    if size > limit:
        raise _refuse_size(path, limit)
    if not size:
        raise report_incomplete([_("{file} is empty", file=path.name)])


@dataclass(frozen=True, slots=True)
class FileContent:
    """What was read of a file."""

    data: bytes
    signs: tuple[Message, ...] = ()
    """Why the file seems to be cut off."""


def read_content(path: Path, limit: int) -> FileContent:
    """A file, unpacked when its name ends in .gz; of an archive that is cut off, what comes before the cut.

    Raises:
        RefusedFile: it cannot be read, is no archive, or has more than `limit` bytes.
        IncompleteSource: it is empty.
    """
    is_packed = path.suffix.lower() == ".gz"
    try:
        with path.open("rb") as file:
            # One byte more than allowed is read, so a small archive cannot unpack into all memory.
            content = _unpack(path, file, limit + 1) if is_packed else FileContent(file.read(limit + 1))
    except (OSError, zlib.error) as problem:
        raise refuse_file(_("{file} cannot be read: {reason}", file=path.name, reason=_explain(problem))) from problem
    if len(content.data) > limit:
        raise _refuse_size(path, limit)
    if not content.data:
        raise report_incomplete([*content.signs] or [_("{file} is empty", file=path.name)])
    return content


def _unpack(path: Path, file: BinaryIO, most: int) -> FileContent:
    """Up to `most` bytes of a gzip file of one or more members (RFC 1952, section 2.2)."""
    pieces, size = [], 0
    member = zlib.decompressobj(_GZIP)
    while size < most and (packed := file.read(_PIECE)):
        while packed and size < most:
            if member.eof:
                member = zlib.decompressobj(_GZIP)
            pieces.append(member.decompress(packed, most - size))
            size += len(pieces[-1])
            packed = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
    is_cut = size < most and not member.eof
    signs = (_("{file} ends before its archive does", file=path.name),) if is_cut else ()
    return FileContent(b"".join(pieces), signs)


def report_incomplete(signs: Sequence[Message], do: Message = EMPTY, notes: Sequence[Message] = ()) -> IncompleteSource:
    """The error for files that seem to be cut off; `notes` are lines about what was read of them."""
    means = _("Nothing was imported; the list stays as it was.")
    return IncompleteSource(signs, means=means, do=do or _("Get the files again"), notes=list(notes))


def decode_text(content: bytes) -> str:
    """Text in UTF-8 (with or without a mark), else Windows-1252, else Latin-1, which always succeeds."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One line of a comma-separated file."""

    number: int
    """From 1."""
    text: str
    """Without its line break; bytes that are not UTF-8 are lone surrogates."""
    cells: tuple[str, ...]
    """Empty where `fault` says why the line is no row."""
    fault: Message = EMPTY
    is_ended: bool = True
    """Whether a line break follows."""


def read_lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank, from 1, line break included; at most `LINE_LIMIT` + 1 of it."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT and not line.endswith("\n"):
            _skip_rest(file)
        if line.strip("\r\n"):
            yield number, line


def split_cells(line: str) -> list[str]:
    """The fields of one line (RFC 4180, no line breaks in a field); csv.Error says what is wrong with it."""
    return next(csv.reader((line,), strict=True))


def parse_row(number: int, line: str) -> SourceRow:
    """A line, split into its fields or with the reason why it cannot be; `line` with its line break, if it has one."""
    text, is_ended = line.strip("\r\n"), line.endswith("\n")
    cells: Sequence[str] = ()
    fault = find_text_fault(text)
    if not fault:
        try:
            cells = split_cells(text)
        except (csv.Error, StopIteration) as problem:
            fault = _("the line is not comma-separated text: {reason}", reason=problem or _("it is blank"))
    return SourceRow(number, text, tuple(cells), fault, is_ended)


def explain_cut(name: str, row: SourceRow | None, *, is_refused: bool) -> tuple[Message, ...]:
    """Signs that the file ends within its last line, `row`, of which `is_refused` says that it is no record."""
    if row is None or not is_refused:
        return ()
    if row.text.count('"') % 2:
        return (_("{file} ends within a quotation", file=name),)
    return () if row.is_ended else (_("{file} ends within a line", file=name),)


def find_text_fault(text: str) -> Message:
    """Why a line is no text in UTF-8; EMPTY where it is."""
    if len(text) > LINE_LIMIT:
        return _("the line is longer than {most} characters", most=LINE_LIMIT)
    if "\0" in text:
        return _("the line has a zero byte, so it is not text")
    return EMPTY if _is_text(text) else _("the line is not in UTF-8")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


def _refuse_size(path: Path, limit: int) -> RefusedFile:
    return refuse_file(
        _("{file} is larger than {size} MB", file=path.name, size=limit // 1_000_000),
        _("Check that it is the right file"),
    )


def _explain(problem: Exception) -> Message:
    return describe_os_error(problem, _("it is not a gzip file"))


def _skip_rest(file: TextIO) -> None:
    while (rest := file.readline(LINE_LIMIT)) and not rest.endswith("\n"):
        pass
