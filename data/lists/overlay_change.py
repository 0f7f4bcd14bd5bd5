"""A change of one version of a list, in the caller's transaction: rows go out and come in, the digest goes along."""

from data.errors import StoreError
from data.lists.edition import Edition
from data.lists.rows import Row
from data.lists.running_digest import RunningDigest
from data.lists.storage import overlay
from data.lists.storage.base_formats import Columns
from data.lists.storage.overlay import Undo
from data.lists.view import View
from data.store import Connection
from data.text import _


class OverlayChange:
    """A change of the version `before`."""

    def __init__(self, connection: Connection, columns: Columns, before: Edition) -> None:
        self.tally = RunningDigest(before.digest, before.count)
        """What has come out so far."""
        self._connection = connection
        self._columns = columns

    def withdraw(self, view: View, keys: list[bytes]) -> Undo:
        """Those `keys` that are listed go out; returns how to take that back."""
        removed = [Row(key, body) for key, body in view.get_many(keys).items()]
        self.tally.take(removed)
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
        overlay.put_rows(self._connection, self._columns, added)
        return Undo([row.key for row in added], replaced)


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
