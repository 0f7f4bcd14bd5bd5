"""The list of the US Office of Foreign Assets Control: sdn.csv with alt.csv, and sdn_comments.csv where it is there.

- Layout: OFAC's dat_spec (no header, `-0-` for empty, a closing 0x1A). Individuals become notices with action INFORM,
  since a financial sanction is no border ground by itself; entities, vessels and aircraft are counted in
  `SourceInfo.skipped`. A notice holds no addresses.
- OFAC does not double the quotation marks inside a field. Such a line is read where there is only one way to split it
  into its fields; a line that can be split in two ways is refused.
- The files are found by name in any case, plain or gzip. They are small (a few MB) and refer to each other, so each is
  read whole, up to a bound.
- As OFAC publishes them, sdn.csv, alt.csv and add.csv end with 0x1A; the comments do not always. Copies with other line
  ends than OFAC's have lost the mark, and are held only to what an earlier import had.
- add.csv is read for one thing: an address of somebody who is not in sdn.csv shows that sdn.csv is cut off.
- Sanctions programmes are described by the beginning of their tag: `SDGT` is terrorism.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.errors import RefusedFile
from data.json_errors import explain_refusal
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, NameQuality, Person
from data.text import EMPTY, Message, _, plural
from data.untrusted_text import clean
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row, names_in_text
from sync.headquarters.sources.ofac_remarks import Remarks, parse_remarks
from sync.headquarters.sources.source_files import (
    decode_text,
    find_text_fault,
    read_content,
    refuse_file,
    report_incomplete,
    split_cells,
)

_PROGRAMMES = {
    "SDGT": "terrorism",
    "FTO": "terrorism",
    "SDT": "terrorism",
    "SDNTK": "drug trafficking",
    "SDNT": "drug trafficking",
    "ILLICIT-DRUGS": "drug trafficking",
    "NPWMD": "weapons of mass destruction",
    "IFSR": "Iran, finance",
    "IRGC": "Iran, Revolutionary Guards",
    "IRAN": "Iran",
    "SYRIA": "Syria",
    "BALKANS": "Western Balkans",
    "IRAQ": "Iraq",
    "GLOMAG": "human rights or corruption",
    "MAGNIT": "human rights, Russia",
    "UKRAINE": "Ukraine",
    "RUSSIA": "Russia",
    "CAATSA - RUSSIA": "Russia",
    "CAATSA - IRAN": "Iran",
    "VENEZUELA": "Venezuela",
    "CYBER": "attacks on computers",
    "ELECTION": "interference in elections",
    "TCO": "organised crime",
    "DPRK": "North Korea",
    "ZIMBABWE": "Zimbabwe",
    "DRCONGO": "DR Congo",
    "CAR": "Central African Republic",
    "SOUTH SUDAN": "South Sudan",
    "DARFUR": "Darfur",
    "SOMALIA": "Somalia",
    "YEMEN": "Yemen",
    "LIBYA": "Libya",
    "LEBANON": "Lebanon",
    "BURUNDI": "Burundi",
    "BELARUS": "Belarus",
    "BURMA": "Burma",
    "NICARAGUA": "Nicaragua",
    "HK": "Hong Kong",
    "MALI": "Mali",
    "HOSTAGES": "hostage taking",
    "NS-PLC": "Palestinian Legislative Council",
}

_FILE_NAME = re.compile(r"(?:cons_)?(?P<part>sdn|prim|alt|add|sdn_comments|comments)\.csv(?:\.gz)?", re.IGNORECASE)
_PARTS = {"prim": "sdn", "sdn_comments": "comments"}
_SIZE_LIMIT = 100_000_000
_NEEDED = _(
    "Give a folder or files with sdn.csv, alt.csv and add.csv of the same day (and sdn_comments.csv if there is one)"
)

_RECORD = "OFAC-"
_COLUMNS = {"sdn": 12, "alt": 5, "add": 6, "comments": 2}
_END_MARK = b"\x1a"
_NUMBER = re.compile(r"[0-9]{1,12}")
_ENT_NUM = re.compile(r'[\s"]*([0-9]{1,12})[\s"]*(?:,|$)')
_BARE = re.compile(r"\s*(?:-0-|[0-9]*)\s*")
_LAST_FIELD = re.compile(r'("|,-(0-?)?)\s*$')
"""A quoted field that is closed, or as much of `-0-` as says that it is empty: nothing of the line is lost."""
_MOST_COMMAS = 500
"""Of a line that is split loosely; real ones have 60."""
_QUALITIES = {"aka": NameQuality.GOOD, "fka": NameQuality.FORMER, "nka": NameQuality.GOOD}
_ENTITIES = _("entities, since only persons are imported")
_KINDS = {
    "": _ENTITIES,
    "entity": _ENTITIES,
    "vessel": _("vessels, since only persons are imported"),
    "aircraft": _("aircraft, since only persons are imported"),
}


def describe_programmes(tags: str) -> str:
    """Programmes as printed `SDGT] [IRGC] [IFSR`, each with its meaning: `terrorism (SDGT)`."""
    return ", ".join(map(_describe_programme, tags.split("] ["))) if tags else ""


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
            refusal.identity.removeprefix(_RECORD) for refusal in self.refusals if refusal.identity
        }


def find_files(paths: Sequence[Path]) -> dict[str, Path]:
    """The files by part: `sdn`, `alt`, `add`, `comments`; RefusedFile without sdn.csv or with two of one part."""
    files: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            match = _FILE_NAME.fullmatch(file.name)
            if match:
                part = _PARTS.get(match["part"].lower(), match["part"].lower())
                if part in files:
                    raise refuse_file(
                        _("{file} is of the same kind as {other}", file=file.name, other=files[part].name),
                        _("Leave one of them out"),
                    )
                files[part] = file
            elif not path.is_dir():
                raise refuse_file(
                    _("{file} is not one of sdn.csv, alt.csv, add.csv, sdn_comments.csv", file=file.name), _NEEDED
                )
    if "sdn" not in files:
        raise RefusedFile(
            _("There is no sdn.csv"),
            means=_("Without it, nobody would be on the list. The list stays as it was."),
            do=_NEEDED,
        )
    return files


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
            refusals.append(RefusedRecord(f"{path.name}:{number}", why, _find_identity(line), False, digest_row(raw)))
        else:
            rows.append((number, [_clean_cell(cell) for cell in cells]))
    is_empty = has_end_mark and not refusals and columns != _COLUMNS["sdn"]
    if not rows and not has_end_mark and _find_identity(line):
        raise report_incomplete([*content.signs, _("{file} ends within its first line", file=path.name)])
    if not rows and not is_empty:
        raise refuse_file(
            _("{file} has no line of {columns} fields that begins with a number", file=path.name, columns=columns),
            _NEEDED,
        )
    signs = content.signs
    if not has_end_mark:
        signs += _find_signs(path.name, content.data, line, columns, is_refused=is_refused)
    return OfacTable(path.name, tuple(rows), tuple(refusals), signs, has_end_mark)


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals from a folder or from its files; RefusedFile before the first without a usable sdn.csv."""
    files = find_files(paths)
    tables = {part: load_table(files.get(part), columns) for part, columns in _COLUMNS.items()}
    sdn, alt, comments = tables["sdn"], tables["alt"], tables["comments"]
    skipped: Counter[Message] = Counter()
    if "alt" not in files:
        skipped[_("alternate names: alt.csv was not given")] = 1
    yield from (*sdn.refusals, *alt.refusals, *comments.refusals)
    aliases = _aliases(alt)
    more = _read_continuations(comments)
    records = {row[1]: f"{_RECORD}{row[0]}" for _, row in sdn.rows if row[2] == "individual"}
    partly_read: set[str] = set()
    for number, row in sdn.rows:
        if row[2] in _KINDS:
            skipped[_KINDS[row[2]]] += 1
            continue
        try:
            notice = _notice(row, aliases[row[0]], more[row[0]], records, skipped, partly_read)
        except ValueError as problem:
            notice = RefusedRecord(f"{sdn.name}:{number}", explain_refusal(problem), f"{_RECORD}{row[0]}")
        yield notice
    signs = [sign for table in tables.values() for sign in table.signs]
    for companion in (alt, tables["add"], comments):
        if orphans := _find_orphans(companion, sdn):
            yield from orphans
            if len({orphan.identity for orphan in orphans}) > _count_unreadable(sdn):
                signs.append(_orphan_sign(companion.name, len(orphans)))
    yield SourceInfo("", dict(skipped), tuple(signs), _parts(tables), frozenset(partly_read))


def _describe_programme(tag: str) -> str:
    """Tags are numbered as orders follow one another: `DPRK4`, `UKRAINE-EO13661`, `LIBYA3`."""
    plain = tag.rstrip("0123456789").removesuffix("-EO")
    words = _PROGRAMMES.get(plain) or _PROGRAMMES.get(plain.split("-")[0])
    return f"{words} ({tag})" if words else tag


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
        cells = _split_loosely(line)
    if len(cells) != columns:
        return [], fault
    if not _NUMBER.fullmatch(cells[0].strip()):
        return [], _("ent_num is not a number")
    return cells, EMPTY


def _split_loosely(line: str) -> list[str]:
    """The fields of a line with quotation marks inside them; none where a field is neither quoted nor bare.

    A comma divides two fields where what is before it is bare or ends with a quotation mark, and what follows is bare
    or begins with one. A comma inside a name is followed by a space.
    """
    fields: list[str] = []
    pieces = line.split(",", _MOST_COMMAS)
    start = 0
    for place in range(1, len(pieces) + 1):
        field = ",".join(pieces[start:place])
        follows = pieces[place] if place < len(pieces) else '"'
        if _is_whole(field) and (follows.startswith('"') or _BARE.fullmatch(follows)):
            fields.append(field.strip().removeprefix('"').removesuffix('"').replace('""', '"'))
            start = place
    return fields if start == len(pieces) else []


def _is_whole(field: str) -> bool:
    text = field.strip()
    return bool(_BARE.fullmatch(text)) or (len(text) > 1 and text[0] == text[-1] == '"')


def _find_identity(line: str) -> str:
    """Whose row it is, from the beginning of a line that is refused."""
    match = _ENT_NUM.match(line)
    return f"{_RECORD}{match[1]}" if match else ""


def _find_signs(name: str, data: bytes, line: str, columns: int, *, is_refused: bool) -> tuple[Message, ...]:
    """Signs that a file without OFAC's mark at its end is cut off; `line` is its last."""
    if is_refused or not (data.endswith(b"\n") or _LAST_FIELD.search(line)):
        return (_("{file} ends within a line", file=name),)
    if columns != _COLUMNS["comments"] and b"\r\n" in data:
        return (_("{file} lacks the mark 0x1A at its end", file=name),)
    return ()


def _parts(tables: dict[str, OfacTable]) -> frozenset[str]:
    files = {_("the file {name}", name=f"{part}.csv") for part, table in tables.items() if table.name}
    return frozenset(files) | {
        _("the mark 0x1A at the end of {name}", name=f"{part}.csv")
        for part, table in tables.items()
        if table.has_end_mark
    }


def _count_unreadable(sdn: OfacTable) -> int:
    """Rows of which nobody can tell whose they are: so many persons may seem to be missing."""
    return sum(not refusal.identity for refusal in sdn.refusals)


def _clean_cell(cell: str) -> str:
    cell = cell.strip()
    return "" if cell == "-0-" else cell


def _aliases(alt: OfacTable) -> dict[str, list[ListedName]]:
    """Alternate names by entity number. Columns: ent_num, alt_num, alt_type, alt_name, alt_remarks."""
    aliases: dict[str, list[ListedName]] = defaultdict(list)
    for _line, (entity, _number, kind, name, _remarks) in alt.rows:
        aliases[entity].append(
            names_in_text.parse_comma_name(names_in_text.clean_name(name), _QUALITIES.get(kind, NameQuality.GOOD))
        )
    return aliases


def _read_continuations(comments: OfacTable) -> dict[str, str]:
    """What did not fit into the remarks of sdn.csv continues here, often in the middle of a word."""
    remarks: dict[str, str] = defaultdict(str)
    for _line, (entity, text) in comments.rows:
        remarks[entity] += text
    return remarks


def _find_orphans(table: OfacTable, sdn: OfacTable) -> list[RefusedRecord]:
    """Rows of nobody: sdn.csv is cut off or of another day, or a row of it is broken."""
    known = sdn.entities()
    why = _("its ent_num is not in sdn.csv")
    return [
        RefusedRecord(f"{table.name}:{number}", why, f"{_RECORD}{row[0]}")
        for number, row in table.rows
        if row[0] not in known
    ]


def _orphan_sign(name: str, count: int) -> Message:
    return plural(
        "{count} row of {file} belongs to nobody in sdn.csv",
        "{count} rows of {file} belong to nobody in sdn.csv",
        count,
        file=name,
    )


def _notice(
    row: list[str],
    aliases: list[ListedName],
    more: str,
    records: dict[str, str],
    skipped: Counter[Message],
    partly_read: set[str],
) -> Item:
    entity, name, kind, programme, title = row[:5]
    if kind != "individual":
        raise ValueError(_("there is no kind of entry called {kind}", kind=repr(clean(kind, 20))))
    remarks = parse_remarks(row[11] + more)
    skipped.update(remarks.unread)
    if remarks.unread:
        partly_read.add(f"{_RECORD}{entity}")
    primary = names_in_text.parse_comma_name(names_in_text.clean_name(name), NameQuality.PRIMARY)
    if not primary.full:
        raise ValueError(_("the individual has no name"))
    return Notice(
        record=f"{_RECORD}{entity}",
        person=_person([primary, *aliases], remarks, records),
        action=Action.INFORM,
        owner="OFAC",
        reference=entity,
        reason=_reason(programme, title, remarks),
    )


def _person(listed: list[ListedName], remarks: Remarks, records: dict[str, str]) -> Person:
    return Person(
        names=names_in_text.drop_repetitions([*listed, *remarks.names]),
        births=remarks.births,
        sex=remarks.sex,
        nationalities=remarks.nationalities,
        birth_places=remarks.birth_places,
        documents=remarks.documents,
        father=remarks.father,
        associates=(
            *names_in_text.find_linked(remarks.linked, records),
            *names_in_text.find_associates("; ".join(remarks.others), ""),
        ),
    )


def _reason(programme: str, title: str, remarks: Remarks) -> str:
    """Programmes as printed `SDGT] [IRGC] [IFSR`, then the title, then what the remarks say besides."""
    others = [text for text in remarks.others if text != title]
    return clean(" · ".join(filter(None, (describe_programmes(programme), title, "; ".join(others)))))
