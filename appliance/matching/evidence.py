"""The evidence for and against one listed name: its parts aligned with the traveller's, as amounts.

- Each part matches at most one part, in any order. The pairs that prove most are taken first; two neighbouring parts
  may match one that is written together.
- Unmatched parts on either side are kept with their bits: a missing part is not the same as one that contradicts.
- Amounts say how much there is of each kind of evidence, and `weights` what it is worth; the score is the sum of their
  products, in log-odds. Evidence about the person (birth, sex, nationality, number) is the same for all their names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from operator import itemgetter

import numpy as np
from rapidfuzz.distance import OSA

from appliance.matching.comparison import (
    TokenSimilarity,
    compare_births,
    compare_nationality,
    compare_sex,
    is_short_slip,
)
from appliance.matching.index.people import PersonFacts
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.rarity import INITIAL_BITS
from appliance.matching.prepared import PartMatch, PreparedQuery, Split
from appliance.matching.query import PersonQuery
from appliance.matching.weights import (
    CUT_OFF_SHARE,
    SIMILARITY_SHARES,
    all_weights,
)
from data.persons.names import Token
from data.persons.person import HeldDocument, NameQuality
from data.screenings import Agreement

LEAST_JOINED = 4
"""Letters of a part that may be two written together; shorter ones match by chance."""
LEAST_JOINED_WITH_SLIP = 6
"""The same if there is a slip in it."""


_SHORTEST_NAME = 3
"""Letters of a part that may be a whole name and have a slip."""


@dataclass(frozen=True, slots=True)
class PartPair:
    """Parts that match."""

    traveller: str
    listed: str
    similarity: TokenSimilarity
    bits: float
    is_joined: bool = False
    particle: bool = False
    real_parts: int = 1
    """Number of parts that are here, on the side that has more, without particles and single letters."""


@dataclass(frozen=True, slots=True)
class UnmatchedPart:
    """A part that matches none."""

    text: str
    bits: float
    particle: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """The parts that match and those that do not."""

    pairs: tuple[PartPair, ...]
    unmatched_traveller: tuple[UnmatchedPart, ...]
    unmatched_listed: tuple[UnmatchedPart, ...]
    half_unmatched: bool = False
    """Whether no part of the surname, or no part of the given names, matches."""

    @property
    def real_matches(self) -> int:
        """Number of parts that match, without particles, initials and single letters."""
        pairs = (pair for pair in self.pairs if not pair.particle and pair.similarity is not TokenSimilarity.INITIAL)
        return sum(pair.real_parts for pair in pairs)

    @property
    def is_full(self) -> bool:
        """Whether every real part on both sides matches by spelling or sound, and there are at least two.

        A name of nothing but particles (LE VAN DE is one) must be the same throughout.
        """
        if all(pair.particle for pair in self.pairs):
            same = all(pair.similarity is TokenSimilarity.SAME for pair in self.pairs)
            return same and len(self.pairs) >= 2 and not (self.unmatched_traveller or self.unmatched_listed)
        alike = all(pair.similarity <= TokenSimilarity.SOUND for pair in self.pairs if not pair.particle)
        return alike and self.real_matches >= 2 and not self.has_unmatched_part

    @property
    def is_only_part(self) -> bool:
        """Whether both names are a single part beside particles, at most one letter apart."""
        real = self.pairs if len(self.pairs) == 1 else [pair for pair in self.pairs if not pair.particle]
        if len(real) != 1 or self.unmatched_listed or self.unmatched_traveller:
            return False
        longest = max(len(real[0].traveller), len(real[0].listed))
        short_slip = real[0].similarity is TokenSimilarity.SHORT_SLIP and longest >= _SHORTEST_NAME
        return (real[0].similarity <= TokenSimilarity.SLIP or short_slip) and longest > 1

    @property
    def is_same_name(self) -> bool:
        """Whether the two names are one, however little it proves: `is_full` or `is_only_part`."""
        return self.is_full or self.is_only_part

    @property
    def has_unmatched_part(self) -> bool:
        """Whether a part on either side that is no particle matches none."""
        return any(not part.particle for part in (*self.unmatched_traveller, *self.unmatched_listed))


def align_name(
    prepared: PreparedQuery,
    units: Sequence[int],
    index: PersonIndex,
    matches: Mapping[int, Sequence[PartMatch]] | None = None,
) -> Alignment:
    """Align a query with the units of one listed name. `matches` are given if many names were looked up at once."""
    work = _Aligner(prepared, units, index)
    work.take(_edges(prepared.matches(np.array(units, np.int64)) if matches is None else matches, units))
    work.meet_joined()
    work.meet_short()
    work.meet_initials()
    return work.result()


def _edges(
    matches: Mapping[int, Sequence[PartMatch]], units: Sequence[int]
) -> Iterable[tuple[float, int, int, TokenSimilarity, float]]:
    edges = [
        (SIMILARITY_SHARES[match.similarity] * match.bits, match.span, place, match.similarity, match.bits)
        for place, unit in enumerate(units)
        for match in matches.get(unit, ())
    ]
    return sorted(edges, key=lambda edge: (-edge[0], edge[1], edge[2]))


def _places_of_parts(units: Sequence[int], index: PersonIndex) -> dict[int, tuple[int, ...]]:
    """The places of the parts of each uncut word, which stands behind the last of them."""
    places: dict[int, tuple[int, ...]] = {}
    for place, unit in enumerate(units):
        if count := len(index.vocabulary.parts_of(unit)):
            places[place] = tuple(before for before in range(place) if before not in places)[-count:]
    return places


class _Aligner:
    """Builds one alignment."""

    def __init__(self, prepared: PreparedQuery, units: Sequence[int], index: PersonIndex) -> None:
        self._prepared = prepared
        self._units = units
        self._index = index
        self._free = (1 << len(prepared.parts)) - 1
        self._parts_of = _places_of_parts(units, index)
        self._open = set(range(len(units))) - self._parts_of.keys()
        self._pairs: list[tuple[int, PartPair]] = []

    def take(self, edges: Iterable[tuple[float, int, int, TokenSimilarity, float]]) -> None:
        for _, span, place, grade, bits in edges:
            places = self._parts_of.get(place, (place,))
            if span & self._free == span and self._open.issuperset(places):
                self._meet(span, places, grade, bits, self._token(place))

    def meet_joined(self) -> None:
        """Match a long part of the traveller with two open listed parts written together."""
        if len(self._open) < 2:
            return
        for number in self._free_parts():
            sound, splits = self._prepared.parts[number].forms[0].sound, self._prepared.splits[number]
            joined = self._find_joined_places(sound, splits) if len(sound) >= LEAST_JOINED else None
            if joined is not None:
                places, grade = joined
                bits = sum(float(self._index.unit_bits[self._units[place]]) for place in places)
                latin = "".join(self._token(place).forms[0].latin for place in places)
                same = latin == self._prepared.parts[number].forms[0].latin
                self._meet(1 << number, places, TokenSimilarity.SAME if same else grade, bits)

    def meet_short(self) -> None:
        """Match parts that are too short to be searched by a slip, where the rest of the name brought them together."""
        for number in self._free_parts() if self._open else ():
            mine = self._prepared.parts[number]
            slipped = [place for place in sorted(self._open) if is_short_slip(mine, self._token(place))]
            if slipped:
                place = slipped[0]
                bits = min(self._prepared.bits[number], float(self._index.unit_bits[self._units[place]]))
                self._meet(1 << number, (place,), TokenSimilarity.SHORT_SLIP, bits)

    def meet_initials(self) -> None:
        for number in self._free_parts() if self._open else ():
            mine = self._prepared.parts[number].forms[0].latin
            for place in sorted(self._open):
                theirs = self._token(place).forms[0].latin
                if mine[:1] == theirs[:1] and 1 in (len(mine), len(theirs)):
                    self._meet(1 << number, (place,), TokenSimilarity.INITIAL, INITIAL_BITS)
                    break

    def result(self) -> Alignment:
        prepared = self._prepared
        free = [
            UnmatchedPart(prepared.parts[number].text, prepared.bits[number], prepared.parts[number].particle)
            for number in self._free_parts()
            if not prepared.repeats >> number & 1
        ]
        listed = [
            UnmatchedPart(
                self._token(place).readable_text,
                float(self._index.unit_bits[self._units[place]]),
                self._token(place).particle,
            )
            for place in sorted(self._open)
        ]
        pairs = [pair for _, pair in sorted(self._pairs, key=itemgetter(0))]
        return Alignment(tuple(pairs), tuple(free), tuple(listed), self._half_unmatched())

    def _half_unmatched(self) -> bool:
        halves = [half for half in self._prepared.halves if half]
        return len(halves) > 1 and any(half & self._free == half for half in halves)

    def _token(self, place: int) -> Token:
        return self._index.vocabulary.token(self._units[place])

    def _free_parts(self) -> list[int]:
        return [number for number in range(len(self._prepared.parts)) if self._free >> number & 1]

    def _find_joined_places(
        self, sound: str, splits: Sequence[Split]
    ) -> tuple[tuple[int, ...], TokenSimilarity] | None:
        for split in splits:
            for first, second in product(self._open_words(split.first_set), self._open_words(split.second_set)):
                if not set(first) & set(second):
                    return first + second, split.similarity
        slips = int(len(sound) >= LEAST_JOINED_WITH_SLIP)
        sounds = [(place, form.sound) for place in sorted(self._open) for form in self._token(place).forms]
        for (place, place_sound), (next_place, next_sound) in permutations(sounds, 2):
            if place != next_place and _is_together(place_sound + next_sound, sound, slips):
                return (place, next_place), TokenSimilarity.SOUND
        return None

    def _open_words(self, units: frozenset[int]) -> list[tuple[int, ...]]:
        """The places of each open part that is one of these units, or of the parts of an uncut word that is."""
        places = (self._parts_of.get(place, (place,)) for place, unit in enumerate(self._units) if unit in units)
        return [word for word in places if self._open.issuperset(word)]

    def _meet(
        self, span: int, places: tuple[int, ...], grade: TokenSimilarity, bits: float, uncut: Token | None = None
    ) -> None:
        """Pair the parts of `span` with the listed ones, which may be those of one `uncut` word."""
        parts = self._prepared.parts
        word = self._prepared.query.name.uncut.get(span)
        mine = word.text if word else " ".join(part.text for number, part in enumerate(parts) if span >> number & 1)
        listed = [uncut] if uncut else [self._token(place) for place in places]
        theirs = " ".join(part.readable_text for part in listed)
        is_joined = (span.bit_count() > 1 and not word) or len(listed) > 1
        is_particle = listed[0].particle and len(listed) == 1
        travellers = _count_real(part for number, part in enumerate(parts) if span >> number & 1)
        real_parts = max(travellers, _count_real(map(self._token, places)))
        self._pairs.append((span, PartPair(mine, theirs, grade, bits, is_joined, is_particle, real_parts)))
        self._free &= ~span
        self._open.difference_update(places)


def _count_real(parts: Iterable[Token]) -> int:
    return sum(not part.particle and len(part.text) > 1 for part in parts)


def _is_together(sounds: str, sound: str, slips: int) -> bool:
    return abs(len(sounds) - len(sound)) <= slips and OSA.distance(sounds, sound, score_cutoff=slips) <= slips


Amounts = dict[str, float]
WEIGHTS: Mapping[str, float] = all_weights()


def name_evidence(alignment: Alignment, quality: NameQuality, query: PersonQuery) -> dict[str, float]:
    """Amounts of the evidence in a name: matched and unmatched bits, shares, a full name, joined parts, quality."""
    matched = sum(SIMILARITY_SHARES[pair.similarity] * pair.bits for pair in alignment.pairs)
    lost = sum(pair.bits for pair in alignment.pairs) - matched
    unmatched = lost + sum(part.bits for part in alignment.unmatched_traveller)
    unmatched_listed = lost + sum(part.bits for part in alignment.unmatched_listed) * (
        CUT_OFF_SHARE if query.truncated else 1
    )
    amounts = {
        "name.matched": matched,
        "name.full": matched if alignment.is_full else 0.0,
        "name.share_query": matched / (matched + unmatched) if matched else 0.0,
        "name.share_listed": matched / (matched + unmatched_listed) if matched else 0.0,
        "name.left_query": unmatched,
        "name.left_listed": unmatched_listed,
    }
    if query.birth is None and not query.truncated:
        differs = min(_real_bits(alignment.unmatched_traveller), _real_bits(alignment.unmatched_listed))
        amounts["name.differs"] = float(differs > 0)
        amounts["name.differing"] = differs
    amounts["name.half_unmatched"] = float(alignment.half_unmatched)
    amounts["name.joined"] = sum(pair.is_joined for pair in alignment.pairs)
    amounts["name.low_quality"] = float(quality is NameQuality.LOW)
    return amounts


def _real_bits(parts: Sequence[UnmatchedPart]) -> float:
    """Bits of the unmatched parts, without particles."""
    return sum(part.bits for part in parts if not part.particle)


def person_evidence(query: PersonQuery, person: PersonFacts, *, numbers_matched: bool = False) -> dict[str, float]:
    """Amounts of the evidence other than the name: 1 for each class that applies."""
    keys = [f"birth.{compare_births(query.birth, person.births)[0].name.lower()}"]
    for field, agreement in (
        ("sex", compare_sex(query.sex, person.sex)),
        ("nationality", compare_nationality(query.nationality, person.nationalities)),
    ):
        if agreement is not Agreement.MISSING:
            keys.append(f"{field}.{'differs' if agreement is Agreement.DIFFERS else 'same'}")
    if numbers_matched:
        keys.append("number.same")
    return dict.fromkeys(keys, 1.0)


def log_odds(amounts: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The sum of amounts times weights, in log-odds, without the prior."""
    return sum(weights[kind] * amount for kind, amount in amounts.items())


@dataclass(frozen=True, slots=True)
class ScoredPerson:
    """One listed person, compared with the query."""

    person: int
    name: int
    """Number of the listed name that fits best."""
    alignment: Alignment
    amounts: dict[str, float]
    score: float
    """Log-odds, natural logarithm."""
    document: HeldDocument | None = None
    """A document that the person is known to hold and whose number the traveller presents."""
    same_name: "ScoredPerson | None" = None
    """The person by another name that fits less well, but is the traveller's whole name (`Alignment.is_same_name`)."""
