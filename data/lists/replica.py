"""One list on this kit: an immutable base file, an overlay beside it, and which version they make.

- A reader holds one transaction on the overlay; that names the base it belongs to.
- A version changes in one transaction of the overlay, whose digest and count must come out as signed;
  otherwise it rolls back and the old version goes on serving.
- A base is built under another name, synced, renamed, and only then named by the overlay. A kill at any
  moment leaves the old list or the new one, and at most a file that nobody names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import NoReturn

from data import durable_files, store
from data.clock import ClockReading
from data.errors import Damaged, RollbackError, StoreError, TrustError
from data.lists.base_files import INDEX_PURPOSE, BaseFiles, DamageNote
from data.lists.edition import Edition, edition_from_json, edition_to_json, require_not_older
from data.lists.key_ranges import RangeRepair, RangeRows, chain_rows, pair_bounds, read_range_digest
from data.lists.kinds import load_kind
from data.lists.rows import PackedRows, Row, split_batches
from data.lists.running_digest import ChangeCounts, RowChanges, RunningDigest
from data.lists.storage import overlay
from data.lists.storage.base_formats import Columns, RowBase
from data.lists.storage.immutable_files import ArrayFile, derive_file_key, name_companion
from data.lists.storage.overlay import ListNotes, OverlayChecksum, Retention, RolledBackVersion, Undo
from data.lists.view import Accept, PackedView, View, accept_all
from data.log.error_log import log_error
from data.store_key import StoreKey
from data.text import _

OVERLAY_FILE = "overlay.db"
Companion = Callable[["Replica", str, Iterable[Row]], None]
"""Makes what goes beside a base (its name, its rows) before that comes into force."""
_OPEN_ATTEMPTS = 3
_APPLY_BATCH = 1 << 16
_FILTER_FROM = 4000
"""Additions from which on loading the filter is quicker than looking each of them up."""


class Replica:
    """A list of one kind in one folder."""

    def __init__(self, folder: Path, kind_name: str, key: StoreKey) -> None:
        self.name = folder.name
        self.kind = kind_name
        self._folder = folder
        self._columns = Columns.of(load_kind(kind_name))
        self._key = key
        self.companion: Companion | None = None
        self._lock = RLock()
        self._inode = 0
        """Of the overlay file that is open."""
        self._damage = DamageNote(folder)
        self._bases = BaseFiles(folder, key, self._columns)
        if not folder.exists():
            durable_files.make_folder(folder)
        self._open_overlay()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def read(self) -> Iterator[View]:
        """One version of the list for as long as the block runs; a sync beside it changes nothing here."""
        with self._damage.record_damage(self.base), self._exclusive():
            self._open_base()
            with store.read_transaction(self._overlay):
                edition, base = self._state()
                self._require_whole()
                yield self._bases.view(edition, self._overlay, base)

    @property
    def needs_repair(self) -> bool:
        """A reader found the base in force damaged: the courier fetches the list anew, which ends it."""
        with self._lock:
            return self._damage.names(self._state()[1])

    def _open_base(self) -> None:
        """Open the base in force. A sync may replace it between our reading its name and opening it: look again."""
        for _attempt in range(_OPEN_ATTEMPTS):
            name = self._state()[1]
            try:
                self._bases.open(name)
            except Damaged:
                if name == self._state()[1]:
                    raise
            else:
                return

    def edition(self) -> Edition | None:
        """The version in force, or None before the first."""
        with self._exclusive():
            return self._state()[0]

    def base(self) -> str | None:
        """Name of the base in force; inside `read`, of that of the view."""
        with self._exclusive():
            return self._state()[1]

    def index_file(self, base: str, form: str) -> ArrayFile:
        """The file for an index computed from a base. It goes when the base goes."""
        path = self._folder / name_companion(INDEX_PURPOSE, base)
        return ArrayFile(path, derive_file_key(self._key, path), form)

    def overlay_rows(self) -> int:
        """How many changes wait on top of the base."""
        with self._exclusive():
            return int(self._overlay.execute("SELECT count(*) FROM overlay").fetchone()[0])

    def prepare(self) -> None:
        """Bring what is kept in memory up to the version in force; without it answers are as right, and slower."""
        with self.read() as view:
            self._bases.prepare(view.edition, self._state()[1], lambda: overlay.read_added_keys(self._overlay))

    @property
    def held_back(self) -> RolledBackVersion | None:
        """The version that somebody took back here, until a newer one comes."""
        with self._exclusive():
            return self._notes.held_back

    @property
    def previous(self) -> Edition | None:
        """The version that `roll_back` goes to, if there is one."""
        with self._exclusive():
            edition_text = self._notes.get(overlay.PREVIOUS)
        return edition_from_json(edition_text) if edition_text else None

    @property
    def erased_upto(self) -> int:
        """Rows that versions up to this one withdrew are not on this disk any more, not even hidden."""
        with self._exclusive():
            edition, sealed = self._state()[0], load_kind(self.kind).SEALED
            return self._notes.erased_upto(edition.version, undo_keeps_withdrawn=sealed) if edition else 0

    def retention_s(self, moment: ClockReading) -> float | None:
        """For how long withdrawn or replaced rows have been in these files, as far as is known; None without any."""
        with self._exclusive(), self._changing():
            edition = self._state()[0]
            return Retention(self._notes, edition).age_s(moment) if edition else None

    @property
    def drift(self) -> str:
        """What `Accept` said to remember when the version in force came."""
        with self._exclusive():
            return self._notes.get(overlay.DRIFT)

    def digests(self, starts: Sequence[bytes], changes: Sequence[RowChanges] = ()) -> list[int | None]:
        """The digest of each range of keys that begins at `starts`, as it would be after `changes`: a whole scan.

        Which of them differ from what headquarters says is what a repair has to fetch. None stands for a range that
        cannot be read any more.
        """
        with self._exclusive(), self._preview(changes) as view:
            return [read_range_digest(view, first, end) for first, end in pair_bounds(starts)]

    def _state(self) -> tuple[Edition | None, str | None]:
        row = self._overlay.execute("SELECT edition, base FROM state").fetchone()
        return (edition_from_json(row[0]), row[1]) if row else (None, None)

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────

    def replace(self, edition: Edition, rows: Iterable[Row], accept: Accept = accept_all) -> None:
        """Take a whole version: a new base, an empty overlay. The rows come in any order.

        Raises:
            TrustError: the rows do not add up to the edition's digest and count.
            RollbackError: a newer version is in force.
        """
        with self._exclusive():
            self._take(edition, self._build(edition, rows), accept)

    def replace_packed(self, edition: Edition, parts: Iterable[PackedRows], accept: Accept = accept_all) -> None:
        """`replace` for a packed list whose rows come ascending: 100 million in under a minute.

        Raises:
            TrustError: the rows do not ascend, or do not add up to the edition's digest and count.
            RollbackError: a newer version is in force.
        """
        with self._exclusive():
            self._take(edition, self._bases.build_packed(edition, parts), accept)

    def repair(
        self,
        edition: Edition,
        changes: Sequence[RowChanges],
        starts: Sequence[bytes],
        replacements: Mapping[int, RangeRows],
        accept: Accept = accept_all,
    ) -> None:
        """Come to `edition` by `changes`; the ranges in `replacements` (by place in `starts`) come as they are.

        Raises:
            Damaged: a range that is not in `replacements` cannot be read.
            TrustError: it does not add up; nothing was changed.
        """
        with self._exclusive():
            repair = RangeRepair(starts, replacements, changes)
            with self._preview(changes) as view:
                name = self._build_from_ranges(edition, repair.merge_ranges(view))
            self._take(edition, name, lambda view, _: accept(view, repair.counts))

    def _take(self, edition: Edition, name: str, accept: Accept) -> None:
        before = self._replace_unusable_overlay(edition)
        with store.transaction(self._overlay), self._checksum.keep():
            before = self._state()[0] or before
            require_not_older(edition, before)
            self._overlay.execute("DELETE FROM overlay")
            view = self._bases.view(edition, self._overlay, name)
            note = accept(view, ChangeCounts(edition.count, before.count if before else 0))
            self._notes.forget_change()
            self._set_state(edition, name, note)
        self._damage.clear()
        self.sweep()

    def apply(
        self,
        edition: Edition,
        since: int,
        removals: Iterable[bytes],
        additions: Iterable[Row],
        accept: Accept = accept_all,
    ) -> ChangeCounts:
        """Go to `edition` from version `since` or a later one: removals first, then additions (which also replace).

        What the version in force has or lacks already is passed over.

        Raises:
            StoreError: no version that the change fits is in force.
            TrustError: the result does not add up; nothing was changed.
        """
        with self._exclusive(), self._changing():
            before, base = self._state()
            if before is None or not since <= before.version < edition.version:
                at = before.version if before else 0
                what = _("{name} is at version {at}, not {since}", name=self.name, at=at, since=since)
                raise StoreError(what, means=_("The change does not apply."))
            self._notes.forget_change()
            view, tally = self._bases.view(before, self._overlay, base), RunningDigest(before.digest, before.count)
            for keys in split_batches(removals, _APPLY_BATCH):
                self._keep_undo(self._withdraw(view, keys, tally), withdrawn=True)
            for rows in split_batches(additions, _APPLY_BATCH):
                if len(rows) > _FILTER_FROM:
                    self._bases.prepare(before, base, lambda: overlay.read_added_keys(self._overlay))
                    view = self._bases.view(before, self._overlay, base)
                self._keep_undo(self._put(view, rows, tally), withdrawn=False)
            self._must_equal(tally, edition)
            note = accept(self._bases.view(edition, self._overlay, base), tally.counts)
            self._notes.put(overlay.PREVIOUS, edition_to_json(before))
            self._set_state(edition, base, note)
            return tally.counts

    def roll_back(self, who: str, why: str, at: datetime) -> Edition:
        """Go back to the version before the last change, and return it; withdrawn persons stay withdrawn.

        Raises:
            StoreError: there is nothing to go back to.
        """
        with self._exclusive(), self._changing():
            after, base = self._state()
            edition_text = self._notes.get(overlay.PREVIOUS)
            if after is None or not edition_text:
                raise StoreError(
                    _("There is no earlier version of {name} here", name=self.name),
                    means=_(
                        "It was fetched as a whole, has already been rolled back, or withdrawn entries had to be "
                        "erased. The present version stays in use."
                    ),
                    do=_("Ask headquarters to publish a corrected version"),
                )
            before, tally = edition_from_json(edition_text), RunningDigest(after.digest, after.count)
            view = self._bases.view(after, self._overlay, base)
            for undo in self._notes.last_change():
                restored_keys = {row.key for row in undo.removed_rows}
                self._withdraw(view, [key for key in undo.added_keys if key not in restored_keys], tally)
                self._put(view, undo.removed_rows, tally)
            if load_kind(self.kind).SEALED:  # of these nothing is left out when a change is taken back
                tally.require_equal(before)
            edition = tally.edition(before)
            self._notes.forget_change()
            self._set_state(edition, base, "")
            self._notes.hold_back(RolledBackVersion(after.version, who, why, at))
            return edition

    def refresh(self, edition: Edition) -> None:
        """Take newer dates for the version in force: headquarters looked again and nothing had changed."""
        with self._exclusive(), self._changing():
            before, base = self._state()
            same = before is not None and (before.version, before.digest) == (edition.version, edition.digest)
            if not same or before is None:
                what = _("{name} is not at version {version}", name=self.name, version=edition.version)
                raise StoreError(what, means=_("Its dates stay as they were."))
            if (edition.as_of, edition.published) < (before.as_of, before.published):
                raise RollbackError(_("The dates offered for {name} are older than those here", name=self.name))
            self._set_state(edition, base)

    def compact(self) -> None:
        """Merge the overlay into a new base. With the old base go the rows that were only hidden.

        Raises:
            Damaged: the list in force is not what headquarters signed; nobody can read it until it comes anew.
        """
        try:
            merged = self._write_merged()
        except TrustError as error:
            self._let_nobody_read(error)
        if merged is None:
            return
        edition, name = merged
        with self._exclusive():
            with self._changing():
                if self._state()[0] != edition:
                    what = _("{name} changed while it was being rewritten", name=self.name)
                    raise StoreError(what, means=_("The old files stay in use."))
                self._overlay.execute("DELETE FROM overlay")
                self._set_state(edition, name)
            self._overlay.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.sweep()

    def _write_merged(self) -> tuple[Edition, str] | None:
        """A new base with the version in force, and that version; None where there is none."""
        with self.read() as view:
            if view.edition is None:
                return None
            if isinstance(view, PackedView):
                return view.edition, self._bases.build_packed(view.edition, view.packed_rows())
            return view.edition, self._build(view.edition, view.rows())

    def purge_withdrawn(self) -> None:
        """Keep nothing of what was withdrawn or replaced: compact; the last change cannot be taken back any more."""
        if self.overlay_rows():
            self.compact()
        with self._exclusive():
            with self._changing():
                self._notes.forget_change()
                if edition := self._state()[0]:
                    self._notes.put(overlay.COMPACTED, str(edition.version))
            self._overlay.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def discard_unreadable_overlay(self) -> None:
        """Go on without a version where the overlay file has pages that cannot be read: the whole list has to come."""
        with self._exclusive():
            try:
                self._checksum.is_right()
            except store.DatabaseError as error:
                log_error(error, list_name=self.name)
                self._replace_overlay()

    def sweep(self) -> None:
        """Remove files that no version names: what a kill left, and bases that were replaced."""
        with self._exclusive():
            self._bases.sweep(self._state()[1])

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._bases.close()
            self._overlay.close()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One thread at a time, on the overlay file that is there now: the courier replaces one that is damaged."""
        with store.hold_file(self._lock, self._folder / OVERLAY_FILE):
            if not self._overlay.in_transaction and self._inode != _inode_of(self._folder / OVERLAY_FILE):
                replaced = self._overlay
                self._open_overlay()
                replaced.close()
            try:
                yield
            except store.DatabaseError:
                self._inode = 0  # a connection that met a damaged page reads nothing any more
                raise

    def _open_overlay(self) -> None:
        path = self._folder / OVERLAY_FILE
        self._overlay = store.connect(path, self._key.derive(f"list:{self.name}"))
        self._inode = _inode_of(path)
        self._notes = ListNotes(self._overlay)
        self._checksum = OverlayChecksum(self._overlay, self._columns)
        store.migrate(self._overlay, overlay.make_schema(self._columns))

    def _replace_unusable_overlay(self, edition: Edition) -> Edition | None:
        """A new overlay file in place of one that is damaged; returns the version it named, if it still did.

        Nothing of it could be used, and a whole version is about to come.
        """
        before = None
        try:
            before = self._state()[0]
            if self._checksum.is_right():
                return before
        except store.DatabaseError as error:
            log_error(error, list_name=self.name)
        require_not_older(edition, before)
        self._replace_overlay()
        return before

    def _replace_overlay(self) -> None:
        replaced = self._overlay
        for suffix in ("", "-wal", "-shm"):
            (self._folder / f"{OVERLAY_FILE}{suffix}").unlink(missing_ok=True)
        self._open_overlay()
        replaced.close()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A transaction that goes on from what was written last."""
        with store.transaction(self._overlay):
            self._require_whole()
            with self._checksum.keep():
                yield

    def _let_nobody_read(self, cause: TrustError) -> NoReturn:
        """The list in force is not what headquarters signed: no screening may rest on it."""
        with self._exclusive(), store.transaction(self._overlay):
            self._checksum.spoil()
        raise self._make_damaged_error() from cause

    def _require_whole(self) -> None:
        if not self._checksum.is_right():
            raise self._make_damaged_error()

    def _make_damaged_error(self) -> Damaged:
        return Damaged(
            _("The list {name} is not as it was written", name=self.name),
            means=_("It cannot be searched."),
            do=_("Run `waypost courier run` to fetch it again"),
        )

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────

    def _withdraw(self, view: View, keys: list[bytes], tally: RunningDigest) -> Undo:
        removed = [Row(key, body) for key, body in view.get_many(keys).items()]
        tally.take(removed)
        overlay.withdraw_keys(self._overlay, self._columns, (row.key for row in removed))
        return Undo([], removed)

    def _put(self, view: View, rows: list[Row], tally: RunningDigest) -> Undo:
        # A filter that hid a row would leave it in the tally, and the digest would not come out as signed.
        old = view.search([row.key for row in rows])
        added = [row for row in rows if old.get(row.key) != row.body] if old else rows
        replaced = [Row(row.key, old[row.key]) for row in added if row.key in old] if old else []
        tally.replace(replaced)
        tally.add(added)
        overlay.put_rows(self._overlay, self._columns, added)
        return Undo([row.key for row in added], replaced)

    def _keep_undo(self, undo: Undo, *, withdrawn: bool) -> None:
        # Whoever was taken off a list of persons must not come back to it, so nothing of him is kept.
        self._notes.keep_change(Undo(undo.added_keys, []) if withdrawn and not load_kind(self.kind).SEALED else undo)

    @contextmanager
    def _preview(self, changes: Sequence[RowChanges]) -> Iterator[View]:
        """The list as it would be after `changes`; nothing of it stays. The base may be damaged."""
        with store.roll_back_after(self._overlay):
            edition, base = self._state()
            for change in changes:
                overlay.withdraw_keys(self._overlay, self._columns, change.removals)
                overlay.put_rows(self._overlay, self._columns, change.additions)
            try:
                self._bases.open(base)
            except Damaged as error:
                log_error(error, list_name=self.name)
                base = None  # nothing of it can be read
            yield self._bases.view(edition, self._overlay, base)

    def _must_equal(self, tally: RunningDigest, edition: Edition) -> None:
        try:
            tally.require_equal(edition)
        except TrustError:
            self._bases.discard_filter()
            raise

    def _build(self, edition: Edition, rows: Iterable[Row]) -> str:
        name = self._bases.build(edition, rows)
        base = self._bases.open(name)
        if self.companion is not None and isinstance(base, RowBase):
            self.companion(self, name, (self._columns.row(key, body) for key, body in base.scan() if body is not None))
        return name

    def _build_from_ranges(self, edition: Edition, ranges: Iterator[RangeRows]) -> str:
        if self._columns.is_packed:
            return self._bases.build_packed(edition, (rows for rows in ranges if isinstance(rows, PackedRows)))
        return self._build(edition, chain_rows(ranges))

    def _set_state(self, edition: Edition, base: str | None, note: str | None = None) -> None:
        if base != self._state()[1]:
            self._notes.put(overlay.COMPACTED, str(edition.version))
        self._overlay.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (edition_to_json(edition), base))
        if note is not None:  # another version, not the same one with other files or dates
            self._notes.put(overlay.DRIFT, note)
            self._notes.put(overlay.HELD_BACK, "")


def _inode_of(path: Path) -> int:
    """Which file is there; 0 for none."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0
