"""One person list in memory, laid out for search: built once per edition, never changed.

- Names are rows of unit numbers; postings say which names hold a unit.
- A change of the list builds a new index beside the old one; the caller swaps them between two travellers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from appliance.matching.query import cleaned
from appliance.matching.rarity import PARTICLE_BITS, Rarity
from appliance.matching.vocabulary import Vocabulary
from data.lists.edition import Edition
from data.persons.names import Token, tokens
from data.persons.notice import Notice
from data.persons.person import ListedName
from data.persons.sound import sound

Numbers = NDArray[np.int32]


class PersonIndex:
    """Notices of one list, searchable by name, birth date and document number."""

    def __init__(self, notices: Iterable[Notice], list_name: str = "", edition: Edition | None = None) -> None:
        self.list_name = list_name
        self.edition = edition
        self.notices: tuple[Notice, ...] = tuple(notices)
        self.vocabulary = Vocabulary()
        self.joined: dict[str, list[int]] = defaultdict(list)
        """Names by the sound of two neighbouring parts written as one."""
        self.born: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        """Persons by whole birth date."""
        self.holders: dict[str, list[int]] = defaultdict(list)
        """Persons by cleaned number of a document they hold."""
        rows = self._read_names()
        self.vocabulary.close()
        self._lay_out(rows)
        self._count()
        self._enter_facts()

    def __len__(self) -> int:
        return len(self.notices)

    def names_of(self, person: int) -> range:
        """Numbers of a person's names, in the order of the notice."""
        return range(int(self.first_name[person]), int(self.first_name[person + 1]))

    def listed_name(self, name: int) -> ListedName:
        """The listed name with this number."""
        person = int(self.person_of[name])
        return self.notices[person].person.names[name - int(self.first_name[person])]

    def units_of(self, name: int) -> Sequence[int]:
        """Unit numbers of a name, in order."""
        units: list[int] = self._units[self._starts[name] : self._starts[name + 1]].tolist()
        return units

    def holding(self, unit: int) -> Numbers:
        """Names that hold a unit."""
        return self._names[self._ends[unit] : self._ends[unit + 1]]

    def bits_of(self, token: Token) -> float:
        """What a name part proves in this list; the least of its spellings."""
        if token.particle:
            return PARTICLE_BITS
        return min(self.rarity.of_sound(form.sound) for form in token.forms)

    def _read_names(self) -> list[list[int]]:
        known: dict[str, tuple[Token, ...]] = {}
        rows: list[list[int]] = []
        first = [0]
        for notice in self.notices:
            for name in notice.person.names:
                parts = tokens(name.full or f"{name.given} {name.surname}", known)
                self._join(parts, len(rows))
                rows.append([self.vocabulary.add(part) for part in parts])
            first.append(len(rows))
        self.first_name = np.array(first, dtype=np.int32)
        return rows

    def _join(self, parts: Sequence[Token], name: int) -> None:
        for one, other in pairwise(parts):
            self.joined[sound(one.forms[0].latin + other.forms[0].latin)].append(name)

    def _lay_out(self, rows: list[list[int]]) -> None:
        lengths = np.array([len(row) for row in rows], dtype=np.int32)
        self._starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        self._units = np.array([unit for row in rows for unit in row], dtype=np.int32)
        names = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
        order = np.argsort(self._units, kind="stable")
        self._names = names[order]
        self._ends = np.searchsorted(self._units[order], np.arange(len(self.vocabulary.units) + 1))
        self.person_of = np.repeat(np.arange(len(self.notices), dtype=np.int32), np.diff(self.first_name))

    def _count(self) -> None:
        """Carriers of each sound and skeleton, then what units and whole names are worth."""
        sounds: Counter[str] = Counter()
        skeletons: Counter[str] = Counter()
        for number, unit in enumerate(self.vocabulary.units):
            carriers = len(np.unique(self.person_of[self.holding(number)]))
            sounds.update({form.sound: carriers for form in unit.forms})
            skeletons.update({form.skeleton: carriers for form in unit.forms})
        self.rarity = Rarity(sounds, skeletons, len(self.notices))
        self.unit_bits = np.array([self.bits_of(unit) for unit in self.vocabulary.units], dtype=np.float32)
        sums = np.concatenate(([0.0], np.cumsum(self.unit_bits[self._units], dtype=np.float64)))
        self.name_bits = (sums[self._starts[1:]] - sums[self._starts[:-1]]).astype(np.float32)

    def _enter_facts(self) -> None:
        for number, notice in enumerate(self.notices):
            for birth in notice.person.births:
                if birth.year is not None and birth.month is not None and birth.day is not None:
                    self.born[(birth.year, birth.month, birth.day)].append(number)
            for document in notice.person.documents:
                if clean := cleaned(document.number):
                    self.holders[clean].append(number)
