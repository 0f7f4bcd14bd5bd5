"""What one look at one document showed; the worst of several becomes the check's finding."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from data.screenings import Evidence, Finding, State

_SERIOUSNESS = (State.NOT_APPLICABLE, State.PASS, State.NOTICE, State.NOT_DONE, State.HIT)
_OPTIONAL_SERIOUSNESS = (State.NOT_APPLICABLE, State.PASS, State.NOT_DONE, State.NOTICE, State.HIT)
"""Of a check that CLEAR does not need: what was not done there must not hide what there is to look at."""


class Observation(NamedTuple):
    """One thing seen: how it counts, a reason code, a sentence for the officer."""

    state: State
    reason: str
    says: str


def optional_finding(
    check: str, observations: Sequence[Observation], nothing: Observation, facts: dict[str, str]
) -> Finding:
    """The finding of a `check` that is not mandatory, with `facts` beside its reasons."""
    finding = worst_finding(
        check,
        sorted(observations, key=lambda observation: -_OPTIONAL_SERIOUSNESS.index(observation.state))[:1],
        nothing,
    )
    reasons = worst_finding(check, observations, nothing).evidence.facts
    return replace(finding, mandatory=False, evidence=Evidence(facts=facts | reasons))


def worst_finding(check: str, observations: Sequence[Observation], nothing: Observation) -> Finding:
    """The finding of `check`: the first of the worst observations, with all reasons in the facts; `nothing` of none."""
    worst = max(observations, key=lambda observation: _SERIOUSNESS.index(observation.state), default=nothing)
    reasons = dict.fromkeys(
        observation.reason
        for observation in observations
        if observation.state not in (State.PASS, State.NOT_APPLICABLE)
    )
    facts = {"reasons": " ".join(reasons)} if len(reasons) > 1 else {}
    return Finding(check, worst.state, worst.reason, worst.says, True, Evidence(facts=facts))
