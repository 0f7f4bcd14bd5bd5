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

from data import files, store
from data.errors import Damaged, RollbackError, StoreError, TrustError
from data.keys import StoreKey
from data.lease import Moment
from data.lists import overlay as overlays
from data.lists.base_files import BaseFiles
from data.lists.columns import Columns
from data.lists.damage_note import DamageNote
from data.lists.edition import Edition, must_not_be_older
from data.lists.edition_text import edition_from_json, edition_to_json
from data.lists.hidden import Hidden
from data.lists.kinds import kind
from data.lists.mending import Mending, bounds
from data.lists.moves import Accept, Change, accept_all
from data.lists.notes import DRIFT, FOLDED, HELD, PREVIOUS, HeldBack, Notes, Undo
from data.lists.packed_rows import PackedRows
from data.lists.packed_view import PackedView
from data.lists.row import Row, batches
from data.lists.row_base import RowBase
from data.lists.sidecar import SUFFIX, Sidecar
from data.lists.stretches import Stretch, joined_rows, stretch_digest
from data.lists.tally import Moves, Tally
from data.lists.view import View

OVERLAY = "overlay.db"
Companion = Callable[["Replica", str, Iterable[Row]], None]
"""Makes what goes beside a base (its name, its rows) before that comes into force."""
_LOOKS = 3
_MANY = 1 << 16
_WORTH_A_FILTER = 4000
"""Additions from which on loading the filter is quicker than looking each of them up."""


class Replica:
    """A list of one kind in one folder."""

    def __init__(self, folder: Path, kind_name: str, key: StoreKey) -> None:
        self.name = folder.name
        self.kind = kind_name
        self._folder = folder
        self._columns = Columns.of(kind(kind_name))
        self._index_key = key.derive(f"list:{folder.name}:index")
        self.companion: Companion | None = None
        self._lock = RLock()
        self._damage = DamageNote(folder)
        self._bases = BaseFiles(folder, key, self._columns)
        files.make_folder(folder)
        self._overlay = store.connect(folder / OVERLAY, key.derive(f"list:{folder.name}"))
        self._notes = Notes(self._overlay)
        with store.translated(folder / OVERLAY):
            overlays.create(self._overlay, self._columns, self._notes)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def read(self) -> Iterator[View]:
        """One version of the list for as long as the block runs; a sync beside it changes nothing here."""
        with self._lock, self._damage.taken(self.base), store.translated(self._folder / OVERLAY):
            self._meet_base()
            with store.reading(self._overlay):
                edition, base = self._state()
                yield self._bases.view(edition, self._overlay, base)

    @property
    def needs_repair(self) -> bool:
        """A reader found the base in force damaged: the courier fetches the list anew, which ends it."""
        with self._lock:
            return self._damage.names(self._state()[1])

    def _meet_base(self) -> None:
        """Open the base in force. A sync may replace it between our reading its name and opening it: look again."""
        for _ in range(_LOOKS):
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
        with self._lock, store.translated(self._folder / OVERLAY):
            return self._state()[0]

    def base(self) -> str | None:
        """Name of the base in force; inside `read`, of that of the view."""
        with self._lock, store.translated(self._folder / OVERLAY):
            return self._state()[1]

    def sidecar(self, base: str, form: str) -> Sidecar:
        """The file for what is computed from a base. It goes when the base goes."""
        return Sidecar(self._folder / f"{base}{SUFFIX}", self._index_key, form)

    def overlay_rows(self) -> int:
        """How many changes wait on top of the base."""
        with self._lock, store.translated(self._folder / OVERLAY):
            return int(self._overlay.execute("SELECT count(*) FROM overlay").fetchone()[0])

    def prepare(self) -> None:
        """Bring what is kept in memory up to the version in force; without it answers are as right, and slower."""
        with self.read() as view:
            self._bases.prepare(view.edition, self._state()[1], lambda: overlays.added_keys(self._overlay))

    @property
    def held_back(self) -> HeldBack | None:
        """The version that somebody took back here, until a newer one comes."""
        with self._lock, store.translated(self._folder / OVERLAY):
            return self._notes.held_back

    @property
    def previous(self) -> Edition | None:
        """The version that `roll_back` goes to, if there is one."""
        with self._lock, store.translated(self._folder / OVERLAY):
            kept = self._notes.get(PREVIOUS)
        return edition_from_json(kept) if kept else None

    @property
    def erased_upto(self) -> int:
        """Rows that versions up to this one withdrew are not on this disk any more, not even hidden."""
        with self._lock, store.translated(self._folder / OVERLAY):
            edition, sealed = self._state()[0], kind(self.kind).SEALED
            return self._notes.erased_upto(edition.version, undo_keeps_withdrawn=sealed) if edition else 0

    def hidden_s(self, moment: Moment) -> float | None:
        """For how long withdrawn or replaced rows have been in these files, as far as is known; None without any."""
        with self._lock, store.translated(self._folder / OVERLAY), store.transaction(self._overlay):
            edition = self._state()[0]
            return Hidden(self._notes, edition).held_s(moment) if edition else None

    @property
    def drift(self) -> str:
        """What `Accept` said to remember when the version in force came."""
        with self._lock, store.translated(self._folder / OVERLAY):
            return self._notes.get(DRIFT)

    def digests(self, starts: Sequence[bytes], changes: Sequence[Change] = ()) -> list[int | None]:
        """The digest of each stretch of keys that begins at `starts`, as it would be after `changes`: a whole scan.

        Which of them differ from what headquarters says is what a repair has to fetch. None stands for a stretch that
        cannot be read any more.
        """
        with self._lock, store.translated(self._folder / OVERLAY), self._tried(changes) as view:
            return [stretch_digest(view, *bounds) for bounds in bounds(starts)]

    def _state(self) -> tuple[Edition | None, str | None]:
        found = self._overlay.execute("SELECT edition, base FROM state").fetchone()
        return (edition_from_json(found[0]), found[1]) if found else (None, None)

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────

    def replace(self, edition: Edition, rows: Iterable[Row], accept: Accept = accept_all) -> None:
        """Take a whole version: a new base, an empty overlay. The rows come in any order.

        Raises:
            TrustError: the rows do not add up to the edition's digest and count.
            RollbackError: a newer version is in force.
        """
        with self._lock, store.translated(self._folder / OVERLAY):
            self._take(edition, self._build(edition, rows), accept)

    def replace_packed(self, edition: Edition, parts: Iterable[PackedRows], accept: Accept = accept_all) -> None:
        """`replace` for a packed list whose rows come ascending: 100 million in under a minute.

        Raises:
            TrustError: the rows do not ascend, or do not add up to the edition's digest and count.
            RollbackError: a newer version is in force.
        """
        with self._lock, store.translated(self._folder / OVERLAY):
            self._take(edition, self._bases.build_packed(edition, parts), accept)

    def mend(
        self,
        edition: Edition,
        changes: Sequence[Change],
        starts: Sequence[bytes],
        given: Mapping[int, Stretch],
        accept: Accept = accept_all,
    ) -> None:
        """Come to `edition` by `changes`; the stretches in `given` (by place in `starts`) come as they are instead.

        Raises:
            Damaged: a stretch that was not given cannot be read.
            TrustError: it does not add up; nothing was changed.
        """
        with self._lock, store.translated(self._folder / OVERLAY):
            mending = Mending(starts, given, changes)
            with self._tried(changes) as view:
                name = self._build_of(edition, mending.stretches(view))
            self._take(edition, name, lambda view, _: accept(view, mending.moves))

    def _take(self, edition: Edition, name: str, accept: Accept) -> None:
        with store.transaction(self._overlay):
            must_not_be_older(edition, self._state()[0])
            before = self._state()[0]
            self._overlay.execute("DELETE FROM overlay")
            view = self._bases.view(edition, self._overlay, name)
            note = accept(view, Moves(edition.count, before.count if before else 0))
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
    ) -> Moves:
        """Go to `edition` from version `since` or a later one: removals first, then additions (which also replace).

        What the version in force has or lacks already is passed over.

        Raises:
            StoreError: no version that the change fits is in force.
            TrustError: the result does not add up; nothing was changed.
        """
        with self._lock, store.translated(self._folder / OVERLAY), store.transaction(self._overlay):
            before, base = self._state()
            if before is None or not since <= before.version < edition.version:
                at = before.version if before else 0
                raise StoreError(f"{self.name} is at version {at}, not {since}", means="The change does not fit.")
            self._notes.forget_change()
            view, tally = self._bases.view(before, self._overlay, base), Tally(before.digest, before.count)
            for gone in batches(removals, _MANY):
                self._keep(self._withdraw(view, gone, tally), withdrawn=True)
            for come in batches(additions, _MANY):
                if len(come) > _WORTH_A_FILTER:
                    self._bases.prepare(before, base, lambda: overlays.added_keys(self._overlay))
                    view = self._bases.view(before, self._overlay, base)
                self._keep(self._put(view, come, tally), withdrawn=False)
            self._must_equal(tally, edition)
            note = accept(self._bases.view(edition, self._overlay, base), tally.moves)
            self._notes.put(PREVIOUS, edition_to_json(before))
            self._set_state(edition, base, note)
            return tally.moves

    def roll_back(self, who: str, why: str, at: datetime) -> Edition:
        """Go back to the version before the last change, and return it; withdrawn persons stay withdrawn.

        Raises:
            StoreError: there is nothing to go back to.
        """
        with self._lock, store.translated(self._folder / OVERLAY), store.transaction(self._overlay):
            after, base = self._state()
            kept = self._notes.get(PREVIOUS)
            if after is None or not kept:
                raise StoreError(
                    f"There is no earlier version of {self.name} here",
                    means="It came whole, was taken back already, or what was withdrawn had to be erased. It stays.",
                    do="Ask headquarters to publish a corrected version",
                )
            before, tally = edition_from_json(kept), Tally(after.digest, after.count)
            view = self._bases.view(after, self._overlay, base)
            for undo in self._notes.last_change():
                there = {row.key for row in undo.went}
                self._withdraw(view, [key for key in undo.came if key not in there], tally)
                self._put(view, undo.went, tally)
            edition = tally.edition(before)
            self._notes.forget_change()
            self._set_state(edition, base, "")
            self._notes.hold_back(HeldBack(after.version, who, why, at))
            return edition

    def refresh(self, edition: Edition) -> None:
        """Take newer dates for the version in force: headquarters looked again and nothing had changed."""
        with self._lock, store.translated(self._folder / OVERLAY), store.transaction(self._overlay):
            before, base = self._state()
            same = before is not None and (before.version, before.digest) == (edition.version, edition.digest)
            if not same or before is None:
                raise StoreError(
                    f"{self.name} is not at version {edition.version}", means="Its dates stay as they were."
                )
            if (edition.as_of, edition.published) < (before.as_of, before.published):
                raise RollbackError(f"The dates offered for {self.name} are older than those here")
            self._set_state(edition, base)

    def fold(self) -> None:
        """Merge the overlay into a new base. With the old base go the rows that were only hidden."""
        with self.read() as view:
            if view.edition is None:
                return
            edition = view.edition
            if isinstance(view, PackedView):
                name = self._bases.build_packed(edition, view.packed_rows())
            else:
                name = self._build(edition, view.rows())
        with self._lock, store.translated(self._folder / OVERLAY):
            with store.transaction(self._overlay):
                if self._state()[0] != edition:
                    raise StoreError(f"{self.name} changed while it was folded", means="The old files go on serving.")
                self._overlay.execute("DELETE FROM overlay")
                self._set_state(edition, name)
            self._overlay.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.sweep()

    def let_go(self) -> None:
        """Keep nothing of what was withdrawn or replaced: fold, and give up that the last change can be taken back."""
        if self.overlay_rows():
            self.fold()
        with self._lock, store.translated(self._folder / OVERLAY):
            with store.transaction(self._overlay):
                self._notes.forget_change()
                if edition := self._state()[0]:
                    self._notes.put(FOLDED, str(edition.version))
            self._overlay.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def sweep(self) -> None:
        """Remove files that no version names: what a kill left, and bases that were replaced."""
        with self._lock, store.translated(self._folder / OVERLAY):
            self._bases.sweep(self._state()[1])

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._bases.close()
            self._overlay.close()

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────

    def _withdraw(self, view: View, keys: list[bytes], tally: Tally) -> Undo:
        went = [Row(key, body) for key, body in view.get_many(keys).items()]
        tally.take(went)
        overlays.hide(self._overlay, self._columns, (row.key for row in went))
        return Undo([], went)

    def _put(self, view: View, rows: list[Row], tally: Tally) -> Undo:
        # A filter that hid a row would leave it in the tally, and the digest would not come out as signed.
        old = view.search([row.key for row in rows])
        come = [row for row in rows if old.get(row.key) != row.body] if old else rows
        went = [Row(row.key, old[row.key]) for row in come if row.key in old] if old else []
        tally.replace(went)
        tally.add(come)
        self._overlay.executemany("INSERT OR REPLACE INTO overlay VALUES (?, ?)", map(self._columns.sql_row, come))
        return Undo([row.key for row in come], went)

    def _keep(self, undo: Undo, *, withdrawn: bool) -> None:
        # Whoever was taken off a list of persons must not come back to it, so nothing of him is kept.
        self._notes.keep_change(Undo(undo.came, []) if withdrawn and not kind(self.kind).SEALED else undo)

    @contextmanager
    def _tried(self, changes: Sequence[Change]) -> Iterator[View]:
        """The list as it would be after `changes`; nothing of it stays. The base may be damaged."""
        with store.rolled_back(self._overlay):
            edition, base = self._state()
            for change in changes:
                overlays.hide(self._overlay, self._columns, change.removals)
                come = map(self._columns.sql_row, change.additions)
                self._overlay.executemany("INSERT OR REPLACE INTO overlay VALUES (?, ?)", come)
            try:
                self._bases.open(base)
            except Damaged:
                base = None  # nothing of it can be read
            yield self._bases.view(edition, self._overlay, base)

    def _must_equal(self, tally: Tally, edition: Edition) -> None:
        try:
            tally.must_equal(edition)
        except TrustError:
            self._bases.doubt()
            raise

    def _build(self, edition: Edition, rows: Iterable[Row]) -> str:
        name = self._bases.build(edition, rows)
        base = self._bases.open(name)
        if self.companion is not None and isinstance(base, RowBase):
            self.companion(self, name, (self._columns.row(key, body) for key, body in base.scan() if body is not None))
        return name

    def _build_of(self, edition: Edition, stretches: Iterator[Stretch]) -> str:
        if self._columns.packed:
            return self._bases.build_packed(edition, (rows for rows in stretches if isinstance(rows, PackedRows)))
        return self._build(edition, joined_rows(stretches))

    def _set_state(self, edition: Edition, base: str | None, note: str | None = None) -> None:
        if base != self._state()[1]:
            self._notes.put(FOLDED, str(edition.version))
        self._overlay.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (edition_to_json(edition), base))
        if note is not None:  # another version, not the same one with other files or dates
            self._notes.put(DRIFT, note)
            self._notes.put(HELD, "")
