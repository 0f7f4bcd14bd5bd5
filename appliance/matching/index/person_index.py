"""One person list in memory, as immutable arrays for search: a million persons in 200 MB.

- Persons are ordered by their birth date, so that only the names of the years, or the month, in question are read for a
  common name part. Names are rows of units; `postings` lists the names of each unit.
- Notices are not kept: a candidate's notice is fetched from the list by its record, and decoded when it is shown. Only
  an index made from notices keeps them.
- Changes since the base are in a small index of their own, which is searched together with that of the base. A record
  that was changed or withdrawn is hidden in the base; only its newest form hits. Both weigh a part by how often it
  occurs among all who are not hidden, so that a candidate has the score that one index of the whole list would give.
- The arrays of a base are stored encrypted with it (`data.lists.storage.immutable_files`), before the base comes into
  force, so that a counter changes to the next version without waiting. If they are missing or damaged, they are
  computed from the list, and stored for the next start if that is possible.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import layout
from appliance.matching.index.arrays import GroupedArray, Numbers, TextArray, first_at_least, sort_distinct
from appliance.matching.index.people import People
from appliance.matching.index.rarity import PARTICLE_BITS, ListCounts, PartCounts, Rarity, bits_of_names
from appliance.matching.index.vocabulary import Split, UnitLookup, Vocabulary
from appliance.screening.check_ports import ListReader, ListView
from data.errors import Damaged, StoreError
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.overlay_change import BaseChange
from data.lists.replica import Replica
from data.lists.rows import Row
from data.lists.storage.immutable_files import ArrayContents, ArrayFile
from data.log.error_log import log_error, suppress_logged
from data.persons.names import Token
from data.persons.notice import Notice, decode_notice
from data.persons.person import ListedName, NameQuality
from data.text import _

Fetch = Callable[[Sequence[bytes]], Mapping[bytes, bytes]]
"""Bodies of the rows with these keys: `ListView.get_many`."""
SimilarUnits = tuple[NDArray[np.integer[Any]], NDArray[np.uint8], NDArray[np.float32]]
"""Units, their grades, and the bits that a match proves."""
_MAX_PARTS_CACHED = 2000
T = TypeVar("T")
QUALITIES = tuple(NameQuality)


class PartCache(Generic[T]):
    """Cache of what was found for the last name parts: common names occur again and again."""

    def __init__(self) -> None:
        self._known: dict[Token, T] = {}

    def get(self, part: Token) -> "T | None":
        """What was found for this part; None if it is not in the cache."""
        return self._known.get(part)

    def keep(self, part: Token, result: T) -> T:
        """Add a part to the cache, and drop the oldest."""
        self._known[part] = result
        while len(self._known) > _MAX_PARTS_CACHED:
            self._known.pop(next(iter(self._known)), None)
        return result


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
        self._dates: NDArray[np.int32] = arrays["dates"]
        self._date_names: NDArray[np.int32] = arrays["date_names"]
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
        self.similarity_cache = PartCache[SimilarUnits]()
        self.split_cache = PartCache[tuple[Split, ...]]()

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

    def names_born(self, periods: NDArray[np.integer[Any]]) -> list[tuple[int, int]]:
        """The range of names of persons born in each period: its first date, and the one after its last."""
        places = np.searchsorted(self._dates, periods)
        return [(begin, end) for begin, end in self._date_names[places].tolist()]

    def quality(self, name: int) -> NameQuality:
        """How far the list's owner trusts a name."""
        return QUALITIES[int(self.qualities[name])]

    def units_of(self, name: int) -> Sequence[int]:
        """Unit numbers of a name, in order."""
        units: list[int] = self.rows.members(name).tolist()
        return units

    def bits_of(self, token: Token) -> float:
        """Bits that a name part proves in this list: the least of its spellings."""
        if token.particle:
            return PARTICLE_BITS
        return min(self.rarity.of_sound(form.sound) for form in token.forms)


class LiveIndex:
    """The index of a base with its changes; immutable. A new version is a new index over the same base."""

    def __init__(self, base: PersonIndex, added: Iterable[Notice], gone: Collection[str]) -> None:
        self.list_name = base.list_name
        self.base = base
        self.parts: tuple[PersonIndex, ...] = (base,)
        changes = PersonIndex(added, base.list_name)
        if len(changes) or gone:
            still = base.without((*gone, *(notice.record for notice in changes.notices)))
            counts = ListCounts([still.counts, changes.counts])
            parts = (still, changes) if len(changes) else (still,)
            self.parts = tuple(part.weighed(counts) for part in parts)


INDEX_FORM = "person names 6"
"""Increased when the arrays, or the reading of names, change: older files are then computed again."""


def write_index(replica: Replica, base: str, rows: Iterable[Row], change: BaseChange | None = None) -> None:
    """Make the index of a base and store it with the base (a `data.lists.replica.Companion`).

    That of the base before is merged with what changed since, which takes seconds; else it is computed from `rows`.
    """
    contents = _merge_contents(replica, change) if change else None
    _write_contents(replica, base, contents or _compute_contents(rows))


def _merge_contents(replica: Replica, change: BaseChange) -> ArrayContents | None:
    """The arrays of the base before with what changed since; None where these are missing, damaged or older."""
    before = None
    with suppress_logged(StoreError, OSError):
        before = replica.index_file(change.before, INDEX_FORM).read()
    if before is None:
        return None
    from appliance.matching.index.merge import IndexArrays, merge_indexes  # for couriers only

    added = layout.lay_out_index(_notices(change.added))
    records = [key.decode() for key in (*change.gone, *(row.key for row in change.added))]
    gone = PersonIndex.from_arrays(before.arrays, before.texts).find_persons(records)
    merged = merge_indexes(IndexArrays(before.arrays, before.texts), gone, IndexArrays(*added[:2]))
    edition = replica.edition()
    is_whole = edition is not None and len(merged.arrays["sex"]) == edition.count
    return ArrayContents(merged.arrays, tuple(merged.countries)) if is_whole else None


def _compute_contents(rows: Iterable[Row]) -> ArrayContents:
    arrays, countries, _ = layout.lay_out_index(_notices(rows))
    return ArrayContents(arrays, tuple(countries))


def _write_contents(replica: "IndexedList", base: str, contents: ArrayContents) -> None:
    replica.index_file(base, INDEX_FORM).write(contents.arrays, contents.texts)


def _notices(rows: Iterable[Row]) -> Iterator[Notice]:
    return (persons.from_json(row.body.decode()) for row in rows)


class IndexedList(ListReader, Protocol):
    """A list that stores its index: `data.lists.replica.Replica`, or one behind the counter's guard."""

    def base(self) -> str | None:
        """Name of the base in force."""

    def index_file(self, base: str, form: str) -> ArrayFile:
        """The file of the index of this base."""


class IndexSource:
    """Makes the index of each version of one list; the index of the base is loaded once for many versions."""

    def __init__(self, replica: IndexedList) -> None:
        self._replica = replica
        self._lock = Lock()
        self._base: tuple[str | None, PersonIndex] | None = None
        self._newest: tuple[tuple[int, int] | None, LiveIndex] | None = None

    def of(self, view: ListView) -> LiveIndex:
        """The index of exactly the version in `view`; it is made now if another one is in memory.

        Two screenings never make it at the same time. If that takes longer than a check's deadline, the screening is
        NOT_DONE, and the next one has the index.
        """
        version = (view.edition.version, view.edition.digest) if view.edition else None
        with self._lock:
            if self._newest is None or self._newest[0] != version:
                self._newest = None  # drop the old one first, to free its memory
                self._newest = version, self._make_index(view)
            return self._newest[1]

    @property
    def newest(self) -> LiveIndex | None:
        """The index that is in memory."""
        newest = self._newest
        return newest[1] if newest else None

    def _make_index(self, view: ListView) -> LiveIndex:
        name = self._replica.base()
        if self._base is None or self._base[0] != name:
            self._base = None
            self._base = (name, self._load(name, view))
        added, gone = view.changes()
        return LiveIndex(self._base[1], _notices(added), [key.decode() for key in gone])

    def _load(self, base: str | None, view: ListView) -> PersonIndex:
        if base is None:
            return PersonIndex((), self._replica.name)
        try:
            contents = self._replica.index_file(base, INDEX_FORM).read()
        except (StoreError, OSError) as error:
            log_error(error, list_name=self._replica.name)
            contents = None
        if contents is None:
            contents = _compute_contents(view.base_rows())
            # On a full disk only the next start takes longer.
            with suppress_logged(OSError, StoreError):
                _write_contents(self._replica, base, contents)
        return PersonIndex.from_arrays(contents.arrays, contents.texts, self._replica.name)
