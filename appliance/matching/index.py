"""One person list in memory, laid out for search in arrays: a million persons in 200 MB, never changed.

- Persons are ordered by the date they were born on, so that of a common name part only the names of the years, or
  of the month, in question are read. Names are rows of units; `holding` says which names hold a unit.
- Notices are not kept: a candidate's is fetched from the list by its record and decoded when it is shown. An index
  made from notices at hand keeps those.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching import index_layout
from appliance.matching.grouped import Grouped
from appliance.matching.people import People
from appliance.matching.rarity import PARTICLE_BITS, Rarity
from appliance.matching.texts import Texts
from appliance.matching.vocabulary import PARTICLE, Vocabulary
from data.errors import Damaged
from data.lists.edition import Edition
from data.persons.encoding import decode
from data.persons.names import Token
from data.persons.notice import Notice
from data.persons.person import ListedName, NameQuality

Fetch = Callable[[Sequence[bytes]], Mapping[bytes, bytes]]
"""Bodies of the rows with these keys: `View.get_many`."""
Like = tuple[NDArray[np.integer[Any]], NDArray[np.uint8], NDArray[np.float32]]
"""Units, their grades and what meeting them proves."""
_MOST_REMEMBERED = 2000
QUALITIES = tuple(NameQuality)


class LookedUp:
    """What the last name parts were found to be like: common names come again and again."""

    def __init__(self) -> None:
        self._known: dict[Token, Like] = {}

    def get(self, part: Token) -> "Like | None":
        """What this part is like, where it is remembered."""
        return self._known.get(part)

    def keep(self, part: Token, like: "Like") -> "Like":
        """Remember it, and forget the oldest."""
        self._known[part] = like
        while len(self._known) > _MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)), None)
        return like


class PersonIndex:
    """Notices of one list, searchable by name, birth date and document number."""

    def __init__(
        self,
        notices: Iterable[Notice],
        list_name: str = "",
        edition: Edition | None = None,
        *,
        beside: "PersonIndex | None" = None,
    ) -> None:
        """Index notices and keep them. `beside` lends its counts of who is called what to a handful of changes."""
        kept = list(notices)
        arrays, countries, order = index_layout.lay_out(kept)
        self._lay(arrays, countries, beside)
        self.list_name, self.edition = list_name, edition
        self._notices: tuple[Notice, ...] | None = tuple(kept[number] for number in order.tolist())

    @classmethod
    def of_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], countries: Sequence[str], list_name: str = ""
    ) -> "PersonIndex":
        """An index laid out before (`index_layout.lay_out`), without its notices."""
        index = cls.__new__(cls)
        index._lay(arrays, countries, None)
        index.list_name, index.edition, index._notices = list_name, None, None
        return index

    def _lay(self, arrays: Mapping[str, NDArray[Any]], countries: Sequence[str], beside: "PersonIndex | None") -> None:
        self.vocabulary = Vocabulary(arrays)
        self.people = People(arrays, countries)
        self._records = Texts(arrays["record.letters"], arrays["record.ends"])
        self.first_name: NDArray[np.int32] = arrays["first_name"]
        self.person_of: NDArray[np.int32] = arrays["person_of"]
        self.qualities: NDArray[np.uint8] = arrays["quality"]
        self.name_bits: NDArray[np.float16] = arrays["name_bits"]
        self.rows = Grouped(arrays["name.ends"], arrays["name.units"])
        """Units of each name, in order."""
        self.postings = Grouped(arrays["unit.ends"], arrays["unit.names"])
        """Names of each unit."""
        self._dates: NDArray[np.int32] = arrays["dates"]
        self._date_names: NDArray[np.int32] = arrays["date_names"]
        carriers = arrays["sound.carriers"], arrays["skeleton.carriers"]
        other = beside.rarity if beside else None
        self.rarity: Rarity = Rarity(self.vocabulary.sounds, *carriers, len(self), other)
        self._weigh()
        self.looked_up = LookedUp()

    def _weigh(self) -> None:
        """What each unit proves: by its commonest spelling, and by its consonants."""
        held, count = self.vocabulary.of_sound, len(self.vocabulary)
        sound = np.repeat(np.arange(len(held.ends) - 1), np.diff(held.ends))
        self.unit_bits = np.full(count, np.inf, np.float32)
        np.minimum.at(self.unit_bits, held.values, self.rarity.sound_bits[sound])
        self.bones_bits = np.full(count, np.inf, np.float32)
        np.minimum.at(self.bones_bits, held.values, self.rarity.bones_bits[self.vocabulary.bones[sound]])
        particle = (self.vocabulary.flags & PARTICLE) != 0
        self.unit_bits[particle] = PARTICLE_BITS
        np.minimum(self.bones_bits, self.unit_bits, out=self.bones_bits)

    def __len__(self) -> int:
        return len(self._records)

    @property
    def parts(self) -> tuple[tuple["PersonIndex", frozenset[str]], ...]:
        """What a search goes through, and the records to be passed over there: this alone, and none."""
        return ((self, frozenset()),)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice, where they were kept."""
        if self._notices is None:
            raise LookupError("this index keeps no notices")
        return self._notices

    def record(self, person: int) -> str:
        """The record id of a person."""
        return self._records[person]

    def notice(self, person: int, fetch: Fetch | None = None) -> Notice:
        """A person's notice; Damaged when the list does not have the record that its index names."""
        if self._notices is not None:
            return self._notices[person]
        key = self.record(person).encode()
        body = fetch([key]).get(key) if fetch else None
        if body is None:
            raise Damaged(
                f"The name index of {self.list_name or 'a list'} and the list do not belong together",
                do="Run `waypost courier run`",
            )
        return decode(body)

    def names_of(self, person: int) -> range:
        """Numbers of a person's names, in the order of the notice."""
        return range(int(self.first_name[person]), int(self.first_name[person + 1]))

    def listed_name(self, name: int, fetch: Fetch | None = None) -> ListedName:
        """The listed name with this number."""
        person = int(self.person_of[name])
        return self.notice(person, fetch).person.names[name - int(self.first_name[person])]

    def born(self, first: int, last: int) -> tuple[int, int]:
        """The names, from and below, of who was born on these dates (`people.date_number`), both included."""
        begin, end = np.searchsorted(self._dates, np.array([first, last + 1], np.int32))
        return int(self._date_names[begin]), int(self._date_names[end])

    def quality(self, name: int) -> NameQuality:
        """How far the list's owner trusts a name."""
        return QUALITIES[int(self.qualities[name])]

    def units_of(self, name: int) -> Sequence[int]:
        """Unit numbers of a name, in order."""
        units: list[int] = self.rows.members(name).tolist()
        return units

    def bits_of(self, token: Token) -> float:
        """What a name part proves in this list; the least of its spellings."""
        if token.particle:
            return PARTICLE_BITS
        return min(self.rarity.of_sound(form.sound) for form in token.forms)
