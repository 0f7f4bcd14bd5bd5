"""One file of OFAC's list as a table: its lines divided into fields, and the signs that it is cut off.

- OFAC does not double the quotation marks inside a field. Such a line is read where there is only one way to split it
  into its fields; a line that can be split in two ways is refused.
- As OFAC publishes them, sdn.csv, alt.csv and add.csv end with 0x1A; the comments do not always. Copies with other line
  ends than OFAC's have lost the mark, and are held only to what an earlier import had.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.text import EMPTY, Message, _
from sync.headquarters.sources import RefusedRecord, digest_row
from sync.headquarters.sources.source_files import (
    decode_text,
    find_text_fault,
    read_content,
    refuse_file,
    report_incomplete,
    split_cells,
)

_SIZE_LIMIT = 100_000_000
NEEDED = _(
    "Give a folder or files with sdn.csv, alt.csv and add.csv of the same day (and sdn_comments.csv if there is one)"
)
RECORD = "OFAC-"
COLUMNS = {"sdn": 12, "alt": 5, "add": 6, "comments": 2}
_TYPE = 2
"""Column of sdn.csv."""
_END_MARK = b"\x1a"
_NUMBER = re.compile(r"[0-9]{1,12}")
_ENT_NUM = re.compile(r'[\s"]*([0-9]{1,12})[\s"]*(?:,|$)')
_ENT_NUM_INSIDE = re.compile(r'(?:"|-0-)\s*([0-9]{1,12}),["0-9]')
"""Where the next row begins in a line whose break is lost."""
_EMPTY = "-0-"
_BARE = re.compile(r"\s*(?:-0-|[0-9]+)\s*")
_SEAM = re.compile(r'",+(?:"|-0-)')
"""Where two fields meet; inside one field it shows that the line was divided in the wrong place."""
_LAST_FIELD = re.compile(r'("|,-(0-?)?)\s*$')
"""A quoted field that is closed, or as much of `-0-` as says that it is empty: nothing of the line is lost."""
_MOST_COMMAS = 200
"""Of a line that is split loosely; real ones have 60."""


@dataclass(frozen=True, slots=True)
class OfacTable:
    """Rows of one file with their line numbers, blank for `-0-`, and the lines that are no such rows."""

    name: str
    rows: tuple[tuple[int, list[str]], ...] = ()
    refusals: tuple[RefusedRecord, ...] = ()
    signs: tuple[Message, ...] = ()
    """Why the file seems to be cut off."""
    has_end_mark: bool = False

    def entities(self) -> set[str]:
        """The ent_num of every row, refused or not, as far as it can be read."""
        return {row[0] for _line, row in self.rows} | {
            refusal.identity.removeprefix(RECORD) for refusal in self.refusals if refusal.identity
        }


def load_table(path: Path | None, columns: int) -> OfacTable:
    """One file as a table of `columns` fields; an empty table for None; RefusedFile when no line is of that shape."""
    if path is None:
        return OfacTable("")
    content = read_content(path, _SIZE_LIMIT)
    data = content.data.rstrip(b"\r\n\t ")
    has_end_mark = data.endswith(_END_MARK)
    rows: list[tuple[int, list[str]]] = []
    refusals: list[RefusedRecord] = []
    line, is_refused = "", False
    for number, raw in enumerate(data.rstrip(_END_MARK + b"\r\n\t ").split(b"\n"), start=1):
        if not raw.strip():
            continue
        line = decode_text(raw).strip("\r")
        cells, why = _split(line, columns)
        is_refused = bool(why)
        if why:
            refusals += _refuse_line(f"{path.name}:{number}", why, line)
        else:
            rows.append((number, [_clean_cell(cell) for cell in cells]))
    is_empty = has_end_mark and not refusals and columns != COLUMNS["sdn"]
    if not rows and not has_end_mark and _find_identity(line):
        raise report_incomplete([*content.signs, _("{file} ends within its first line", file=path.name)])
    if not rows and not is_empty:
        raise refuse_file(
            _("{file} has no line of {columns} fields that begins with a number", file=path.name, columns=columns),
            NEEDED,
        )
    signs = content.signs
    if not has_end_mark:
        signs += _find_signs(path.name, content.data, line, columns, is_refused=is_refused)
    return OfacTable(path.name, tuple(rows), tuple(refusals), signs, has_end_mark)


def _split(line: str, columns: int) -> tuple[list[str], Message]:
    """The fields of one line, or why it has none."""
    if fault := find_text_fault(line):
        return [], fault
    try:
        cells = split_cells(line)
        fault = _("the line has {count} fields; {needed} are needed", count=len(cells), needed=columns)
    except (csv.Error, StopIteration) as problem:
        cells = []
        fault = _("the line is not comma-separated text: {reason}", reason=problem)
    if len(cells) != columns:
        cells = _split_loosely(line, columns)
    if len(cells) != columns:
        return [], fault
    if not _NUMBER.fullmatch(cells[0].strip()):
        return [], _("ent_num is not a number")
    if columns == COLUMNS["sdn"] and not cells[_TYPE].strip():
        return [], _("the type of the entry is empty, where OFAC writes {mark}", mark=_EMPTY)
    return cells, EMPTY


def _split_loosely(line: str, columns: int) -> list[str]:
    """The fields of a line with quotation marks inside them; none unless there is exactly one way to divide it.

    A field is bare, or begins and ends with a quotation mark, with any others and commas between them, but no field
    that is empty or in which two others meet.
    """
    pieces = line.split(",", _MOST_COMMAS)
    ways = {0: [0]}
    """Where the fields so far may end, and how each end is reached: the starts of its last field."""
    path: list[dict[int, list[int]]] = []
    for _column in range(columns):
        starts, ways = ways, {}
        for start in starts:
            for end in _field_ends(pieces, start):
                ways.setdefault(end, []).append(start)
        path.append(ways)
    end, fields = len(pieces), []
    for ways in reversed(path):
        if len(ways.get(end, ())) != 1:
            return []
        (start,) = ways[end]
        text = ",".join(pieces[start:end]).strip()
        fields.append(text.removeprefix('"').removesuffix('"').replace('""', '"'))
        end = start
    return [] if any(map(_SEAM.search, fields)) else fields[::-1]


def _field_ends(pieces: list[str], start: int) -> Iterator[int]:
    """Where a field that begins at a piece may end."""
    if start < len(pieces) and _BARE.fullmatch(pieces[start]):
        yield start + 1
    if start < len(pieces) and pieces[start].startswith('"'):
        for end in range(start + 1, len(pieces) + 1):
            last = pieces[end - 1].rstrip()
            if last == _EMPTY:
                return
            if last.endswith('"') and (end > start + 1 or len(last) > 1):
                yield end


def _refuse_line(where: str, why: Message, line: str) -> Iterator[RefusedRecord]:
    """A refusal for each row that a line shows to be in it: one whose line break is lost takes the next one along.

    Between two of them others may be lost.
    """
    digest = digest_row(line)
    identities = [_find_identity(line), *(f"{RECORD}{number}" for number in _ENT_NUM_INSIDE.findall(line))]
    for identity in dict.fromkeys(identities):
        yield RefusedRecord(where, why, identity, is_certain=False, hides_others=True, digest=digest)


def _find_identity(line: str) -> str:
    """Whose row it is, from the beginning of a line that is refused."""
    match = _ENT_NUM.match(line)
    return f"{RECORD}{match[1]}" if match else ""


def _find_signs(name: str, data: bytes, line: str, columns: int, *, is_refused: bool) -> tuple[Message, ...]:
    """Signs that a file without OFAC's mark at its end is cut off; `line` is its last."""
    if is_refused or not (data.endswith(b"\n") or _LAST_FIELD.search(line)):
        return (_("{file} ends within a line", file=name),)
    if columns != COLUMNS["comments"] and b"\r\n" in data:
        return (_("{file} lacks the mark 0x1A at its end", file=name),)
    return ()


def _clean_cell(cell: str) -> str:
    cell = cell.strip()
    return "" if cell == "-0-" else cell
