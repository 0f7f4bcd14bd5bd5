"""A change of one version of a list, in the caller's transaction: rows go out and come in.

The digest goes along, and so does what the list holds (`data.lists.contents`), so that a change costs what it changes.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

from data.errors import StoreError
from data.json_codec import decode, encode_canonical
from data.lists.contents import ContentsTally, TalliedContents
from data.lists.edition import Edition
from data.lists.kinds import Kind, counts_contents
from data.lists.rows import Row
from data.lists.running_digest import ChangeCounts, RunningDigest
from data.lists.storage import overlay
from data.lists.storage.base_formats import Columns
from data.lists.storage.overlay import ListNotes, OverlayFile, Undo, make_note_error
from data.lists.view import View
from data.text import _


class BaseChange(NamedTuple):
    """From which base another one was made, and what was changed."""

    before: str
    added: list[Row]
    """Rows that were added or replaced."""
    gone: list[bytes]
    """Keys that were withdrawn."""

    @classmethod
    def of(cls, view: View, before: str | None) -> Self | None:
        """What `view` changes of the base `before`; None without one."""
        return cls(before, *view.changes()) if before else None


class OverlayChange:
    """A change of the version `before`, which `view` shows."""

    def __init__(self, changed: OverlayFile, columns: Columns, kind: Kind, before: Edition, view: View) -> None:
        self.tally = RunningDigest(before.digest, before.count)
        """What has come out so far."""
        self._connection, self._notes = changed.connection, changed.notes
        self._columns = columns
        self._kind = kind
        self._contents = tally_contents(kind, self._notes, view)

    @property
    def counts(self) -> ChangeCounts:
        """Rows that came and went so far, and what the list holds now."""
        return self.tally.counts._replace(contents=self._contents.contents() if self._contents else None)

    def withdraw(self, view: View, keys: list[bytes]) -> Undo:
        """Those `keys` that are listed go out; returns how to take that back."""
        removed = [Row(key, body) for key, body in view.get_many(keys).items()]
        self.tally.take(removed)
        self._count(removed, [])
        overlay.withdraw_keys(self._connection, self._columns, (row.key for row in removed))
        return Undo([], removed)

    def put(self, view: View, rows: list[Row]) -> Undo:
        """Those `rows` that are not there yet come in, in place of others with their keys; returns how to go back."""
        # A filter that hid a row would leave it in the tally, and the digest would not come out as signed.
        old = view.search([row.key for row in rows])
        added = [row for row in rows if old.get(row.key) != row.body] if old else rows
        replaced = [Row(row.key, old[row.key]) for row in added if row.key in old] if old else []
        self.tally.replace(replaced)
        self.tally.add(added)
        self._count(replaced, added)
        overlay.put_rows(self._connection, self._columns, added)
        return Undo([row.key for row in added], replaced)

    def keep(self, undo: Undo, *, withdrawn: bool) -> None:
        """Keep how to take a part of the change back; nothing about a person who was removed and must not come back."""
        self._notes.keep_change(Undo(undo.added_keys, []) if withdrawn and not self._kind.SEALED else undo)

    def take_back(self, view: View, changes: Iterable[Undo], to: Edition) -> None:
        """Take back what was kept, the last part first. Persons whom the base got since `to` are hidden in it."""
        if not self._kind.SEALED:
            erased_upto = min(int(self._notes.get(overlay.COMPACTED) or 0), to.version - 1)
            self._notes.put(overlay.COMPACTED, str(erased_upto))
        for undo in changes:
            restored_keys = {row.key for row in undo.removed_rows}
            self.withdraw(view, [key for key in undo.added_keys if key not in restored_keys])
            self.put(view, undo.removed_rows)

    def note_contents(self, edition: Edition) -> None:
        """The change leads to this version: note what the list holds."""
        note_contents(self._notes, self._contents, edition)

    def _count(self, removed: list[Row], added: list[Row]) -> None:
        if self._contents:
            self._contents.take(row.body for row in removed)
            self._contents.add(row.body for row in added)


_CONTENTS = "contents"
"""What the list holds (`TalliedContents`)."""


def tally_contents(kind: Kind, notes: ListNotes, view: View) -> ContentsTally | None:
    """What the list in `view` holds, as it is noted or else counted; None if its kind does not say."""
    if not counts_contents(kind) or view.edition is None:
        return None
    text = notes.get(_CONTENTS)
    tallied = decode(TalliedContents, text, make_note_error) if text else None
    if tallied is None or tallied.digest != _format_digest(view.edition):
        return ContentsTally.of(kind, (row.body for row in view.rows()))
    return ContentsTally.resume(kind, tallied)


def note_contents(notes: ListNotes, contents: ContentsTally | None, edition: Edition) -> None:
    """Note what the list holds at this version; the caller holds the transaction."""
    if contents is not None:
        notes.put(_CONTENTS, encode_canonical(contents.tallied(_format_digest(edition))).decode())


def _format_digest(edition: Edition) -> str:
    return f"{edition.digest:064x}"


def make_no_earlier_version_error(list_name: str) -> StoreError:
    """What to raise where a list has no version to go back to."""
    return StoreError(
        _("There is no earlier version of {name} here", name=list_name),
        means=_(
            "It was fetched as a whole, has already been rolled back, or withdrawn entries had to be "
            "erased. The present version stays in use."
        ),
        do=_("Ask headquarters to publish a corrected version"),
    )
