"""Opens the files of a source: plain or gzip, never larger than a reader is ready for.

What is missing, unreadable, too large or damaged is refused whole (`RefusedFile`), with what to do.
"""

import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

from data.errors import RefusedFile


def refuse(path: Path, why: str, do: str = "") -> RefusedFile:
    """The error for a file that is refused whole, ready to raise."""
    return RefusedFile(
        f"{path.name} {why}",
        means="Nothing of it was taken; the list stays as it was.",
        do=do or "Fetch the file again",
    )


def one_file(paths: Sequence[Path], format_name: str) -> Path:
    """The only path, which must be a file; RefusedFile otherwise."""
    if len(paths) != 1:
        raise RefusedFile(f"{format_name} takes one file, {len(paths)} were given", do="Name one file")
    if not paths[0].is_file():
        raise refuse(paths[0], "is not a file that is here", "Check the path")
    return paths[0]


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of a file, unpacked when its name ends in .gz; RefusedFile beyond `limit` bytes."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            # One byte more than allowed is read, so a small archive cannot unpack into all memory.
            content = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise refuse(path, f"cannot be read: {_why(problem)}") from problem
    if len(content) > limit:
        raise refuse(path, f"is larger than {limit // 1_000_000} MB", "Check that it is the right file")
    return content


def decode(content: bytes) -> str:
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
                    raise refuse(path, "is not a text file", "Export it as CSV in UTF-8")
    except UnicodeDecodeError as problem:
        raise refuse(path, "is not in UTF-8", "Export it as CSV in UTF-8") from problem
    except OSError as problem:
        raise refuse(path, f"cannot be read: {_why(problem)}", "Check the path") from problem
    if empty:
        raise refuse(path, "is empty")


def _why(problem: Exception) -> str:
    words = problem.strerror if isinstance(problem, OSError) else None
    return words or "it is cut off, or no gzip file"
