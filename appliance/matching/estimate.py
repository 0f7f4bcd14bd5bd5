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

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import TokenSimilarity
from appliance.matching.demographics import Demographics
from appliance.matching.index.arrays import Flags, Floats, Numbers, add_rows, are_among
from appliance.matching.index.person_index import QUALITIES
from appliance.matching.index.rarity import INITIAL_BITS, MOST_BITS
from appliance.matching.prepared import GroupQuery, parts_of
from appliance.matching.retrieval import SLOTS, TOGETHER, Retrieved, SplitNamesByPart, slots_of
from appliance.matching.weights import (
    CUT_OFF_SHARE,
    NAME_WEIGHTS,
    PRIOR,
    SIMILARITY_SHARES,
)
from data.persons.person import NameQuality


@dataclass(frozen=True, slots=True)
class Overlap:
    """One row per name, counted as if every part had its best match, so never too low."""

    names: Numbers
    matched: Floats
    """Bits."""
    traveller_matched: Floats
    """Bits of the traveller's matched parts; more than the match proves if a part is rarer than that."""
    listed_matched: Floats
    """Bits of the listed parts that match."""
    halves_unmatched: Flags
    """Whether no part of the surname, or no part of the given names, matches."""


class OverlapTable:
    """The units that a query matches, as one table over all units of the group."""

    def __init__(self, prepared: GroupQuery) -> None:
        self._prepared = prepared
        self._group = group = prepared.group
        spans = [*prepared.spans, *prepared.initials]
        units = np.concatenate([np.empty(0, np.int64), *(span.units for span in spans)])
        kind = np.uint16 if len(units) < 65_535 else np.uint32
        self._row = np.zeros(group.units or 1, kind)
        # A unit that matches twice has the last of its rows.
        self._row[units] = np.arange(1, len(units) + 1, dtype=kind)
        worth = np.zeros((len(prepared.spans), len(units) + 1), np.float32)
        # By how much a matched part is rarer than what the match proves: the traveller's, the listed one.
        beyond = np.zeros((2, len(units) + 1), np.float32)
        for number, span in enumerate(spans):
            at = self._row[span.units]
            row = number if number < len(prepared.spans) else span.mask.bit_length() - 1
            worth[row, at] = np.maximum(worth[row, at], span.worth)
            travellers = prepared.bits_of(span).astype(np.float32)[group.of_units(span.units)]
            more = travellers - span.worth, group.unit_bits[span.units] - span.worth
            beyond[:, at] = np.maximum(beyond[:, at], more)
        self._worth, self._beyond = np.ascontiguousarray(worth.T), np.ascontiguousarray(beyond.T)

    def compute(self, names: Numbers, split_names: SplitNamesByPart) -> Overlap:
        """The overlap of distinct `names`; `split_names` is from `find_split_names`."""
        best, beyond = self._find_best(names)
        owners, bits = self._group.of_names(names), self._prepared.bits
        for part, split in split_names.items():
            places = np.flatnonzero(are_among(names, split.names))
            name_bits = self._group.name_bits[names[places]].astype(np.float32)
            most = split.bits.astype(np.float32)[owners[places]]
            best[part, places] = np.maximum(best[part, places], np.minimum(name_bits, most))
            beyond[0, places] += bits[owners[places], part].astype(np.float32)
        for part in parts_of(self._prepared.query.name.initials_mask):
            best[part] = np.maximum(best[part], INITIAL_WORTH)
            beyond[0] += bits[owners, part].astype(np.float32)
            beyond[1] += np.float32(MOST_BITS)
        matched = self._sum_matched_bits(best)
        return Overlap(names, matched, matched + beyond[0], matched + beyond[1], self._halves_unmatched(best))

    def _find_best(self, names: Numbers) -> tuple[Floats, Floats]:
        """The best match of each name for each span, and the bits beyond it; first parts together, then second."""
        rows = self._group.rows
        begins, ends = rows.ends[names], rows.ends[names + 1]
        best = np.zeros((len(names), len(self._prepared.spans)), np.float32)
        beyond = np.zeros((len(names), 2), np.float32)
        unfinished = np.flatnonzero(begins < ends)
        while len(unfinished):
            at = self._row[rows.values[begins[unfinished]]]
            matched_places = np.flatnonzero(at)
            places, at = unfinished[matched_places], at[matched_places]
            best[places] = np.maximum(best[places], self._worth[at])
            beyond[places] += self._beyond[at]
            begins += 1
            unfinished = unfinished[begins[unfinished] < ends[unfinished]]
        return np.ascontiguousarray(best.T), np.ascontiguousarray(beyond.T)

    def _sum_matched_bits(self, best: Floats) -> Floats:
        parts = self._prepared.count
        matched = add_rows(best[:parts])
        for span, together in zip(self._prepared.spans[parts:], best[parts:], strict=True):
            matched += np.maximum(0, together - add_rows(best[parts_of(span.mask)]))
        return matched

    def _halves_unmatched(self, best: Floats) -> Flags:
        unmatched = np.zeros(best.shape[1], bool)
        halves = [half for half in self._prepared.query.name.halves if half]
        for half in halves if len(halves) > 1 else ():
            spans = [number for number, span in enumerate(self._prepared.spans) if span.mask & half]
            unmatched |= best[spans].max(axis=0) == 0
        return unmatched


FULL_NAME = 0.97
"""Share of the bits above which a name may be the full name by sound, beside particles."""
PARTICLES_BITS = 2.5
"""Bits of the particles of a listed name that may be missing: six of them."""
_LOW_QUALITY = QUALITIES.index(NameQuality.LOW)


def estimate_scores(overlap: Overlap, demographics: Floats, prepared: GroupQuery) -> tuple[Floats, Floats]:
    """Log-odds of each name with its person's `demographics`; and the bits missing to the full name by sound.

    These bits are infinite if it cannot be the full name. A full name is POSSIBLE, whatever else differs.
    """
    names, matched, group = overlap.names, overlap.matched, prepared.group
    listed_bits = group.name_bits[names].astype(np.float32)
    owners = group.of_names(names)
    traveller_bits = prepared.sums.astype(np.float32)[owners]
    missing = np.maximum(traveller_bits - overlap.traveller_matched, 0)
    left_over = np.maximum(listed_bits - overlap.listed_matched, 0)
    score = name_scores(names, matched, missing, left_over, overlap.halves_unmatched, prepared)
    score += demographics
    real_bits = prepared.real_bits.astype(np.float32)[owners]
    full = may_be_full(matched, overlap.traveller_matched, listed_bits, real_bits)
    score += _name_weight("full") * matched * full
    lacks = np.maximum(traveller_bits - matched, 0) + np.maximum(listed_bits - matched, 0)
    return score, np.where(full, lacks, np.float32(np.inf))


def name_scores(
    names: Numbers,
    matched: Floats,
    missing: Floats,
    left_over: Floats,
    has_unmatched_half: Flags,
    prepared: GroupQuery,
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
    score += _name_weight("low_quality") * (prepared.group.qualities[names] == _LOW_QUALITY)
    added: Floats = score + np.float32(PRIOR)
    return added


def may_be_full(matched: Floats, traveller_matched: Floats, listed_bits: Floats, real_bits: Floats) -> Flags:
    """Whether all parts of both sides may match by sound, or as a listed particle or initial, which is worth less.

    `real_bits` is that of the query, in the list of each name.
    """
    spare = np.float32(1 - FULL_NAME) * matched
    full: Flags = real_bits - traveller_matched <= spare
    full &= listed_bits - matched <= spare + np.float32(PARTICLES_BITS)
    return full


def _name_weight(kind: str) -> np.float32:
    return np.float32(NAME_WEIGHTS[kind])


_BLOCK = 16_384
"""Names at a time, so that intermediate results stay in the processor's cache."""
_MASKS = np.arange(2 * TOGETHER)
INITIAL_WORTH = SIMILARITY_SHARES[TokenSimilarity.INITIAL] * INITIAL_BITS


class UpperBound:
    """Tables over the indexes and all masks of slots, for one query on one group.

    They give the most that a name may match, and how much more that is if it sounds the same.
    """

    def __init__(self, prepared: GroupQuery, demographics: Demographics, split: SplitNamesByPart) -> None:
        self._prepared = prepared
        self._demographics = demographics
        self._group = group = prepared.group
        self._spelled, by_sound = _best_by_part(prepared)
        more = by_sound - self._spelled
        for part in parts_of(prepared.query.name.initials_mask):
            self._spelled[0, :, part] = np.maximum(self._spelled[0, :, part], INITIAL_WORTH)
            self._spelled[1, :, part] = np.inf
        self._more = by_sound - self._spelled
        slots = [slots_of(1 << part) for part in range(prepared.count)]
        self._traveller_matched, self._matched, self._listed_matched, self._more_matched, self._more_listed = (
            _sums_by_mask(slots, np.array([prepared.bits, *self._spelled, *more]))
        )
        for span in prepared.spans[prepared.count :]:
            owners = group.of_units(span.units)
            matched = _most_by_index(owners, span.worth, len(group))
            self._allow_together(span.mask, matched, _most_by_index(owners, group.unit_bits[span.units], len(group)))
        for part, names in split.items():
            self._allow_together(1 << part, names.bits, np.where(names.bits, np.inf, 0.0))
        halves = [slots_of(half) for half in prepared.query.name.halves if half]
        self._has_unmatched_half = np.zeros(len(_MASKS), bool)
        for half in halves if len(halves) > 1 else ():
            self._has_unmatched_half |= (_MASKS & half) == 0

    def _allow_together(self, span: int, matched: NDArray[np.float64], listed: NDArray[np.float64]) -> None:
        """Allow names with these flags to match the parts of `span` as one, or one of them as two."""
        parts = parts_of(span)
        mask = slots_of(span) | TOGETHER
        here = np.flatnonzero((_MASKS & mask) == mask)
        beyond = np.maximum(0.0, matched - add_rows(self._spelled[0].T[parts]))
        self._matched[:, here] += beyond[:, np.newaxis].astype(np.float32)
        self._listed_matched[:, here] += listed[:, np.newaxis].astype(np.float32)
        if max(parts) < SLOTS - 1:  # the last slot may belong to another part
            more = add_rows(np.maximum(self._more[0].T[parts], 0))
            self._more_matched[:, here] -= np.minimum(beyond, more)[:, np.newaxis].astype(np.float32)

    def names_reaching(self, retrieved: Retrieved, least: float) -> tuple[Numbers, Floats, Floats]:
        """The names that may reach `least`, their upper bounds, and the share of the demographics in these.

        A bound is infinite if the name may be the full name by sound.
        """
        blocks: list[tuple[Numbers, Floats, Floats]] = []
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

    def _of_names(self, names: Numbers, slots: Numbers, sound_slots: Numbers) -> Floats:
        owners = self._group.of_names(names)
        at, sound_at = owners * len(_MASKS) + slots, owners * len(_MASKS) + sound_slots
        matched = self._matched.ravel()[at] + self._more_matched.ravel()[sound_at]
        listed_bits = self._group.name_bits[names].astype(np.float32)
        not_matched = listed_bits - self._listed_matched.ravel()[at] - self._more_listed.ravel()[sound_at]
        left_over = np.maximum(not_matched, 0)
        missing = (self._traveller_matched[:, -1:] - self._traveller_matched).ravel()[at]
        score = name_scores(names, matched, missing, left_over, self._has_unmatched_half[slots], self._prepared)
        heard = (self._matched + self._more_matched).ravel()[sound_at]
        real_bits = self._prepared.real_bits.astype(np.float32)[owners]
        score[may_be_full(heard, self._traveller_matched.ravel()[at], listed_bits, real_bits)] = np.inf
        return score


def _best_by_part(prepared: GroupQuery) -> NDArray[np.float64]:
    """The most bits matched, and listed, of each part, for units that do not sound the same, and for all.

    Shape: 2, 2, indexes, parts.
    """
    group = prepared.group
    best = np.zeros((2, 2, *prepared.bits.shape))
    for span in (*prepared.spans[: prepared.count], *prepared.initials):
        part, owners = span.mask.bit_length() - 1, group.of_units(span.units)
        other = np.flatnonzero(span.grades > TokenSimilarity.SOUND)
        for row, amounts in enumerate((span.worth, group.unit_bits[span.units])):
            np.maximum.at(best[0, row, :, part], owners[other], amounts[other])
            np.maximum.at(best[1, row, :, part], owners, amounts)
    return best


def _most_by_index(owners: Numbers, amounts: Floats, count: int) -> NDArray[np.float64]:
    """The highest amount of each index; 0 for one without any."""
    most = np.zeros(count)
    np.maximum.at(most, owners, amounts)
    return most


def _sums_by_mask(slots: Sequence[int], amounts: NDArray[np.float64]) -> Floats:
    """The sums of amounts (kinds, indexes, parts) over the slots of each mask (kinds, indexes, masks).

    Parts may share a slot.
    """
    sums = np.zeros((*amounts.shape[:2], len(_MASKS)), np.float32)
    for part, slot in enumerate(slots):
        bit = slot.bit_length() - 1
        by_bit = sums.reshape(*amounts.shape[:2], -1, 2, 1 << bit)
        by_bit[:, :, :, 1] += amounts[:, :, part, np.newaxis, np.newaxis].astype(np.float32)
    return sums
