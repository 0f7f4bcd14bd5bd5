"""A result in numbered lines, for screen readers, pipes and terminals that cannot be drawn on.

The same core and the same words as the desk; imports nothing that draws.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from appliance.result import Result
from appliance.words import title
from data.findings import Band, DocumentMatch, Finding, PersonCandidate
from ui import candidate as listed
from ui.candidate import SENTENCE
from ui.look import MARKS, VERDICTS
from ui.say import safe

if TYPE_CHECKING:
    from devices.chip.reading import ChipReading

STATES = {"pass": "done", "notice": "look", "hit": "found", "not_done": "NOT DONE", "not_applicable": "not applicable"}
"""A state in words, since a mark may not be read aloud."""


def plain_lines(result: Result, chip: "ChipReading | None" = None, standing: str = "") -> list[str]:
    """`1. REFER …`: the verdict, what decided, what to do, then each check with its reasons. Lane's view only.

    `standing` is what nobody may overlook about the kit's lists, told last.
    """
    lines = (*_lines(result, chip), *((f"Standing: {standing}",) if standing else ()))
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _lines(result: Result, chip: "ChipReading | None") -> Iterator[str]:
    yield f"{VERDICTS[result.verdict].word}: {safe(result.says, SENTENCE)}"
    yield safe(result.second_line, SENTENCE)
    for step in result.advice.steps:
        yield f"Do: {safe(step, SENTENCE)}"
    for finding in result.findings:
        yield from _check(finding)
    if chip is not None:
        yield from _of_chip(result, chip)


def _of_chip(result: Result, chip: "ChipReading") -> Iterator[str]:
    from ui.chip_words import chip_lines, compared_lines, vouching_line  # with all that reads chips

    vouching = vouching_line(result.findings)
    yield from (f"Chip: {line}" for line in (*filter(None, [vouching]), *chip_lines(chip)))
    yield from (f"Chip against print: {line}" for line in compared_lines(chip))


def _check(finding: Finding) -> Iterator[str]:
    state = STATES[finding.state.value]
    yield f"{MARKS[finding.state]} {title(safe(finding.check))}, {state}: {safe(finding.says, SENTENCE)}"
    yield from code_facts(finding)
    for match in finding.evidence.matches:
        yield f"Document: {describe_match(match)}"
    for candidate in finding.evidence.candidates:
        yield from _candidate(candidate)


def code_facts(finding: Finding) -> Iterator[str]:
    """What a boarding pass or a seal says, a line a fact."""
    if finding.check in ("boarding_pass", "seal"):
        for name, value in finding.evidence.facts.items():
            yield f"{safe(name).capitalize()}: {safe(value, SENTENCE)}"


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


def _candidate(candidate: PersonCandidate) -> Iterator[str]:
    yield f"Person: {listed.heading(candidate)}"
    if candidate.band is Band.WEAK:
        return
    yield from listed.told(candidate)
    yield from map(listed.compared, candidate.fields)
    yield from listed.ties(candidate)
    yield from listed.decides(candidate)
