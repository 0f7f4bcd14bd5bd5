"""A view of a packed list: what `View` answers, and the same for numbers in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from data.lists.columns import SIGN, Columns, probe
from data.lists.edition import Edition
from data.lists.filter_guard import narrowed
from data.lists.key_filter import KeyFilter
from data.lists.overlay import additions_and_removals
from data.lists.packed_base import PackedBase
from data.lists.packed_rows import EMPTY, WIDTH, Numbers, PackedRows, numbers
from data.lists.row import Row, unpack
from data.lists.view import View, chunks
from data.store import Connection

_WHOLE = (1 << 64) - 1


class PackedView(View):
    """A consistent state of a packed list inside one read transaction."""

    def __init__(
        self,
        edition: Edition | None,
        columns: Columns,
        overlay: Connection,
        base: PackedBase | None,
        held: KeyFilter | None,
    ) -> None:
        super().__init__(edition, columns, overlay, None)
        self._blocks = base
        self._filter = held

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Bodies of those `keys` that are listed, read from overlay and base; the filter has no say."""
        return _as_bytes(self._find([int.from_bytes(key, "big") for key in keys]))

    def search(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What `get_many` answers; keys that a trusted filter rules out are not looked up."""
        return _as_bytes(self.find(numbers(keys)))

    def find(self, keys: Numbers) -> dict[int, int]:
        """`search` for keys and bodies as unsigned numbers."""
        return self._find(narrowed(self._filter, keys).tolist())

    def rows(self) -> Iterator[Row]:
        """Every listed row, in order of key."""
        for part in self.packed_rows():
            yield from unpack(part)

    def packed_rows(self) -> Iterator[PackedRows]:
        """Every listed row, ascending, in parts."""
        added, removed = additions_and_removals(self._overlay)
        place = gone = 0
        for part in self._blocks.scan() if self._blocks else ():
            last = part.keys[-1]
            end, over = np.searchsorted(added.keys, last, "right"), np.searchsorted(removed, last, "right")
            fresh = PackedRows(added.keys[place:end], added.bodies[place:end])
            yield merged(part, fresh, removed[gone:over])
            place, gone = int(end), int(over)
        yield PackedRows(added.keys[place:], added.bodies[place:])

    def stretch(self, first: bytes, end: bytes | None) -> PackedRows:
        """The rows from key `first` up to `end` (None: to the last)."""
        low, high = int.from_bytes(first, "big"), int.from_bytes(end, "big") if end is not None else 1 << 64
        old = self._blocks.between(low, high) if self._blocks else EMPTY
        added, removed = self._changes
        come, gone = _within(added.keys, low, high), _within(removed, low, high)
        return merged(old, PackedRows(added.keys[come], added.bodies[come]), removed[gone])

    @cached_property
    def _changes(self) -> tuple[PackedRows, Numbers]:
        return additions_and_removals(self._overlay)

    def _find(self, keys: list[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for chunk in chunks(keys):
            answers = dict(probe(self._overlay, "overlay", [key - SIGN for key in chunk]))
            for key, body in answers.items():
                if isinstance(key, int) and isinstance(body, int):
                    found[key + SIGN] = body & _WHOLE
            if self._blocks is not None:
                found.update(self._blocks.find(_others(chunk, answers)))
        return found


def _others(chunk: list[int], answers: dict[int | bytes, int | bytes | None]) -> Iterable[int]:
    return [key for key in chunk if key - SIGN not in answers] if answers else chunk


def _as_bytes(found: dict[int, int]) -> dict[bytes, bytes]:
    return {key.to_bytes(WIDTH, "big"): body.to_bytes(WIDTH, "big") for key, body in found.items()}


def _within(keys: Numbers, low: int, high: int) -> slice:
    start, last = np.searchsorted(keys, np.array([low, high - 1], np.uint64)).tolist()
    return slice(start, last + int(last < len(keys) and int(keys[last]) < high))


def merged(old: PackedRows, fresh: PackedRows, removed: Numbers) -> PackedRows:
    """`old` without what was removed or replaced, and `fresh`; all ascending."""
    if not len(fresh.keys) and not len(removed):
        return old
    gone = np.concatenate([fresh.keys, removed])
    at = np.searchsorted(old.keys, gone)
    inside = at < len(old.keys)  # what lies behind the last old key, or beside none at all, is not among them
    at, gone = at[inside], gone[inside]
    hit = at[old.keys[at] == gone]
    keys, bodies = np.delete(old.keys, hit), np.delete(old.bodies, hit)
    place = np.searchsorted(keys, fresh.keys)
    return PackedRows(np.insert(keys, place, fresh.keys), np.insert(bodies, place, fresh.bodies))
