"""The list of the US Office of Foreign Assets Control: sdn.csv with alt.csv, and sdn_comments.csv where it is there.

Layout: OFAC's dat_spec (no header, `-0-` for empty, a closing 0x1A). Individuals become notices with
action INFORM, since a financial sanction is no border ground by itself; entities, vessels and aircraft are
counted in `SourceInfo.skipped`. add.csv is accepted and not read: a notice holds no addresses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.persons.notice import Action, Notice
from data.persons.person import ListedName, NameQuality, Person
from data.sources import Item, Refusal, SourceInfo, mentions, names
from data.sources.ofac_files import Table, find, load
from data.sources.ofac_programmes import in_words
from data.sources.ofac_remarks import Remarks, parse
from data.sources.text import clean

_SDN_COLUMNS, _ALT_COLUMNS, _COMMENT_COLUMNS = 12, 5, 2
_QUALITIES = {"aka": NameQuality.GOOD, "fka": NameQuality.FORMER, "nka": NameQuality.GOOD}
_KINDS = {"vessel": "vessels", "aircraft": "aircraft"}


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals from a folder or from its files; RefusedFile before the first without a usable sdn.csv."""
    files = find(paths)
    sdn = load(files["sdn"], _SDN_COLUMNS)
    alt = load(files.get("alt"), _ALT_COLUMNS)
    comments = load(files.get("comments"), _COMMENT_COLUMNS)
    skipped: Counter[str] = Counter()
    if "alt" not in files:
        skipped["alternate names: alt.csv was not given"] = 1
    yield from (*sdn.refusals, *alt.refusals, *comments.refusals)
    aliases = _aliases(alt)
    more = _continued(comments)
    records = {row[1]: f"OFAC-{row[0]}" for _, row in sdn.rows if row[2] == "individual"}
    seen: set[str] = set()
    for number, row in sdn.rows:
        seen.add(row[0])
        if row[2] != "individual":
            skipped[_KINDS.get(row[2], "entities")] += 1
            continue
        try:
            yield _notice(row, aliases[row[0]], more[row[0]], records, skipped)
        except ValueError as problem:
            yield Refusal(f"{sdn.name}:{number}", str(problem))
    yield from _orphans(alt, seen)
    yield SourceInfo(skipped=dict(skipped))


def _aliases(alt: Table) -> dict[str, list[ListedName]]:
    """Alternate names by entity number. Columns: ent_num, alt_num, alt_type, alt_name, alt_remarks."""
    found: dict[str, list[ListedName]] = defaultdict(list)
    for _, (entity, _, kind, name, _) in alt.rows:
        found[entity].append(names.by_comma(names.plain(name), _QUALITIES.get(kind, NameQuality.GOOD)))
    return found


def _continued(comments: Table) -> dict[str, str]:
    """What did not fit into the remarks of sdn.csv goes on here, often in the middle of a word."""
    found: dict[str, str] = defaultdict(str)
    for _, (entity, text) in comments.rows:
        found[entity] += text
    return found


def _orphans(alt: Table, seen: set[str]) -> Iterator[Refusal]:
    """Alternate names of nobody: sdn.csv and alt.csv are not of the same day, or a row of sdn.csv is broken."""
    for number, row in alt.rows:
        if row[0] not in seen:
            yield Refusal(f"{alt.name}:{number}", "its ent_num is not in sdn.csv")


def _notice(
    row: list[str], aliases: list[ListedName], more: str, records: dict[str, str], skipped: Counter[str]
) -> Notice:
    entity, name, _, programme, title = row[:5]
    remarks = parse(row[11] + more)
    skipped.update(remarks.unread)
    primary = names.by_comma(names.plain(name), NameQuality.PRIMARY)
    if not primary.full:
        raise ValueError("the individual has no name")
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
        names=names.distinct([*listed, *remarks.names]),
        births=remarks.births,
        sex=remarks.sex,
        nationalities=remarks.nationalities,
        birth_places=remarks.birth_places,
        documents=remarks.documents,
        father=remarks.father,
        associates=(*mentions.linked(remarks.linked, records), *mentions.of_remarks("; ".join(remarks.others), "")),
    )


def _reason(programme: str, title: str, remarks: Remarks) -> str:
    """Programmes as printed `SDGT] [IRGC] [IFSR`, then the title, then what the remarks say besides."""
    others = [text for text in remarks.others if text != title]
    return clean(" · ".join(filter(None, (in_words(programme), title, "; ".join(others)))))
