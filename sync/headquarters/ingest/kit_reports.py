"""What kits last said of each list and of themselves: taken from their entries as these come in, and shown kit by kit.

A kit's entries are signed but not trusted in shape: one that does not fit is passed over here and stays in its stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select

from data.errors import Damaged
from data.journal.chains import LIST_CHANGED, MAX_ENTRY_BYTES
from data.journal.outgoing import OutboxEntry
from data.json_codec import decode, decode_or_none, within
from data.lists.edition import ListName
from data.text import THE_VALUE, Message, _
from sync.formats.kit_health import HEALTH_KIND, ReportedHealth
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.checkpoint_review import find_checkpoint_notices
from sync.headquarters.ingest.people_reports import keep_people_facts
from sync.headquarters.ingest.settlement import Keys, known_keys, open_entries
from sync.headquarters.store import report_tables
from sync.headquarters.store.kit_table import signers
from sync.limits import LIMITS

_receipts, _health, _hidden = report_tables.receipts, report_tables.health, report_tables.hidden


def keep_newest_facts(connection: Connection, kit: str, entries: Sequence[OutboxEntry]) -> None:
    """Take what `entries`, in their order, say of lists, of the kit's health and of its people."""
    for entry in entries:
        if entry.kind == LIST_CHANGED:
            receipt = decode_or_none(_ReceiptFacts, entry.body, most_bytes=MAX_ENTRY_BYTES)
            if receipt is not None:
                _take_receipt(connection, kit, receipt)
        elif entry.kind == HEALTH_KIND:
            health = decode_or_none(_HealthFacts, entry.body, most_bytes=MAX_ENTRY_BYTES)
            if health is not None:
                _take_health(connection, kit, health, entry.body)
        else:
            keep_people_facts(connection, kit, entry)


def reported_versions(connection: Connection, kit: str) -> dict[str, int]:
    """The version of each list that the kit last said it has."""
    query = select(_receipts.c.list, _receipts.c.version).where(_receipts.c.kit == kit)
    return {row.list: row.version for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a kit said of one list."""

    list: str
    version: int
    as_of: str
    removed: int
    removals: str
    """`hidden`, `erased`, or empty where the kit did not say."""
    at: str
    hidden: int
    """Withdrawn rows, by this version or earlier ones, that are still on the kit's disk though nobody finds them."""
    hidden_since: str
    """When the oldest of them were withdrawn there; empty for none."""


@dataclass(frozen=True, slots=True)
class StreamReport:
    """One stream of one life of a kit's journal."""

    name: str
    incarnation: str
    entries: int
    again: int
    """Of these, events that an earlier incarnation already reported."""
    upto: int
    missing_from: int
    """The first entry that is missing although later ones are here; 0 for none."""
    conflicts: int
    """Entries that contradict this history and that nobody settled yet."""
    number: int
    """Under which `waypost hq conflicts` has them."""
    last_seen: str


@dataclass(frozen=True, slots=True)
class KitReport:
    """Everything a kit reported, in short."""

    kit: str
    last_seen: str
    """Empty for a kit that never reported."""
    lives: int
    """Incarnations of its journal: more than one says that it was put back from a copy."""
    receipts: tuple[Receipt, ...]
    streams: tuple[StreamReport, ...]
    health: ReportedHealth | None
    """As the kit last reported it; None when it never did."""
    notices: tuple[Message, ...] = ()
    """What is wrong with the signed checkpoints of its audit."""

    @property
    def conflicts(self) -> int:
        """Entries that contradict an earlier history and that nobody settled yet."""
        return sum(stream.conflicts for stream in self.streams)


def read_kit_reports(home: HeadquartersHome) -> tuple[KitReport, ...]:
    """Every kit that may report, by name."""
    with home.store.reading() as connection:
        kits = [signer.kit for signer in signers(connection)]
    keys = known_keys(home)
    with home.reports.reading() as connection:
        return tuple(_kit_report(connection, kit, keys) for kit in kits)


def last_seen(home: HeadquartersHome) -> dict[str, str]:
    """Kit to when it last reported, ISO 8601; without those that never did."""
    with home.reports.reading() as connection:
        seen: dict[str, str] = {}
        for row in connection.execute(select(report_tables.streams.c.kit, report_tables.streams.c.last_seen)):
            seen[row.kit] = max(seen.get(row.kit, row.last_seen), row.last_seen, key=datetime.fromisoformat)
        return seen


def last_health(home: HeadquartersHome) -> dict[str, ReportedHealth]:
    """Kit to how it last said it was; without those that never did."""
    with home.reports.reading() as connection:
        return {row.kit: _parse_health(row.body) for row in connection.execute(select(report_tables.health))}


def _check_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(_("{field} must be printable", field=THE_VALUE))
    return text


_Count = Annotated[int, within(0, (1 << 53) - 1, _("{field} is out of bounds", field=THE_VALUE))]
_Word = Annotated[str, Field(max_length=64), AfterValidator(_check_printable)]


@dataclass(frozen=True, slots=True)
class _ReceiptFacts:
    """What a kit enters when a list changes its version (`data.journal.journal`)."""

    list: ListName
    version: _Count
    as_of: _Word
    removed: _Count
    removals: Literal["hidden", "erased"]
    erased_upto: _Count
    at: _Word


@dataclass(frozen=True, slots=True)
class _ListHealth:
    """A list in a report of a kit's health; one that is damaged or empty has no version or no time."""

    version: _Count | None = None
    as_of: _Word | None = None


@dataclass(frozen=True, slots=True)
class _HealthFacts:
    """What of a kit's health is compared with its receipts, and must fit."""

    at: _Word
    lists: dict[ListName, _ListHealth]


def _take_receipt(connection: Connection, kit: str, facts: _ReceiptFacts) -> None:
    _put_receipt(connection, kit, facts.list, (facts.version, facts.as_of), facts.removed, facts.removals, facts.at)
    of_list = {"kit": kit, "list": facts.list}
    connection.execute(delete(_hidden).where(*_same(_hidden, of_list), _hidden.c.version <= facts.erased_upto))
    if facts.removals == "hidden" and facts.removed:
        _put(connection, _hidden, {**of_list, "version": facts.version}, {"removed": facts.removed, "at": facts.at})


def _take_health(connection: Connection, kit: str, facts: _HealthFacts, body: bytes) -> None:
    for name, health in list(facts.lists.items())[: LIMITS.lists]:
        query = select(_receipts).where(_receipts.c.kit == kit, _receipts.c.list == name)
        known = connection.execute(query).one_or_none()
        if health.version is None or health.as_of is None:
            continue
        if known is None or known.version != health.version:
            # The kit has another version than its receipts say: it was put back from a copy.
            _put_receipt(connection, kit, name, (health.version, health.as_of), 0, "", facts.at)
    _put(connection, _health, {"kit": kit}, {"at": facts.at, "body": body})


def _put_receipt(
    connection: Connection, kit: str, name: str, version: tuple[int, str], removed: int, removals: str, at: str
) -> None:
    """`version` with the time at which it was taken from its source."""
    values = {"version": version[0], "as_of": version[1], "removed": removed, "removals": removals, "at": at}
    _put(connection, _receipts, {"kit": kit, "list": name}, values)


def _put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, object]) -> None:
    connection.execute(delete(table).where(*_same(table, key)))
    connection.execute(insert(table).values(**key, **values))


def _same(table: Table, key: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _parse_health(body: bytes) -> ReportedHealth:
    return decode(ReportedHealth, body, lambda _why: Damaged(_("A kit's report of its health cannot be read")))


def _kit_report(connection: Connection, kit: str, keys: Keys) -> KitReport:
    query = select(report_tables.streams).where(report_tables.streams.c.kit == kit).order_by(report_tables.streams.c.id)
    streams = tuple(_stream_report(connection, row, keys) for row in connection.execute(query))
    body = connection.scalar(select(report_tables.health.c.body).where(report_tables.health.c.kit == kit))
    return KitReport(
        kit=kit,
        last_seen=max((stream.last_seen for stream in streams), key=datetime.fromisoformat, default=""),
        lives=len({stream.incarnation for stream in streams}),
        receipts=_receipts_of(connection, kit),
        streams=streams,
        health=_parse_health(body) if body else None,
        notices=find_checkpoint_notices(connection, kit),
    )


def _receipts_of(connection: Connection, kit: str) -> tuple[Receipt, ...]:
    receipts, hidden = report_tables.receipts, report_tables.hidden
    query = select(hidden.c.list, func.sum(hidden.c.removed), func.min(hidden.c.at)).where(hidden.c.kit == kit)
    still = {name: (rows, since) for name, rows, since in connection.execute(query.group_by(hidden.c.list))}
    newest = connection.execute(select(receipts).where(receipts.c.kit == kit).order_by(receipts.c.list))
    return tuple(
        Receipt(row.list, row.version, row.as_of, row.removed, row.removals, row.at, *still.get(row.list, (0, "")))
        for row in newest
    )


def _stream_report(connection: Connection, row: Row[Any], keys: Keys) -> StreamReport:
    entries = report_tables.entries
    again = select(func.count()).select_from(entries).where(entries.c.stream == row.id, entries.c.again)
    return StreamReport(
        name=row.name,
        incarnation=row.incarnation,
        entries=row.seq - row.begins,
        again=connection.scalar(again) or 0,
        upto=row.seq,
        missing_from=row.seq + 1 if row.ahead else 0,
        conflicts=len(open_entries(connection, row.id, keys)),
        number=row.id,
        last_seen=row.last_seen,
    )
