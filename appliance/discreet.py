"""What the lane may see of a finding: a discreet record leaves its ordinary result (domain.md, Action).

The whole finding is kept for cleared roles and the journal. The lane's copy is worded from what remains, so
neither a count, a state nor a sentence gives the record away.
"""

from collections.abc import Iterable
from dataclasses import replace

from appliance.persons_outcome import outcome
from appliance.verdict import action_of
from data.findings import Finding, PersonCandidate, State
from data.persons.notice import Action


def is_discreet(candidate: PersonCandidate) -> bool:
    """Whether only cleared roles may learn of this candidate."""
    return action_of(candidate) is Action.DISCREET


def holds_discreet(finding: Finding) -> bool:
    """Whether the lane sees only a part of this finding."""
    return any(map(is_discreet, finding.evidence.candidates))


def for_lane(finding: Finding) -> Finding:
    """The finding as a lane may see it."""
    if not holds_discreet(finding):
        return finding
    shown = tuple(one for one in finding.evidence.candidates if not is_discreet(one))
    evidence = replace(finding.evidence, candidates=shown)
    if finding.state is State.NOT_DONE:
        return replace(finding, evidence=evidence)
    state, reason, says = outcome(finding.check.partition(":")[2], shown)
    return replace(finding, state=state, reason=reason, says=says, evidence=evidence)


def withheld(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The whole findings of which the lane sees a part."""
    return tuple(filter(holds_discreet, findings))
