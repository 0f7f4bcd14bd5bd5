"""The list of the US Office of Foreign Assets Control: sdn.csv with alt.csv, and sdn_comments.csv where it is there.

- Layout: OFAC's dat_spec (no header, `-0-` for empty, a closing 0x1A). Individuals become notices with action INFORM,
  since a financial sanction is no border ground by itself; entities, vessels and aircraft are counted in
  `SourceInfo.skipped`. A notice holds no addresses.
- The files are found by name in any case, plain or gzip. They are small (a few MB) and refer to each other, so each is
  read whole, up to a bound.
- add.csv is read for one thing: an address of somebody who is not in sdn.csv shows that sdn.csv is cut off.
- Sanctions programmes are described by the beginning of their tag: `SDGT` is terrorism.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import RefusedFile
from data.json_errors import explain_refusal
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, NameQuality, Person
from data.text import Message, _, plural
from data.untrusted_text import clean
from sync.headquarters.sources import Item, LeftOut, RefusedRecord, SourceInfo, digest_row, names_in_text
from sync.headquarters.sources.ofac_remarks import Remarks, parse_remarks
from sync.headquarters.sources.ofac_table import COLUMNS, NEEDED, RECORD, OfacTable, load_table
from sync.headquarters.sources.source_files import refuse_file

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
_FILE_NAMES = {"sdn": "sdn.csv", "alt": "alt.csv", "add": "add.csv", "comments": "sdn_comments.csv"}
_ALWAYS_THERE = frozenset({"file sdn.csv", "file alt.csv", "file add.csv"})
_QUALITIES = {"aka": NameQuality.GOOD, "fka": NameQuality.FORMER, "nka": NameQuality.GOOD}
_ENTITIES = _("entities, since only persons are imported")
_KINDS = {
    "": _ENTITIES,
    "entity": _ENTITIES,
    "vessel": _("vessels, since only persons are imported"),
    "aircraft": _("aircraft, since only persons are imported"),
}
_OF_PERSONS = re.compile(r"\b(?:DOB|POB|Gender|nationality|citizen) ")
"""In remarks: what no entity, vessel or aircraft has."""


def describe_programmes(tags: str) -> str:
    """Programmes as printed `SDGT] [IRGC] [IFSR`, each with its meaning: `terrorism (SDGT)`."""
    return ", ".join(map(_describe_programme, tags.split("] ["))) if tags else ""


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
                    _("{file} is not one of sdn.csv, alt.csv, add.csv, sdn_comments.csv", file=file.name), NEEDED
                )
    if "sdn" not in files:
        raise RefusedFile(
            _("There is no sdn.csv"),
            means=_("Without it, nobody would be on the list. The list stays as it was."),
            do=NEEDED,
        )
    return files


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals from a folder or from its files; RefusedFile before the first without a usable sdn.csv."""
    files = find_files(paths)
    tables = {part: load_table(files.get(part), columns) for part, columns in COLUMNS.items()}
    sdn, alt, comments = tables["sdn"], tables["alt"], tables["comments"]
    sums = _Sums()
    if "alt" not in files:
        sums.left_out.note("", {_("alternate names: alt.csv was not given"): 1})
    yield from (*sdn.refusals, *alt.refusals, *comments.refusals)
    yield from _read_rows(sdn, alt, comments, sums)
    signs = [sign for table in tables.values() for sign in table.signs]
    for companion in (alt, tables["add"], comments):
        if orphans := _find_orphans(companion, sdn):
            yield from orphans
            if len({orphan.identity for orphan in orphans}) > _count_unreadable(sdn):
                signs.append(_orphan_sign(companion.name, len(orphans)))
    yield SourceInfo(
        skipped=dict(sums.left_out.counts),
        incomplete=sums.left_out.records,
        signs=tuple(signs),
        parts=_parts(tables),
        expected=_ALWAYS_THERE,
        other_types=frozenset(sums.other_types),
        partly_read=frozenset(sums.partly_read),
        free_words=sums.free_words,
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the rows of sdn.csv add up to, beside their notices; as in `SourceInfo`."""

    left_out: LeftOut = field(default_factory=LeftOut)
    other_types: set[str] = field(default_factory=set)
    partly_read: set[str] = field(default_factory=set)
    free_words: dict[str, Sequence[str]] = field(default_factory=dict)


def _read_rows(sdn: OfacTable, alt: OfacTable, comments: OfacTable, sums: _Sums) -> Iterator[Notice | RefusedRecord]:
    """The persons in sdn.csv, with their alternate names and remarks; the rest is counted in `sums`."""
    aliases, remarks = _aliases(alt), _read_remarks(sdn, comments)
    records = {row[1]: f"{RECORD}{row[0]}" for _, row in sdn.rows if row[2] == "individual"}
    for number, row in sdn.rows:
        entity = row[0]
        if _is_other(row):
            sums.left_out.note("", {_KINDS[row[2]]: 1})
            sums.other_types.add(f"{RECORD}{entity}")
            continue
        try:
            notice = _notice(row, aliases[entity], remarks[entity], records)
        except ValueError as problem:
            # OFAC's types are a few fixed words and a name has letters: anything else may be the seam of two rows.
            yield RefusedRecord(
                f"{sdn.name}:{number}",
                explain_refusal(problem),
                f"{RECORD}{entity}",
                hides_others=True,
                digest=digest_row(repr(row)),
            )
            continue
        sums.free_words[notice.record] = remarks[entity].others
        if sums.left_out.note(notice.record, _count_unread(row[1], aliases[entity], remarks[entity])):
            sums.partly_read.add(notice.record)
        yield notice


def _describe_programme(tag: str) -> str:
    """Tags are numbered as orders follow one another: `DPRK4`, `UKRAINE-EO13661`, `LIBYA3`."""
    plain = tag.rstrip("0123456789").removesuffix("-EO")
    words = _PROGRAMMES.get(plain) or _PROGRAMMES.get(plain.split("-")[0])
    return f"{words} ({tag})" if words else tag


def _parts(tables: dict[str, OfacTable]) -> frozenset[str]:
    files = {f"file {_FILE_NAMES[part]}" for part, table in tables.items() if table.name}
    marks = {f"end-mark {_FILE_NAMES[part]}" for part, table in tables.items() if table.has_end_mark}
    return frozenset(files | marks)


def _count_unreadable(sdn: OfacTable) -> int:
    """Rows of which nobody can tell whose they are: so many persons may seem to be missing."""
    return sum(not refusal.identity for refusal in sdn.refusals)


def _aliases(alt: OfacTable) -> dict[str, list[ListedName]]:
    """Alternate names by entity number. Columns: ent_num, alt_num, alt_type, alt_name, alt_remarks."""
    aliases: dict[str, list[ListedName]] = defaultdict(list)
    for _line, (entity, _number, kind, name, _remarks) in alt.rows:
        aliases[entity].append(
            names_in_text.parse_comma_name(names_in_text.clean_name(name), _QUALITIES.get(kind, NameQuality.GOOD))
        )
    return aliases


def _is_other(row: Sequence[str]) -> bool:
    """Whether a row of sdn.csv is of no person, and has nothing in it that only a person has."""
    return row[2] in _KINDS and not _OF_PERSONS.search(row[11])


def _read_remarks(sdn: OfacTable, comments: OfacTable) -> dict[str, Remarks]:
    """By entity number. What did not fit into sdn.csv continues in the comments, often in the middle of a word."""
    more: dict[str, str] = defaultdict(str)
    for _line, (entity, text) in comments.rows:
        more[entity] += text
    return {row[0]: parse_remarks(row[11] + more[row[0]]) for _line, row in sdn.rows if not _is_other(row)}


def _count_unread(name: str, aliases: Sequence[ListedName], remarks: Remarks) -> Counter[Message]:
    """What of a person was there and was not understood; an alias of alt.csv has a name."""
    names = (clean(name, names_in_text.NAME_LIMIT), *(alias.full for alias in aliases))
    unreadable = Counter({names_in_text.UNREADABLE: sum(not names_in_text.is_readable(text) for text in names)})
    return +(remarks.unread + unreadable)


def _find_orphans(table: OfacTable, sdn: OfacTable) -> list[RefusedRecord]:
    """Rows of nobody: sdn.csv is cut off or of another day, or a row of it is broken."""
    known = sdn.entities()
    why = _("its ent_num is not in sdn.csv")
    return [
        RefusedRecord(f"{table.name}:{number}", why, f"{RECORD}{row[0]}")
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
    remarks: Remarks,
    records: dict[str, str],
) -> Notice:
    entity, name, kind, programme, title = row[:5]
    if kind in _KINDS:
        raise ValueError(_("its type says that it is no person, and its remarks that it is one"))
    if kind != "individual":
        raise ValueError(_("there is no kind of entry called {kind}", kind=repr(clean(kind, 20))))
    primary = names_in_text.parse_comma_name(names_in_text.clean_name(name), NameQuality.PRIMARY)
    if not names_in_text.has_letters(primary.full):
        raise ValueError(_("the individual has no name that can be read"))
    return Notice(
        record=f"{RECORD}{entity}",
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
