"""Was one of the documents seen here before in an impossible way: entered twice, at two lanes, or after a refusal.

- The newest earlier screening that settled something decides. A referral to the second line, a withdrawal, and a scan
  at this lane without a decision settled nothing.
- A kit knows who left only where it screens departures too. Where it does not, a return is odd only `soon`: a commuter
  may leave through a gate that no kit watches.
- An admission that settled a referral is the second line's word, and often no crossing yet: the traveller then comes
  back to the lane. The next screening says how it was settled (`appliance.checks.referrals`), and this one raises
  nothing.
- Something to look at, never a hit; a missing answer never stops a CLEAR (docs/screening.md, "Mandatory checks").
- Where the journal was lost or replaced, whatever raises nothing is `memory_lost` (`appliance.checks.referrals`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from appliance.checks.referrals import NOT_SEEN, consider_lost_memory
from appliance.screening.check_ports import ReferralsReader, SightingsReader
from appliance.verdict import Observation, worst_finding
from data.documents.travel_document import TravelDocument
from data.journal.sightings import Sighting
from data.lists.edition import format_age
from data.screenings import Decision, Direction, Finding, Screening, State
from data.text import Message, _

_UNSETTLED = (Decision.REFER, Decision.WITHDREW)
_OPPOSITE = {Direction.ENTRY: Direction.EXIT, Direction.EXIT: Direction.ENTRY}
_THIS_DOCUMENT, _THIS_NUMBER = _("This document"), _("A document of this number")
"""Of a document whose type was not known, or whose number was not certain, either time, only the number is the same."""
_TWICE = {Direction.ENTRY: "entered_twice", Direction.EXIT: "left_twice", Direction.TRANSIT: "passed_twice"}


class SeenAgainCheck:
    """Every document that was presented, against the kit's own memory of the last hours."""

    name = "seen_again"
    mandatory = False

    def __init__(
        self,
        sightings: SightingsReader,
        referrals: ReferralsReader,
        *,
        within: timedelta = timedelta(hours=24),
        soon: timedelta = timedelta(hours=2),
    ) -> None:
        """`within`: how far back to look, at most what the journal keeps; `soon`: see the rules above."""
        self._sightings = sightings
        self._referrals = referrals
        self._within = within
        self._soon = soon

    def run(self, screening: Screening) -> Finding:
        """PASS `not_seen`, `seen_before`; NOTICE `refused_before`, `entered_twice`, `left_twice`, `two_lanes` …

        NOT_DONE `memory_lost`.
        """
        observations = [
            observation for document in screening.documents for observation in self._look_up(screening, document)
        ]
        nothing = Observation(State.NOT_APPLICABLE, "no_document", _("No document was presented"))
        finding = replace(worst_finding(self.name, observations, nothing), mandatory=self.mandatory)
        lost = self._sightings.read_lost_memory(screening.at, self._within)
        return consider_lost_memory(finding, lost, screening.at)

    def _look_up(self, screening: Screening, document: TravelDocument) -> Iterator[Observation]:
        earlier = self._sightings.before(screening, document, self._within)
        last = next((sighting for sighting in earlier if _is_settled(sighting, screening)), None)
        reason = self._reason(last, screening) if last and not self._is_outcome(last, screening) else ""
        if last and reason:
            yield Observation(State.NOTICE, reason, _describe(reason, last, screening))
        elif earlier:
            yield Observation(State.PASS, "seen_before", _describe_earlier(earlier[0], screening))
        else:
            yield Observation(State.PASS, NOT_SEEN, _("Not seen here recently"))

    def _reason(self, last: Sighting, screening: Screening) -> str:
        if last.decision is Decision.REFUSE:
            return "refused_before"
        if last.direction is not screening.direction or not self._knows(last, screening):
            return ""
        return _TWICE[screening.direction] if last.decision is Decision.ADMIT else "two_lanes"

    def _is_outcome(self, last: Sighting, screening: Screening) -> bool:
        """Whether this admission settled the traveller's referral."""
        if last.decision is not Decision.ADMIT:
            return False
        referral = self._referrals.find(screening)
        return referral is not None and referral.outcome is not None and referral.outcome.at == last.decided_at

    def _knows(self, last: Sighting, screening: Screening) -> bool:
        """Whether the kit would have seen the document go the other way in between."""
        if last.age_at(screening.at) <= self._soon:
            return True
        other = _OPPOSITE.get(screening.direction)
        return other is not None and self._sightings.any_in(other, screening.at, self._within)


def _is_settled(earlier: Sighting, screening: Screening) -> bool:
    if earlier.decision is None:
        return "" not in (earlier.lane, screening.lane) and earlier.lane != screening.lane
    return earlier.decision not in _UNSETTLED


def _describe_earlier(earlier: Sighting, screening: Screening) -> Message:
    """What is known of it. Nothing unusual is only a crossing the other way: exit after exit may be a slip."""
    when = _describe_when(earlier, screening)
    if not earlier.is_certain:
        return _("A document of this number was seen here {when}", when=when)
    if earlier.decision is None:
        return _("Seen here {when}; nothing was decided then", when=when)
    if earlier.direction is screening.direction:
        return _SAME_WAY[screening.direction](when)
    if earlier.decision is Decision.ADMIT and earlier.direction is _OPPOSITE.get(screening.direction):
        return _("Seen here {when}; nothing unusual about it", when=when)
    return _("Seen here {when}", when=when)


_SAME_WAY: Mapping[Direction, Callable[[Message], Message]] = {
    Direction.ENTRY: lambda when: _("Seen here {when}, entering as now; this kit has not seen the way back", when=when),
    Direction.EXIT: lambda when: _("Seen here {when}, leaving as now; this kit has not seen the way back", when=when),
    Direction.TRANSIT: lambda when: _("Seen here {when}, in transit as now", when=when),
}


def _describe_when(earlier: Sighting, screening: Screening) -> Message:
    age = format_age(earlier.age_at(screening.at))
    return _("{age} at lane {lane}", age=age, lane=earlier.lane) if earlier.lane else age


def _describe(reason: str, last: Sighting, screening: Screening) -> Message:
    when = _describe_when(last, screening)
    document = _THIS_DOCUMENT if last.is_certain else _THIS_NUMBER
    if reason == "refused_before":
        return _("{document} was refused here {when}: look at the case", document=document, when=when)
    if reason == "two_lanes":
        return _("{document} was presented {when} without a decision: ask who held it", document=document, when=when)
    return _(
        "{document} was admitted here {when} and not seen going back: compare the holder with the photo",
        document=document,
        when=when,
    )
