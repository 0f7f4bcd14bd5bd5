"""Numbers in groups, one group after another in one array: which names hold a unit, which units sound alike."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]


class Grouped:
    """Groups numbered from 0; the members of each ascend."""

    def __init__(self, ends: NDArray[np.int32], values: NDArray[np.int32]) -> None:
        self.ends = ends
        """Where each group ends in `values`, after a leading 0."""
        self.values = values

    @classmethod
    def of(cls, groups: NDArray[np.integer[Any]], values: NDArray[np.integer[Any]], count: int) -> "Grouped":
        """Lay out pairs of a group (below `count`) and a value that ascends."""
        order = np.argsort(groups, kind="stable")
        ends = np.zeros(count + 1, np.int32)
        np.cumsum(np.bincount(groups, minlength=count), out=ends[1:])
        return cls(ends, values[order].astype(np.int32))

    def members(self, group: int) -> NDArray[np.int32]:
        """One group."""
        return self.values[self.ends[group] : self.ends[group + 1]]

    def sizes(self, groups: Numbers) -> Numbers:
        """How many members each of these groups has."""
        return (self.ends[groups + 1] - self.ends[groups]).astype(np.int64)

    def all_of(self, groups: Numbers) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Members of many groups, and the place in `groups` that each came from."""
        return self.stretches(self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64))

    def between(self, groups: Numbers, low: int, high: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """`all_of`, only those members that are at least `low` and below `high`."""
        return self.stretches(self._first(groups, low), self._first(groups, high))

    def stretches(self, begins: Numbers, ends: Numbers) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The values from each beginning to its end, and the place that each came from."""
        sizes = ends - begins
        shift = begins - np.cumsum(sizes) + sizes
        places = np.repeat(shift, sizes)
        places += np.arange(len(places))
        return self.values[places], np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def _first(self, groups: Numbers, least: int) -> Numbers:
        """Where the members that are at least `least` begin: one binary search in all groups at once."""
        low, high = self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64)
        while len(low) and (open_ := low < high).any():
            middle = (low + high) // 2
            before = open_ & (self.values[np.minimum(middle, len(self.values) - 1)] < least)
            low = np.where(before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        return low
