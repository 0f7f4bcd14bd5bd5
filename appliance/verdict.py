"""The rules from observations to a finding and from findings to a verdict: pure, one table per rule.

The rules are those of docs/screening.md, "Verdicts".

- The verdict is the worst finding; another finding never improves it.
- "Not done" of a mandatory check can never hide inside CLEAR.
- Evidence counts whatever the state of its finding: a search that broke off after a hit is still a hit.
- What no table knows is referred, never waved through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from data.persons.notice import Action
from data.screenings import Band, DocumentMatch, Evidence, Finding, Grade, PersonCandidate, State, Verdict
from data.text import Message

STATE_VERDICTS = {
    State.PASS: Verdict.CLEAR,
    State.NOT_APPLICABLE: Verdict.CLEAR,
    State.NOTICE: Verdict.CHECK,
    State.HIT: Verdict.CLEAR,
}
""""`CHECK` something the officer can settle by looking." A hit is as serious as its evidence."""

CERTAIN_DOCUMENT_VERDICTS = {
    Grade.EXACT: Verdict.REFER,
    Grade.IN_RANGE: Verdict.REFER,
    Grade.NEAR: Verdict.CHECK,
    Grade.ELSEWHERE: Verdict.CLEAR,
}
""""Exact or in a blank range, machine-read with a right digit → REFER; near, machine-read with a right digit → CHECK;
same number with another country or type: under Why only.\""""

UNCERTAIN_DOCUMENT_VERDICTS = {
    Grade.EXACT: Verdict.CHECK,
    Grade.IN_RANGE: Verdict.CHECK,
    Grade.NEAR: Verdict.CLEAR,
    Grade.ELSEWHERE: Verdict.CLEAR,
}
""""Exact but typed or with a wrong digit → CHECK 'scan it'; other similar numbers → under Why only.\""""

STRONG_PERSON_VERDICTS = {
    Action.DETAIN: Verdict.REFER,
    Action.REFUSE: Verdict.REFER,
    Action.PROTECT: Verdict.REFER,
    Action.IDENTIFY: Verdict.REFER,
    Action.SEIZE: Verdict.REFER,
    Action.INFORM: Verdict.CHECK,
    Action.DISCREET: Verdict.CLEAR,
}
""""STRONG → by the record's action, REFER by default; a discreet check shows the lane its ordinary result;
`inform` is CHECK, 'inform headquarters, do not hold'.\""""

POSSIBLE_PERSON_VERDICTS = dict.fromkeys(Action, Verdict.CHECK) | {Action.DISCREET: Verdict.CLEAR}
""""POSSIBLE → CHECK.\""""


_SERIOUSNESS = (State.NOT_APPLICABLE, State.PASS, State.NOTICE, State.NOT_DONE, State.HIT)
_OPTIONAL_SERIOUSNESS = (State.NOT_APPLICABLE, State.PASS, State.NOT_DONE, State.NOTICE, State.HIT)
"""For a check that CLEAR does not need: something not done must not hide something to look at."""


class Observation(NamedTuple):
    """One thing seen: how it counts, a reason code, a sentence for the officer."""

    state: State
    reason: str
    says: Message


def optional_finding(
    check: str, observations: Sequence[Observation], nothing: Observation, facts: dict[str, str]
) -> Finding:
    """The finding of a `check` that is not mandatory, with these `facts` and its reasons."""
    finding = worst_finding(
        check,
        sorted(observations, key=lambda observation: -_OPTIONAL_SERIOUSNESS.index(observation.state))[:1],
        nothing,
    )
    reasons = worst_finding(check, observations, nothing).evidence.facts
    return replace(finding, mandatory=False, evidence=Evidence(facts=facts | reasons))


def worst_finding(check: str, observations: Sequence[Observation], nothing: Observation) -> Finding:
    """The first of the worst observations as the finding of `check`, with all reasons; `nothing` if there are none."""
    worst = max(observations, key=lambda observation: _SERIOUSNESS.index(observation.state), default=nothing)
    reasons = dict.fromkeys(
        observation.reason
        for observation in observations
        if observation.state not in (State.PASS, State.NOT_APPLICABLE)
    )
    facts = {"reasons": " ".join(reasons)} if len(reasons) > 1 else {}
    return Finding(check, worst.state, worst.reason, worst.says, True, Evidence(facts=facts))


def verdict_of_document(match: DocumentMatch) -> Verdict:
    """How serious a listed document is."""
    firm = match.certain and not match.review_passed
    return (CERTAIN_DOCUMENT_VERDICTS if firm else UNCERTAIN_DOCUMENT_VERDICTS)[match.grade]


def verdict_of_person(candidate: PersonCandidate) -> Verdict:
    """How serious a listed person is: band and action together. An unknown action is referred."""
    if candidate.band is Band.WEAK:
        return Verdict.CLEAR
    action = action_of(candidate)
    if candidate.band is Band.POSSIBLE:
        return POSSIBLE_PERSON_VERDICTS[action] if action else Verdict.CHECK
    return STRONG_PERSON_VERDICTS[action] if action else Verdict.REFER


def action_of(candidate: PersonCandidate) -> Action | None:
    """The action a record asks for; None when this version does not know it."""
    try:
        return Action(candidate.action)
    except ValueError:
        return None


def verdict_of_finding(finding: Finding) -> Verdict:
    """How serious one finding is."""
    evidence = finding.evidence
    if not has_evidence(finding):
        return Verdict.REFER if finding.state is State.HIT else _verdict_of_state(finding)
    verdicts = [verdict_of_document(match) for match in evidence.matches] + [
        verdict_of_person(candidate) for candidate in evidence.candidates
    ]
    return worst_verdict([_verdict_of_state(finding), *verdicts])


def _verdict_of_state(finding: Finding) -> Verdict:
    if finding.state is State.NOT_DONE:
        return Verdict.CANNOT_SAY if finding.mandatory else Verdict.CLEAR
    return STATE_VERDICTS[finding.state]


def worst_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The most serious of them; CLEAR if there are none."""
    return max(verdicts, key=lambda verdict: verdict.seriousness, default=Verdict.CLEAR)


def final_verdict(findings: Iterable[Finding]) -> Verdict:
    """The verdict when every mandatory check has ended or passed its deadline."""
    return worst_verdict(map(verdict_of_finding, findings))


class RunningVerdict:
    """The verdict of the findings so far. Each is judged once, when it comes; no other one improves that."""

    def __init__(self) -> None:
        self.final = Verdict.CLEAR
        """The verdict if every mandatory check has ended or passed its deadline."""
        self._decided = Verdict.CLEAR
        """Without what was not done."""

    def add(self, finding: Finding) -> Verdict:
        """Take one more finding; the verdict of it alone."""
        verdict = verdict_of_finding(finding)
        self.final = worst_verdict((self.final, verdict))
        if finding.state is not State.NOT_DONE or has_evidence(finding):
            self._decided = worst_verdict((self._decided, verdict))
        return verdict

    @property
    def interim(self) -> Verdict | None:
        """The verdict while a mandatory check still runs: CHECK or REFER at once, otherwise None (WORKING).

        CLEAR and CANNOT SAY wait until every mandatory check has ended, so what was not done does not count yet.
        """
        return self._decided if self._decided in (Verdict.CHECK, Verdict.REFER) else None


def has_evidence(finding: Finding) -> bool:
    """Whether it names a listed document or person, whatever its state."""
    return bool(finding.evidence.matches or finding.evidence.candidates)
