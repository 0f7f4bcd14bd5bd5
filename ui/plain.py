"""A result in numbered lines, for screen readers, pipes and terminals that cannot be drawn on.

The same core and the same words as the desk; imports nothing that draws.
"""

from collections.abc import Iterator

from appliance.result import Result
from appliance.words import title
from data.findings import DocumentMatch, Finding, PersonCandidate
from ui.look import MARKS, VERDICTS
from ui.say import safe

SENTENCE = 200
"""Characters of a sentence."""

STATES = {"pass": "done", "notice": "look", "hit": "found", "not_done": "NOT DONE", "not_applicable": "not applicable"}
"""A state in words, since a mark may not be read aloud."""


def plain_lines(result: Result) -> list[str]:
    """`1. REFER …`: the verdict, what decided, what to do, then each check with its reasons. Lane's view only."""
    return [f"{number}. {line}" for number, line in enumerate(_lines(result), start=1)]


def _lines(result: Result) -> Iterator[str]:
    yield f"{VERDICTS[result.verdict].word}: {safe(result.says, SENTENCE)}"
    yield safe(result.second_line, SENTENCE)
    for step in result.advice.steps:
        yield f"Do: {safe(step, SENTENCE)}"
    for finding in result.findings:
        yield from _check(finding)


def _check(finding: Finding) -> Iterator[str]:
    state = STATES[finding.state.value]
    yield f"{MARKS[finding.state]} {title(safe(finding.check))}, {state}: {safe(finding.says, SENTENCE)}"
    for match in finding.evidence.matches:
        yield f"Document: {describe_match(match)}"
    for candidate in finding.evidence.candidates:
        yield from _candidate(candidate)


def describe_match(match: DocumentMatch) -> str:
    """A listed document in one line."""
    facts = [match.grade.value.replace("_", " "), f"{safe(match.number)} {safe(match.country)} {safe(match.type)}"]
    if match.fraud:
        facts.append(safe(match.fraud.replace("_", " ")))
    if match.theft_date or match.theft_country:
        facts.append(f"reported {safe(match.theft_date)} {safe(match.theft_country)}".replace("  ", " ").strip())
    if match.review:
        facts.append(f"review {safe(match.review)}{' (past, by this kit clock)' if match.review_passed else ''}")
    facts.append("machine-read with a right digit" if match.certain else "typed or misread: scan it")
    return f"{safe(match.list)}: {', '.join(facts)}"


def describe_candidate(candidate: PersonCandidate) -> str:
    """A listed person in one line: list, record, band, action, name, the primary name where an alias matched."""
    name = safe(candidate.name)
    if candidate.primary_name and candidate.primary_name != candidate.name:
        name += f" ({safe(candidate.quality)} alias of {safe(candidate.primary_name)})"
    facts = [safe(candidate.band.value), f"action: {safe(candidate.action)}"]
    if candidate.colour and candidate.colour != "none":
        facts.append(f"{safe(candidate.colour.replace('_', ' '))} notice")
    facts += [f"from {safe(candidate.owner)}"] if candidate.owner else []
    return f"{safe(candidate.list)} {safe(candidate.record)}: {name}, {', '.join(facts)}"


def _candidate(candidate: PersonCandidate) -> Iterator[str]:
    yield f"Person: {describe_candidate(candidate)}"
    if candidate.reason:
        yield f"Listed for: {safe(candidate.reason, SENTENCE)}"
    for field in candidate.fields:
        yield (
            f"{safe(field.field)}: {field.agreement.value}; "
            f"traveller {safe(field.traveller) or 'none'}; listed {safe(field.listed) or 'none'}"
        )
    for against in candidate.against:
        yield f"Against: {safe(against, SENTENCE)}"
    if candidate.ask:
        yield f"To decide: {safe(candidate.ask, SENTENCE)}"
