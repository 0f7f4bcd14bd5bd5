"""An estimate of the score of many names at once: the same evidence and weights, with what needs no alignment.

It leans to the high side (parts may meet twice, joinings cost nothing), so that whom the score would show is not
passed over; the score itself is for the few that are left.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.births import Birth
from appliance.matching.index import QUALITIES, PersonIndex
from appliance.matching.overlap import Overlap
from appliance.matching.request import Request
from appliance.matching.weights import BIRTH, CUT_OFF, NAME, NATIONALITY, PRIOR, SEX
from data.persons.partial_date import PartialDate
from data.persons.person import NameQuality

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
FULL_NAME = 0.97
"""Share of the bits from which on a name may be the full name by sound; particles may be missing."""
PARTICLES_BITS = 1.3
_LOW = QUALITIES.index(NameQuality.LOW)
_NOT_KNOWN = BIRTH[Birth.NOT_LISTED]


def estimate(overlap: Overlap, request: Request, index: PersonIndex) -> tuple[Floats, NDArray[np.bool_]]:
    """Log-odds of each name, and whether it may be the full name by sound: POSSIBLE, whatever else differs."""
    asked = np.float32(sum(request.bits))
    listed = index.name_bits[overlap.names].astype(np.float32)
    left = np.maximum(listed - overlap.met, 0) * (CUT_OFF if request.query.truncated else 1)
    missing = np.maximum(asked - overlap.met, 0)
    score = NAME["met"] * overlap.met + NAME["left_query"] * missing + NAME["left_listed"] * left
    score += NAME["share_query"] * overlap.met / np.maximum(overlap.met + missing, 0.01)
    score += NAME["share_listed"] * overlap.met / np.maximum(overlap.met + left, 0.01)
    score += NAME["half_unmet"] * overlap.halves_unmet
    score += NAME["low_quality"] * (index.qualities[overlap.names] == _LOW)
    bearers = index.person_of[overlap.names]
    new = np.diff(bearers, prepend=-1) != 0  # names ascend, and so do their bearers
    score += np.float32(PRIOR) + beside_name(bearers[new].astype(np.int64), request, index)[np.cumsum(new) - 1]
    spare = (1 - FULL_NAME) * overlap.met + PARTICLES_BITS
    full = (missing <= spare) & (listed - overlap.met <= spare)
    return score.astype(np.float32), full


def beside_name(persons: Ints, request: Request, index: PersonIndex) -> Floats:
    """What birth date, sex and nationality of these persons (ascending) add."""
    query, people = request.query, index.people
    added = _births(persons, query.birth, index)
    sex = people.sex_code(query.sex)
    if sex:
        listed = people.sexes[persons]
        added += np.where(listed == sex, SEX["same"], np.where(listed == 0, 0, SEX["differs"]))
    if query.nationality:
        where, codes = people.nations.rows_of(persons)
        worth = np.where(codes == people.nation_code(query.nationality), NATIONALITY["same"], NATIONALITY["differs"])
        nation = np.full(len(persons), NATIONALITY["differs"], np.float32)
        np.maximum.at(nation, where, np.where(codes == 0, 0, worth).astype(np.float32))
        added += nation
    return added.astype(np.float32)


def _births(persons: Ints, birth: PartialDate | None, index: PersonIndex) -> NDArray[np.float64]:
    if birth is None or birth.year is None:
        return np.full(len(persons), BIRTH[Birth.NOT_SHOWN])
    where, codes = index.people.births.rows_of(persons)
    worth = np.full(len(persons), -np.inf)
    np.maximum.at(worth, where, _worth(codes.astype(np.int64), birth))
    return worth


def _worth(codes: Ints, birth: PartialDate) -> NDArray[np.float64]:
    """What each listed birth adds, by the classes of `births`; the best that a vague one may come to."""
    assert birth.year is not None  # noqa: S101  (asked before)
    years, months, days = codes >> 16, codes >> 12 & 15, codes >> 7 & 31
    about, span = (codes >> 6 & 1) * 2, codes & 63
    around = 2 if birth.about else 0
    first, last = years - about, years + np.maximum(span - 1, 0) + about
    own_last = birth.until or birth.year
    fits = (first <= own_last + around) & (last >= birth.year - around)
    beside = (first - 1 <= own_last + around) & (last + 1 >= birth.year - around)
    whole = (days > 0) & (birth.whole is not None)
    same_day, same_month = days == (birth.day or 0), months == (birth.month or 0)
    vague = max(BIRTH[kind] for kind in (Birth.YEAR_FITS, Birth.SPAN_FITS, Birth.ABOUT_FITS))
    partial = np.where((months > 0) & same_month, BIRTH[Birth.MONTH_FITS], vague)
    flipped = (days == (birth.month or 0)) & (months == (birth.day or 0))
    exact = np.select(
        [same_day & same_month, flipped, same_month, same_day],
        [BIRTH[Birth.SAME], BIRTH[Birth.FLIPPED], BIRTH[Birth.NEAR], BIRTH[Birth.MONTH]],
        BIRTH[Birth.YEAR],
    )
    near = np.where(whole & same_day & same_month, BIRTH[Birth.YEAR_SLIP], BIRTH[Birth.BESIDE])
    worth = np.select([fits & whole, fits, beside], [exact, partial, near], BIRTH[Birth.DIFFERENT])
    return np.where(codes == 0, _NOT_KNOWN, worth)
