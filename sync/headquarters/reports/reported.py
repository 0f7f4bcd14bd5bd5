"""What headquarters knows of its kits from their own reports: a view for people, kit by kit."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.reports import report_tables as tables
from sync.headquarters.reports.settlement import Keys, known_keys, open_entries
from sync.headquarters.store.kit_signers import signers


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
class StreamReceived:
    """One stream of one life of a kit's journal."""

    name: str
    incarnation: str
    entries: int
    again: int
    """Of them, events that came in an earlier life already."""
    upto: int
    missing_from: int
    """The first entry that is missing before others that came; 0 for none."""
    conflicts: int
    """Entries that contradict this history and that nobody settled yet."""
    number: int
    """Under which `waypost hq conflicts` has them."""
    last_seen: str


@dataclass(frozen=True, slots=True)
class KitReported:
    """Everything a kit reported, in short."""

    kit: str
    last_seen: str
    """Empty for a kit that never reported."""
    lives: int
    """Incarnations of its journal: more than one says that it was put back from a copy."""
    receipts: tuple[Receipt, ...]
    streams: tuple[StreamReceived, ...]
    health: dict[str, Any]
    """As the kit told it last; empty when it never did."""

    @property
    def conflicts(self) -> int:
        """Entries that contradict an earlier history and that nobody settled yet."""
        return sum(stream.conflicts for stream in self.streams)


def reported(home: HeadquartersHome) -> tuple[KitReported, ...]:
    """Every kit that may report, by name."""
    with home.store.reading() as connection:
        kits = [signer.kit for signer in signers(connection)]
    keys = known_keys(home)
    with home.reports.reading() as connection:
        return tuple(_kit(connection, kit, keys) for kit in kits)


def last_seen(home: HeadquartersHome) -> dict[str, str]:
    """Kit to when it last reported, ISO 8601; without those that never did."""
    with home.reports.reading() as connection:
        seen: dict[str, str] = {}
        for row in connection.execute(select(tables.streams.c.kit, tables.streams.c.last_seen)):
            seen[row.kit] = max(seen.get(row.kit, row.last_seen), row.last_seen, key=datetime.fromisoformat)
        return seen


def last_health(home: HeadquartersHome) -> dict[str, dict[str, Any]]:
    """Kit to how it last said it was; without those that never did."""
    with home.reports.reading() as connection:
        return {row.kit: json.loads(row.body) for row in connection.execute(select(tables.health))}


def _kit(connection: Connection, kit: str, keys: Keys) -> KitReported:
    query = select(tables.streams).where(tables.streams.c.kit == kit).order_by(tables.streams.c.id)
    streams = tuple(_stream(connection, row, keys) for row in connection.execute(query))
    body = connection.scalar(select(tables.health.c.body).where(tables.health.c.kit == kit))
    return KitReported(
        kit=kit,
        last_seen=max((stream.last_seen for stream in streams), key=datetime.fromisoformat, default=""),
        lives=len({stream.incarnation for stream in streams}),
        receipts=_receipts(connection, kit),
        streams=streams,
        health=json.loads(body) if body else {},
    )


def _receipts(connection: Connection, kit: str) -> tuple[Receipt, ...]:
    told, hidden = tables.receipts, tables.hidden
    query = select(hidden.c.list, func.sum(hidden.c.removed), func.min(hidden.c.at)).where(hidden.c.kit == kit)
    still = {name: (rows, since) for name, rows, since in connection.execute(query.group_by(hidden.c.list))}
    found = connection.execute(select(told).where(told.c.kit == kit).order_by(told.c.list))
    return tuple(
        Receipt(row.list, row.version, row.as_of, row.removed, row.removals, row.at, *still.get(row.list, (0, "")))
        for row in found
    )


def _stream(connection: Connection, row: Row[Any], keys: Keys) -> StreamReceived:
    entries = tables.entries
    again = select(func.count()).select_from(entries).where(entries.c.stream == row.id, entries.c.again)
    return StreamReceived(
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
