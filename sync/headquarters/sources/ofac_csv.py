"""The list of the US Office of Foreign Assets Control: sdn.csv with alt.csv, and sdn_comments.csv where it is there.

- Layout: OFAC's dat_spec (no header, `-0-` for empty, a closing 0x1A). Individuals become notices with action INFORM,
  since a financial sanction is no border ground by itself; entities, vessels and aircraft are counted in
  `SourceInfo.skipped`. add.csv is accepted and not read: a notice holds no addresses.
- The files are found by name in any case, plain or gzip. They are small (a few MB) and refer to each other, so each is
  read whole, up to a bound.
- Sanctions programmes are described by the beginning of their tag: `SDGT` is terrorism.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from data.errors import RefusedFile
from data.json_errors import explain_refusal
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, NameQuality, Person
from data.text import EMPTY, Message, _
from data.untrusted_text import clean
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, names_in_text
from sync.headquarters.sources.ofac_remarks import Remarks, parse_remarks
from sync.headquarters.sources.source_files import decode_text, read_bytes, read_rows, refuse_file

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

_SDN_COLUMNS, _ALT_COLUMNS, _COMMENT_COLUMNS = 12, 5, 2
_QUALITIES = {"aka": NameQuality.GOOD, "fka": NameQuality.FORMER, "nka": NameQuality.GOOD}
_ENTITIES = _("entities, since only persons are imported")
_KINDS = {
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
    text = decode_text(read_bytes(path, _SIZE_LIMIT)).rstrip("\x1a\r\n\t ")
    if "\0" in text:
        raise refuse_file(_("{file} is not a text file", file=path.name), _NEEDED)
    rows: list[tuple[int, list[str]]] = []
    refusals: list[RefusedRecord] = []
    for row in read_rows(StringIO(text, newline="\n"), path.name):
        if isinstance(row, RefusedRecord):
            refusals.append(row)
        elif why := _find_fault(row[1], columns):
            refusals.append(RefusedRecord(f"{path.name}:{row[0]}", why))
        else:
            rows.append((row[0], [_clean_cell(cell) for cell in row[1]]))
    if not rows:
        raise refuse_file(
            _("{file} has no line of {columns} fields that begins with a number", file=path.name, columns=columns),
            _NEEDED,
        )
    return OfacTable(path.name, tuple(rows), tuple(refusals))


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals from a folder or from its files; RefusedFile before the first without a usable sdn.csv."""
    files = find_files(paths)
    sdn = load_table(files["sdn"], _SDN_COLUMNS)
    alt = load_table(files.get("alt"), _ALT_COLUMNS)
    comments = load_table(files.get("comments"), _COMMENT_COLUMNS)
    skipped: Counter[Message] = Counter()
    if "alt" not in files:
        skipped[_("alternate names: alt.csv was not given")] = 1
    yield from (*sdn.refusals, *alt.refusals, *comments.refusals)
    aliases = _aliases(alt)
    more = _read_continuations(comments)
    records = {row[1]: f"OFAC-{row[0]}" for _, row in sdn.rows if row[2] == "individual"}
    seen: set[str] = set()
    for number, row in sdn.rows:
        seen.add(row[0])
        if row[2] != "individual":
            skipped[_KINDS.get(row[2], _ENTITIES)] += 1
            continue
        try:
            yield _notice(row, aliases[row[0]], more[row[0]], records, skipped)
        except ValueError as problem:
            yield RefusedRecord(f"{sdn.name}:{number}", explain_refusal(problem))
    yield from _orphans(alt, seen)
    yield SourceInfo(skipped=dict(skipped))


def _describe_programme(tag: str) -> str:
    """Tags are numbered as orders follow one another: `DPRK4`, `UKRAINE-EO13661`, `LIBYA3`."""
    plain = tag.rstrip("0123456789").removesuffix("-EO")
    words = _PROGRAMMES.get(plain) or _PROGRAMMES.get(plain.split("-")[0])
    return f"{words} ({tag})" if words else tag


def _find_fault(cells: list[str], columns: int) -> Message:
    if len(cells) != columns:
        return _("the line has {count} fields; {needed} are needed", count=len(cells), needed=columns)
    if not re.fullmatch(r"[0-9]{1,12}", cells[0].strip()):
        return _("ent_num is not a number")
    return EMPTY


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


def _orphans(alt: OfacTable, seen: set[str]) -> Iterator[RefusedRecord]:
    """Alternate names of nobody: sdn.csv and alt.csv are not of the same day, or a row of sdn.csv is broken."""
    for number, row in alt.rows:
        if row[0] not in seen:
            yield RefusedRecord(f"{alt.name}:{number}", _("its ent_num is not in sdn.csv"))


def _notice(
    row: list[str], aliases: list[ListedName], more: str, records: dict[str, str], skipped: Counter[Message]
) -> Notice:
    entity, name, _kind, programme, title = row[:5]
    remarks = parse_remarks(row[11] + more)
    skipped.update(remarks.unread)
    primary = names_in_text.parse_comma_name(names_in_text.clean_name(name), NameQuality.PRIMARY)
    if not primary.full:
        raise ValueError(_("the individual has no name"))
    return Notice(
        record=f"OFAC-{entity}",
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
