"""The two sentences of an answer: what decided, and what was found or not as of when.

Ages stand in words on every answer (domain.md, "Age-aware answers"): the oldest list that was searched sets it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from appliance.deciding import advice, deciding
from appliance.verdict import has_evidence
from appliance.words import title
from data.findings import Finding, State, Verdict
from data.lists.age import age_in_words

AS_OF = "as_of"
"""Fact of a finding that searched a list: when headquarters took the list from its source, ISO 8601."""

NOTHING = "Nothing found"


def says(findings: Sequence[Finding], verdict: Verdict) -> str:
    """What decided, in one sentence."""
    first = deciding(findings)
    if verdict is Verdict.CANNOT_SAY and first is not None:
        return first.says
    return advice(findings).title


def second_line(findings: Sequence[Finding], now: datetime) -> str:
    """`Nothing found as of 3 hours ago`, or the finding; and what was not done although it need not be."""
    found = deciding(finding for finding in findings if finding.state is not State.NOT_DONE or has_evidence(finding))
    parts = [f"{found.says if found else NOTHING}{_as_of(findings, found, now)}"]
    parts += [f"not done: {title(one.check)}" for one in findings if one.state is State.NOT_DONE and not one.mandatory]
    return "; ".join(parts)


def _as_of(findings: Iterable[Finding], found: Finding | None, now: datetime) -> str:
    searched = [one for one in ([found] if found else findings) if _searched(one)]
    if not searched:
        return "" if found else ", no list was searched"
    oldest = min(datetime.fromisoformat(one.evidence.facts[AS_OF]) for one in searched)
    age = age_in_words(now - oldest)
    return f" (list as of {age})" if found else f" as of {age}"


def _searched(finding: Finding) -> bool:
    """Whether it looked for the traveller in a list; the age of a list says nothing about who is on it."""
    looked = not finding.check.startswith("age:") and finding.state is not State.NOT_DONE
    return AS_OF in finding.evidence.facts and (looked or bool(finding.evidence.matches))
