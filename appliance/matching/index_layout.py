"""Lays the notices of a list out as the arrays of a `PersonIndex`: done once a version, then loaded or searched."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.grouped import Grouped
from appliance.matching.people import PeopleLayout
from appliance.matching.rarity import PARTICLE_BITS, Rarity
from appliance.matching.spellings import Spellings
from appliance.matching.texts import Texts
from appliance.matching.vocabulary import PARTICLE
from appliance.matching.vocabulary_layout import VocabularyLayout
from data.persons.names import MAX_TOKENS, word_tokens, words
from data.persons.notice import Notice
from data.persons.person import ListedName, NameQuality

Arrays = dict[str, NDArray[Any]]
_QUALITY = {quality: number for number, quality in enumerate(NameQuality)}


def lay_out(notices: Iterable[Notice]) -> tuple[Arrays, list[str], NDArray[np.int64]]:
    """Arrays, the countries they refer to, and the order in which the persons were put."""
    names, people, records = _Names(), PeopleLayout(), list[str]()
    for notice in notices:
        records.append(notice.record)
        people.add(notice)
        names.add(notice.person.names)
    order, years = people.by_year()
    arrays = names.lay_out(order)
    columns, countries = people.lay_out(order)
    ids = Texts.of(records[person] for person in order.tolist())
    arrays |= columns | {"record.letters": ids.letters, "record.ends": ids.ends}
    arrays |= _years(years, arrays["first_name"])
    return arrays | _carriers(arrays, len(records)), countries, order


class _Names:
    """Rows of units, one name after another."""

    def __init__(self) -> None:
        self._vocabulary = VocabularyLayout()
        self._known: dict[str, tuple[int, ...]] = {}
        self._units = array("i")
        self._lengths = array("B")
        self._qualities = array("B")
        self._counts = array("i")

    def add(self, names: tuple[ListedName, ...]) -> None:
        """The names of the next person."""
        for name in names:
            before = len(self._units)
            for word in words(name.full or f"{name.given} {name.surname}"):
                self._units.extend(self._of(word))
            del self._units[before + MAX_TOKENS :]
            self._lengths.append(len(self._units) - before)
            self._qualities.append(_QUALITY[name.quality])
        self._counts.append(len(names))

    def _of(self, word: str) -> tuple[int, ...]:
        units = self._known.get(word)
        if units is None:
            units = self._known[word] = tuple(map(self._vocabulary.add, word_tokens(word)))
        return units

    def lay_out(self, order: NDArray[np.int64]) -> Arrays:
        """With the persons in this order."""
        self._known.clear()
        vocabulary, final = self._vocabulary.lay_out()
        counts = np.frombuffer(self._counts, np.int32) if len(order) else np.empty(0, np.int32)
        names = _stretches(_begins(counts)[order], counts[order])
        lengths = np.frombuffer(self._lengths, np.uint8)[names].astype(np.int32) if len(names) else counts[:0]
        begins = _begins(np.frombuffer(self._lengths, np.uint8)) if len(names) else counts[:0]
        units = final[np.frombuffer(self._units, np.int32)[_stretches(begins[names], lengths)]] if len(names) else final
        units = units if lengths.sum() else np.empty(0, np.int32)
        first_name = _ends(counts[order])
        row_of = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        postings = Grouped.of(units, row_of, len(vocabulary["flags"]))
        return vocabulary | {
            "first_name": first_name,
            "person_of": np.repeat(np.arange(len(order), dtype=np.int32), counts[order]),
            "quality": np.frombuffer(self._qualities, np.uint8)[names] if len(names) else np.empty(0, np.uint8),
            "name.ends": _ends(lengths),
            "name.units": units,
            "unit.ends": postings.ends,
            "unit.names": postings.values,
        }


def _begins(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    return np.cumsum(lengths, dtype=np.int64) - lengths


def _ends(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _stretches(begins: NDArray[np.integer[Any]], lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Every place from each beginning on, as many as its length says."""
    shift = begins - _begins(lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(shift, lengths)


def _years(years: NDArray[np.int16], first_name: NDArray[Any]) -> Arrays:
    distinct, first = np.unique(years, return_index=True)
    ends = np.concatenate((first_name[first], first_name[-1:])).astype(np.int32)
    return {"years": distinct, "year_names": ends}


def _carriers(arrays: Arrays, persons: int) -> Arrays:
    """Who is called what: persons of each sound and skeleton; and what each name is worth in bits."""
    unit_of = np.repeat(np.arange(len(arrays["flags"]), dtype=np.int32), np.diff(arrays["unit.ends"]))
    person = arrays["person_of"][arrays["unit.names"]]
    new = np.ones(len(person), bool)
    new[1:] = (person[1:] != person[:-1]) | (unit_of[1:] != unit_of[:-1])
    of_unit = np.bincount(unit_of[new], minlength=len(arrays["flags"]))
    sounds = Spellings(*(arrays[f"sound.{part}"] for part in ("letters", "first", "masks")))
    sound = np.repeat(np.arange(len(sounds)), np.diff(arrays["sound.ends"]))
    units = arrays["sound.units"]
    of_sound = np.bincount(sound, of_unit[units], len(sounds)).astype(np.int32)
    bones = arrays["sound.skeleton"]
    count = len(arrays["skeleton.ends"]) - 1
    of_bones = np.bincount(bones[sound], of_unit[units], count).astype(np.int32) if len(bones) else of_sound
    rarity = Rarity(sounds, of_sound, of_bones, persons)
    worth = np.full(len(of_unit), np.inf)
    np.minimum.at(worth, units, rarity.sound_bits[sound])
    worth[(arrays["flags"] & PARTICLE) != 0] = PARTICLE_BITS
    sums = np.concatenate(([0.0], np.cumsum(worth[arrays["name.units"]])))
    ends = arrays["name.ends"]
    name_bits = (sums[ends[1:]] - sums[ends[:-1]]).astype(np.float16)
    return {"sound.carriers": of_sound, "skeleton.carriers": of_bones, "name_bits": name_bits}
