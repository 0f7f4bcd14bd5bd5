"""Which listed persons may this traveller be: at most five candidates, best first, each with its reasons.

A record past its review date on the day its list was signed does not hit. Past it only by this machine's clock,
which may be wrong, it is never more than POSSIBLE, and says so. Nothing found is an empty tuple; an error is an error.
"""

from dataclasses import replace
from datetime import date
from typing import Protocol

from appliance.matching import links, question, reasons
from appliance.matching.bands import band
from appliance.matching.index import Fetch, PersonIndex
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import Scored, score
from appliance.matching.weights import DEFAULT, Thresholds
from data.findings import Band, PersonCandidate

MOST = 5
PAST_REVIEW = "by this kit's clock the record is past its review date"
_ORDER = {Band.STRONG: 0, Band.POSSIBLE: 1, Band.WEAK: 2}


class Searchable(Protocol):
    """A list in memory: one index, or one with its latest changes beside it."""

    @property
    def list_name(self) -> str:
        """The list's name."""

    @property
    def parts(self) -> tuple[tuple[PersonIndex, frozenset[str]], ...]:
        """What a search goes through, each with the records to be passed over in it."""


def match(
    query: PersonQuery,
    index: Searchable,
    thresholds: Thresholds = DEFAULT,
    *,
    today: date,
    signed: date | None = None,
    fetch: Fetch | None = None,
) -> tuple[PersonCandidate, ...]:
    """The candidates of one list for one traveller on the day `today`.

    `signed` is the day the list's version was signed, so that it is surely not earlier (default: `today`). `fetch`
    reads the notices of the few that are shown, where the index does not keep them.
    """
    found: list[tuple[Band, Scored, PersonIndex]] = []
    for part, hidden in index.parts:
        for scored in score(query, part, fetch=fetch, hidden=hidden):
            given = band(scored, query, thresholds)
            if given is not None and part.people.in_force(scored.person, signed or today):
                past = not part.people.in_force(scored.person, today)
                found.append((Band.POSSIBLE if past and given is Band.STRONG else given, scored, part))
    found.sort(key=lambda one: (_ORDER[one[0]], -one[1].score))
    candidates = (_candidate(*one, query, index.list_name, fetch) for one in found[:MOST])
    dates = (part.people.in_force(scored.person, today) for _, scored, part in found)
    return tuple(one if current else _past(one) for one, current in zip(candidates, dates, strict=False))


def _past(candidate: PersonCandidate) -> PersonCandidate:
    return replace(candidate, against=(*candidate.against, PAST_REVIEW))


def _candidate(
    given: Band, scored: Scored, index: PersonIndex, query: PersonQuery, list_name: str, fetch: Fetch | None
) -> PersonCandidate:
    notice = index.notice(scored.person, fetch)
    name = notice.person.names[scored.name - index.names_of(scored.person).start]
    return PersonCandidate(
        list=list_name,
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
        against=reasons.against(scored, query, notice.person, name),
        ask=question.ask(query, notice.person, name),
        says=reasons.says(scored, query, notice.person),
        linked=links.associates(notice.person, fetch),
        documents=notice.person.documents[: links.MOST],
    )
