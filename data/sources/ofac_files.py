"""The files of an OFAC list: found by name in any case, plain or gzip, and read as tables.

They are small (a few MB) and refer to each other, so each is read whole, up to a bound.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from data.errors import RefusedFile
from data.sources import Refusal
from data.sources.delimited import rows
from data.sources.files import decode, read_bytes, refuse

_NAME = re.compile(r"(?:cons_)?(?P<part>sdn|prim|alt|add|sdn_comments|comments)\.csv(?:\.gz)?", re.IGNORECASE)
_PARTS = {"prim": "sdn", "sdn_comments": "comments"}
_SIZE_LIMIT = 100_000_000
_NEEDED = "Give a folder or files with sdn.csv, alt.csv and add.csv of one day (sdn_comments.csv where it is there)"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one file with their line numbers, blank for `-0-`, and the lines that are no such rows."""

    name: str
    rows: tuple[tuple[int, list[str]], ...] = ()
    refusals: tuple[Refusal, ...] = ()


def find(paths: Sequence[Path]) -> dict[str, Path]:
    """The files by part: `sdn`, `alt`, `add`, `comments`; RefusedFile without sdn.csv or with two of one part."""
    files: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            match = _NAME.fullmatch(file.name)
            if match:
                part = _PARTS.get(match["part"].lower(), match["part"].lower())
                if part in files:
                    raise refuse(file, f"is the second of its kind beside {files[part].name}", "Leave one of them out")
                files[part] = file
            elif not path.is_dir():
                raise refuse(file, "is none of sdn.csv, alt.csv, add.csv, sdn_comments.csv", _NEEDED)
    if "sdn" not in files:
        raise RefusedFile(
            "There is no sdn.csv", means="Without it nobody is on the list; it stays as it was.", do=_NEEDED
        )
    return files


def load(path: Path | None, columns: int) -> Table:
    """One file as a table of `columns` fields; an empty table for None; RefusedFile when no line is of that shape."""
    if path is None:
        return Table("")
    text = decode(read_bytes(path, _SIZE_LIMIT)).rstrip("\x1a\r\n\t ")
    if "\0" in text:
        raise refuse(path, "is not a text file", _NEEDED)
    kept: list[tuple[int, list[str]]] = []
    refusals: list[Refusal] = []
    for row in rows(StringIO(text, newline="\n"), path.name):
        if isinstance(row, Refusal):
            refusals.append(row)
        elif why := _fault(row[1], columns):
            refusals.append(Refusal(f"{path.name}:{row[0]}", why))
        else:
            kept.append((row[0], [_filled(cell) for cell in row[1]]))
    if not kept:
        raise refuse(path, f"has no line of {columns} fields that begins with a number", _NEEDED)
    return Table(path.name, tuple(kept), tuple(refusals))


def _fault(cells: list[str], columns: int) -> str:
    if len(cells) != columns:
        return f"the line has {len(cells)} fields, {columns} are needed"
    if not re.fullmatch(r"[0-9]{1,12}", cells[0].strip()):
        return "ent_num is not a number"
    return ""


def _filled(cell: str) -> str:
    cell = cell.strip()
    return "" if cell == "-0-" else cell
