"""Makes the arrays of an index from those of an earlier one and of what changed since.

Reading a million notices takes a minute; merging arrays takes seconds. What comes out is what `layout.lay_out_index`
makes of all notices, except that countries which nobody has any more stay in their list. Nothing of a person who is
left out stays: name parts, sounds and consonants that nobody else has go as well.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index.arrays import MOST_LETTERS, GroupedArray, Numbers, Spellings, TextArray, first_at_least
from appliance.matching.index.layout import (
    Arrays,
    carrier_arrays,
    date_arrays,
    make_sort_key,
    spelling_arrays,
    text_arrays,
    to_ends,
)
from appliance.matching.index.people import sort_dates
from appliance.matching.index.vocabulary import Vocabulary

Mask = NDArray[np.bool_]
_AT_ONCE = 1 << 20


class IndexArrays(NamedTuple):
    """What `layout.lay_out_index` makes."""

    arrays: Arrays
    countries: Sequence[str]


class _Splice(NamedTuple):
    """How the items of the earlier arrays (old) and of the changes (new) come together, in order."""

    keeps: Mask
    """The old items that stay."""
    takes: Mask
    """The new items that come in."""
    places: Numbers
    """For each of these: before which of the old items that stay."""

    def items(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """One array of both."""
        spliced: NDArray[Any] = np.insert(old[self.keeps], self.places, new[self.takes])
        return spliced

    def inner(self, old: Numbers, new: Numbers) -> "_Splice":
        """The splice of what the items consist of; `old` and `new` say of how many each."""
        begins = np.concatenate(([0], np.cumsum(old[self.keeps], dtype=np.int64)))
        places = np.repeat(begins[self.places], new[self.takes])
        return _Splice(np.repeat(self.keeps, old), np.repeat(self.takes, new), places)

    def numbers(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The number of each old and of each new item among both, -1 for one that is left out."""
        old, new = np.full(len(self.keeps), -1, np.int32), np.full(len(self.takes), -1, np.int32)
        is_new = np.insert(np.zeros(int(self.keeps.sum()), np.bool_), self.places, np.ones(len(self.places), np.bool_))
        old[self.keeps], new[self.takes] = np.flatnonzero(~is_new), np.flatnonzero(is_new)
        return old, new


def _splice_sorted(old: Numbers, new: Numbers) -> _Splice:
    """The splice of ascending numbers, of which those below 0 are left out."""
    keeps, takes = old >= 0, new >= 0
    return _Splice(keeps, takes, np.searchsorted(old[keeps], new[takes], side="right"))


def merge_indexes(old: IndexArrays, gone: Iterable[int], new: IndexArrays) -> IndexArrays:
    """The arrays of `old` without the persons in `gone`, and of `new`; no record may be in both."""
    stays = np.ones(len(old.arrays["sex"]), np.bool_)
    stays[np.fromiter(gone, np.int64)] = False
    persons = _splice_persons(old.arrays, new.arrays, stays)
    people, countries = _merge_people(old, new, persons)
    names = persons.inner(np.diff(old.arrays["first_name"]), np.diff(new.arrays["first_name"]))
    rows = names.inner(np.diff(old.arrays["name.ends"]), np.diff(new.arrays["name.ends"]))
    vocabulary, units = _merge_vocabularies(old.arrays, new.arrays, rows.keeps)
    arrays = people | vocabulary | _merge_names(old.arrays, new.arrays, persons, names, rows, units)
    arrays |= date_arrays(persons.items(sort_dates(old.arrays), sort_dates(new.arrays)), arrays["first_name"])
    return IndexArrays(arrays | carrier_arrays(arrays, len(arrays["sex"])), countries)


def _splice_persons(old: Arrays, new: Arrays, stays: Mask) -> _Splice:
    """Persons in the order of their dates, and on one date in that of their records."""
    dates, remaining = sort_dates(old)[stays], np.flatnonzero(stays)
    records, own = (TextArray(arrays["record.letters"], arrays["record.ends"]) for arrays in (old, new))
    places = list[int]()
    for person, date in enumerate(sort_dates(new)):
        low, high = np.searchsorted(dates, (date, date + 1)).tolist()
        same_date = remaining[low:high]
        places.append(low + first_at_least(lambda n, of=same_date: records[of[n]], high - low, own[person]))  # type: ignore[misc]
    return _Splice(stays, np.ones(len(own), np.bool_), np.array(places, np.int64))


def _merge_people(old: IndexArrays, new: IndexArrays, persons: _Splice) -> tuple[Arrays, list[str]]:
    first, second = old.arrays, new.arrays
    countries = [*old.countries, *(code for code in new.countries if code not in old.countries)]
    codes = np.array([0, *(countries.index(code) + 1 for code in new.countries)], np.uint16)
    second = second | {"nation.first": codes[second["nation.first"]], "nation.more": codes[second["nation.more"]]}
    arrays = {name: persons.items(first[name], second[name]) for name in ("sex", "review")}
    numbers = persons.numbers()
    for name in ("birth", "nation"):
        more = _splice_sorted(numbers[0][first[f"{name}.rows"]], numbers[1][second[f"{name}.rows"]])
        rows = more.items(numbers[0][first[f"{name}.rows"]], numbers[1][second[f"{name}.rows"]])
        arrays[f"{name}.first"] = persons.items(first[f"{name}.first"], second[f"{name}.first"])
        arrays |= {f"{name}.rows": rows, f"{name}.more": more.items(first[f"{name}.more"], second[f"{name}.more"])}
    holders = np.concatenate((numbers[0][first["held.persons"]], numbers[1][second["held.persons"]]))
    held = np.concatenate((first["held.numbers"], second["held.numbers"]))[holders >= 0]
    holders = holders[holders >= 0]
    order = np.lexsort((holders, held))
    arrays |= {"held.numbers": held[order], "held.persons": holders[order]}
    return arrays | _merge_texts("record", first, second, persons) | _merge_records(first, second, numbers), countries


def _merge_records(old: Arrays, new: Arrays, numbers: tuple[Numbers, Numbers]) -> Arrays:
    """The persons in the order of their records."""
    records, own = (TextArray(arrays["record.letters"], arrays["record.ends"]) for arrays in (old, new))
    remaining = old["record.order"][numbers[0][old["record.order"]] >= 0]
    places = [
        first_at_least(lambda n: records[remaining[n]], len(remaining), own[person]) for person in new["record.order"]
    ]
    order = np.insert(numbers[0][remaining], np.array(places, np.int64), numbers[1][new["record.order"]])
    return {"record.order": order.astype(np.int32)}


def _merge_names(
    old: Arrays, new: Arrays, persons: _Splice, names: _Splice, rows: _Splice, units: tuple[Numbers, Numbers]
) -> Arrays:
    """Names as rows of units, and the names of each unit."""
    numbers = names.numbers()
    counts = persons.items(np.diff(old["first_name"]), np.diff(new["first_name"]))
    lengths = names.items(np.diff(old["name.ends"]), np.diff(new["name.ends"]))
    listed = rows.items(_renumber(units[0], old["name.units"]), units[1][new["name.units"]]).astype(np.int32)
    sizes, names_of_old = np.zeros(1 + int(listed.max(initial=-1)), np.int64), _renumber(numbers[0], old["unit.names"])
    left_out = np.searchsorted(old["unit.ends"], np.flatnonzero(names_of_old < 0), "right") - 1
    sizes_of_old = np.diff(old["unit.ends"]) - np.bincount(left_out, minlength=len(units[0]))
    sizes[units[0][units[0] >= 0]] = sizes_of_old[units[0] >= 0]
    names_of_old = names_of_old[names_of_old >= 0]
    remaining = GroupedArray(to_ends(sizes), names_of_old)
    units_of_new = np.repeat(units[1], np.diff(new["unit.ends"])).astype(np.int64)
    both = np.sort(units_of_new << 32 | numbers[1][new["unit.names"]])
    units_of_new, names_of_new = both >> 32, (both & 0xFFFFFFFF).astype(np.int32)
    places, _ = remaining.find_within(units_of_new, names_of_new, names_of_new)
    np.add.at(sizes, units_of_new, 1)
    return {
        "first_name": to_ends(counts),
        "person_of": np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        "quality": names.items(old["quality"], new["quality"]),
        "name.ends": to_ends(lengths),
        "name.units": listed,
        "unit.ends": to_ends(sizes),
        "unit.names": np.insert(remaining.values, places, names_of_new),
    }


def _renumber(numbers: Numbers, items: Numbers) -> NDArray[np.int32]:
    """The number of each item; part by part, since numpy makes indexes twice as wide."""
    renumbered = np.empty(len(items), np.int32)
    for begin in range(0, len(items), _AT_ONCE):
        renumbered[begin : begin + _AT_ONCE] = numbers[items[begin : begin + _AT_ONCE]]
    return renumbered


def _merge_vocabularies(old: Arrays, new: Arrays, keeps_row: Mask) -> tuple[Arrays, tuple[Numbers, Numbers]]:
    """The arrays of a vocabulary with the parts that somebody has, and the numbers of old and new units in it."""
    same, units = _splice_units(Vocabulary(old), Vocabulary(new), old["name.units"][keeps_row])
    numbers = units.numbers()
    known = same >= 0
    arrays = {"flags": units.items(old["flags"], new["flags"])} | _merge_texts("text", old, new, units)
    spelled = _splice_sorted(numbers[0][old["spelled.units"]], numbers[1][new["spelled.units"]])
    arrays |= {"spelled.units": spelled.items(numbers[0][old["spelled.units"]], numbers[1][new["spelled.units"]])}
    arrays |= _merge_texts("spelled", old, new, spelled) | _merge_others(old, new, numbers)
    arrays |= _merge_sounds(old, new, numbers)
    for name in ("bare", "unfolded", "romanised"):
        arrays |= _merge_grouped(name, old, new, numbers)[0]
    uncut = _splice_sorted(numbers[0][old["uncut.units"]], numbers[1][new["uncut.units"]])
    arrays |= {"uncut.units": uncut.items(numbers[0][old["uncut.units"]], numbers[1][new["uncut.units"]])}
    lengths = np.diff(old["uncut.ends"]), np.diff(new["uncut.ends"])
    numbers[1][known] = numbers[0][same[known]]
    parts = uncut.inner(*lengths).items(numbers[0][old["uncut.parts"]], numbers[1][new["uncut.parts"]])
    return arrays | {"uncut.ends": to_ends(uncut.items(*lengths)), "uncut.parts": parts}, numbers


def _splice_units(old: Vocabulary, new: Vocabulary, listed: Numbers) -> tuple[Numbers, _Splice]:
    """The old unit that each new one is, or -1; and the splice of both, in which that is left out."""
    same, places = np.full(len(new), -1, np.int64), np.empty(len(new), np.int64)
    for unit in range(len(new)):
        key = _sort_key(new, unit)
        place = places[unit] = first_at_least(partial(_sort_key, old), len(old), key)
        if place < len(old) and _sort_key(old, place) == key:
            same[unit] = place
    keeps, takes = np.zeros(len(old), np.bool_), same < 0
    for begin in range(0, len(listed), _AT_ONCE):
        keeps[listed[begin : begin + _AT_ONCE]] = True
    keeps[same[~takes]] = True
    kept_before = np.concatenate(([0], np.cumsum(keeps)))
    return same, _Splice(keeps, takes, kept_before[places[takes]])


def _sort_key(vocabulary: Vocabulary, unit: int) -> tuple[str, str, tuple[str, ...]]:
    parts = tuple(vocabulary.texts[part] for part in vocabulary.parts_of(unit).tolist())
    return make_sort_key(vocabulary.spellings_of(unit)[0], vocabulary.texts[unit], parts)


def _merge_texts(name: str, old: Arrays, new: Arrays, splice: _Splice) -> Arrays:
    letters, ends = f"{name}.letters", f"{name}.ends"
    lengths = np.diff(old[ends]), np.diff(new[ends])
    merged = splice.inner(*lengths).items(old[letters], new[letters])
    sums = np.concatenate(([0], np.cumsum(splice.items(*lengths), dtype=np.int64))).astype(np.uint32)
    return text_arrays(name, TextArray(merged, sums))


def _merge_others(old: Arrays, new: Arrays, numbers: tuple[Numbers, Numbers]) -> Arrays:
    """Further spellings of units, by spelling and unit."""
    spellings, own = (TextArray(arrays["other.letters"], arrays["other.ends"]) for arrays in (old, new))
    units = numbers[0][old["other.units"]], numbers[1][new["other.units"]]
    remaining, taken = np.flatnonzero(units[0] >= 0), np.flatnonzero(units[1] >= 0)
    places = [
        first_at_least(
            lambda n: (spellings[remaining[n]], units[0][remaining[n]]), len(remaining), (own[other], units[1][other])
        )
        for other in taken.tolist()
    ]
    splice = _Splice(units[0] >= 0, units[1] >= 0, np.array(places, np.int64))
    return {"other.units": splice.items(*units), **_merge_texts("other", old, new, splice)}


def _merge_sounds(old: Arrays, new: Arrays, numbers: tuple[Numbers, Numbers]) -> Arrays:
    """Sounds with their units and skeletons."""
    arrays, sounds = _merge_grouped("sound", old, new, numbers)
    used = (
        np.bincount(old["sound.skeleton"][sounds.keeps], minlength=len(old["skeleton.masks"])) > 0,
        np.bincount(new["sound.skeleton"][sounds.takes], minlength=len(new["skeleton.masks"])) > 0,
    )
    skeletons, (first, second), _ = _merge_spellings("skeleton", old, new, *used)
    of_sound = sounds.items(first[old["sound.skeleton"]], second[new["sound.skeleton"]]).astype(np.int32)
    grouped = GroupedArray.of(of_sound, np.arange(len(of_sound)), len(skeletons["skeleton.masks"]))
    return arrays | skeletons | {
        "sound.skeleton": of_sound,
        "skeleton.ends": grouped.ends,
        "skeleton.sounds": grouped.values,
    }  # fmt: skip


def _merge_grouped(name: str, old: Arrays, new: Arrays, numbers: tuple[Numbers, Numbers]) -> tuple[Arrays, _Splice]:
    """Spellings with the units of each; of the new ones, those of new units."""
    groups = [np.repeat(np.arange(len(each[f"{name}.ends"]) - 1), np.diff(each[f"{name}.ends"])) for each in (old, new)]
    units = [number[each[f"{name}.units"]] for number, each in zip(numbers, (old, new), strict=True)]
    used = [
        np.bincount(group[unit >= 0], minlength=len(each[f"{name}.masks"])) > 0
        for group, unit, each in zip(groups, units, (old, new), strict=True)
    ]
    arrays, (first, second), splice = _merge_spellings(name, old, new, used[0], used[1])
    merged_groups = np.concatenate((first[groups[0][units[0] >= 0]], second[groups[1][units[1] >= 0]]))
    merged_units = np.concatenate((units[0][units[0] >= 0], units[1][units[1] >= 0]))
    order = np.argsort(merged_units, kind="stable")
    grouped = GroupedArray.of(merged_groups[order], merged_units[order], len(arrays[f"{name}.masks"]))
    return arrays | {f"{name}.ends": grouped.ends, f"{name}.units": grouped.values}, splice


def _merge_spellings(
    name: str, old: Arrays, new: Arrays, keeps: Mask, takes: Mask
) -> tuple[Arrays, tuple[Numbers, Numbers], _Splice]:
    """Spellings that are used, by length and letters, and their numbers."""
    first, second = (
        Spellings(*(each[f"{name}.{part}"] for part in ("letters", "first", "masks"))) for each in (old, new)
    )
    same, places = first.find_all(second), first.places_of(second)
    keeps = keeps.copy()
    keeps[same[takes & (same >= 0)]] = True
    kept_before = np.concatenate(([0], np.cumsum(keeps)))
    splice = _Splice(keeps, takes & (same < 0), kept_before[places[takes & (same < 0)]])
    lengths = first.lengths, second.lengths
    merged = Spellings(
        splice.inner(*lengths).items(first.letters, second.letters),
        np.searchsorted(splice.items(*lengths), np.arange(MOST_LETTERS + 2)).astype(np.int32),
        splice.items(first.masks, second.masks),
    )
    numbers = splice.numbers()
    numbers[1][same >= 0] = numbers[0][same[same >= 0]]
    return spelling_arrays(name, merged), numbers, splice
