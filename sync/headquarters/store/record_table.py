"""A list's records under a full load: each is in force between two import runs, none is ever overwritten.

What a file cannot say is not taken away. A record whose row was refused, or of which a part was not understood, keeps
what it had: its whole version where the new one is missing, else whatever the new one lacks. It is then in force and
was last seen by an earlier run, which is what *kept* means in the store.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from data.certificates.trust_record import Unproved
from data.lists.contents import Amount, ListContents, count_rows, measure_contents
from data.lists.kinds import Kind, counts_contents, has_movable, has_words, keep_lost, proves_records
from data.lists.rows import split_batches
from sync.headquarters.store import tables
from sync.headquarters.store.import_run import NAMED_RECORDS, Doubts, RepeatedRecord
from sync.headquarters.store.run_table import OriginRuns

_Counts = tuple[int, int, int, int]
"""Records, names, dates of birth and document numbers, as in `ListContents`."""
_records = tables.records


class RecordImport:
    """One import run over one list, inside the caller's transaction."""

    def __init__(self, connection: Connection, run: int, kind: Kind) -> None:
        self._connection = connection
        self._run = run
        self._kind = kind
        runs = tables.runs.c
        self._list = str(connection.scalar(select(runs.list).where(runs.id == run)))
        earlier = select(func.max(runs.id)).where(runs.list == self._list, runs.id < run)
        self._previous_run = int(connection.scalar(earlier) or 0)
        self.has_earlier = self._previous_run > 0
        """Whether the list was imported before."""
        self.before = self._measure()
        """What the list held before."""
        self.added = 0
        self.changed = 0
        self.unchanged = 0
        self.read = 0
        """Records that the files hold in a usable form."""
        self._explained = 0
        """Refused rows that may be anybody's: each accounts for one record."""
        self._lacking: Counter[_Counts] = Counter()
        """What the files lack of a record that is kept only because such a row may be it, and of how many records."""
        self._retained_names: list[str] = []

    def close(self) -> None:
        """Nothing waits elsewhere."""

    def load(self, records: Iterator[Any]) -> Iterator[RepeatedRecord]:
        """Insert or update all that the files hold; yields the records whose identity this run has seen already."""
        for batch in split_batches(records):
            yield from self._put(batch)

    def _put(self, records: Sequence[Any]) -> list[RepeatedRecord]:
        """Insert or update records; returns those whose identity this run has already seen."""
        known = self._known([self._kind.identity(record) for record in records])
        bodies: dict[str, str] = {}
        repeated = []
        for record in records:
            identity, body = self._kind.identity(record), self._kind.to_json(record)
            first = bodies.get(identity)
            if first is None and identity in known and known[identity].seen == self._run:
                first = known[identity].body
            if first is None:
                bodies[identity] = body
            else:
                repeated.append(RepeatedRecord(record, first == body))
        self._sort_in(bodies, {identity: row.body for identity, row in known.items()})
        return repeated

    def find_earlier(self, identities: Iterable[str]) -> set[str]:
        """Those of `identities` that were in force before this run."""
        earlier = and_(_records.c.list == self._list, _records.c.valid_from < self._run, self._was_in_force())
        return {row.identity for row in self._select(identities, earlier)}

    def refuse_unproved(self, *, is_accepted: bool) -> list[Unproved]:
        """Take back records of this run that must not replace what they would replace (`Kind.find_unproved`).

        Where somebody says that the files are right (`is_accepted`), only those that are certainly wrong.
        """
        if not proves_records(self._kind):
            return []
        old = and_(_records.c.list == self._list, _records.c.seen < self._run, self._was_in_force())
        gone = self._read_all(select(_records.c.body).where(old))
        new = self._read_all(select(_records.c.body).where(self._in_force(), _records.c.valid_from == self._run))
        if not gone or not new:
            return []
        of_kind = select(tables.lists.c.name).where(tables.lists.c.kind == self._kind.NAME)
        in_force = select(_records.c.body).where(_records.c.list.in_(of_kind), _records.c.valid_to.is_(None))
        known = [*gone, *self._read_all(in_force)]
        unproved = [
            record for record in self._kind.find_unproved(new, gone, known) if record.is_disproved or not is_accepted
        ]
        self._take_back(sorted({record.identity for record in unproved}))
        return unproved

    def _take_back(self, identities: list[str]) -> None:
        closed = and_(_records.c.list == self._list, _records.c.valid_to == self._run)
        replaced = {row.identity for row in self._select(identities, closed)}
        self._each(identities, lambda which: delete(_records).where(self._in_force(), which))
        self._reopen(sorted(replaced))
        self.changed -= len(replaced)
        self.added -= len(identities) - len(replaced)

    def _read_all(self, query: Any) -> list[Any]:
        return [self._kind.from_json(body) for body in self._connection.scalars(query)]

    def withdraw_missing(self, doubts: Doubts) -> tuple[int, int]:
        """Close what this run did not see, less what is kept; returns how many records went, and how many are kept."""
        missing = and_(self._in_force(), _records.c.seen < self._run)
        anybody = self._anybody(doubts)
        retained = [row.identity for row in self._select(doubts.identities, missing)]
        if anybody is not None:
            named = set(retained)
            for row in self._connection.execute(select(_records.c.identity, _records.c.body).where(missing, anybody)):
                if row.identity not in named:
                    retained.append(row.identity)
                    self._lacking[1, *self._count(row.body)] += 1
            self._explained = doubts.new_unread + doubts.known_unread
        gone = self._connection.execute(update(_records).where(missing).values(valid_to=self._run)).rowcount
        self._reopen(retained)
        restored = self._restore(doubts, anybody)
        self._retained_names = sorted(retained + restored)
        return gone - len(retained), len(self._retained_names)

    def find_kept(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that are kept, sorted."""
        return self._retained_names[:NAMED_RECORDS]

    def find_withdrawn(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that this run withdrew, sorted."""
        here = select(_records.c.identity).where(self._in_force())
        gone = and_(_records.c.list == self._list, _records.c.valid_to == self._run, _records.c.identity.not_in(here))
        query = select(_records.c.identity).where(gone).order_by("identity").limit(NAMED_RECORDS)
        return list(self._connection.scalars(query))

    def measure_after(self) -> ListContents:
        """What the list holds after `withdraw_missing`."""
        return self._measure()

    def measure_accounted_for(self, after: ListContents) -> ListContents:
        """What of `after` the files account for: what they hold, and for each row that may be anybody's one record.

        Those records are taken to be the ones that hold most, in each measure by itself.
        """
        amounts = [after.rows, after.names, after.births, after.documents]
        for place, amount in enumerate(amounts):
            lacking = sorted((counts[place] for counts in self._lacking.elements()), reverse=True)
            amounts[place] = Amount(amount.total - sum(lacking[self._explained :]), amount.largest)
        return ListContents(*amounts)

    def count_losses(self) -> tuple[int, int, int]:
        """How many names, dates of birth and document numbers the records that stay have fewer than before."""
        if not counts_contents(self._kind):
            return 0, 0, 0
        names, births, documents = 0, 0, 0
        for _identity, before, after in self._connection.execute(self._changes()):
            lost = self._count_lost(before, after)
            names, births, documents = names + lost[0], births + lost[1], documents + lost[2]
        return names, births, documents

    def _count_lost(self, before: str, after: str) -> tuple[int, int, int]:
        """How many names, dates of birth and document numbers one body has fewer than another."""
        old, new = self._count(before), self._count(after)
        return max(0, old[0] - new[0]), max(0, old[1] - new[1]), max(0, old[2] - new[2])

    def _count(self, body: str) -> tuple[int, int, int]:
        return self._kind.count_contents(body.encode()) if counts_contents(self._kind) else (0, 0, 0)

    def count_lost_numbers(self, share: float) -> tuple[int, int]:
        """None of none: only lists of documents have ranges."""
        del share
        return 0, 0

    def find_moved(self) -> list[str]:
        """Identities of records that lost a name or a number which another record that was here before has now."""
        if not has_movable(self._kind):
            return []
        lost: dict[str, list[str]] = {}
        gained: set[str] = set()
        for identity, *bodies in self._connection.execute(self._changes()):
            before, after = (frozenset(self._kind.movable(self._kind.from_json(body))) for body in bodies)
            for part in before - after:
                lost.setdefault(part, []).append(identity)
            gained |= after - before
        return sorted({identity for part in lost.keys() & gained for identity in lost[part]})

    def find_shrunk(self) -> list[str]:
        """None: only lists of documents have ranges."""
        return []

    def _changes(self) -> Any:
        """Identity, body before and body now of the records that this run changed."""
        old, new = _records.alias(), _records.alias()
        return select(old.c.identity, old.c.body, new.c.body).where(
            *(old.c.list == self._list, old.c.valid_to == self._run),
            *(new.c.list == self._list, new.c.identity == old.c.identity, new.c.valid_from == self._run),
        )

    def _seen_now(self) -> Any:
        return and_(self._in_force(), _records.c.seen == self._run)

    def _anybody(self, doubts: Doubts) -> Any:
        """The records that a row without an identity may be: a condition, or None where there is no such row."""
        if doubts.new_unread:
            return _records.c.identity.is_not(None)
        return _records.c.seen < self._previous_run if doubts.known_unread else None

    def _restore(self, doubts: Doubts, anybody: Any) -> list[str]:
        """Put back earlier versions of records that lack something now, though it may be in the file."""
        replaced = and_(_records.c.list == self._list, _records.c.valid_to == self._run, _records.c.seen < self._run)
        suspects = [
            *self._select(doubts.identities, replaced),
            *self._with_new_words(self._select(doubts.free_words.keys() - doubts.identities, replaced), doubts),
        ]
        named = {row.identity for row in suspects}
        if anybody is not None:
            others = self._connection.execute(select(_records).where(replaced, anybody))
            suspects += [row for row in others if row.identity not in named]
        restored: list[str] = []
        merged: list[dict[str, Any]] = []
        for batch in split_batches(iter(suspects)):
            fresh = self._known([row.identity for row in batch])
            for old in batch:
                if old.identity not in fresh or not (body := self._keep_lost(old.body, fresh[old.identity].body)):
                    continue
                if body != old.body:
                    merged.append({"which": old.identity, "whole": body, "since": old.seen})
                restored.append(old.identity)
                if old.identity not in named:
                    self._lacking[0, *self._count_lost(body, fresh[old.identity].body)] += 1
        changed = {row["which"] for row in merged}
        self._put_back([identity for identity in restored if identity not in changed])
        if merged:
            which = update(_records).where(self._in_force(), _records.c.identity == bindparam("which"))
            self._connection.execute(which.values(body=bindparam("whole"), seen=bindparam("since")), merged)
        return restored

    def _keep_lost(self, old: str, new: str) -> str:
        """What the new version is with all that it lacks of the old one; empty where it lacks nothing."""
        read = self._kind.from_json
        before, after = read(old), read(new)
        whole = keep_lost(self._kind, before, after)
        return "" if whole == after else str(self._kind.to_json(whole))

    def _put_back(self, identities: list[str]) -> None:
        self._each(identities, lambda which: delete(_records).where(self._in_force(), which))
        self._reopen(identities)
        self.changed -= len(identities)

    def _with_new_words(self, earlier: Iterable[Any], doubts: Doubts) -> Iterator[Any]:
        """The earlier versions that do not have all the words which are not understood now."""
        for row in earlier:
            if not has_words(self._kind, self._kind.from_json(row.body), doubts.free_words[row.identity]):
                yield row

    def _reopen(self, identities: list[str]) -> None:
        closed = and_(_records.c.list == self._list, _records.c.valid_to == self._run)
        self._each(identities, lambda which: update(_records).where(closed, which).values(valid_to=None))

    def _each(self, identities: list[str], statement: Callable[[Any], Any]) -> None:
        if identities:
            which = _records.c.identity == bindparam("which")
            self._connection.execute(statement(which), [{"which": identity} for identity in identities])

    def is_published(self) -> bool:
        """Whether any import of the list was published."""
        return bool(self._connection.scalar(select(tables.lists.c.run).where(tables.lists.c.name == self._list)))

    def measure_published(self) -> ListContents | None:
        """What the list held when it was published last; None where that was after the import before this one."""
        lists = tables.lists.c
        run = int(self._connection.scalar(select(lists.run).where(lists.name == self._list)) or 0)
        if run in (0, self._previous_run):
            return None
        is_later = or_(_records.c.valid_to.is_(None), _records.c.valid_to > run)
        return self._measure(and_(_records.c.list == self._list, _records.c.valid_from <= run, is_later))

    def _measure(self, which: Any = None) -> ListContents:
        """What the records that fulfil `which` hold; by default those in force."""
        condition = self._in_force() if which is None else which
        if not counts_contents(self._kind):
            query = select(func.count()).select_from(_records).where(condition)
            return count_rows(int(self._connection.scalar(query) or 0))
        bodies = self._connection.scalars(select(_records.c.body).where(condition))
        return measure_contents(self._kind, (body.encode() for body in bodies))

    def _select(self, identities: Iterable[str], condition: Any) -> list[Any]:
        rows: list[Any] = []
        for batch in split_batches(iter(identities)):
            rows += self._connection.execute(select(_records).where(condition, _records.c.identity.in_(batch)))
        return rows

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
        self.read += len(bodies)

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
        self._each(identities, lambda which: update(_records).where(self._in_force(), which).values(**values))

    def _in_force(self) -> Any:
        return and_(_records.c.list == self._list, _records.c.valid_to.is_(None))

    def _was_in_force(self) -> Any:
        return or_(_records.c.valid_to.is_(None), _records.c.valid_to == self._run)


def find_origin(connection: Connection, name: str, identity: str) -> OriginRuns | None:
    """Where a record came from, withdrawn or not; None if the list never had it."""
    query = select(_records).where(_records.c.list == name, _records.c.identity == identity)
    row = connection.execute(query.order_by(_records.c.valid_from.desc()).limit(1)).one_or_none()
    return OriginRuns(row.valid_from, row.seen, row.valid_to) if row is not None else None


def records_in_force(connection: Connection, name: str, kind: Kind) -> Iterator[Any]:
    """The records of a list as the newest import left them, in order of identity."""
    query = (
        select(_records.c.body)
        .where(_records.c.list == name, _records.c.valid_to.is_(None))
        .order_by(_records.c.identity)
    )
    for (body,) in connection.execute(query):
        yield kind.from_json(body)
