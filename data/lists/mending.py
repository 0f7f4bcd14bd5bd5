"""A list put together anew from stretches that are sound here and stretches that were fetched."""

from collections.abc import Iterator, Mapping, Sequence

from data import store
from data.errors import Damaged
from data.lists.moves import Change
from data.lists.packed_rows import PackedRows
from data.lists.row import unpack
from data.lists.stretches import Stretch
from data.lists.tally import Moves
from data.lists.view import View


def bounds(starts: Sequence[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """First key of each stretch, and of the one behind it."""
    return zip(starts, [*starts[1:], None], strict=True)


class Mending:
    """Puts one list together, and counts what moves."""

    def __init__(self, starts: Sequence[bytes], given: Mapping[int, Stretch], changes: Sequence[Change]) -> None:
        self._bounds = list(bounds(starts))
        self._given = given
        self.moves = Moves(
            sum(len(change.additions) for change in changes), sum(len(change.removals) for change in changes)
        )
        """At most: what the changes say, and in what the given stretches differ as far as the old ones can be read."""

    def stretches(self, view: View) -> Iterator[Stretch]:
        """All of the list, in order of key."""
        for place, (first, end) in enumerate(self._bounds):
            if place not in self._given:
                yield view.stretch(first, end)
                continue
            rows = self._given[place]
            try:
                self._count(view.stretch(first, end), rows)
            except (Damaged, store.DatabaseError):
                pass  # what cannot be read cannot be compared
            yield rows

    def _count(self, old: Stretch, new: Stretch) -> None:
        before, after = (set(unpack(rows) if isinstance(rows, PackedRows) else rows) for rows in (old, new))
        self.moves = Moves(self.moves.came + len(after - before), self.moves.went + len(before - after))
