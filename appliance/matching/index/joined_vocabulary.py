"""The vocabularies of several lists as one, so that a name part is searched once for all of them.

- What is like a part, and by which grade, depends on the two parts alone. What a match proves depends on the list, and
  stays there (`PersonIndex.unit_bits`): so a joined vocabulary gives each list the units that its own would.
- It is made between travellers (`person_index.join_indexes`). An index that came since then searches its own.
- Units are numbered through all lists, one list after another.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index.arrays import GroupedArray, Numbers, Spellings
from appliance.matching.index.vocabulary import GROUPS, NO_UNITS, PartCache, Similar, UnitPair, UnitSearch, Vocabulary
from data.persons.names import Token

_T = TypeVar("_T")


class JoinedVocabulary(UnitSearch):
    """All units of these vocabularies."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._vocabularies = tuple(vocabularies)
        self._ends = np.cumsum([0, *map(len, vocabularies)])
        self._end_list: list[int] = self._ends.tolist()
        arrays, self.sound_numbers = _join_arrays(vocabularies, self._end_list)
        """For each vocabulary the number of each of its sounds here."""
        super().__init__(arrays)
        self._similar = PartCache[_SimilarByList]()
        self._alone = PartCache[_SimilarByList]()
        self._close = PartCache[_SimilarByList]()
        self._pairs = PartCache[tuple[_PairByList, ...]]()

    def spellings_of(self, unit: int) -> list[str]:
        """The Latin spellings of a unit, `~` before one without vowels."""
        number = bisect_right(self._end_list, unit) - 1
        return self._vocabularies[number].spellings_of(unit - self._end_list[number])

    def similar_by_list(self, token: Token) -> "_SimilarByList":
        """`find_similar`, looked up once for each part."""
        return _look_up(self._similar, token, lambda: self._cut(self.find_similar(token)))

    def alone_by_list(self, token: Token) -> "_SimilarByList":
        """`find_similar_alone`, looked up once for each part."""
        return _look_up(self._alone, token, lambda: self._cut(self.find_similar_alone(token)))

    def close_by_list(self, token: Token) -> "_SimilarByList":
        """`find_close`, looked up once for each part."""
        return _look_up(self._close, token, lambda: self._cut(self.find_close(token)))

    def pairs_by_list(self, token: Token) -> "tuple[_PairByList, ...]":
        """`find_pairs`, looked up once for each part."""
        return _look_up(self._pairs, token, lambda: tuple(map(self._cut_pair, self.find_pairs(token))))

    def _cut(self, similar: Similar) -> "_SimilarByList":
        return _SimilarByList(*similar, self._find_cuts(similar[0]))

    def _cut_pair(self, pair: UnitPair) -> "_PairByList":
        return _PairByList(pair, self._find_cuts(pair.firsts), self._find_cuts(pair.seconds))

    def _find_cuts(self, units: Numbers) -> list[int]:
        cuts: list[int] = np.searchsorted(units, self._ends).tolist()
        return cuts

    def begin_of(self, number: int) -> int:
        """The first unit of a list."""
        return self._end_list[number]

    def part(self, first: int, end: int) -> "VocabularyPart":
        """The units of the lists from `first` to before `end`, numbered from 0."""
        return VocabularyPart(self, first, end)


class _SimilarByList(NamedTuple):
    """Units of all lists; those of list n are from `cuts[n]` to `cuts[n + 1]`."""

    units: Numbers
    grades: NDArray[np.uint8]
    cuts: list[int]


class _PairByList(NamedTuple):
    pair: UnitPair
    first_cuts: list[int]
    second_cuts: list[int]


def _look_up(cache: PartCache[_T], token: Token, find: Callable[[], _T]) -> _T:
    known = cache.get(token)
    return cache.keep(token, find()) if known is None else known


class VocabularyPart:
    """The lists from `first` to before `end` of a joined vocabulary; a `vocabulary.UnitLookup` over their units."""

    def __init__(self, joined: JoinedVocabulary, first: int, end: int) -> None:
        self._joined = joined
        self._first, self._end = first, end
        self._begin = joined.begin_of(first)

    def find_similar(self, token: Token) -> Similar:
        """Every unit like `token`, ascending, and the best grade of each."""
        return self._select(self._joined.similar_by_list(token))

    def find_similar_alone(self, token: Token) -> Similar:
        """Like `find_similar`, for a name that has no other part: short parts may have a slip too."""
        return self._select(self._joined.alone_by_list(token))

    def find_close(self, token: Token) -> Similar:
        """Like `find_similar`, but only by the same sound or the same consonants."""
        return self._select(self._joined.close_by_list(token))

    def find_pairs(self, token: Token) -> tuple[UnitPair, ...]:
        """The two parts that a part may be."""
        return tuple(self._select_pairs(self._joined.pairs_by_list(token)))

    def of_same_sound(self, latin: str) -> Numbers:
        """Units that sound like a word in Latin letters."""
        units = self._joined.of_same_sound(latin)
        end = self._joined.begin_of(self._end)
        return units[slice(*np.searchsorted(units, (self._begin, end)).tolist())] - self._begin

    def _select(self, similar: _SimilarByList) -> Similar:
        first, end = similar.cuts[self._first], similar.cuts[self._end]
        return (similar.units[first:end] - self._begin, similar.grades[first:end]) if first < end else NO_UNITS

    def _select_pairs(self, pairs: Sequence[_PairByList]) -> Iterator[UnitPair]:
        for pair, first_cuts, second_cuts in pairs:
            firsts = pair.firsts[first_cuts[self._first] : first_cuts[self._end]]
            seconds = pair.seconds[second_cuts[self._first] : second_cuts[self._end]]
            if len(firsts) and len(seconds):
                yield UnitPair(firsts - self._begin, seconds - self._begin, pair.similarity)


def _join_arrays(
    vocabularies: Sequence[Vocabulary], ends: Sequence[int]
) -> tuple[dict[str, NDArray[Any]], list[Numbers]]:
    """The arrays of a `UnitSearch` over all of them, whose units begin at `ends`; and the new numbers of the sounds."""
    arrays: dict[str, NDArray[Any]] = {"flags": np.concatenate([each.flags for each in vocabularies])}
    places = dict[str, list[Numbers]]()
    for name in GROUPS:
        spellings, places[name] = Spellings.join([each.groups[name][0] for each in vocabularies])
        groups = [each.groups[name][1] for each in vocabularies]
        joined = GroupedArray.join(groups, places[name], ends[:-1], len(spellings))
        arrays |= _spelling_arrays(name, spellings) | {f"{name}.ends": joined.ends, f"{name}.units": joined.values}
    skeletons, skeleton_places = Spellings.join([each.skeletons for each in vocabularies])
    skeleton_of_sound = np.zeros(len(arrays["sound.masks"]), np.int32)
    for each, sounds, numbers in zip(vocabularies, places["sound"], skeleton_places, strict=True):
        skeleton_of_sound[sounds] = numbers[each.skeleton_of_sound]
    by_skeleton = GroupedArray.of(skeleton_of_sound, np.arange(len(skeleton_of_sound)), len(skeletons))
    arrays |= {
        **_spelling_arrays("skeleton", skeletons),
        "sound.skeleton": skeleton_of_sound,
        "skeleton.ends": by_skeleton.ends,
        "skeleton.sounds": by_skeleton.values,
    }
    return arrays, places["sound"]


def _spelling_arrays(name: str, spellings: Spellings) -> dict[str, NDArray[Any]]:
    return {f"{name}.letters": spellings.letters, f"{name}.first": spellings.first, f"{name}.masks": spellings.masks}
