"""The index of one person list, version after version.

- Changes since the base are in a small index of their own, which is searched together with that of the base. A record
  that was changed or withdrawn is hidden in the base; only its newest form hits. Both weigh a part by how often it
  occurs among all who are not hidden, so that a candidate has the score that one index of the whole list would give.
- The arrays of a base are stored encrypted with it (`data.lists.storage.immutable_files`), before the base comes into
  force, so that a counter changes to the next version without waiting. If they are missing or damaged, they are
  computed from the list, and stored for the next start if that is possible.
"""

from collections.abc import Collection, Iterable, Iterator
from threading import Lock
from typing import Protocol

from appliance.matching.index import layout
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.rarity import ListCounts
from appliance.screening.check_ports import ListReader, ListView
from data.errors import StoreError
from data.lists.kinds import persons
from data.lists.overlay_change import BaseChange
from data.lists.replica import Replica
from data.lists.rows import Row
from data.lists.storage.immutable_files import ArrayContents, ArrayFile
from data.log.error_log import log_error, suppress_logged
from data.persons.notice import Notice


class LiveIndex:
    """The index of a base with its changes; immutable. A new version is a new index over the same base."""

    def __init__(self, base: PersonIndex, added: Iterable[Notice], gone: Collection[str]) -> None:
        self.list_name = base.list_name
        self.base = base
        self.parts: tuple[PersonIndex, ...] = (base,)
        changes = PersonIndex(added, base.list_name)
        if len(changes) or gone:
            still = base.without((*gone, *(notice.record for notice in changes.notices)))
            counts = ListCounts([still.counts, changes.counts])
            parts = (still, changes) if len(changes) else (still,)
            self.parts = tuple(part.weighed(counts) for part in parts)


INDEX_FORM = "person names 6"
"""Increased when the arrays, or the reading of names, change: older files are then computed again."""


def write_index(replica: Replica, base: str, rows: Iterable[Row], change: BaseChange | None = None) -> None:
    """Make the index of a base and store it with the base (a `data.lists.replica.Companion`).

    That of the base before is merged with what changed since, which takes seconds; else it is computed from `rows`.
    """
    contents = _merge_contents(replica, change) if change else None
    _write_contents(replica, base, contents or _compute_contents(rows))


def _merge_contents(replica: Replica, change: BaseChange) -> ArrayContents | None:
    """The arrays of the base before with what changed since; None where these are missing, damaged or older."""
    before = None
    with suppress_logged(StoreError, OSError):
        before = replica.index_file(change.before, INDEX_FORM).read()
    if before is None:
        return None
    from appliance.matching.index.merge import IndexArrays, merge_indexes  # for couriers only

    added = layout.lay_out_index(_notices(change.added))
    records = [key.decode() for key in (*change.gone, *(row.key for row in change.added))]
    gone = PersonIndex.from_arrays(before.arrays, before.texts).find_persons(records)
    merged = merge_indexes(IndexArrays(before.arrays, before.texts), gone, IndexArrays(*added[:2]))
    edition = replica.edition()
    is_whole = edition is not None and len(merged.arrays["sex"]) == edition.count
    return ArrayContents(merged.arrays, tuple(merged.countries)) if is_whole else None


def _compute_contents(rows: Iterable[Row]) -> ArrayContents:
    arrays, countries, _ = layout.lay_out_index(_notices(rows))
    return ArrayContents(arrays, tuple(countries))


def _write_contents(replica: "IndexedList", base: str, contents: ArrayContents) -> None:
    replica.index_file(base, INDEX_FORM).write(contents.arrays, contents.texts)


def _notices(rows: Iterable[Row]) -> Iterator[Notice]:
    return (persons.from_json(row.body.decode()) for row in rows)


class IndexedList(ListReader, Protocol):
    """A list that stores its index: `data.lists.replica.Replica`, or one behind the counter's guard."""

    def base(self) -> str | None:
        """Name of the base in force."""

    def index_file(self, base: str, form: str) -> ArrayFile:
        """The file of the index of this base."""


class IndexSource:
    """Makes the index of each version of one list; the index of the base is loaded once for many versions."""

    def __init__(self, replica: IndexedList) -> None:
        self._replica = replica
        self._lock = Lock()
        self._base: tuple[str | None, PersonIndex] | None = None
        self._newest: tuple[tuple[int, int] | None, LiveIndex] | None = None

    def of(self, view: ListView) -> LiveIndex:
        """The index of exactly the version in `view`; it is made now if another one is in memory.

        Two screenings never make it at the same time. If that takes longer than a check's deadline, the screening is
        NOT_DONE, and the next one has the index.
        """
        version = (view.edition.version, view.edition.digest) if view.edition else None
        with self._lock:
            if self._newest is None or self._newest[0] != version:
                self._newest = None  # drop the old one first, to free its memory
                self._newest = version, self._make_index(view)
            return self._newest[1]

    @property
    def newest(self) -> LiveIndex | None:
        """The index that is in memory."""
        newest = self._newest
        return newest[1] if newest else None

    def _make_index(self, view: ListView) -> LiveIndex:
        name = self._replica.base()
        if self._base is None or self._base[0] != name:
            self._base = None
            self._base = (name, self._load(name, view))
        added, gone = view.changes()
        return LiveIndex(self._base[1], _notices(added), [key.decode() for key in gone])

    def _load(self, base: str | None, view: ListView) -> PersonIndex:
        if base is None:
            return PersonIndex((), self._replica.name)
        try:
            contents = self._replica.index_file(base, INDEX_FORM).read()
        except (StoreError, OSError) as error:
            log_error(error, list_name=self._replica.name)
            contents = None
        if contents is None:
            contents = _compute_contents(view.base_rows())
            # On a full disk only the next start takes longer.
            with suppress_logged(OSError, StoreError):
                _write_contents(self._replica, base, contents)
        return PersonIndex.from_arrays(contents.arrays, contents.texts, self._replica.name)
