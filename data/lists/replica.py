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

from data import durable_files, store
from data.clock import ClockReading
from data.errors import Damaged, RollbackError, StoreError, TrustError
from data.lists.base_files import INDEX_PURPOSE, BaseFiles, DamageNote
from data.lists.contents import ListContents
from data.lists.edition import Edition, edition_from_json, edition_to_json, require_not_older
from data.lists.key_ranges import RangeRepair, RangeRows, chain_rows, pair_bounds, read_range_digest
from data.lists.kinds import load_kind
from data.lists.overlay_change import (
    BaseChange,
    OverlayChange,
    make_no_earlier_version_error,
    note_contents,
    tally_contents,
)
from data.lists.rows import PackedRows, Row, split_batches
from data.lists.running_digest import ChangeCounts, RowChanges
from data.lists.storage import overlay
from data.lists.storage.base_formats import Columns, RowBase
from data.lists.storage.immutable_files import ArrayFile, derive_file_key, name_companion
from data.lists.storage.list_witness import read_list_head, read_note
from data.lists.storage.overlay import OverlayFile, RolledBackVersion
from data.lists.storage.retention import update_retention
from data.lists.view import Accept, PackedView, View, accept_all
from data.log.error_log import log_error
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import ListHead, WitnessNote

Companion = Callable[["Replica", str, Iterable[Row], BaseChange | None], None]
"""Makes what goes beside a base (its name, its rows, and what it was made from) before that comes into force."""
_APPLY_BATCH = 1 << 16
_FILTER_FROM = 4000
"""Additions from which on loading the filter is quicker than looking each of them up."""


class Replica:
    """A list of one kind in one folder."""

    def __init__(self, folder: Path, kind_name: str, key: StoreKey, witness: WitnessFile | None = None) -> None:
        self.name = folder.name
        self.kind = kind_name
        self._folder = folder
        self._kind = load_kind(kind_name)
        self._columns = Columns.of(self._kind)
        self._key = key
        self.companion: Companion | None = None
        self._damage = DamageNote(folder)
        self._bases = BaseFiles(folder, key, self._kind)
        if not folder.exists():
            durable_files.make_folder(folder)
        self._overlay = OverlayFile(folder, key.derive(f"list:{folder.name}"), self._columns, witness)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def read(self) -> Iterator[View]:
        """One version of the list for as long as the block runs; a sync beside it changes nothing here."""
        with self._damage.record_damage(self.base), self._overlay.exclusive():
            while True:
                with self._overlay.reading() as (edition, base):
                    view = self._find_view(edition, base)
                    if isinstance(view, View):
                        yield view
                        return
                if base == self._overlay.state()[1]:
                    raise view

    @property
    def needs_repair(self) -> bool:
        """A reader found the base in force damaged: the courier fetches the list again, which clears this."""
        with self._overlay.exclusive():
            return self._damage.names(self.base)

    def _find_view(self, edition: Edition | None, base: str | None) -> View | Damaged:
        """The view of a state, or why there is none: a sync may have replaced the base since the state was read."""
        try:
            return self._bases.view(edition, self._overlay.connection, base)
        except Damaged as error:
            log_error(error, list_name=self.name)
            return error

    def edition(self) -> Edition | None:
        """The version in force, or None before the first."""
        with self._overlay.exclusive():
            return self._overlay.state()[0]

    def head(self) -> tuple[WitnessNote, ListHead | None]:
        """What the list notes of its changes, and which version they came to; None before the first."""
        with self._overlay.exclusive():
            return read_note(self._overlay.connection), read_list_head(self._overlay.connection)

    def base(self) -> str | None:
        """Name of the base in force; inside `read`, of that of the view."""
        with self._overlay.exclusive():
            return self._overlay.state()[1]

    def index_file(self, base: str, form: str) -> ArrayFile:
        """The file for an index computed from a base. It goes when the base goes."""
        path = self._folder / name_companion(INDEX_PURPOSE, base)
        return ArrayFile(path, derive_file_key(self._key, path), form)

    def overlay_rows(self) -> int:
        """How many changes wait on top of the base."""
        with self._overlay.exclusive():
            return int(self._overlay.connection.execute("SELECT count(*) FROM overlay").fetchone()[0])

    def prepare(self) -> None:
        """Bring what is kept in memory up to the version in force; optional: look-ups stay correct but are slower."""
        with self.read() as view:
            connection = self._overlay.connection
            self._bases.prepare(view.edition, self._overlay.state()[1], lambda: overlay.read_added_keys(connection))

    @property
    def held_back(self) -> RolledBackVersion | None:
        """The version that was rolled back here, until a newer one arrives."""
        with self._overlay.exclusive():
            return self._overlay.notes.held_back

    @property
    def previous(self) -> Edition | None:
        """The version that `roll_back` goes to, if there is one."""
        with self._overlay.exclusive():
            edition_text = self._overlay.notes.get(overlay.PREVIOUS)
        return edition_from_json(edition_text) if edition_text else None

    @property
    def erased_upto(self) -> int:
        """Rows that versions up to this one withdrew are not on this disk any more, not even hidden."""
        with self._overlay.exclusive():
            edition, keeps = self._overlay.state()[0], self._kind.SEALED
            return self._overlay.notes.erased_upto(edition.version, undo_keeps_withdrawn=keeps) if edition else 0

    def update_retention(self, moment: ClockReading) -> float | None:
        """Note since when withdrawn or replaced rows are in these files; returns for how many seconds, or None."""
        with self._overlay.changing():
            edition = self._overlay.state()[0]
            return update_retention(self._overlay.notes, edition, moment) if edition else None

    def contents(self) -> ListContents | None:
        """What the list holds; None before the first version, or if its kind does not say."""
        with self.read() as view:
            tally = tally_contents(self._kind, self._overlay.notes, view)
            return tally.contents() if tally else None

    @property
    def drift(self) -> str:
        """The note that `accept` returned for the current version."""
        with self._overlay.exclusive():
            return self._overlay.notes.get(overlay.DRIFT)

    def digests(self, starts: Sequence[bytes], changes: Sequence[RowChanges] = ()) -> list[int | None]:
        """The digest of each range of keys that begins at `starts`, as it would be after `changes`: a whole scan.

        Which of them differ from what headquarters says is what a repair has to fetch. None stands for a range that
        cannot be read any more.
        """
        with self._overlay.exclusive(), self._preview(changes) as view:
            return [read_range_digest(view, first, end) for first, end in pair_bounds(starts)]

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────

    def replace(self, edition: Edition, rows: Iterable[Row], accept: Accept = accept_all) -> None:
        """Take a whole version: a new base, an empty overlay. The rows come in any order.

        Raises:
            TrustError: the rows do not add up to the edition's digest and count.
            RollbackError: a newer version is in force.
        """
        with self._overlay.exclusive():
            self._take(edition, self._build(edition, rows), accept)

    def replace_packed(self, edition: Edition, parts: Iterable[PackedRows], accept: Accept = accept_all) -> None:
        """`replace` for a packed list whose rows come ascending: 100 million in under a minute.

        Raises:
            TrustError: the rows do not ascend, or do not add up to the edition's digest and count.
        """
        with self._overlay.exclusive():
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
        with self._overlay.exclusive():
            repair = RangeRepair(starts, replacements, changes)
            with self._preview(changes) as view:
                name = self._build_from_ranges(edition, repair.merge_ranges(view))
            self._take(edition, name, lambda view, _: accept(view, repair.counts))

    def _take(self, edition: Edition, name: str, accept: Accept) -> None:
        require_not_older(edition, before := self._overlay.replace_unusable())
        with self._overlay.replacing():
            self._overlay.connection.execute("DELETE FROM overlay")
            view = self._bases.view(edition, self._overlay.connection, name)
            self._overlay.notes.forget_change()
            contents = tally_contents(self._kind, self._overlay.notes, view)
            counts = ChangeCounts(edition.count, before.count if before else 0)
            note = accept(view, counts._replace(contents=contents.contents() if contents else None))
            note_contents(self._overlay.notes, contents, edition)
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
        with self._overlay.changing():
            before, base = self._overlay.state()
            if before is None or not since <= before.version < edition.version:
                at = before.version if before else 0
                what = _("{name} is at version {at}, not {since}", name=self.name, at=at, since=since)
                raise StoreError(what, means=_("The change does not apply."))
            self._overlay.notes.forget_change()
            connection = self._overlay.connection
            view, change = self._start_change(before, base)
            for keys in split_batches(removals, _APPLY_BATCH):
                change.keep(change.withdraw(view, keys), withdrawn=True)
            for rows in split_batches(additions, _APPLY_BATCH):
                if len(rows) > _FILTER_FROM:
                    self._bases.prepare(before, base, lambda: overlay.read_added_keys(connection))
                    view = self._bases.view(before, connection, base)
                change.keep(change.put(view, rows), withdrawn=False)
            self._bases.require_equal(change.tally, edition)
            note = accept(self._bases.view(edition, connection, base), change.counts)
            change.note_contents(edition)
            self._overlay.notes.put(overlay.PREVIOUS, edition_to_json(before))
            self._set_state(edition, base, note)
            return change.counts

    def roll_back(self, who: str, why: str, at: datetime) -> Edition:
        """Go back to the version before the last change, and return it; withdrawn persons stay withdrawn.

        Raises:
            StoreError: there is nothing to go back to.
        """
        with self._overlay.changing():
            after, base = self._overlay.state()
            edition_text = self._overlay.notes.get(overlay.PREVIOUS)
            if after is None or not edition_text:
                raise make_no_earlier_version_error(self.name)
            before = edition_from_json(edition_text)
            view, change = self._start_change(after, base)
            change.take_back(view, self._overlay.notes.last_change(), before)
            if self._kind.SEALED:  # of these nothing is left out when a change is taken back
                change.tally.require_equal(before)
            edition = change.tally.edition(before)
            change.note_contents(edition)
            self._overlay.notes.forget_change()
            self._set_state(edition, base, "")
            self._overlay.notes.hold_back(RolledBackVersion(after.version, who, why, at))
            return edition

    def refresh(self, edition: Edition) -> None:
        """Take newer dates for the version in force: headquarters looked again and nothing had changed."""
        with self._overlay.changing():
            before, base = self._overlay.state()
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
            Damaged: the list in force is not what headquarters signed; it is unreadable until it is fetched again.
        """
        try:
            merged = self._write_merged()
        except TrustError as error:
            log_error(error, list_name=self.name)
            self._overlay.mark_unreadable()
            raise self._overlay.make_damaged_error() from error
        if merged is None:
            return
        edition, name = merged
        with self._overlay.changing():
            if self._overlay.state()[0] != edition:
                what = _("{name} changed while it was being rewritten", name=self.name)
                raise StoreError(what, means=_("The old files stay in use."))
            self._overlay.connection.execute("DELETE FROM overlay")
            self._set_state(edition, name)
        self._overlay.checkpoint()
        self.sweep()

    def _write_merged(self) -> tuple[Edition, str] | None:
        """A new base with the version in force, and that version; None if there is no version."""
        with self.read() as view:
            if view.edition is None:
                return None
            if isinstance(view, PackedView):
                return view.edition, self._bases.build_packed(view.edition, view.packed_rows())
            return view.edition, self._build(view.edition, view.rows(), BaseChange.of(view, self.base()))

    def purge_withdrawn(self) -> None:
        """Compact, and keep nothing that was withdrawn or replaced: the last change can no longer be rolled back."""
        if self.overlay_rows():
            self.compact()
        with self._overlay.changing():
            self._overlay.notes.forget_change()
            if edition := self._overlay.state()[0]:
                self._overlay.notes.put(overlay.COMPACTED, str(edition.version))
        self._overlay.checkpoint()

    def discard_unreadable_overlay(self) -> None:
        """Go on without a version where the overlay file has pages that cannot be read: the whole list has to come."""
        self._overlay.replace_unreadable()

    def sweep(self) -> None:
        """Remove files that no version names: what a kill left, and bases that were replaced."""
        with self._overlay.exclusive():
            self._bases.sweep(self._overlay.state()[1])

    def close(self) -> None:
        """Let go of the files."""
        self._bases.close()
        self._overlay.close()

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────

    def _start_change(self, before: Edition, base: str | None) -> tuple[View, OverlayChange]:
        view = self._bases.view(before, self._overlay.connection, base)
        return view, OverlayChange(self._overlay, self._columns, self._kind, before, view)

    @contextmanager
    def _preview(self, changes: Sequence[RowChanges]) -> Iterator[View]:
        """The list as it would be after `changes`; nothing of it stays. The base may be damaged."""
        with store.roll_back_after(self._overlay.connection):
            edition, base = self._overlay.state()
            for change in changes:
                overlay.withdraw_keys(self._overlay.connection, self._columns, change.removals)
                overlay.put_rows(self._overlay.connection, self._columns, change.additions)
            yield self._bases.view(edition, self._overlay.connection, self._bases.if_readable(base))

    def _build(self, edition: Edition, rows: Iterable[Row], change: BaseChange | None = None) -> str:
        name = self._bases.build(edition, rows)
        base = self._bases.open(name)
        if self.companion is not None and isinstance(base, RowBase):
            listed = (self._columns.row(key, body) for key, body in base.scan() if body is not None)
            self.companion(self, name, listed, change)
        return name

    def _build_from_ranges(self, edition: Edition, ranges: Iterator[RangeRows]) -> str:
        if self._columns.is_packed:
            return self._bases.build_packed(edition, (rows for rows in ranges if isinstance(rows, PackedRows)))
        return self._build(edition, chain_rows(ranges))

    def _set_state(self, edition: Edition, base: str | None, note: str | None = None) -> None:
        if base != self._overlay.state()[1]:
            self._overlay.notes.put(overlay.COMPACTED, str(edition.version))
        self._overlay.connection.execute(
            "INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (edition_to_json(edition), base)
        )
        if note is not None:  # another version, not the same one with other files or dates
            self._overlay.notes.put(overlay.DRIFT, note)
            self._overlay.notes.put(overlay.HELD_BACK, "")
