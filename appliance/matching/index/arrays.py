"""Many short texts, groups of numbers, and distinct spellings, each in a few arrays.

- A million texts take their letters and four bytes each.
- Groups are one after another in one array: the names of each unit, the units of each sound.
- Spellings are found exactly, or within a few slips. They are sorted by length and then by letters. A mask of the
  letters (and of second occurrences of the commonest) excludes nearly all of those with a suitable length in one pass;
  rapidfuzz compares the others.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from appliance.matching.comparison import MOST_SLIPS


class TextArray:
    """Texts numbered from 0."""

    def __init__(self, letters: NDArray[np.uint8], ends: NDArray[np.uint32]) -> None:
        self.letters = letters
        """UTF-8, one text after another."""
        self.ends = ends
        """End of each text, after a leading 0."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "TextArray":
        """The array of these texts."""
        letters, ends = bytearray(), array("I", [0])
        for text in texts:
            letters += text.encode("utf-8", "replace")
            ends.append(len(letters))
        return cls(np.frombuffer(bytes(letters), np.uint8), np.frombuffer(ends, np.uint32))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> str:
        return bytes(self.letters[self.ends[number] : self.ends[number + 1]]).decode()

    def beginning_with(self, prefix: str) -> range:
        """Numbers of the texts that begin with `prefix`; the texts must be in order, and ASCII."""
        return range(
            first_at_least(self.__getitem__, len(self), prefix),
            first_at_least(self.__getitem__, len(self), prefix + "\x7f"),
        )


def first_at_least(get: Callable[[int], Any], count: int, least: Any) -> int:
    """Number of the first of `count` ascending texts, or tuples, that is not before `least`."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if get(middle) < least:
            low = middle + 1
        else:
            high = middle
    return low


Numbers = NDArray[np.integer[Any]]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
_Float = TypeVar("_Float", np.float32, np.float64)


def sort_distinct(numbers: Numbers) -> Numbers:
    """Each number once, ascending: in a sixth of the time that `np.unique` takes, which hashes first (NumPy 2.3)."""
    ordered = np.sort(numbers)
    is_first = np.empty(len(ordered), np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    distinct: Numbers = ordered[is_first]
    return distinct


def are_among(numbers: Numbers, ascending: Numbers) -> NDArray[np.bool_]:
    """Whether each number is one of those that `ascending` holds."""
    if not len(ascending):
        return np.zeros(len(numbers), np.bool_)
    places = np.searchsorted(ascending, numbers)
    places[places == len(ascending)] = 0
    among: NDArray[np.bool_] = ascending[places] == numbers
    return among


def add_rows(rows: NDArray[_Float]) -> NDArray[_Float]:
    """The sum of each column, added in the order of the rows.

    `sum` adds in pairs if there is only one column, and rounds differently: a list would have other scores alone.
    """
    total = np.zeros(rows.shape[1], rows.dtype)
    for row in rows:
        total += row
    return total


class GroupedArray:
    """Groups numbered from 0; the members of each ascend."""

    def __init__(self, ends: NDArray[np.int32], values: NDArray[np.int32]) -> None:
        self.ends = ends
        """End of each group in `values`, after a leading 0."""
        self.values = values

    @classmethod
    def of(cls, groups: NDArray[np.integer[Any]], values: NDArray[np.integer[Any]], count: int) -> "GroupedArray":
        """The array of pairs of a group (below `count`) and a value; values must ascend."""
        order = np.argsort(groups, kind="stable")
        ends = np.zeros(count + 1, np.int32)
        np.cumsum(np.bincount(groups, minlength=count), out=ends[1:])
        return cls(ends, values[order].astype(np.int32))

    @classmethod
    def join(
        cls, parts: Sequence["GroupedArray"], numbers: Sequence[Numbers], begins: Sequence[int], count: int
    ) -> "GroupedArray":
        """`count` groups with the members of those of all parts, by the new number of each group.

        The values of each part begin at its place in `begins`; they must ascend through all parts.
        """
        groups = [
            new[np.repeat(np.arange(len(new)), np.diff(part.ends))] for part, new in zip(parts, numbers, strict=True)
        ]
        values = [part.values.astype(np.int64) + begin for part, begin in zip(parts, begins, strict=True)]
        members = np.concatenate(values)
        order = np.argsort(members, kind="stable")
        return cls.of(np.concatenate(groups)[order], members[order], count)

    @classmethod
    def chain(cls, parts: Sequence["GroupedArray"], begins: Sequence[int]) -> "GroupedArray":
        """The groups of all parts, one part after another; the values of each begin at its place in `begins`."""
        firsts = np.cumsum([0, *(len(part.values) for part in parts)]).tolist()
        ends = [part.ends[1:].astype(np.int64) + first for part, first in zip(parts, firsts, strict=False)]
        values = [part.values.astype(np.int64) + begin for part, begin in zip(parts, begins, strict=True)]
        return cls(np.concatenate(([0], *ends)).astype(np.int32), np.concatenate(values).astype(np.int32))

    def members(self, group: int) -> NDArray[np.int32]:
        """One group."""
        return self.values[self.ends[group] : self.ends[group + 1]]

    def sizes(self, groups: Numbers) -> Numbers:
        """Number of members of each of these groups."""
        return (self.ends[groups + 1] - self.ends[groups]).astype(np.int64)

    def members_with_places(self, groups: Numbers) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Members of many groups, and the position in `groups` that each came from."""
        begins, ends = self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64)
        return self.ranges(begins, ends), np.repeat(np.arange(len(begins), dtype=np.int32), ends - begins)

    def all_members(self, groups: Numbers) -> NDArray[np.int32]:
        """Members of many groups."""
        return self.ranges(self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64))

    def ranges(self, begins: Numbers, ends: Numbers) -> NDArray[np.int32]:
        """The values of each range, one range after another."""
        sizes = ends - begins
        places = np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
        places += np.arange(len(places))
        values: NDArray[np.int32] = self.values[places]
        return values

    def find_within(self, groups: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """Begin and end of the members of each group from its `low` to below its `high`."""
        begins, ends = self.ends[groups].astype(np.int64), self.ends[groups + 1].astype(np.int64)
        least = np.concatenate((low, high))
        places = self._find_first(np.concatenate((begins, begins)), np.concatenate((ends, ends)), least)
        return places[: len(groups)], np.maximum(places[len(groups) :], places[: len(groups)])

    def _find_first(self, begins: Numbers, ends: Numbers, least: Numbers) -> Numbers:
        """First position of members that are at least `least`: one binary search in all groups at once."""
        places, sizes = begins.copy(), ends - begins
        step = 1 << int(sizes.max(initial=0)).bit_length() >> 1
        while step:
            wide = np.flatnonzero(sizes >= step)
            place = places[wide]
            probe = np.minimum(place + step, ends[wide])
            places[wide] = np.where(self.values[probe - 1] < least[wide], probe, place)
            step >>= 1
        return places


MOST_LETTERS = 80
"""Longest spelling: the longest name part (`data.persons.names`), with two letters for each of its own."""
_TWICE = {letter: 21 + place for place, letter in enumerate("aiunrlmsted")}
_ONCE = {letter: place for place, letter in enumerate("abdefghijklmnprstuvzSA"[:21])}


def letter_mask(text: str) -> int:
    """32 bits. One slip removes at most one of them and adds at most one."""
    mask = 0
    for letter in text:
        bit = 1 << _ONCE.get(letter, ord(letter) % 21)
        if mask & bit and letter in _TWICE:
            bit = 1 << _TWICE[letter]
        mask |= bit
    return mask


class Spellings:
    """Spellings numbered from 0."""

    def __init__(self, letters: NDArray[np.uint8], first: NDArray[np.int32], masks: NDArray[np.uint32]) -> None:
        self.letters = letters
        """ASCII, without gaps."""
        self.first = first
        """Number of the first spelling of each length from 0 to `MOST_LETTERS`, and how many there are."""
        self.masks = masks
        self._groups = list(self._by_length())

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Spellings":
        """The array of distinct texts, cut off after `MOST_LETTERS` letters."""
        ordered = sorted(
            {text[:MOST_LETTERS].encode("ascii", "replace") for text in texts}, key=lambda text: (len(text), text)
        )
        lengths = np.array([len(text) for text in ordered], np.int32)
        masks = np.array([letter_mask(text.decode()) for text in ordered], np.uint32)
        letters = np.frombuffer(b"".join(ordered), np.uint8)
        return cls(letters, np.searchsorted(lengths, np.arange(MOST_LETTERS + 2)).astype(np.int32), masks)

    @classmethod
    def join(cls, parts: Sequence["Spellings"]) -> tuple["Spellings", list[Numbers]]:
        """The spellings of all parts, each once; and for each part the new numbers of its own."""
        numbers: list[Numbers] = [np.zeros(len(part), np.int64) for part in parts]
        first, letters, masks = [0], list[bytes](), list[NDArray[np.uint32]]()
        for length in range(MOST_LETTERS + 1):
            cuts = [slice(*part.first[length : length + 2].tolist()) for part in parts]
            texts = np.concatenate([part._groups[length] for part in parts])
            distinct, origin, place = np.unique(texts, return_index=True, return_inverse=True)
            ends = np.cumsum([cut.stop - cut.start for cut in cuts])[:-1]
            for each, cut, new in zip(numbers, cuts, np.split(place, ends), strict=True):
                each[cut] = first[-1] + new
            letters.append(distinct.tobytes() if length else b"")
            masks.append(np.concatenate([part.masks[cut] for part, cut in zip(parts, cuts, strict=True)])[origin])
            first.append(first[-1] + len(distinct))
        joined = np.frombuffer(b"".join(letters), np.uint8)
        return cls(joined, np.array(first, np.int32), np.concatenate(masks)), numbers

    def __len__(self) -> int:
        return len(self.masks)

    def __getitem__(self, number: int) -> str:
        length = int(np.searchsorted(self.first, number, side="right")) - 1
        group = self._groups[length]
        return bytes(group[number - self.first[length]]).decode() if length else ""

    def texts_of(self, numbers: NDArray[np.integer[Any]]) -> list[bytes]:
        """The letters of these spellings, whose numbers must ascend."""
        cuts = np.searchsorted(numbers, self.first.astype(numbers.dtype)).tolist()
        groups = (
            self._groups[length][numbers[cuts[length] : cuts[length + 1]] - self.first[length]].tolist()
            for length in range(1, MOST_LETTERS + 1)
            if cuts[length] < cuts[length + 1]
        )
        return list(chain.from_iterable(groups))

    def find(self, text: str) -> int:
        """The number of a spelling, or -1."""
        wanted = text[:MOST_LETTERS].encode("ascii", "replace")
        group = self._groups[len(wanted)]
        place = int(np.searchsorted(group, wanted)) if len(group) else 0
        is_there = place < len(group) and bytes(group[place]) == wanted
        return int(self.first[len(wanted)]) + place if is_there else -1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Letters of each spelling."""
        return np.repeat(np.arange(MOST_LETTERS + 1), np.diff(self.first))

    def places_of(self, others: "Spellings") -> Numbers:
        """The number of the first spelling here that is not before each of `others`."""
        groups = zip(self.first.tolist(), self._groups, others._groups, strict=False)
        return np.concatenate([first + np.searchsorted(group, wanted) for first, group, wanted in groups])

    def find_all(self, others: "Spellings") -> Numbers:
        """The number of each of `others` here, or -1."""
        numbers = np.full(len(others), -1, np.int64)
        for length, (group, wanted) in enumerate(zip(self._groups, others._groups, strict=True)):
            if len(group) and len(wanted):
                places = np.searchsorted(group, wanted)
                places[places == len(group)] = 0
                here = np.where(group[places] == wanted, places + int(self.first[length]), -1)
                numbers[others.first[length] : others.first[length + 1]] = here
        return numbers

    def find_near(self, text: str, allowed: Callable[[int, int], int]) -> tuple[Numbers, NDArray[np.uint8]]:
        """Numbers of spellings at most `allowed(length, other length)` slips (OSA) away, and how many slips.

        No more than `MOST_SLIPS` are ever allowed.
        """
        wanted, mask = text[:MOST_LETTERS].encode("ascii", "replace"), np.uint32(letter_mask(text[:MOST_LETTERS]))
        numbers: list[Numbers] = [np.empty(0, np.int64)]
        limits, choices = [np.empty(0, np.uint8)], list[bytes]()
        for length in range(max(1, len(wanted) - MOST_SLIPS), min(MOST_LETTERS, len(wanted) + MOST_SLIPS) + 1):
            slips = allowed(len(wanted), length)
            if abs(length - len(wanted)) > slips or not slips:
                continue
            places = self._find_possible(length, mask, slips, abs(length - len(wanted)))
            numbers.append(places + int(self.first[length]))
            limits.append(np.full(len(places), slips, np.uint8))
            choices += self._groups[length][places].tolist()
        if not choices:
            return numbers[0], np.empty(0, np.uint8)
        least = np.concatenate(limits)
        far = cdist([wanted], choices, scorer=OSA.distance, score_cutoff=int(least.max()), dtype=np.uint8)[0]
        near = np.flatnonzero(far <= least)
        return np.concatenate(numbers)[near], far[near]

    def _find_possible(self, length: int, mask: np.uint32, slips: int, surplus: int) -> Numbers:
        """Spellings of one length within so many slips; `surplus` of these only add or drop a letter."""
        apart = self.masks[self.first[length] : self.first[length + 1]] ^ mask
        places = np.flatnonzero(np.bitwise_count(apart) <= 2 * slips - surplus)
        few = apart[places]
        is_possible = (np.bitwise_count(few & mask) <= slips) & (np.bitwise_count(few & ~mask) <= slips)
        possible: Numbers = places[is_possible]
        return possible

    def _by_length(self) -> Iterator[NDArray[np.bytes_]]:
        begin = 0
        for length in range(MOST_LETTERS + 1):
            count = int(self.first[length + 1] - self.first[length])
            end = begin + count * length
            yield self.letters[begin:end].view(f"S{length}") if length else np.zeros(count, "S1")
            begin = end
