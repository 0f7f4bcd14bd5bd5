"""How rare the name parts of a list are: the bits that a match of each proves.

A part proves −log2 of the share of people with it. The share combines this list with worldwide figures
(`common_names`), so that MOHAMMED does not count as rare in a list of ten records. Particles prove almost nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index.arrays import GroupedArray, Numbers, Spellings
from appliance.matching.index.vocabulary import PARTICLE, UNCUT, Bits, Vocabulary
from data.persons.name_forms import sound_key
from data.persons.names import Token
from data.persons.tables.common_names import PER_10_000

WORLD_PERSONS = 4000
"""Weight of the worldwide figures, as a number of people added to the list's own."""
MOST_BITS = 12.5
PARTICLE_BITS = 0.4
INITIAL_BITS = 2.5
"""An initial fits about one name in six."""

_NAMES_AT_ONCE = 1 << 15
_WORLD_SHARE: dict[str, float] = {}
for _name, _carriers in PER_10_000.items():
    _WORLD_SHARE[sound_key(_name)] = max(_WORLD_SHARE.get(sound_key(_name), 0.0), _carriers / 10_000)


def share_bits(share: float) -> float:
    """Bits that a part proves if this share of people has it, 0 to `MOST_BITS`."""
    return min(MOST_BITS, max(0.0, -log2(max(share, 1e-9))))


def carrier_share(carriers: int, persons: int, sound: str) -> float:
    """Share of people with this `sound`, which `carriers` of a list's `persons` have."""
    return (carriers + 1 + WORLD_PERSONS * _WORLD_SHARE.get(sound, 0.0)) / (persons + WORLD_PERSONS)


@dataclass(frozen=True, slots=True)
class PartCounts:
    """How often the parts of one index occur, hidden persons left out."""

    vocabulary: Vocabulary
    of_sound: NDArray[np.int32]
    """Persons with each sound."""
    of_skeleton: NDArray[np.int32]
    """Persons with each skeleton."""
    of_unit: Numbers
    """Names with each unit."""
    persons: int
    names: int


class ListCounts:
    """How often parts occur in a list, whose persons may be in several indexes."""

    def __init__(self, indexes: Sequence[PartCounts]) -> None:
        self._indexes = indexes
        self.persons = sum(each.persons for each in indexes)

    def of_sound(self, sound: str) -> int:
        """Persons with a sound, whichever index they are in."""
        numbers = ((each, each.vocabulary.sounds.find(sound)) for each in self._indexes)
        return sum(int(each.of_sound[number]) for each, number in numbers if number >= 0)

    def of_sounds(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """Persons with each sound of one index."""
        return _sum_counts(vocabulary.sounds, [(each.vocabulary.sounds, each.of_sound) for each in self._indexes])

    def of_skeletons(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """Persons with each skeleton of one index."""
        others = [(each.vocabulary.skeletons, each.of_skeleton) for each in self._indexes]
        return _sum_counts(vocabulary.skeletons, others)

    def share_beginning_with(self, latin: str) -> float:
        """Share of the names with a part that begins so."""
        carriers = sum(int(each.of_unit[each.vocabulary.beginning_with(latin)].sum()) for each in self._indexes)
        return (carriers + 1) / (sum(each.names for each in self._indexes) + 1)


def _sum_counts(spellings: Spellings, counted: Iterable[tuple[Spellings, Numbers]]) -> NDArray[np.int64]:
    total = np.zeros(len(spellings), np.int64)
    for others, counts in counted:
        if others is spellings:
            total += counts
        elif len(others) < len(spellings):
            numbers = spellings.find_all(others)
            total[numbers[numbers >= 0]] += counts[numbers >= 0]
        else:
            numbers = others.find_all(spellings)
            total[numbers >= 0] += counts[numbers[numbers >= 0]]
    return total


class SoundCounts:
    """How many persons of each of several lists have a sound, found in one search for all."""

    def __init__(
        self, counted: Sequence[tuple[PartCounts, ListCounts]], sounds: Spellings, numbers: Sequence[Numbers]
    ) -> None:
        """Of indexes and their lists, with all their `sounds` and for each index the `numbers` of its own there."""
        lists = {id(counts): number for number, (_, counts) in enumerate(counted)}
        self._lists = [lists[id(counts)] for _, counts in counted]
        """The list of each index: a list may have two of them."""
        self._persons = [counts.persons for _, counts in counted]
        self._sounds = sounds
        every = np.concatenate(numbers)
        order = np.argsort(every, kind="stable")
        self._ends = np.searchsorted(every[order], np.arange(len(sounds) + 1))
        self._owners = np.repeat(self._lists, [len(own) for own in numbers])[order]
        self._carriers = np.concatenate([index.of_sound for index, _ in counted])[order]

    def bits_of(self, sound: str) -> list[float]:
        """Bits that a match of this sound, listed or not, proves in each index's list."""
        carriers, number = [0] * len(self._lists), self._sounds.find(sound)
        if number >= 0:
            here = slice(*self._ends[number : number + 2].tolist())
            for owner, count in zip(self._owners[here].tolist(), self._carriers[here].tolist(), strict=True):
                carriers[owner] += count
        return [
            share_bits(carrier_share(carriers[owner], persons, sound))
            for owner, persons in zip(self._lists, self._persons, strict=True)
        ]


class Rarity:
    """Bits of the sounds and skeletons of one index, by how often they occur in the list."""

    def __init__(self, vocabulary: Vocabulary, counts: ListCounts) -> None:
        self.counts = counts
        carriers = counts.of_sounds(vocabulary) + WORLD_PERSONS * _world_shares(vocabulary)
        self.sound_bits = _carriers_bits(carriers, counts.persons)
        """Bits of each sound of the index."""
        self.skeleton_bits = _carriers_bits(counts.of_skeletons(vocabulary).astype(np.float64), counts.persons)
        """Bits of each skeleton of the index."""

    def of_sound(self, sound: str) -> float:
        """Bits of a match of this sound, listed or not."""
        return share_bits(carrier_share(self.counts.of_sound(sound), self.counts.persons, sound))

    def of_part(self, part: Token) -> float:
        """Bits that a name part proves: the least of its spellings."""
        return PARTICLE_BITS if part.particle else min(self.of_sound(form.sound) for form in part.forms)

    def of_beginning(self, latin: str) -> float:
        """Bits of a match of a part that was cut off to this."""
        return share_bits(self.counts.share_beginning_with(latin))

    def of_units(self, vocabulary: Vocabulary) -> tuple[Bits, Bits]:
        """Bits that each unit proves by its commonest spelling, and by consonants; an uncut word: as its parts."""
        of_sound, count = vocabulary.of_sound, len(vocabulary)
        sound = np.repeat(np.arange(len(of_sound.ends) - 1, dtype=np.int32), np.diff(of_sound.ends))
        by_sound, by_skeleton = np.full(count, np.inf, np.float32), np.full(count, np.inf, np.float32)
        np.minimum.at(by_sound, of_sound.values, self.sound_bits[sound])
        np.minimum.at(by_skeleton, of_sound.values, self.skeleton_bits[vocabulary.skeleton_of_sound[sound]])
        by_sound[(vocabulary.flags & PARTICLE) != 0] = PARTICLE_BITS
        uncut, bits = vocabulary.sum_of_parts(by_sound)
        by_sound[uncut] = bits
        np.minimum(by_skeleton, by_sound, out=by_skeleton)
        return by_sound, by_skeleton


def bits_of_names(vocabulary: Vocabulary, unit_bits: Bits, rows: GroupedArray) -> NDArray[np.float16]:
    """Bits of each name, a row of units: the sum of its parts, without uncut words."""
    worth = np.where((vocabulary.flags & UNCUT) != 0, np.float32(0), unit_bits)
    bits = np.empty(len(rows.ends) - 1, np.float16)
    for begin in range(0, len(bits), _NAMES_AT_ONCE):
        ends = rows.ends[begin : begin + _NAMES_AT_ONCE + 1].astype(np.int64)
        sums = np.concatenate(([0.0], np.cumsum(worth[rows.values[ends[0] : ends[-1]]], dtype=np.float64)))
        bits[begin : begin + _NAMES_AT_ONCE] = sums[ends[1:] - ends[0]] - sums[ends[:-1] - ends[0]]
    return bits


def _world_shares(vocabulary: Vocabulary) -> NDArray[np.float64]:
    """The worldwide share of each sound."""
    shares = np.zeros(len(vocabulary.sounds))
    for sound, share in _WORLD_SHARE.items():
        number = vocabulary.sounds.find(sound)
        if number >= 0:
            shares[number] = share
    return shares


def _carriers_bits(carriers: NDArray[np.float64], persons: int) -> Bits:
    return np.clip(-np.log2((carriers + 1) / (persons + WORLD_PERSONS)), 0.0, MOST_BITS).astype(np.float32)
