"""Which listed persons may this traveller be: at most five candidates, best first, each in a band and with its reasons.

- A record past its review date on the day its list was signed does not hit. Past it only by this machine's clock,
  which may be wrong, it is never more than POSSIBLE, and says so.
- Nothing found is an empty tuple; an error is an error.
- Bands come from thresholds, from floors under which no single wrong field may sink a candidate, and from a ceiling.
- An exact or same-sound full name of two or more real parts is at least POSSIBLE, unless birth date, sex and
  nationality all disagree.
- One name part is never STRONG while others found none, whatever else agrees: a birth date is shared by many.
- Initials alone are never more than WEAK, whatever else agrees: one name in six begins with any letter.
- A document number that the listed person holds is STRONG, or POSSIBLE when its country is not the traveller's.
"""

from dataclasses import replace
from datetime import date
from typing import Protocol

from appliance.matching import reasons
from appliance.matching.comparison import TokenSimilarity
from appliance.matching.evidence import Alignment
from appliance.matching.index.person_index import Fetch, PersonIndex
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import ScoredPerson, score_persons
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from data.screenings import Band, PersonCandidate

_CONTRADICTIONS = ("birth.different", "sex.differs", "nationality.differs")


def assign_band(scored: ScoredPerson, query: PersonQuery, thresholds: Thresholds) -> Band | None:
    """The band, or None when the candidate is not worth a look."""
    document = scored.document
    if document is not None:
        elsewhere = document.country and query.nationality and document.country != query.nationality
        floor = Band.POSSIBLE if elsewhere else Band.STRONG
    elif is_full_name(scored.alignment) and not all(key in scored.amounts for key in _CONTRADICTIONS):
        floor = Band.POSSIBLE
    else:
        floor = None
    return _better_band(_cap_band(_band_of_score(scored.score, thresholds), scored.alignment), floor)


def is_full_name(alignment: Alignment) -> bool:
    """Every real part on both sides met its like by spelling or sound, and there are two or more.

    A name of nothing but particles (LE VAN DE is one) must be the same throughout.
    """
    if all(pair.particle for pair in alignment.pairs):
        same = all(pair.similarity is TokenSimilarity.SAME for pair in alignment.pairs)
        return same and len(alignment.pairs) >= 2 and not (alignment.unmatched_traveller or alignment.unmatched_listed)
    alike = all(pair.similarity <= TokenSimilarity.SOUND for pair in alignment.pairs if not pair.particle)
    return alike and alignment.real_matches >= 2 and not _has_unmatched_part(alignment)


def _has_unmatched_part(alignment: Alignment) -> bool:
    return any(not part.particle for part in (*alignment.unmatched_traveller, *alignment.unmatched_listed))


def _cap_band(given: Band | None, alignment: Alignment) -> Band | None:
    if given is not None and not alignment.real_matches and any(not pair.particle for pair in alignment.pairs):
        return Band.WEAK
    if given is Band.STRONG and alignment.real_matches < 2 and _has_unmatched_part(alignment):
        return Band.POSSIBLE
    return given


def _band_of_score(score: float, thresholds: Thresholds) -> Band | None:
    if score > thresholds.strong:
        return Band.STRONG
    if score > thresholds.possible:
        return Band.POSSIBLE
    return Band.WEAK if score > thresholds.weak else None


def _better_band(one: Band | None, other: Band | None) -> Band | None:
    order = (Band.STRONG, Band.POSSIBLE, Band.WEAK)
    return next((band for band in order if band in (one, other)), None)


MOST_CANDIDATES = 5
PAST_REVIEW = "by this kit's clock the record is past its review date"
_BAND_ORDER = {Band.STRONG: 0, Band.POSSIBLE: 1, Band.WEAK: 2}


class Searchable(Protocol):
    """A list in memory: one index, or one with its latest changes beside it."""

    @property
    def list_name(self) -> str:
        """The list's name."""

    @property
    def parts(self) -> tuple[tuple[PersonIndex, frozenset[str]], ...]:
        """What a search goes through, each with the records to be passed over in it."""


def find_candidates(
    query: PersonQuery,
    index: Searchable,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    today: date,
    signed: date | None = None,
    fetch: Fetch | None = None,
) -> tuple[PersonCandidate, ...]:
    """The candidates of one list for one traveller on the day `today`.

    `signed` is the day the list's version was signed, so that it is surely not earlier (default: `today`). `fetch`
    reads the notices of the few that are shown, where the index does not keep them.
    """
    found: list[tuple[Band, ScoredPerson, PersonIndex]] = []
    for part, hidden in index.parts:
        for scored in score_persons(query, part, fetch=fetch, hidden=hidden):
            given = assign_band(scored, query, thresholds)
            if given is not None and part.people.is_in_force(scored.person, signed or today):
                past = not part.people.is_in_force(scored.person, today)
                found.append((Band.POSSIBLE if past and given is Band.STRONG else given, scored, part))
    found.sort(key=lambda one: (_BAND_ORDER[one[0]], -one[1].score))
    candidates = (_make_candidate(*one, query, index.list_name, fetch) for one in found[:MOST_CANDIDATES])
    dates = (part.people.is_in_force(scored.person, today) for _, scored, part in found)
    return tuple(one if current else _mark_past_review(one) for one, current in zip(candidates, dates, strict=False))


def _mark_past_review(candidate: PersonCandidate) -> PersonCandidate:
    return replace(candidate, against=(*candidate.against, PAST_REVIEW))


def _make_candidate(
    given: Band, scored: ScoredPerson, index: PersonIndex, query: PersonQuery, list_name: str, fetch: Fetch | None
) -> PersonCandidate:
    notice = index.notice(scored.person, fetch)
    name = notice.person.names[scored.name - index.names_of(scored.person).start]
    return PersonCandidate(
        list=list_name,
        record=notice.record,
        band=given,
        score=round(scored.score, 2),
        name=reasons.printable_text(name.full),
        primary_name=reasons.printable_text(notice.person.primary_name),
        quality=name.quality.value,
        action=notice.action.value,
        colour=notice.colour.value,
        owner=reasons.printable_text(notice.owner),
        reason=reasons.printable_text(notice.reason),
        fields=reasons.compare_fields(scored, query, notice.person, name),
        against=reasons.counter_arguments(scored, query, notice.person, name),
        ask=reasons.clarifying_question(query, notice.person, name),
        says=reasons.reason_line(scored, query, notice.person),
        linked=reasons.visible_associates(notice.person, fetch),
        documents=notice.person.documents[: reasons.MOST_LINKED],
    )
