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
        begins, ends = self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64)
        return self.stretches(begins, ends), np.repeat(np.arange(len(begins), dtype=np.int32), ends - begins)

    def every(self, groups: Numbers) -> NDArray[np.int32]:
        """Members of many groups."""
        return self.stretches(self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64))

    def stretches(self, begins: Numbers, ends: Numbers) -> NDArray[np.int32]:
        """The values from each beginning to its end, one stretch after another."""
        sizes = ends - begins
        places = np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
        places += np.arange(len(places))
        values: NDArray[np.int32] = self.values[places]
        return values

    def within(self, groups: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """For each group, where its members that are at least its `low` and below its `high` begin and end."""
        begins, ends = self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64)
        least = np.concatenate((low, high))
        found = self._first(np.concatenate((begins, begins)), np.concatenate((ends, ends)), least)
        return found[: len(groups)], np.maximum(found[len(groups) :], found[: len(groups)])

    def _first(self, begins: Numbers, ends: Numbers, least: Numbers) -> Numbers:
        """Where the members that are at least `least` begin: one binary search in all groups at once."""
        at, sizes = begins.copy(), ends - begins
        step = 1 << int(sizes.max(initial=0)).bit_length() >> 1
        while step:
            wide = np.flatnonzero(sizes >= step)
            here = at[wide]
            reach = np.minimum(here + step, ends[wide])
            at[wide] = np.where(self.values[reach - 1] < least[wide], reach, here)
            step >>= 1
        return at
