"""Which listed persons may this traveller be: at most five candidates, best first, each with its reasons.

Records past their review date do not hit. Nothing found is an empty tuple; an error is an error.
"""

from datetime import date

from appliance.matching import reasons
from appliance.matching.bands import band
from appliance.matching.index import PersonIndex
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import Scored, score
from appliance.matching.weights import DEFAULT, Thresholds
from data.findings import Band, PersonCandidate
from data.persons.notice import Notice

MOST = 5
_ORDER = {Band.STRONG: 0, Band.POSSIBLE: 1, Band.WEAK: 2}


def match(
    query: PersonQuery, index: PersonIndex, thresholds: Thresholds = DEFAULT, *, today: date
) -> tuple[PersonCandidate, ...]:
    """The candidates of one list for one traveller on the day `today`."""
    found: list[tuple[Band, Scored]] = []
    for scored in score(query, index):
        notice = index.notices[scored.person]
        given = band(scored, query, notice.person, thresholds) if in_force(notice, today) else None
        if given is not None:
            found.append((given, scored))
    found.sort(key=lambda pair: (_ORDER[pair[0]], -pair[1].score))
    return tuple(_candidate(given, scored, query, index) for given, scored in found[:MOST])


def in_force(notice: Notice, today: date) -> bool:
    """Whether the record may still hit: up to and including its review date (domain.md)."""
    return notice.review is None or today <= notice.review


def _candidate(given: Band, scored: Scored, query: PersonQuery, index: PersonIndex) -> PersonCandidate:
    notice = index.notices[scored.person]
    name = index.listed_name(scored.name)
    return PersonCandidate(
        list=index.list_name,
        record=notice.record,
        band=given,
        score=round(scored.score, 2),
        name=reasons.plain(name.full),
        primary_name=reasons.plain(notice.person.primary_name),
        quality=name.quality.value,
        action=notice.action.value,
        colour=notice.colour.value,
        owner=reasons.plain(notice.owner),
        reason=reasons.plain(notice.reason),
        fields=reasons.fields(scored, query, notice.person, name),
        against=reasons.against(scored, query, notice.person),
        ask=reasons.ask(query, notice.person),
        says=reasons.says(scored, query, notice.person),
    )
