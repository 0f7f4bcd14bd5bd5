"""Which listed names are worth a close comparison with a traveller's: retrieved, bounded, estimated; for all lists of a
group in one pass.

Each list has bounds of its own, so that a list gives the same names alone and in a group.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from appliance.matching.demographics import Demographics
from appliance.matching.estimate import OverlapTable, UpperBound, estimate_scores
from appliance.matching.index.arrays import Floats, Numbers, are_among
from appliance.matching.index.person_index import IndexGroup, PersonIndex, group_alone
from appliance.matching.prepared import GroupQuery, PreparedQuery, prepare_group_query
from appliance.matching.query import PersonQuery
from appliance.matching.retrieval import find_split_names, retrieve
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from data.log.error_log import suppress_logged

MOST_NAMES = 40
MOST_READ_WHOLE = 1_500


@dataclass(frozen=True, slots=True)
class SearchEffort:
    """Bounds of a search in one list."""

    names: int = MOST_NAMES
    """Most names that are compared closely, in addition to those that may be POSSIBLE."""
    namesakes: int = 400
    """Most names that may be POSSIBLE, and most that may be the full name, the best first."""
    most_read_whole: int = MOST_READ_WHOLE
    """Most names that one part may retrieve without regard to birth years; the rarest part may retrieve more."""
    margin: float = 2.0
    """Log-odds below the lowest band that are still compared, for what the estimate does not cover."""


USUAL_EFFORT = SearchEffort()
_FIRST_ROUND = 256
"""Names with the highest upper bounds that are estimated first, to find how good a name must be; then four times as
many, and so on."""


@dataclass(frozen=True, slots=True)
class _Estimated:
    """One row per name."""

    names: Numbers
    scores: Floats
    lacks: Floats
    """Bits missing to the full name by sound; infinite if it cannot be that."""


def search_names(
    prepared: GroupQuery, thresholds: Thresholds = DEFAULT_THRESHOLDS, effort: SearchEffort = USUAL_EFFORT
) -> dict[int, list[int]]:
    """The names to compare closely, by the number of the index in the group; numbers within the index, best first.

    An index without any is left out.
    """
    begins = prepared.group.name_begins.tolist()
    return {
        number: [name - begins[number] for name in _choose_best(estimated, thresholds, effort)]
        for number, estimated in _estimate_names(prepared, thresholds, effort)
    }


def _choose_best(estimated: _Estimated, thresholds: Thresholds, effort: SearchEffort) -> list[int]:
    """The names that score best, then the likeliest namesakes."""
    names, scores, lacks = estimated.names, estimated.scores, estimated.lacks
    possible = min(effort.namesakes, int((scores > thresholds.possible).sum()))
    likely = np.flatnonzero(scores > thresholds.weak - effort.margin)
    best = likely[np.argsort(-scores[likely], kind="stable")][: max(effort.names, possible)]
    full = np.flatnonzero(np.isfinite(lacks))
    namesakes = full[np.argsort(lacks[full], kind="stable")][: effort.namesakes]
    others = np.sort(namesakes)
    others = others[~are_among(others, np.sort(best))]
    chosen: list[int] = names[np.concatenate((best, others))].tolist()
    return chosen


def _estimate_names(
    prepared: GroupQuery, thresholds: Thresholds, effort: SearchEffort
) -> Iterator[tuple[int, _Estimated]]:
    """The names of each index that are among its best, may be POSSIBLE, or may be the full name."""
    split_names = find_split_names(prepared)
    retrieved = retrieve(prepared, split_names, effort.most_read_whole)
    if not len(retrieved.names):
        return
    upper_bound = UpperBound(prepared, Demographics(prepared.query, prepared.group), split_names)
    reaching, bounds, demographics = upper_bound.names_reaching(retrieved, thresholds.weak - effort.margin)
    if not len(reaching):
        return
    overlaps = OverlapTable(prepared)
    ends = np.searchsorted(reaching, prepared.group.name_begins).tolist()
    indexes = [
        _Remaining(number, np.arange(*ends[number : number + 2]), bounds, effort, thresholds)
        for number in range(len(prepared.group))
        if ends[number] < ends[number + 1]
    ]
    while still := [index for index in indexes if len(index.places)]:
        chosen = [index.take() for index in still]
        places = np.concatenate(chosen)
        overlap = overlaps.compute(reaching[places], split_names)
        scores, lacks = estimate_scores(overlap, demographics[places], prepared)
        cuts = np.cumsum([len(some) for some in chosen])[:-1]
        rows = (np.split(column, cuts) for column in (reaching[places], scores, lacks))
        for index, estimated in zip(still, map(_Estimated, *rows), strict=True):
            index.keep(estimated)
    yield from ((index.number, index.estimated()) for index in indexes)


class _Remaining:
    """The names of one index that are not estimated, and how good a name must be to be worth it."""

    def __init__(
        self, number: int, places: Numbers, bounds: Floats, effort: SearchEffort, thresholds: Thresholds
    ) -> None:
        self.number = number
        self.places = places
        """Places in `bounds`."""
        self._bounds = bounds
        self._most = effort.names
        self._possible = np.float32(thresholds.possible)
        self._count = max(_FIRST_ROUND, effort.names)
        self._best = np.empty(0, np.float32)
        self._rounds = list[_Estimated]()

    def take(self) -> Numbers:
        """The places with the highest bounds, to be estimated next."""
        places, count = self.places, self._count
        if len(places) > 2 * count:
            places = places[np.argpartition(-self._bounds[places], count)]
        else:
            count = len(places)
        self.places, self._count = places[count:], 4 * count
        return places[:count]

    def keep(self, estimated: _Estimated) -> None:
        """Keep what was taken, and drop those that are not worth it any more."""
        self._rounds.append(estimated)
        self._best = np.sort(np.concatenate((self._best, estimated.scores)))[-self._most :]
        if len(self._best) == self._most:
            least = min(self._best[0], self._possible)
            self.places = self.places[self._bounds[self.places] >= least]

    def estimated(self) -> _Estimated:
        """All that were estimated."""
        rounds = self._rounds
        if len(rounds) == 1:
            return rounds[0]
        columns = ([getattr(each, name) for each in rounds] for name in ("names", "scores", "lacks"))
        return _Estimated(*map(np.concatenate, columns))


class SearchedNames(NamedTuple):
    """The names of one index to compare closely, best first, and the query that found them."""

    names: list[int]
    query: GroupQuery
    number: int
    """The place of the index in the group of that query."""

    def prepared(self) -> PreparedQuery:
        """The query as it is compared with the names of this index."""
        return self.query.of_index(self.number)


class TravellerSearch:
    """The search for one traveller in many lists: the lists of a group are searched with the first of them.

    Not to be kept longer than the screening.
    """

    def __init__(self, query: PersonQuery) -> None:
        self.query = query
        self._searched = dict[IndexGroup, tuple[GroupQuery, dict[int, list[int]]] | None]()

    def find(self, index: PersonIndex) -> SearchedNames:
        """The names of one index.

        Where the search of its whole group failed, or still runs in another thread, the index is searched alone.
        """
        joined = index.joined
        if joined is None:
            return find_names(self.query, index)
        group, number = joined
        if group not in self._searched:
            self._searched[group] = None
            with suppress_logged(Exception):
                prepared = prepare_group_query(self.query, group)
                self._searched[group] = prepared, search_names(prepared)
        searched = self._searched[group]
        if searched is None:
            return find_names(self.query, index)
        return SearchedNames(searched[1].get(number, []), searched[0], number)


def find_names(query: PersonQuery, index: PersonIndex) -> SearchedNames:
    """The names of one index, searched alone."""
    prepared = prepare_group_query(query, group_alone(index))
    return SearchedNames(search_names(prepared).get(0, []), prepared, 0)
