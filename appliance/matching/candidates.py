"""The few listed names worth a close look, out of millions, best first.

- The traveller's rarest parts bring up every name that holds one like them. Of common parts only the names of
  people born in the years in question come up, or of several or no listed year: a common part that meets somebody
  of another year proves nothing by itself.
- Whoever comes up is estimated with all evidence; a birth date brings up nobody by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.births import Birth
from appliance.matching.estimate import estimate
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.overlap import Meeting
from appliance.matching.request import Request, Span
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR, Thresholds
from data.persons.sound import sound

MOST_NAMES = 80
WHOLE = 1_500
LEAST_JOINED = 6
"""Letters of a part that may be two listed parts written together."""
_LEAST_PIECE = 3
_BITS_OF_A_STRANGER = (
    DEFAULT.possible - PRIOR - BIRTH[Birth.DIFFERENT] - NATIONALITY["same"] - NAME["share_query"] - NAME["share_listed"]
) / NAME["met"]
"""Bits of a name with which somebody of another year may be POSSIBLE though it is not spelled alike."""
_NAMES_OF_PIECE = 3000
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a search goes."""

    names: int = MOST_NAMES
    """That are handed on."""
    namesakes: int = 400
    """That are handed on, best first, because they may be the full name."""
    whole: int = WHOLE
    """Names that one part may bring up regardless of their years; the rarest part may bring up more."""
    margin: float = 2.0
    """Log-odds under the lowest band that are still looked at."""


USUAL = Effort()


def search(request: Request, index: PersonIndex, thresholds: Thresholds = DEFAULT, effort: Effort = USUAL) -> list[int]:
    """Numbers of the names worth a close look, best first."""
    joined = dict(_joined(request, index))
    found = _brought_up(request, index, joined, effort.whole)
    if not len(found):
        return []
    overlap = Meeting(request, index).overlap(found, joined)
    worth, full = estimate(overlap, request, index)
    order = np.argsort(-worth, kind="stable")
    best = order[: effort.names][worth[order[: effort.names]] > thresholds.weak - effort.margin]
    namesakes = order[full[order]][: effort.namesakes]
    chosen: list[int] = found[np.concatenate((best, np.setdiff1d(namesakes, best)))].tolist()
    return chosen


def _brought_up(request: Request, index: PersonIndex, joined: dict[int, Ints], whole: int) -> Ints:
    """Distinct names, ascending."""
    marks = np.zeros(len(index.person_of), bool)
    for names in joined.values():
        marks[names] = True
    born, open_years = _years(request, index)
    far = sum(request.bits) >= _BITS_OF_A_STRANGER
    spans = [span for span in request.spans if len(span.units) and not _only_particles(request, span.mask)]
    alike = [span.grades <= Likeness.SOUND for span in spans]
    wanted = [np.ones(len(same), bool) if far else same for same in alike]
    rarest = _rarest(spans, alike, index), _rarest(spans, wanted, index)
    for place, span in enumerate(spans):
        anywhere = wanted[place]
        if _held(span, anywhere, index) > whole and place != rarest[1]:
            anywhere = alike[place]
        if _held(span, anywhere, index) > whole and place not in rarest:
            anywhere = np.zeros(len(anywhere), bool)
        marks[index.postings.all_of(span.units[anywhere])[0]] = True
        for low, high in (born, open_years):
            marks[index.postings.between(span.units[~anywhere], low, high)[0]] = True
    return np.flatnonzero(marks)


def _held(span: Span, chosen: NDArray[np.bool_], index: PersonIndex) -> int:
    """Names that hold one of the chosen units."""
    return int(index.postings.sizes(span.units[chosen]).sum())


def _rarest(spans: list[Span], chosen: list[NDArray[np.bool_]], index: PersonIndex) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    sizes = [(_held(span, some, index), place) for place, (span, some) in enumerate(zip(spans, chosen, strict=True))]
    single = [(size, place) for size, place in sizes if size and spans[place].mask.bit_count() == 1]
    return min(single)[1] if single else -1


def _only_particles(request: Request, mask: int) -> bool:
    real = [part for number, part in enumerate(request.parts) if not part.particle]
    return bool(real) and all(part.particle for number, part in enumerate(request.parts) if mask >> number & 1)


def _years(request: Request, index: PersonIndex) -> tuple[tuple[int, int], tuple[int, int]]:
    """Names whose bearers were born when the traveller was, a year either side; and those of an open year."""
    birth = request.query.birth
    if birth is None or birth.year is None:
        return (0, len(index.person_of)), (0, 0)
    span = birth.years()
    first, last = np.searchsorted(index.years, np.array([span.start - 1, span.stop + 1], np.int16))
    born = int(index.year_names[first]), int(index.year_names[last])
    return born, (0, int(index.year_names[1]) if len(index.years) and index.years[0] == 0 else 0)


def _joined(request: Request, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    """By number of a part, names that hold it as two parts written apart."""
    for number, part in enumerate(request.parts):
        latin = part.forms[0].latin
        if len(part.forms[0].sound) < LEAST_JOINED or part.forms[0].vowelless:
            continue
        cuts = range(_LEAST_PIECE, len(latin) - _LEAST_PIECE + 1)
        names = [found for cut in cuts if len(found := _holding_both(latin[:cut], latin[cut:], index))]
        if names:
            yield number, np.unique(np.concatenate(names))


def _holding_both(one: str, other: str, index: PersonIndex) -> Ints:
    sounds = [index.vocabulary.sounds.find(sound(piece)) for piece in (one, other)]
    if min(sounds) < 0:
        return np.empty(0, np.int64)
    units = [index.vocabulary.of_sound.members(heard).astype(np.int64) for heard in sounds]
    few, many = sorted(units, key=lambda held: int(index.postings.sizes(held).sum()))
    names = np.unique(index.postings.all_of(few)[0])[:_NAMES_OF_PIECE]
    rows, which = index.rows.all_of(names)
    return names[np.unique(which[np.isin(rows, many)])]
