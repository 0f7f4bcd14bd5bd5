"""Upper bounds for the scores of many listed names, computed in arrays before any name is compared closely.

- The evidence and weights are those of `evidence`, without aligning the parts. If a listed birth date is vague, its
  best meaning counts.
- `UpperBound` considers only which parts a name may match, `estimate_scores` how much of the name they are. Neither is
  ever below the score, so nobody is dropped whom it would show, except where two parts are written together, or a part
  too short to be searched by a slip has one (`SearchEffort.margin` allows for most of these).
- A name that may be the full name by sound is never dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching import comparison
from appliance.matching.comparison import BirthComparison, TokenSimilarity
from appliance.matching.index.arrays import are_among
from appliance.matching.index.people import date_number
from appliance.matching.index.person_index import QUALITIES, PersonIndex
from appliance.matching.index.rarity import INITIAL_BITS, MOST_BITS
from appliance.matching.query import PersonQuery, PreparedQuery
from appliance.matching.retrieval import SLOTS, TOGETHER, Retrieved, SplitNamesByPart, slots_of
from appliance.matching.weights import (
    BIRTH_WEIGHTS,
    CUT_OFF_SHARE,
    NAME_WEIGHTS,
    NATIONALITY_WEIGHTS,
    PRIOR,
    SEX_WEIGHTS,
    SIMILARITY_SHARES,
)
from data.persons.person import NameQuality, PartialDate
from data.screenings import Agreement

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
_PARTIAL_DATE_WEIGHT = max(
    BIRTH_WEIGHTS[kind] for kind in (BirthComparison.YEAR_FITS, BirthComparison.SPAN_FITS, BirthComparison.ABOUT_FITS)
)
_DATE_SHIFT = 7
"""Bits of a birth code below its date (`people.encode_birth`)."""


class Demographics:
    """Tables of one traveller over the births, sexes and nationalities of one index."""

    def __init__(self, query: PersonQuery, index: PersonIndex) -> None:
        self._person_of = index.person_of
        self._people = index.people
        self._birth = query.birth if query.birth and query.birth.year is not None else None
        self._dates = _date_weights(self._birth) if self._birth else np.empty(0, np.float32)
        self._sexes = np.zeros(3, np.float32)
        if sex := self._people.sex_code(query.sex):
            self._sexes[1:] = SEX_WEIGHTS["differs"]
            self._sexes[sex] = SEX_WEIGHTS["same"]
        self._nations = np.zeros(len(self._people.countries) + 1, np.float32)
        if query.nationality:
            self._nations[1:] = NATIONALITY_WEIGHTS["differs"]
            self._nations[list(_agreeing_nationalities(query.nationality, tuple(self._people.countries)))] = (
                NATIONALITY_WEIGHTS["same"]
            )

    def of_names(self, names: Ints) -> Floats:
        """Log-odds for the persons of these names, in ascending order."""
        bearers = self._person_of[names]
        first = np.flatnonzero(np.diff(bearers, prepend=-1))
        worth: Floats = np.repeat(self.of_persons(bearers[first]), np.diff(first, append=len(bearers)))
        return worth

    def of_persons(self, persons: Ints) -> Floats:
        """Log-odds for distinct persons, in ascending order."""
        first, where, more = self._people.nations.rows_of(persons)
        nations = self._nations[first]
        np.maximum.at(nations, where, self._nations[more])
        worth: Floats = self._births(persons) + self._sexes[self._people.sexes[persons]] + nations
        return worth

    def _births(self, persons: Ints) -> Floats:
        if self._birth is None:
            return np.full(len(persons), BIRTH_WEIGHTS[BirthComparison.NOT_SHOWN], np.float32)
        first, where, more = self._people.births.rows_of(persons)
        best = self._of_codes(first, self._birth)
        if len(more):
            np.maximum.at(best, where, self._of_codes(more, self._birth))
        return best

    def _of_codes(self, codes: Ints, birth: PartialDate) -> Floats:
        places = (codes >> _DATE_SHIFT).astype(np.int64) - _first_date(birth)
        places[(places < 0) | (places >= len(self._dates))] = -1
        worth: Floats = self._dates[places]
        vague = np.flatnonzero((codes & 127 != 0) | (codes == 0))
        worth[vague] = _birth_weights(codes[vague].astype(np.int64), birth)
        return worth


@lru_cache(maxsize=256)
def _agreeing_nationalities(nationality: str, countries: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of the listed nationalities that do not differ from the traveller's."""
    agreements = (comparison.compare_nationality(nationality, (country,)) for country in countries)
    return tuple(number for number, agreement in enumerate(agreements, 1) if agreement is not Agreement.DIFFERS)


def _first_date(birth: PartialDate) -> int:
    return date_number(birth.years().start - 1)


@lru_cache(maxsize=32)
def _date_weights(birth: PartialDate) -> Floats:
    """The weight of each listed date in the years around this birth and, last, of any other date."""
    end = date_number(birth.years().stop + 1)
    numbers = np.arange(_first_date(birth), end, dtype=np.int64)
    worth = _birth_weights(numbers << _DATE_SHIFT, birth)
    return np.append(worth, BIRTH_WEIGHTS[BirthComparison.DIFFERENT]).astype(np.float32)


def _birth_weights(codes: Ints, birth: PartialDate) -> NDArray[np.float64]:
    """The weight of each listed birth, by the classes of `comparison`."""
    assert birth.year is not None  # noqa: S101  (checked before)
    years, months, days = codes >> 16, codes >> 12 & 15, codes >> 7 & 31
    about, span = (codes >> 6 & 1) * 2, codes & 63
    first, last = years - about, years + np.maximum(span - 1, 0) + about
    traveller_years = birth.years()
    fits = (first < traveller_years.stop) & (last >= traveller_years.start)
    is_one_year_off = (first - 1 < traveller_years.stop) & (last + 1 >= traveller_years.start)
    is_whole = (days > 0) & (birth.whole is not None)
    same_day, same_month = days == (birth.day or 0), months == (birth.month or 0)
    partial = np.where((months > 0) & same_month, BIRTH_WEIGHTS[BirthComparison.MONTH_FITS], _PARTIAL_DATE_WEIGHT)
    flipped = (days == (birth.month or 0)) & (months == (birth.day or 0))
    exact = np.full(len(codes), BIRTH_WEIGHTS[BirthComparison.YEAR])
    exact[same_day] = BIRTH_WEIGHTS[BirthComparison.MONTH]
    exact[same_month] = BIRTH_WEIGHTS[BirthComparison.NEAR]
    exact[flipped] = BIRTH_WEIGHTS[BirthComparison.FLIPPED]
    exact[same_day & same_month] = BIRTH_WEIGHTS[BirthComparison.SAME]
    near = np.where(
        is_whole & same_day & same_month,
        BIRTH_WEIGHTS[BirthComparison.YEAR_SLIP],
        BIRTH_WEIGHTS[BirthComparison.ONE_YEAR_OFF],
    )
    worth = np.where(is_one_year_off, near, BIRTH_WEIGHTS[BirthComparison.DIFFERENT])
    worth[fits] = np.where(is_whole, exact, partial)[fits]
    return np.where(codes == 0, BIRTH_WEIGHTS[BirthComparison.NOT_LISTED], worth)


@dataclass(frozen=True, slots=True)
class Overlap:
    """One row per name, counted as if every part had its best match, so never too low."""

    names: Ints
    matched: Floats
    """Bits."""
    traveller_matched: Floats
    """Bits of the traveller's matched parts; more than the match proves if a part is rarer than that."""
    listed_matched: Floats
    """Bits of the listed parts that match."""
    halves_unmatched: NDArray[np.bool_]
    """Whether no part of the surname, or no part of the given names, matches."""


class OverlapTable:
    """The units that a query matches, as one table over the vocabulary."""

    def __init__(self, prepared: PreparedQuery, index: PersonIndex) -> None:
        self._prepared = prepared
        self._index = index
        spans = [*prepared.spans, *prepared.initials]
        units = np.concatenate([np.empty(0, np.int64), *(span.units for span in spans)])
        kind = np.uint16 if len(units) < 65_535 else np.uint32
        self._row = np.zeros(len(index.vocabulary) or 1, kind)
        self._row[units] = np.arange(
            1, len(units) + 1, dtype=kind
        )  # a unit that matches twice has the last of its rows
        worth = np.zeros((len(prepared.spans), len(units) + 1), np.float32)
        beyond = np.zeros((2, len(units) + 1), np.float32)
        # by how much a matched part is rarer than what the match proves: the traveller's, the listed one
        for number, span in enumerate(spans):
            at = self._row[span.units]
            row = number if number < len(prepared.spans) else span.mask.bit_length() - 1
            worth[row, at] = np.maximum(worth[row, at], span.worth)
            more = prepared.bits_of(span) - span.worth, index.unit_bits[span.units] - span.worth
            beyond[:, at] = np.maximum(beyond[:, at], more)
        self._worth, self._beyond = np.ascontiguousarray(worth.T), np.ascontiguousarray(beyond.T)

    def compute(self, names: Ints, split_names: SplitNamesByPart) -> Overlap:
        """The overlap of distinct `names`; `split_names` is from `find_split_names`."""
        best, beyond = self._find_best(names)
        for part, split in split_names.items():
            places = np.flatnonzero(are_among(names, split.names))
            bits = self._index.name_bits[names[places]].astype(np.float32)
            best[part, places] = np.maximum(best[part, places], np.minimum(bits, split.bits))
            beyond[0, places] += self._prepared.bits[part]
        for part in range(len(self._prepared.parts)):
            if self._prepared.initials_mask >> part & 1:
                best[part] = np.maximum(best[part], INITIAL_WORTH)
                beyond += np.array([[self._prepared.bits[part]], [MOST_BITS]], np.float32)
        matched = self._sum_matched_bits(best)
        return Overlap(names, matched, matched + beyond[0], matched + beyond[1], self._halves_unmatched(best))

    def _find_best(self, names: Ints) -> tuple[Floats, Floats]:
        """The best match of each name for each span, and the bits beyond it; first parts together, then second."""
        begins, ends = self._index.rows.ends[names], self._index.rows.ends[names + 1]
        best = np.zeros((len(names), len(self._prepared.spans)), np.float32)
        beyond = np.zeros((len(names), 2), np.float32)
        unfinished = np.flatnonzero(begins < ends)
        while len(unfinished):
            rows = self._row[self._index.rows.values[begins[unfinished]]]
            matched_places = np.flatnonzero(rows)
            places, rows = unfinished[matched_places], rows[matched_places]
            best[places] = np.maximum(best[places], self._worth[rows])
            beyond[places] += self._beyond[rows]
            begins += 1
            unfinished = unfinished[begins[unfinished] < ends[unfinished]]
        return np.ascontiguousarray(best.T), np.ascontiguousarray(beyond.T)

    def _sum_matched_bits(self, best: Floats) -> Floats:
        parts = len(self._prepared.parts)
        matched: Floats = best[:parts].sum(axis=0)
        for span, together in zip(self._prepared.spans[parts:], best[parts:], strict=True):
            singly = best[[part for part in range(parts) if span.mask >> part & 1]].sum(axis=0)
            matched += np.maximum(0, together - singly)
        return matched

    def _halves_unmatched(self, best: Floats) -> NDArray[np.bool_]:
        unmatched = np.zeros(best.shape[1], bool)
        halves = [half for half in self._prepared.halves if half]
        for half in halves if len(halves) > 1 else ():
            spans = [number for number, span in enumerate(self._prepared.spans) if span.mask & half]
            unmatched |= best[spans].max(axis=0) == 0
        return unmatched


FULL_NAME = 0.97
"""Share of the bits above which a name may be the full name by sound, beside particles."""
PARTICLES_BITS = 2.5
"""Bits of the particles of a listed name that may be missing: six of them."""
_LOW_QUALITY = QUALITIES.index(NameQuality.LOW)


def estimate_scores(
    overlap: Overlap, demographics: Floats, prepared: PreparedQuery, index: PersonIndex
) -> tuple[Floats, Floats]:
    """Log-odds of each name with its person's `demographics`; and the bits missing to the full name by sound.

    These bits are infinite if it cannot be the full name. A full name is POSSIBLE, whatever else differs.
    """
    names, matched = overlap.names, overlap.matched
    listed_bits = index.name_bits[names].astype(np.float32)
    traveller_bits = np.float32(sum(prepared.bits))
    missing = np.maximum(traveller_bits - overlap.traveller_matched, 0)
    left_over = np.maximum(listed_bits - overlap.listed_matched, 0)
    score = name_scores(names, matched, missing, left_over, overlap.halves_unmatched, prepared, index)
    score += demographics
    full = may_be_full(matched, overlap.traveller_matched, listed_bits, prepared)
    score += _name_weight("full") * matched * full
    lacks = np.maximum(traveller_bits - matched, 0) + np.maximum(listed_bits - matched, 0)
    return score, np.where(full, lacks, np.float32(np.inf))


def name_scores(
    names: Ints,
    matched: Floats,
    missing: Floats,
    left_over: Floats,
    has_unmatched_half: NDArray[np.bool_],
    prepared: PreparedQuery,
    index: PersonIndex,
) -> Floats:
    """The weight of names, by matched bits, and unmatched ones of the traveller's and of the listed parts.

    `has_unmatched_half` says whether the surname, or the given names, match nothing.
    """
    cut_off = np.float32(CUT_OFF_SHARE if prepared.query.truncated else 1)
    score = _name_weight("matched") * matched + _name_weight("left_query") * missing
    score += _name_weight("left_listed") * cut_off * left_over
    score += _name_weight("share_query") * matched / np.maximum(matched + missing, np.float32(0.01))
    score += _name_weight("share_listed") * matched / np.maximum(matched + cut_off * left_over, np.float32(0.01))
    score += _name_weight("half_unmatched") * has_unmatched_half
    score += _name_weight("low_quality") * (index.qualities[names] == _LOW_QUALITY)
    added: Floats = score + np.float32(PRIOR)
    return added


def may_be_full(
    matched: Floats, traveller_matched: Floats, listed_bits: Floats, prepared: PreparedQuery
) -> NDArray[np.bool_]:
    """Whether all parts of both sides may match by sound, or as a listed particle or initial, which is worth less."""
    spare = np.float32(1 - FULL_NAME) * matched
    full: NDArray[np.bool_] = np.float32(prepared.real_bits) - traveller_matched <= spare
    full &= listed_bits - matched <= spare + np.float32(PARTICLES_BITS)
    return full


def _name_weight(kind: str) -> np.float32:
    return np.float32(NAME_WEIGHTS[kind])


_BLOCK = 16_384
"""Names at a time, so that intermediate results stay in the processor's cache."""
_MASKS = np.arange(2 * TOGETHER)
INITIAL_WORTH = SIMILARITY_SHARES[TokenSimilarity.INITIAL] * INITIAL_BITS


class UpperBound:
    """Tables over all masks of slots, for one query on one index.

    They give the most that a name may match, and how much more that is if it sounds the same.
    """

    def __init__(
        self, prepared: PreparedQuery, index: PersonIndex, demographics: Demographics, split: SplitNamesByPart
    ) -> None:
        self._prepared = prepared
        self._demographics = demographics
        self._index = index
        parts = range(len(prepared.parts))
        self._spelled, self._by_sound = _best_by_part(prepared, index)
        more = self._by_sound - self._spelled
        for part in parts:
            if prepared.initials_mask >> part & 1:
                self._spelled[:, part] = max(self._spelled[0, part], INITIAL_WORTH), np.inf
        slots = [slots_of(1 << part) for part in parts]
        self._traveller_matched, self._matched, self._listed_matched, self._more_matched, self._more_listed = (
            _sums_by_mask(slots, np.array([prepared.bits, *self._spelled, *more]))
        )
        for span in prepared.spans[len(parts) :]:
            self._allow_together(span.mask, _maximum(span.worth), _maximum(index.unit_bits[span.units]))
        for part, names in split.items():
            self._allow_together(1 << part, names.bits, np.inf)
        halves = [slots_of(half) for half in prepared.halves if half]
        self._has_unmatched_half = np.zeros(len(_MASKS), bool)
        for half in halves if len(halves) > 1 else ():
            self._has_unmatched_half |= (_MASKS & half) == 0

    def _allow_together(self, span: int, matched: float, listed: float) -> None:
        """Allow names with these flags to match the parts of `span` as one, or one of them as two."""
        parts = [part for part in range(len(self._prepared.parts)) if span >> part & 1]
        mask = slots_of(span) | TOGETHER
        here = (_MASKS & mask) == mask
        beyond = max(0.0, matched - float(self._spelled[0, parts].sum()))
        self._matched[here] += beyond
        self._listed_matched[here] += listed
        if max(parts) < SLOTS - 1:  # the last slot may belong to another part
            more = float(np.maximum(self._by_sound - self._spelled, 0)[0, parts].sum())
            self._more_matched[here] -= min(beyond, more)

    def names_reaching(self, retrieved: Retrieved, least: float) -> tuple[Ints, Floats, Floats]:
        """The names that may reach `least`, their upper bounds, and the share of the demographics in these.

        A bound is infinite if the name may be the full name by sound.
        """
        blocks: list[tuple[Ints, Floats, Floats]] = []
        for begin in range(0, max(1, len(retrieved.names)), _BLOCK):
            here = slice(begin, begin + _BLOCK)
            names = retrieved.names[here]
            demographics = self._demographics.of_names(names)
            slots = retrieved.slots[here].astype(np.intp)
            sound_slots = retrieved.sound_slots[here].astype(np.intp)
            bound = demographics + self._of_names(names, slots, sound_slots)
            passing = np.flatnonzero(bound > least)
            blocks.append((names[passing], bound[passing], demographics[passing]))
        all_names, bounds, all_demographics = zip(*blocks, strict=True)
        return np.concatenate(all_names), np.concatenate(bounds), np.concatenate(all_demographics)

    def _of_names(self, names: Ints, slots: Ints, sound_slots: Ints) -> Floats:
        index = self._index
        matched = self._matched[slots] + self._more_matched[sound_slots]
        listed_bits = index.name_bits[names].astype(np.float32)
        left_over = np.maximum(listed_bits - self._listed_matched[slots] - self._more_listed[sound_slots], 0)
        missing = (self._traveller_matched[-1] - self._traveller_matched)[slots]
        score = name_scores(names, matched, missing, left_over, self._has_unmatched_half[slots], self._prepared, index)
        heard = (self._matched + self._more_matched)[sound_slots]
        score[may_be_full(heard, self._traveller_matched[slots], listed_bits, self._prepared)] = np.inf
        return score


def _best_by_part(prepared: PreparedQuery, index: PersonIndex) -> NDArray[np.float64]:
    """The most bits matched, and listed, of each part: for units that do not sound the same, and for all."""
    best = np.zeros((2, 2, len(prepared.parts)))
    for span in (*prepared.spans[: len(prepared.parts)], *prepared.initials):
        part = span.mask.bit_length() - 1
        other = span.grades > TokenSimilarity.SOUND
        for row, amounts in enumerate((span.worth, index.unit_bits[span.units])):
            best[0, row, part] = max(best[0, row, part], _maximum(amounts[other]))
            best[1, row, part] = max(best[1, row, part], _maximum(amounts))
    return best


def _maximum(amounts: Floats) -> float:
    return float(amounts.max(initial=0))


def _sums_by_mask(slots: Sequence[int], amounts: NDArray[np.float64]) -> Floats:
    """The sums of each row of amounts, one for each part, over the slots of each mask; parts may share a slot."""
    sums = np.zeros((len(amounts), len(_MASKS)), np.float32)
    for slot, column in zip(slots, amounts.T.astype(np.float32), strict=True):
        sums[:, (_MASKS & slot) != 0] += column[:, np.newaxis]
    return sums
