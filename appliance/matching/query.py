"""A query to the person lists about one traveller, and that query prepared for one list.

Prepared: the parts of the name, what each is worth in that list, and every listed part that is like one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import LEAST_CONSONANTS, TokenSimilarity, comparable_number
from appliance.matching.index.arrays import are_among, sort_distinct
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.rarity import INITIAL_BITS, PARTICLE_BITS
from appliance.matching.index.vocabulary import PARTICLE, Split, UnitPair
from appliance.matching.weights import SIMILARITY_SHARES
from data.documents.code_tables import canonical_country
from data.documents.mrz.fields import strip_fillers
from data.persons.name_forms import NameForm
from data.persons.names import NameParts, Token, read_name
from data.persons.person import PartialDate, Sex
from data.screenings import Traveller


@dataclass(frozen=True, slots=True)
class QueryName:
    """The name of a query in its parts: what is the same for every list."""

    parts: tuple[Token, ...]
    border: int
    """The first part of the given names."""
    uncut: dict[int, Token]
    """The words that were cut, by the mask of their parts."""
    pairs: tuple[tuple[int, Token], ...]
    """Neighbours read as one, with their mask."""

    @classmethod
    def of(cls, surname: str, given: str) -> "QueryName":
        """Read a name."""
        surnames, given_names = read_name(surname), read_name(given)
        parts, border = (*surnames.tokens, *given_names.tokens), len(surnames.tokens)
        uncut = _uncut_words(surnames, 0) | _uncut_words(given_names, border)
        pairs = (
            (3 << number, _join_parts(first, second))
            for number, (first, second) in enumerate(pairwise(parts))
            if not (first.particle and second.particle) and 3 << number not in uncut
        )
        return cls(parts, border, uncut, tuple(pairs))

    @property
    def is_alone(self) -> bool:
        """Whether it has at most one real part."""
        return sum(not part.particle and len(part.text) > 1 for part in self.parts) <= 1

    @property
    def repeats(self) -> int:
        """See `PreparedQuery`."""
        return 2 if len(self.parts) == 2 and self.border == 1 and self.parts[0] == self.parts[1] else 0

    @property
    def halves(self) -> tuple[int, int]:
        """See `PreparedQuery`."""
        real = [1 << number for number, part in enumerate(self.parts) if not part.particle]
        border = 1 << self.border
        surname, given_names = (mask for mask in real if mask < border), (mask for mask in real if mask >= border)
        return (3, 0) if self.repeats else (sum(surname), sum(given_names))


@dataclass(frozen=True)
class PersonQuery:
    """A traveller in the form that is compared. One object serves for all lists, so its name is read once."""

    surname: str
    given: str = ""
    truncated: bool = False
    """The name field was full: the last part may go on, and parts may be missing."""
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    nationality: str = ""
    """Canonical code of three letters, or empty."""
    numbers: tuple[str, ...] = ()
    """Numbers of the traveller's documents."""

    @cached_property
    def name(self) -> QueryName:
        """The name in its parts."""
        return QueryName.of(self.surname, self.given)

    @cached_property
    def comparable_numbers(self) -> tuple[str, ...]:
        """The numbers as they are looked up."""
        return tuple(map(comparable_number, self.numbers))

    @classmethod
    def of(cls, traveller: Traveller, numbers: tuple[str, ...] = ()) -> "PersonQuery":
        """The query for a traveller with these document numbers."""
        return cls(
            traveller.surname,
            traveller.given,
            traveller.truncated,
            traveller.birth,
            traveller.sex,
            canonical_country(traveller.nationality) or "",
            tuple(dict.fromkeys(numbers)),
        )


LEAST_PREFIX = 2
"""A cut-off part of one letter is an initial."""
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
Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


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
    units: Ints
    """Ascending."""
    grades: NDArray[np.uint8]
    bits: Floats
    worth: Floats
    """Bits that a match keeps."""

    @classmethod
    def of(cls, mask: int, units: Ints, grades: NDArray[np.uint8], bits: Floats) -> "Span":
        """The span, with the share of the bits that a match keeps by its grade."""
        return cls(mask, units, grades, bits, _SHARE_BY_GRADE[grades] * bits)


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query prepared for one index."""

    query: PersonQuery
    parts: tuple[Token, ...]
    bits: tuple[float, ...]
    spans: tuple[Span, ...]
    """Single parts first, in order; then words that were cut, then neighbours, as one."""
    uncut: dict[int, str]
    """The words that were cut, by the mask of their parts."""
    halves: tuple[int, int]
    """Spans of the real parts of surname and given names."""
    repeats: int
    """The part that repeats the single name of the other half, as visas print it (SUHARTO<<SUHARTO); 0 if none does."""
    splits: tuple[tuple[Split, ...], ...]
    """For each part, the two listed parts that it may be, written together or with a misread separator."""
    initials: tuple[Span, ...]
    """The unit of each part's initial, if the list has it as a part of its own."""

    def bits_of(self, span: Span) -> float:
        """Bits of the parts of a span."""
        return sum(self.bits[number] for number in range(len(self.parts)) if span.mask >> number & 1)

    @property
    def real_bits(self) -> float:
        """Bits of the parts that are no particles; of one that may be two listed ones, no more than these prove."""
        return sum(
            min([bits, *(split.bits for split in splits)])
            for bits, part, splits in zip(self.bits, self.parts, self.splits, strict=True)
            if not part.particle
        )

    @property
    def initials_mask(self) -> int:
        """The parts that are an initial, which may match anything with that first letter."""
        return sum(1 << number for number, part in enumerate(self.parts) if len(part.forms[0].latin) == 1)

    @property
    def cut_off_mask(self) -> int:
        """The part that was cut off, and may be the beginning of any; 0 if there is none."""
        return 1 << len(self.parts) - 1 if self.query.truncated and self.parts else 0

    def matches(self, units: Ints) -> dict[int, list[PartMatch]]:
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


def prepare_query(query: PersonQuery, index: PersonIndex) -> PreparedQuery:
    """Look every part of the query up in the index."""
    name = query.name
    worth = tuple(0.0 if name.repeats >> number & 1 else index.bits_of(part) for number, part in enumerate(name.parts))
    words = {mask: token.text for mask, token in name.uncut.items()}
    return PreparedQuery(
        query,
        name.parts,
        worth,
        tuple(_spans(query, index)),
        words,
        name.halves,
        name.repeats,
        tuple(_find_splits(part, index) for part in name.parts),
        tuple(_initials(name.parts, index)),
    )


def _uncut_words(name: NameParts, begin: int) -> dict[int, Token]:
    """The words of one half, by the mask of their parts, where the parts of the half begin at `begin`."""
    return {((1 << word.count) - 1) << word.first + begin: word.token for word in name.uncut}


_LEAST_BEFORE_FILLERS = 3
"""Letters of a name next to fillers that were misread."""


def _find_splits(part: Token, index: PersonIndex) -> tuple[Split, ...]:
    """The two listed parts that a part may be, with what they prove in this list."""
    known = index.split_cache.get(part)
    if known is None:
        pairs = index.lookup.find_pairs(part)
        known = index.split_cache.keep(part, tuple(_make_split(pair, index) for pair in pairs))
    return known


def _make_split(pair: UnitPair, index: PersonIndex) -> Split:
    firsts, seconds, grade = pair
    bits = float(index.unit_bits[firsts].max() + index.unit_bits[seconds].max())
    return Split(firsts, seconds, frozenset(firsts.tolist()), frozenset(seconds.tolist()), bits, grade)


def _initials(parts: tuple[Token, ...], index: PersonIndex) -> Iterator[Span]:
    grade, proves = np.array([TokenSimilarity.INITIAL], np.uint8), np.array([INITIAL_BITS], np.float32)
    for number, part in enumerate(parts):
        unit = index.vocabulary.initials.get(part.forms[0].latin[:1])
        if unit is not None and len(part.forms[0].latin) > 1:
            yield Span.of(1 << number, np.array([unit]), grade, proves)


def _spans(query: PersonQuery, index: PersonIndex) -> Iterator[Span]:
    name = query.name
    find, parts = (_span_alone if name.is_alone else _span), name.parts
    for number, part in enumerate(parts):
        span = find(part, 1 << number, index)
        if number in (name.border - 1, len(parts) - 1):
            span = _without_fillers(span, part, index)
        cut_off = query.truncated and number == len(parts) - 1
        yield _with_prefix(span, part, index) if cut_off else span
    for mask, word in name.uncut.items():
        yield _span(word, mask, index)
    for mask, part in name.pairs:
        units, grades = index.lookup.find_close(part)
        if len(units):
            is_long = len(part.forms[0].skeleton) >= LEAST_CONSONANTS
            close = _IS_CLOSE[grades] | (is_long and grades == TokenSimilarity.CONSONANTS)
            units, grades = units[close], grades[close]
        yield Span.of(mask, units, grades, _matched_bits(part, units, grades, index))


def _join_parts(first: Token, second: Token) -> Token:
    return Token(first.text + second.text, (NameForm.of(first.forms[0].latin + second.forms[0].latin),))


def _span(part: Token, mask: int, index: PersonIndex) -> Span:
    known = index.similarity_cache.get(part)
    if known is None:
        units, grades = index.lookup.find_similar(part)
        known = index.similarity_cache.keep(part, (units, grades, _matched_bits(part, units, grades, index)))
    return Span.of(mask, *known)


def _span_alone(part: Token, mask: int, index: PersonIndex) -> Span:
    """The span of a part of a name that has at most one real part."""
    units, grades = index.lookup.find_similar_alone(part)
    return Span.of(mask, units, grades, _matched_bits(part, units, grades, index))


def _matched_bits(part: Token, units: Ints, grades: NDArray[np.uint8], index: PersonIndex) -> Floats:
    """Bits that a match of these parts proves: of what both have in common, so never more than either."""
    if not len(units):
        return _NO_BITS
    if part.particle:
        return np.full(len(units), PARTICLE_BITS, np.float32)
    listed = index.unit_bits[units]
    by_consonants = index.skeleton_bits[units]
    worth: Floats = np.where(_IS_BY_CONSONANTS[grades], by_consonants, listed)
    slipped = _IS_WORTH_THE_LESSER[grades]
    worth[slipped] = np.minimum(listed[slipped], np.float32(index.bits_of(part)))
    worth[(index.vocabulary.flags[units] & PARTICLE) != 0] = PARTICLE_BITS
    return worth


def _with_prefix(span: Span, part: Token, index: PersonIndex) -> Span:
    """The span of a part that was cut off, with every unit that begins with it."""
    latin = part.forms[0].latin
    if len(latin) < LEAST_PREFIX:
        return span
    units = index.vocabulary.beginning_with(latin)
    worth = np.float32(index.rarity.of_beginning(latin))
    return _with_units(span, units, TokenSimilarity.PREFIX, np.minimum(worth, index.unit_bits[units]))


def _without_fillers(span: Span, part: Token, index: PersonIndex) -> Span:
    """The span of a part that stands before fillers, with the units that it is without what they were misread as."""
    for stripped in strip_fillers(part.forms[0].latin, _LEAST_BEFORE_FILLERS):
        units = index.vocabulary.of_same_sound(stripped)
        span = _with_units(span, units, TokenSimilarity.SLIPS, index.unit_bits[units])
    return span


def _with_units(span: Span, units: Ints, grade: TokenSimilarity, bits: Floats) -> Span:
    """A span with more units; those that it has already keep their grade."""
    is_new = ~are_among(units, span.units)
    every = np.concatenate((span.units, units[is_new]))
    order = np.argsort(every, kind="stable")
    grades = np.concatenate((span.grades, np.full(int(is_new.sum()), grade, np.uint8)))
    proves = np.concatenate((span.bits, bits[is_new]))
    return Span.of(span.mask, every[order], grades[order], proves[order])
