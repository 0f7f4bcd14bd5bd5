"""Person lists in memory, as immutable arrays for search: a million persons in 200 MB.

- Persons are ordered by their birth date, so that only the names of the years, or the month, in question are read for a
  common name part. Names are rows of units; `postings` lists the names of each unit.
- Notices are not kept: a candidate's notice is fetched from the list by its record, and decoded when it is shown. Only
  an index made from notices keeps them.
- What is searched is a group of indexes, in one pass over arrays (`IndexGroup`). Units, names and persons are numbered
  through all indexes of a group, one index after another; what a part proves stays that of its own list. An index that
  was not joined with others is a group by itself, over its own arrays.
- A group holds what it reads of its indexes, not the indexes, which hold it: a cycle would keep the memory of an index
  that is no longer used until the next garbage collection, and the Desk excludes what it has loaded from those.
- Large lists are not copied into a group: each of their indexes is searched alone. The fixed cost of a search, about a
  millisecond, is little beside what it takes to search them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import layout
from appliance.matching.index.arrays import GroupedArray, Numbers, TextArray, first_at_least, sort_distinct
from appliance.matching.index.people import People, PeopleColumns
from appliance.matching.index.rarity import ListCounts, PartCounts, Rarity, SoundCounts, bits_of_names
from appliance.matching.index.vocabulary import PartCache, UnitLookup, UnitPair, Vocabulary
from data.errors import Damaged
from data.lists.edition import Edition
from data.persons.names import Token
from data.persons.notice import Notice, decode_notice
from data.persons.person import ListedName, NameQuality
from data.text import _

if TYPE_CHECKING:
    from appliance.matching.index.joined_vocabulary import JoinedVocabulary

Fetch = Callable[[Sequence[bytes]], Mapping[bytes, bytes]]
"""Bodies of the rows with these keys: `ListView.get_many`."""
SimilarUnits = tuple[NDArray[np.integer[Any]], NDArray[np.uint8], NDArray[np.float32]]
"""Units, their grades, and the bits that a match proves."""
QUALITIES = tuple(NameQuality)
_MOST_PERSONS = 100_000
"""Persons on all lists that are searched together."""
_INDEX_SHIFT = 33
"""Bits below the number of an index in a key of `_dates`; dates have fewer, and may be below 0."""


class PersonIndex:
    """Notices of one list, searchable by name, birth date and document number.

    An index of a few notices, searched for one traveller::

        index = PersonIndex(notices, "wanted")
        candidates = find_candidates(query, index, today=date.today())
    """

    def __init__(
        self,
        notices: Iterable[Notice],
        list_name: str = "",
        edition: Edition | None = None,
    ) -> None:
        """Index notices and keep them."""
        all_notices = list(notices)
        arrays, countries, order = layout.lay_out_index(all_notices)
        self._load(arrays, countries)
        self.list_name, self.edition = list_name, edition
        self._notices: tuple[Notice, ...] | None = tuple(all_notices[number] for number in order.tolist())

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], countries: Sequence[str], list_name: str = ""
    ) -> "PersonIndex":
        """An index from the arrays of `layout.lay_out_index`, without notices."""
        index = cls.__new__(cls)
        index._load(arrays, countries)
        index.list_name, index.edition, index._notices = list_name, None, None
        return index

    def _load(self, arrays: Mapping[str, NDArray[Any]], countries: Sequence[str]) -> None:
        self.vocabulary = Vocabulary(arrays)
        self.lookup: UnitLookup = self.vocabulary
        """Where parts are searched: here, or with other lists (`appliance.matching.index.joined_vocabulary`)."""
        self.joined: tuple[IndexGroup, int] | None = None
        """The group that it is searched with, if any, and its number there (`join_indexes`)."""
        self.alone: IndexGroup | None = None
        """See `group_alone`."""
        self.people = People(arrays, countries)
        self._records = TextArray(arrays["record.letters"], arrays["record.ends"])
        self._by_record: NDArray[np.int32] = arrays["record.order"]
        self.first_name: NDArray[np.int32] = arrays["first_name"]
        self.person_of: NDArray[np.int32] = arrays["person_of"]
        self.qualities: NDArray[np.uint8] = arrays["quality"]
        self.name_bits: NDArray[np.float16] = arrays["name_bits"]
        self.rows = GroupedArray(arrays["name.ends"], arrays["name.units"])
        """Units of each name, in order."""
        self.postings = GroupedArray(arrays["unit.ends"], arrays["unit.names"])
        """Names of each unit."""
        self.dates: NDArray[np.int32] = arrays["dates"]
        """The dates by which persons are ordered (`people.sort_date`), each once."""
        self.date_names: NDArray[np.int32] = arrays["date_names"]
        """The first name of the persons of each of `dates`, and the end."""
        self.hidden_names: Numbers = np.empty(0, np.int32)
        """Names of persons who are not found any more, ascending."""
        self._hidden_persons = frozenset[int]()
        self.counts = PartCounts(
            self.vocabulary,
            arrays["sound.carriers"],
            arrays["skeleton.carriers"],
            np.diff(self.postings.ends),
            len(self),
            len(self.person_of),
        )
        """Of this index alone."""
        self._weigh(ListCounts([self.counts]))

    def _weigh(self, counts: ListCounts) -> None:
        """What each part proves, by how often it occurs in the list."""
        self.rarity = Rarity(self.vocabulary, counts)
        self.unit_bits, self.skeleton_bits = self.rarity.of_units(self.vocabulary)
        self.joined = self.alone = None  # these have other bits

    def search_in(self, lookup: UnitLookup) -> None:
        """Search parts there from now on, and in no group."""
        self.lookup, self.joined, self.alone = lookup, None, None

    def weighed(self, counts: ListCounts) -> "PersonIndex":
        """The same index, of a list with these counts."""
        index = copy(self)
        index._weigh(counts)
        index.name_bits = bits_of_names(index.vocabulary, index.unit_bits, index.rows)
        return index

    def without(self, records: Iterable[str]) -> "PersonIndex":
        """The same index, in which these records (others are passed over) are not found; to be weighed."""
        hidden = np.array(sorted(self.find_persons(records)), np.int64)
        index, counted = copy(self), self.counts
        ranges = [np.arange(*self.first_name[person : person + 2], dtype=np.int32) for person in hidden]
        names = np.concatenate((np.empty(0, np.int32), *ranges))
        units, which = self.rows.members_with_places(names)
        size = len(self.vocabulary)
        of_unit = np.bincount(units, minlength=size).astype(np.int32)
        persons_of_unit = np.bincount(
            sort_distinct(self.person_of[names][which].astype(np.int64) * size + units) % (size or 1), minlength=size
        )
        of_sound, of_skeleton = self.vocabulary.sum_by_sound(persons_of_unit)
        index._hidden_persons, index.hidden_names = frozenset(hidden.tolist()), names
        index.counts = PartCounts(
            self.vocabulary,
            counted.of_sound - of_sound,
            counted.of_skeleton - of_skeleton,
            counted.of_unit - of_unit,
            counted.persons - len(hidden),
            counted.names - len(names),
        )
        return index

    def find_persons(self, records: Iterable[str]) -> Iterator[int]:
        """The persons with these records, as far as they are here."""
        for record in set(records):
            place = first_at_least(lambda number: self.record(int(self._by_record[number])), len(self), record)
            if place < len(self) and self.record(int(self._by_record[place])) == record:
                yield int(self._by_record[place])

    def is_hidden(self, person: int) -> bool:
        """Whether a person is not to be found any more."""
        return person in self._hidden_persons

    def __len__(self) -> int:
        return len(self._records)

    @property
    def parts(self) -> tuple["PersonIndex", ...]:
        """The indexes to search: only this one."""
        return (self,)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All notices. LookupError if they were not kept."""
        if self._notices is None:
            raise LookupError("this index keeps no notices")
        return self._notices

    def record(self, person: int) -> str:
        """The record id of a person."""
        return self._records[person]

    def notice(self, person: int, fetch: Fetch | None = None) -> Notice:
        """A person's notice; Damaged if the list does not have the record in the index."""
        if self._notices is not None:
            return self._notices[person]
        key = self.record(person).encode()
        body = fetch([key]).get(key) if fetch else None
        if body is None:
            raise Damaged(
                _("The name index of {list} does not belong to the list", list=self.list_name or "?"),
                do=_("Run `waypost courier run`"),
            )
        return decode_notice(body)

    def names_of(self, person: int) -> range:
        """Numbers of a person's names, in the order of the notice."""
        return range(int(self.first_name[person]), int(self.first_name[person + 1]))

    def listed_name(self, name: int, fetch: Fetch | None = None) -> ListedName:
        """The listed name with this number."""
        person = int(self.person_of[name])
        return self.notice(person, fetch).person.names[name - int(self.first_name[person])]

    def quality(self, name: int) -> NameQuality:
        """How far the list's owner trusts a name."""
        return QUALITIES[int(self.qualities[name])]

    def units_of(self, name: int) -> Sequence[int]:
        """Unit numbers of a name, in order."""
        units: list[int] = self.rows.members(name).tolist()
        return units

    def bits_of(self, token: Token) -> float:
        """Bits that a name part proves in this list: the least of its spellings."""
        return self.rarity.of_part(token)


class IndexGroup:
    """Indexes that are searched in one pass; immutable."""

    def __init__(
        self, indexes: Sequence[PersonIndex], lookup: UnitLookup, sound_counts: SoundCounts | None = None
    ) -> None:
        """`lookup` finds their units, numbered through all of them, and `sound_counts` the carriers of a sound."""
        self.lookup = lookup
        self._vocabularies = tuple(index.vocabulary for index in indexes)
        self._rarities = tuple(index.rarity for index in indexes)
        self._sound_counts = sound_counts
        self._unit_begins = _begins([len(index.vocabulary) for index in indexes])
        self.name_begins = _begins([len(index.person_of) for index in indexes])
        """The first name of each index, and the end of the last one."""
        units, names = self._unit_begins[:-1].tolist(), self.name_begins[:-1].tolist()
        persons = _begins([len(index) for index in indexes])[:-1].tolist()
        self.flags: NDArray[np.uint8] = _join([index.vocabulary.flags for index in indexes])
        self.unit_bits: NDArray[np.float32] = _join([index.unit_bits for index in indexes])
        self.skeleton_bits: NDArray[np.float32] = _join([index.skeleton_bits for index in indexes])
        self.name_bits: NDArray[np.float16] = _join([index.name_bits for index in indexes])
        self.qualities: NDArray[np.uint8] = _join([index.qualities for index in indexes])
        self.person_of = _join_numbers([index.person_of for index in indexes], persons)
        self.hidden_names = _join_numbers([index.hidden_names for index in indexes], names)
        """Names that are not found any more, ascending."""
        self.rows = _chain([index.rows for index in indexes], units)
        """Units of each name, in order."""
        self.postings = _chain([index.postings for index in indexes], names)
        """Names of each unit."""
        self.columns = PeopleColumns.chain([index.people.columns for index in indexes])
        dates = [index.dates.astype(np.int64) for index in indexes]
        self._date_begins = np.arange(len(indexes), dtype=np.int64)[:, np.newaxis] << _INDEX_SHIFT
        self._dates = _join_numbers(dates, self._date_begins[:, 0].tolist())
        self._date_names = _join_numbers([index.date_names for index in indexes], names)
        self._bits = PartCache[NDArray[np.float64]]()
        self.similar_units = PartCache[SimilarUnits]()
        self.pairs = PartCache[tuple[UnitPair, ...]]()

    def __len__(self) -> int:
        """Number of indexes."""
        return len(self._vocabularies)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.flags)

    def unit_begin(self, number: int) -> int:
        """The first unit of an index."""
        return int(self._unit_begins[number])

    def units_of(self, number: int, units: Numbers) -> slice:
        """Where the units of an index are among these, which ascend."""
        return slice(*np.searchsorted(units, self._unit_begins[number : number + 2]).tolist())

    def of_units(self, units: Numbers) -> Numbers:
        """The index that each unit belongs to."""
        return _owners(self._unit_begins, units)

    def of_names(self, names: Numbers) -> Numbers:
        """The index that each name belongs to."""
        return _owners(self.name_begins, names)

    def bits_of(self, token: Token) -> NDArray[np.float64]:
        """Bits that a name part proves in each index's list."""
        known = self._bits.get(token)
        return self._bits.keep(token, self._find_bits(token)) if known is None else known

    def _find_bits(self, token: Token) -> NDArray[np.float64]:
        if self._sound_counts is None or token.particle:
            return np.array([rarity.of_part(token) for rarity in self._rarities])
        bits: NDArray[np.float64] = np.min([self._sound_counts.bits_of(form.sound) for form in token.forms], axis=0)
        return bits

    def units_beginning_with(self, latin: str) -> Numbers:
        """Units with a spelling that begins with `latin`."""
        begins = self._unit_begins[:-1].tolist()
        here = zip(begins, self._vocabularies, strict=True)
        return np.concatenate([begin + vocabulary.beginning_with(latin) for begin, vocabulary in here])

    def bits_of_beginning(self, latin: str) -> NDArray[np.float64]:
        """Bits that a part which was cut off to `latin` proves in each index's list."""
        return np.array([rarity.of_beginning(latin) for rarity in self._rarities])

    def initials(self, letter: str) -> Numbers:
        """The units that are this letter: at most one of each index."""
        units = [vocabulary.initials.get(letter) for vocabulary in self._vocabularies]
        own = [self.unit_begin(number) + unit for number, unit in enumerate(units) if unit is not None]
        return np.array(own, np.int64)

    def names_born(self, periods: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """The ranges of names, of each index, of persons born in each period (its first date, and after its last).

        Shape: indexes, periods, 2.
        """
        keys = periods.ravel() + self._date_begins
        places = np.searchsorted(self._dates, keys) + np.arange(len(self))[:, np.newaxis]
        ranges: NDArray[np.int64] = self._date_names[places].reshape(len(self), -1, 2).astype(np.int64)
        return ranges


def group_alone(index: PersonIndex) -> IndexGroup:
    """The group of this index alone."""
    alone = index.alone  # may be reset by another thread meanwhile (`join_indexes`)
    if alone is None:
        index.alone = alone = IndexGroup((index,), index.lookup)
    return alone


def join_indexes(indexes: Sequence[PersonIndex]) -> None:
    """Let these indexes be searched together from now on; large ones share only their vocabulary with the others.

    Those of one list come one after another.
    """
    from appliance.matching.index.joined_vocabulary import JoinedVocabulary  # for many travellers only

    ordered = sorted(indexes, key=lambda index: index.rarity.counts.persons)
    joined = JoinedVocabulary([index.vocabulary for index in ordered])
    for number, index in enumerate(ordered):
        index.search_in(joined.part(number, number + 1))
    small = _choose_small(ordered)
    if len(small) > 1:
        group = IndexGroup(small, joined.part(0, len(small)), _count_sounds(small, joined))
        for number, index in enumerate(small):
            index.joined = group, number


def _count_sounds(indexes: Sequence[PersonIndex], joined: "JoinedVocabulary") -> SoundCounts:
    counted = [(index.counts, index.rarity.counts) for index in indexes]
    return SoundCounts(counted, joined.sounds, joined.sound_numbers[: len(indexes)])


def _choose_small(indexes: Sequence[PersonIndex]) -> list[PersonIndex]:
    """Those of the smallest lists, which come first, as long as they are few together; a list is in whole or not."""
    lists = list({id(index.rarity.counts): index.rarity.counts for index in indexes}.values())
    small = {
        id(counts)
        for counts, total in zip(lists, accumulate(each.persons for each in lists), strict=True)
        if total <= _MOST_PERSONS
    }
    return [index for index in indexes if id(index.rarity.counts) in small]


def _begins(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes], dtype=np.int64)


def _owners(begins: Numbers, numbers: Numbers) -> Numbers:
    if len(begins) == 2:
        return np.zeros(len(numbers), np.intp)
    return np.searchsorted(begins, numbers, side="right") - 1


def _join(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _join_numbers(arrays: Sequence[Numbers], begins: Sequence[int]) -> Numbers:
    """All numbers, with those of each array from its begin."""
    if len(arrays) == 1:
        return arrays[0]
    moved = [numbers.astype(np.int64) + begin for numbers, begin in zip(arrays, begins, strict=True)]
    return np.concatenate(moved).astype(arrays[0].dtype)


def _chain(parts: Sequence[GroupedArray], begins: Sequence[int]) -> GroupedArray:
    return parts[0] if len(parts) == 1 else GroupedArray.chain(parts, begins)
