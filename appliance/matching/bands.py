"""From a score to a band: thresholds, floors under what no single wrong field may sink, and a ceiling.

- An exact or same-sound full name of two or more real parts is at least POSSIBLE, unless birth date, sex and
  nationality all disagree.
- One name part is never STRONG while others found none, whatever else agrees: a birth date is shared by many.
- Initials alone are never more than WEAK, whatever else agrees: one name in six begins with any letter.
- A document number that the listed person holds is STRONG, or POSSIBLE when its country is not the traveller's.
"""

from appliance.matching.alignment import Alignment
from appliance.matching.likeness import Likeness
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import Scored
from appliance.matching.weights import Thresholds
from data.findings import Band

_AGAINST = ("birth.different", "sex.differs", "nationality.differs")


def band(scored: Scored, query: PersonQuery, thresholds: Thresholds) -> Band | None:
    """The band, or None when the candidate is not worth a look."""
    document = scored.document
    if document is not None:
        elsewhere = document.country and query.nationality and document.country != query.nationality
        floor = Band.POSSIBLE if elsewhere else Band.STRONG
    elif is_full_name(scored.alignment) and not all(key in scored.amounts for key in _AGAINST):
        floor = Band.POSSIBLE
    else:
        floor = None
    return _better(_under_ceiling(_by_score(scored.score, thresholds), scored.alignment), floor)


def is_full_name(alignment: Alignment) -> bool:
    """Every real part on both sides met its like by spelling or sound, and there are two or more.

    A name of nothing but particles (LE VAN DE is one) must be the same throughout.
    """
    if all(pair.particle for pair in alignment.pairs):
        same = all(pair.likeness is Likeness.SAME for pair in alignment.pairs)
        return same and len(alignment.pairs) >= 2 and not (alignment.left_traveller or alignment.left_listed)
    alike = all(pair.likeness <= Likeness.SOUND for pair in alignment.pairs if not pair.particle)
    return alike and alignment.real >= 2 and not _something_left(alignment)


def _something_left(alignment: Alignment) -> bool:
    return any(not part.particle for part in (*alignment.left_traveller, *alignment.left_listed))


def _under_ceiling(given: Band | None, alignment: Alignment) -> Band | None:
    if given is not None and not alignment.real and any(not pair.particle for pair in alignment.pairs):
        return Band.WEAK
    if given is Band.STRONG and alignment.real < 2 and _something_left(alignment):
        return Band.POSSIBLE
    return given


def _by_score(score: float, thresholds: Thresholds) -> Band | None:
    if score > thresholds.strong:
        return Band.STRONG
    if score > thresholds.possible:
        return Band.POSSIBLE
    return Band.WEAK if score > thresholds.weak else None


def _better(one: Band | None, other: Band | None) -> Band | None:
    order = (Band.STRONG, Band.POSSIBLE, Band.WEAK)
    return next((band for band in order if band in (one, other)), None)
