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
from appliance.matching.people import date_number
from appliance.matching.request import Request, Span
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR, Thresholds
from data.persons.sound import sound

MOST_NAMES = 80
WHOLE = 1_500
LEAST_JOINED = 6
"""Letters of a part that may be two listed parts written together."""
_LEAST_PIECE = 3
_FAINT = (
    DEFAULT.possible
    - PRIOR
    - BIRTH[Birth.YEAR_SLIP]
    - NATIONALITY["same"]
    - NAME["share_listed"] / 2
    - NAME["half_unmet"]
)
"""What the traveller's side of a name must prove, where the birth date is another and half the name differs."""
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
    """That are handed on, and whoever else may be POSSIBLE."""
    namesakes: int = 400
    """Most that may be POSSIBLE, and most that are handed on because they may be the full name, the likest first."""
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
    worth, lacks = estimate(overlap, request, index)
    order = np.argsort(-worth, kind="stable")
    possible = min(effort.namesakes, int((worth > thresholds.possible).sum()))
    best = order[: max(effort.names, possible)]
    best = best[worth[best] > thresholds.weak - effort.margin]
    namesakes = np.argsort(lacks, kind="stable")[: min(effort.namesakes, int(np.isfinite(lacks).sum()))]
    chosen: list[int] = found[np.concatenate((best, np.setdiff1d(namesakes, best)))].tolist()
    return chosen


def _brought_up(request: Request, index: PersonIndex, joined: dict[int, Ints], whole: int) -> Ints:
    """Distinct names, ascending."""
    marks = np.zeros(len(index.person_of), bool)
    for names in joined.values():
        marks[names] = True
    born, month, open_years = _dates(request, index)
    far = sum(request.bits) >= _BITS_OF_A_STRANGER
    spans = [span for span in request.spans if len(span.units) and not _only_particles(request, span.mask)]
    alike = [span.grades <= Likeness.SOUND for span in spans]
    wanted = [np.ones(len(same), bool) if far else same for same in alike]
    rarest = _rarest(spans, alike, index), _rarest(spans, wanted, index)
    faint = _faint(request)
    for place, span in enumerate(spans):
        anywhere = wanted[place]
        if _held(span, anywhere, index) > whole and place != rarest[1]:
            anywhere = alike[place]
        if _held(span, anywhere, index) > whole and place not in rarest:
            anywhere = np.zeros(len(anywhere), bool)
        marks[index.postings.all_of(span.units[anywhere])[0]] = True
        for low, high in (month,) if span.mask & faint else (born, open_years):
            marks[index.postings.between(span.units[~anywhere], low, high)[0]] = True
    return np.flatnonzero(marks)


def _faint(request: Request) -> int:
    """The commonest parts, as a mask: all of them together prove too little for somebody of another birthday."""
    total, faint, proved = sum(request.bits), 0, 0.0
    if request.query.birth is None or not all(request.halves):
        return 0
    for number in sorted(range(len(request.parts)), key=request.bits.__getitem__):
        proved += request.bits[number]
        if NAME["met"] * proved + NAME["share_query"] * proved / total >= _FAINT:
            break
        faint |= 0 if request.parts[number].particle else 1 << number
    return faint if any(half & ~faint for half in request.halves) else 0


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


def _dates(request: Request, index: PersonIndex) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Names whose bearers were born when the traveller was, a year either side; in that month; in an open year."""
    birth = request.query.birth
    if birth is None or birth.year is None:
        return (0, len(index.person_of)), (0, len(index.person_of)), (0, 0)
    years = birth.years()
    born = index.born(date_number(years.start - 1), date_number(years.stop + 1) - 1)
    first, last = (birth.month, birth.month) if birth.month else (0, 15)
    month = index.born(date_number(birth.year, first), date_number(birth.year, last, 31))
    return born, month, index.born(0, 0)


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
