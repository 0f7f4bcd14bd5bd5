"""A list's records under a full load: each is in force between two import runs, none is ever overwritten."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from data.lists.kinds import Kind
from sync.headquarters.store import tables
from sync.headquarters.store.list_table import set_source_date

_records = tables.records


class ImportRun:
    """One import run over one list, inside the caller's transaction."""

    def __init__(self, connection: Connection, run: int, kind: Kind) -> None:
        self._connection = connection
        self._run = run
        self._kind = kind
        self._list = str(connection.scalar(select(tables.runs.c.list).where(tables.runs.c.id == run)))
        self.count_before = int(
            connection.scalar(select(func.count()).select_from(_records).where(self._in_force())) or 0
        )
        """Records in force before."""
        self.added = 0
        self.changed = 0
        self.unchanged = 0

    def put(self, records: Sequence[Any]) -> list[Any]:
        """Insert or update records; returns those whose identity this run has already seen."""
        known = self._known([self._kind.identity(record) for record in records])
        bodies: dict[str, str] = {}
        repeated = []
        for record in records:
            identity = self._kind.identity(record)
            if identity in bodies or (identity in known and known[identity].seen == self._run):
                repeated.append(record)
            else:
                bodies[identity] = self._kind.to_json(record)
        self._sort_in(bodies, {identity: row.body for identity, row in known.items()})
        return repeated

    def finalise(self, source_date: str) -> int:
        """Close what this run did not see; returns how many records that were."""
        gone = self._connection.execute(
            update(_records).where(self._in_force(), _records.c.seen < self._run).values(valid_to=self._run)
        )
        set_source_date(self._connection, self._run, source_date)
        return gone.rowcount

    def _sort_in(self, bodies: dict[str, str], known: dict[str, str]) -> None:
        new = [identity for identity in bodies if identity not in known]
        changed = [identity for identity in bodies if identity in known and known[identity] != bodies[identity]]
        same = [identity for identity in bodies if known.get(identity) == bodies[identity]]
        self._set(changed, valid_to=self._run)
        self._insert({identity: bodies[identity] for identity in new + changed})
        self._set(same, seen=self._run)
        self.added += len(new)
        self.changed += len(changed)
        self.unchanged += len(same)

    def _known(self, identities: list[str]) -> dict[str, Any]:
        query = select(_records.c.identity, _records.c.seen, _records.c.body).where(
            self._in_force(), _records.c.identity.in_(identities)
        )
        return {row.identity: row for row in self._connection.execute(query)}

    def _insert(self, bodies: dict[str, str]) -> None:
        if bodies:
            rows = [
                {"list": self._list, "identity": identity, "valid_from": self._run, "seen": self._run, "body": body}
                for identity, body in bodies.items()
            ]
            self._connection.execute(insert(_records), rows)

    def _set(self, identities: list[str], **values: int) -> None:
        if identities:
            statement = update(_records).where(self._in_force(), _records.c.identity == bindparam("which"))
            self._connection.execute(statement.values(**values), [{"which": identity} for identity in identities])

    def _in_force(self) -> Any:
        return and_(_records.c.list == self._list, _records.c.valid_to.is_(None))


def records_in_force(connection: Connection, name: str, kind: Kind) -> Iterator[Any]:
    """The records of a list as the newest import left them, in order of identity."""
    query = (
        select(_records.c.body)
        .where(_records.c.list == name, _records.c.valid_to.is_(None))
        .order_by(_records.c.identity)
    )
    for (body,) in connection.execute(query):
        yield kind.from_json(body)
