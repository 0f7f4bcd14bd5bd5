"""A query prepared for the lists that are searched together: what each part of the name is worth in each list, and
every listed part that is like one of them.

`GroupQuery` is what finds names. Those of one list are compared closely with its own part of it, `PreparedQuery`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import LEAST_CONSONANTS, TokenSimilarity
from appliance.matching.index.arrays import Floats, Numbers, add_rows, are_among, sort_distinct
from appliance.matching.index.person_index import IndexGroup, PersonIndex, group_alone
from appliance.matching.index.rarity import INITIAL_BITS, PARTICLE_BITS
from appliance.matching.index.vocabulary import PARTICLE, UnitPair
from appliance.matching.query import PersonQuery
from appliance.matching.weights import SIMILARITY_SHARES
from data.documents.mrz.fields import strip_fillers
from data.persons.names import Token

LEAST_PREFIX = 2
"""A cut-off part of one letter is an initial."""
_LEAST_BEFORE_FILLERS = 3
"""Letters of a name next to fillers that were misread."""
_SHARE_BY_GRADE = np.array([SIMILARITY_SHARES[grade] for grade in TokenSimilarity], np.float32)
_IS_CLOSE = np.array([grade <= TokenSimilarity.VOWELS or grade is TokenSimilarity.SCRIPT for grade in TokenSimilarity])
"""Grades that are good enough for two parts read as one."""
_WORTH_THE_LESSER = frozenset(
    {
        TokenSimilarity.SLIP,
        TokenSimilarity.VARIANT,
        TokenSimilarity.ROMANISED,
        TokenSimilarity.SLIPS,
        TokenSimilarity.SHORT_SLIP,
    }
)
"""Grades by which two different names match: that proves no more than the commoner of the two would."""
_IS_WORTH_THE_LESSER = np.array([grade in _WORTH_THE_LESSER for grade in TokenSimilarity])
_IS_BY_CONSONANTS = np.array([grade > TokenSimilarity.SOUND for grade in TokenSimilarity]) & ~_IS_WORTH_THE_LESSER
_NO_BITS = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class PartMatch:
    """A listed part that is similar to the traveller's parts in `span`."""

    span: int
    """Bit n stands for part n; two bits if neighbours were read as one."""
    similarity: TokenSimilarity
    bits: float


@dataclass(frozen=True, slots=True)
class Span:
    """Every unit that is similar to one part of the traveller's name, or to two neighbours read as one."""

    mask: int
    units: Numbers
    """Ascending."""
    grades: NDArray[np.uint8]
    bits: Floats
    worth: Floats
    """Bits that a match keeps."""

    @classmethod
    def of(cls, mask: int, units: Numbers, grades: NDArray[np.uint8], bits: Floats) -> "Span":
        """The span, with the share of the bits that a match keeps by its grade."""
        return cls(mask, units, grades, bits, _SHARE_BY_GRADE[grades] * bits)

    def select(self, here: slice, begin: int) -> "Span":
        """The units in `here`, numbered from `begin`."""
        return Span(self.mask, self.units[here] - begin, self.grades[here], self.bits[here], self.worth[here])


class Split(NamedTuple):
    """Two listed parts that one part of the traveller's may be: the units of the first and of the second."""

    first_set: frozenset[int]
    second_set: frozenset[int]
    bits: float
    """The most that two of them prove together."""
    similarity: TokenSimilarity


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query prepared for one index."""

    query: PersonQuery
    bits: tuple[float, ...]
    """Of each part."""
    spans: tuple[Span, ...]
    """Those of `GroupQuery`, with the units of this index."""
    splits: tuple[tuple[Split, ...], ...]
    """For each part, the two listed parts that it may be, written together or with a misread separator."""

    @property
    def parts(self) -> tuple[Token, ...]:
        """The parts of the name."""
        return self.query.name.parts

    @property
    def repeats(self) -> int:
        """See `QueryName`."""
        return self.query.name.repeats

    @property
    def halves(self) -> tuple[int, int]:
        """See `QueryName`."""
        return self.query.name.halves

    def matches(self, units: Numbers) -> dict[int, list[PartMatch]]:
        """The matches of each of these units, without those that match nothing."""
        matches: dict[int, list[PartMatch]] = {}
        distinct = sort_distinct(units)
        for span in self.spans:
            place = np.searchsorted(span.units, distinct)
            place[place == len(span.units)] = 0
            is_matched = span.units[place] == distinct if len(span.units) else np.zeros(len(distinct), bool)
            for unit, row in zip(distinct[is_matched].tolist(), place[is_matched].tolist(), strict=True):
                match = PartMatch(span.mask, TokenSimilarity(int(span.grades[row])), float(span.bits[row]))
                matches.setdefault(unit, []).append(match)
        return matches


class GroupSplit(NamedTuple):
    """A `Split` in all indexes of a group."""

    pair: UnitPair
    bits: NDArray[np.float64]
    """The most that two of them prove together in each index; infinite where one of the two parts is not listed."""

    def select(self, number: int, group: IndexGroup) -> Split:
        """That of one index, where both parts are listed."""
        first, second = (
            frozenset((units[group.units_of(number, units)] - group.unit_begin(number)).tolist())
            for units in (self.pair.firsts, self.pair.seconds)
        )
        return Split(first, second, float(self.bits[number]), self.pair.similarity)


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """A query prepared for a group of indexes, with the units of all."""

    query: PersonQuery
    group: IndexGroup
    bits: NDArray[np.float64]
    """Of each part in each index: indexes, parts."""
    spans: tuple[Span, ...]
    """Single parts first, in order; then words that were cut, then neighbours, as one."""
    splits: tuple[tuple[GroupSplit, ...], ...]
    """For each part."""
    initials: tuple[Span, ...]
    """The units that are a part's initial, where an index has it as a part of its own."""

    @property
    def count(self) -> int:
        """Number of parts."""
        return len(self.query.name.parts)

    @property
    def sums(self) -> NDArray[np.float64]:
        """Bits of all parts, in each index."""
        return add_rows(self.bits.T)

    @property
    def real_bits(self) -> NDArray[np.float64]:
        """Bits of the parts that are no particles, in each index; of one that may be two listed ones, no more than
        these prove.
        """
        real = np.zeros(len(self.group))
        for number, part in enumerate(self.query.name.parts):
            if not part.particle:
                real += np.min([self.bits[:, number], *(split.bits for split in self.splits[number])], axis=0)
        return real

    @property
    def cut_off_mask(self) -> int:
        """The part that was cut off, and may be the beginning of any; 0 if there is none."""
        return 1 << self.count - 1 if self.query.truncated and self.count else 0

    def bits_of(self, span: Span) -> NDArray[np.float64]:
        """Bits of the parts of a span, in each index."""
        return add_rows(self.bits.T[parts_of(span.mask)])

    def of_index(self, number: int) -> PreparedQuery:
        """The part of one index."""
        group = self.group
        if len(group) == 1:
            spans = self.spans
        else:
            begin = group.unit_begin(number)
            spans = tuple(span.select(group.units_of(number, span.units), begin) for span in self.spans)
        splits = (
            tuple(split.select(number, group) for split in splits if np.isfinite(split.bits[number]))
            for splits in self.splits
        )
        return PreparedQuery(self.query, tuple(self.bits[number].tolist()), spans, tuple(splits))


def parts_of(mask: int) -> list[int]:
    """Numbers of the parts in a mask."""
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def prepare_query(query: PersonQuery, index: PersonIndex) -> PreparedQuery:
    """Look every part of the query up in one index."""
    return prepare_group_query(query, group_alone(index)).of_index(0)


def prepare_group_query(query: PersonQuery, group: IndexGroup) -> GroupQuery:
    """Look every part of the query up in all indexes of a group."""
    name = query.name
    bits = np.zeros((len(group), len(name.parts)))
    for number, part in enumerate(name.parts):
        if not name.repeats >> number & 1:
            bits[:, number] = group.bits_of(part)
    splits = tuple(tuple(_find_splits(part, group)) for part in name.parts)
    return GroupQuery(query, group, bits, tuple(_spans(query, group)), splits, tuple(_initials(name.parts, group)))


def _find_splits(part: Token, group: IndexGroup) -> Iterator[GroupSplit]:
    """The two listed parts that a part may be, with what they prove in each list that has both."""
    known = group.pairs.get(part)
    pairs = known if known is not None else group.pairs.keep(part, group.lookup.find_pairs(part))
    for pair in pairs:
        most = np.full((2, len(group)), -np.inf, np.float32)
        for row, units in zip(most, (pair.firsts, pair.seconds), strict=True):
            np.maximum.at(row, group.of_units(units), group.unit_bits[units])
        bits = most.sum(axis=0).astype(np.float64)
        if np.isfinite(bits).any():
            yield GroupSplit(pair, np.abs(bits))  # infinite where a part is missing


def _initials(parts: tuple[Token, ...], group: IndexGroup) -> Iterator[Span]:
    for number, part in enumerate(parts):
        letter = part.forms[0].latin[:1]
        units = group.initials(letter)
        if len(units) and len(part.forms[0].latin) > 1:
            grades = np.full(len(units), TokenSimilarity.INITIAL, np.uint8)
            yield Span.of(1 << number, units, grades, np.full(len(units), INITIAL_BITS, np.float32))


def _spans(query: PersonQuery, group: IndexGroup) -> Iterator[Span]:
    name = query.name
    find, parts = (_span_alone if name.is_alone else _span), name.parts
    for number, part in enumerate(parts):
        span = find(part, 1 << number, group)
        if number in (name.border - 1, len(parts) - 1):
            span = _without_fillers(span, part, group)
        cut_off = query.truncated and number == len(parts) - 1
        yield _with_prefix(span, part, group) if cut_off else span
    for mask, word in name.uncut.items():
        yield _span(word, mask, group)
    for mask, part in name.pairs:
        units, grades = group.lookup.find_close(part)
        if len(units):
            is_long = len(part.forms[0].skeleton) >= LEAST_CONSONANTS
            close = _IS_CLOSE[grades] | (is_long and grades == TokenSimilarity.CONSONANTS)
            units, grades = units[close], grades[close]
        yield Span.of(mask, units, grades, _matched_bits(part, units, grades, group))


def _span(part: Token, mask: int, group: IndexGroup) -> Span:
    known = group.similar_units.get(part)
    if known is None:
        units, grades = group.lookup.find_similar(part)
        known = group.similar_units.keep(part, (units, grades, _matched_bits(part, units, grades, group)))
    return Span.of(mask, *known)


def _span_alone(part: Token, mask: int, group: IndexGroup) -> Span:
    """The span of a part of a name that has at most one real part."""
    units, grades = group.lookup.find_similar_alone(part)
    return Span.of(mask, units, grades, _matched_bits(part, units, grades, group))


def _matched_bits(part: Token, units: Numbers, grades: NDArray[np.uint8], group: IndexGroup) -> Floats:
    """Bits that a match of these parts proves: of what both have in common, so never more than either."""
    if not len(units):
        return _NO_BITS
    if part.particle:
        return np.full(len(units), PARTICLE_BITS, np.float32)
    listed = group.unit_bits[units]
    worth: Floats = np.where(_IS_BY_CONSONANTS[grades], group.skeleton_bits[units], listed)
    slipped = np.flatnonzero(_IS_WORTH_THE_LESSER[grades])
    own = group.bits_of(part).astype(np.float32)[group.of_units(units[slipped])]
    worth[slipped] = np.minimum(listed[slipped], own)
    worth[(group.flags[units] & PARTICLE) != 0] = PARTICLE_BITS
    return worth


def _with_prefix(span: Span, part: Token, group: IndexGroup) -> Span:
    """The span of a part that was cut off, with every unit that begins with it."""
    latin = part.forms[0].latin
    if len(latin) < LEAST_PREFIX:
        return span
    units = group.units_beginning_with(latin)
    worth = group.bits_of_beginning(latin).astype(np.float32)[group.of_units(units)]
    return _with_units(span, units, TokenSimilarity.PREFIX, np.minimum(worth, group.unit_bits[units]))


def _without_fillers(span: Span, part: Token, group: IndexGroup) -> Span:
    """The span of a part that stands before fillers, with the units that it is without what they were misread as."""
    for stripped in strip_fillers(part.forms[0].latin, _LEAST_BEFORE_FILLERS):
        units = group.lookup.of_same_sound(stripped)
        span = _with_units(span, units, TokenSimilarity.SLIPS, group.unit_bits[units])
    return span


def _with_units(span: Span, units: Numbers, grade: TokenSimilarity, bits: Floats) -> Span:
    """A span with more units; those that it has already keep their grade."""
    is_new = ~are_among(units, span.units)
    every = np.concatenate((span.units, units[is_new]))
    order = np.argsort(every, kind="stable")
    grades = np.concatenate((span.grades, np.full(int(is_new.sum()), grade, np.uint8)))
    proves = np.concatenate((span.bits, bits[is_new]))
    return Span.of(span.mask, every[order], grades[order], proves[order])
