"""What may be said of listed persons: to a lane, and where details are locked.

- A discreet record leaves the lane its ordinary result (docs/screening.md, "Actions"). The whole finding is kept for
  cleared roles and the journal. The lane's copy is worded from what remains, by the same function as a finding that
  never held the record, so neither a count, a state nor a sentence gives it away.
- Where details are locked (`data.lease.enforcement`) enough is left to act on: how well, which list, which record,
  what it asks for. So no hit is weaker for it. A field that candidates get later is left out until somebody decides
  that it says nothing of the person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.verdict import action_of
from data.persons.names import readable_name
from data.persons.notice import Action
from data.persons.person import NameQuality
from data.screenings import PAST_REVIEW, Band, Finding, PersonCandidate, State

SearchOutcome = tuple[State, str, str]


def search_outcome(list_name: str, candidates: Sequence[PersonCandidate]) -> SearchOutcome:
    """State, reason code and sentence for these candidates, best first."""
    bands = {candidate.band for candidate in candidates}
    if Band.STRONG in bands:
        return State.HIT, "person_strong", f"Fits a person on {list_name}: {_name_best(candidates, Band.STRONG)}"
    if Band.POSSIBLE in bands:
        return State.HIT, "person_possible", f"May be a person on {list_name}: {_name_best(candidates, Band.POSSIBLE)}"
    if candidates:
        return State.PASS, "person_weak", f"Nobody on {list_name} fits; some names are distantly alike"
    return State.PASS, "not_listed", f"Nobody on {list_name} fits"


def _name_best(candidates: Sequence[PersonCandidate], band: Band) -> str:
    best, *rest = [candidate for candidate in candidates if candidate.band is band]
    more = f" and {len(rest)} more" if rest else ""
    name = best.primary_name if best.quality == NameQuality.ORIGINAL and best.primary_name else best.name
    return f"{readable_name(name) or f'record {best.record}'}{more}"


def is_discreet(candidate: PersonCandidate) -> bool:
    """Whether only cleared roles may learn of this candidate."""
    return action_of(candidate) is Action.DISCREET


def has_discreet(finding: Finding) -> bool:
    """Whether the lane sees only a part of this finding."""
    return any(map(is_discreet, finding.evidence.candidates))


def redact_for_lane(finding: Finding) -> Finding:
    """The finding as a lane may see it."""
    if not has_discreet(finding):
        return finding
    visible = tuple(candidate for candidate in finding.evidence.candidates if not is_discreet(candidate))
    evidence = replace(finding.evidence, candidates=visible)
    if finding.state is State.NOT_DONE:
        return replace(finding, evidence=evidence)
    state, reason, says = search_outcome(finding.check.partition(":")[2], visible)
    return replace(finding, state=state, reason=reason, says=says, evidence=evidence)


def select_discreet(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The whole findings of which the lane sees a part."""
    return tuple(filter(has_discreet, findings))


def remove_details(candidate: PersonCandidate, why: str) -> PersonCandidate:
    """The candidate as it may be shown while details are locked, and `why` they are."""
    return PersonCandidate(
        list=candidate.list,
        record=candidate.record,
        band=candidate.band,
        score=candidate.score,
        name="",
        primary_name="",
        quality="",
        action=candidate.action,
        colour=candidate.colour,
        owner=candidate.owner,
        reason="",
        against=tuple(argument for argument in candidate.against if argument == PAST_REVIEW),
        withheld=why,
    )
