"""What may be said of listed persons: to a lane, and where details are locked.

- A discreet record does not change what the lane sees (docs/screening.md, "Actions"). The whole finding is kept for
  cleared roles and the journal. The lane's copy is worded from what remains, by the same function as a finding without
  the record, so that no count, state or sentence gives it away.
- Where details are locked (`data.lease.enforcement`) the officer still sees enough to act: how well the person fits,
  which list, which record, what it asks for. So locking weakens no hit. A field that candidates get later is left out
  until somebody decides that it says nothing about the person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.verdict import action_of
from data.persons.names import readable_name
from data.persons.notice import Action
from data.persons.person import NameQuality
from data.screenings import PAST_REVIEW, Band, Finding, PersonCandidate, State
from data.text import Message, _, join, plural

SearchOutcome = tuple[State, str, Message]


def search_outcome(list_name: str, candidates: Sequence[PersonCandidate]) -> SearchOutcome:
    """State, reason code and sentence for these candidates, best first."""
    bands = {candidate.band for candidate in candidates}
    if Band.STRONG in bands:
        person = _name_best(candidates, Band.STRONG)
        return State.HIT, "person_strong", _("Matches a person on {list}: {person}", list=list_name, person=person)
    if Band.POSSIBLE in bands:
        person = _name_best(candidates, Band.POSSIBLE)
        return State.HIT, "person_possible", _("May be a person on {list}: {person}", list=list_name, person=person)
    if candidates:
        says = _("No match on {list}; some names are distantly similar", list=list_name)
        return State.PASS, "person_weak", says
    return State.PASS, "not_listed", _("No match on {list}", list=list_name)


def _name_best(candidates: Sequence[PersonCandidate], band: Band) -> Message:
    best, *rest = [candidate for candidate in candidates if candidate.band is band]
    name = readable_name(best.primary_name if best.quality == NameQuality.ORIGINAL and best.primary_name else best.name)
    person = join([name]) if name else _("record {record}", record=best.record)
    return (
        plural("{person} and {count} more", "{person} and {count} more", len(rest), person=person) if rest else person
    )


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
        against=(PAST_REVIEW,) if candidate.review_passed else (),
        review_passed=candidate.review_passed,
        withheld=why,
    )
