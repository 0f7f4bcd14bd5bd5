"""What a headless command prints of a screening: JSON for programs, numbered lines for people.

- The JSON is that of `docs/check.schema.json`. It is fit for the lane, so nothing discreet is in it.
- The numbered lines are for screen readers, pipes and terminals that cannot be drawn on: the same core and the same
  words as the desk, with a state in words, since a mark may not be read aloud.
- A batch line that could not be screened has an answer too: never silence, never CLEAR.
- What nobody may overlook goes to standard error: a clock that is behind signed time, and lists that lock.
- It imports nothing that draws; what reads chips is imported where a chip was read.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from appliance.answer.wording import check_title
from appliance.counter.kit_lists import ListState
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import Condition, ConditionKind
from data.clock import Clock
from data.documents.travel_document import TravelDocument
from data.json_codec import to_json_value
from data.lease.access import ListAccess
from data.lease.enforcement import access_to_json
from data.screenings import Band, DocumentMatch, Finding, PersonCandidate
from ui.text.candidate import SENTENCE, deciding_lines, field_line, heading_line, link_lines, listing_lines
from ui.text.kit_status import kit_status_warning
from ui.text.sanitize import safe
from ui.verdict_style import MARKS, VERDICT_STYLES

if TYPE_CHECKING:
    from devices.chip.reading import ChipReading

STATE_WORDS = {
    "pass": "done",
    "notice": "look",
    "hit": "found",
    "not_done": "NOT DONE",
    "not_applicable": "not applicable",
}
"""A state in words, since a mark may not be read aloud."""


def warn_of_clock(clock: Clock) -> None:
    """On stderr: ages then count from the newest signed time, so a list may be older than it seems."""
    time = clock.trusted_time()
    if time.is_behind:
        condition = Condition(ConditionKind.CLOCK_BEHIND)
        since = f"{time.now:%Y-%m-%d %H:%M} UTC"
        click.echo(f"waypost: {condition} ({since}): lists may be older than they seem. Set the clock.", err=True)


def warn_of_kit_status(access: ListAccess) -> None:
    """On stderr: what nobody may overlook about the kit's lists."""
    if warning := kit_status_warning(access):
        click.echo(f"waypost: {warning}", err=True)


def result_json(
    result: ScreeningResult, lists: Iterable[ListState], access: ListAccess, chip: "ChipReading | None" = None
) -> dict[str, Any]:
    """What `check --json` prints: fit for the lane, so nothing discreet is in it."""
    screening = result.screening
    return {
        "screening": str(screening.id),
        "at": to_json_value(screening.at),
        "officer": screening.officer,
        "verdict": result.verdict.value,
        "says": result.says,
        "second_line": result.second_line,
        "advice": [result.advice.title, *result.advice.steps],
        "revision": result.revision,
        "elapsed_ms": round(result.elapsed_ms, 2),
        "standing": access_to_json(access),
        "lists": [_list_json(state) for state in lists],
        "documents": [document_json(document) for document in screening.documents],
        "codes": [
            {"symbology": code.symbology, "kind": code.kind, "bytes": len(code.content)} for code in screening.codes
        ],
        "findings": to_json_value(result.findings),
        **({"chip": chip_json(chip)} if chip else {}),
    }


def chip_json(reading: "ChipReading") -> dict[str, Any]:
    """A chip as it was read; of its picture only what it is."""
    from ui.text.chip_result import portrait  # with all that reads chips: not loaded where none is read

    picture = portrait(reading)
    return {
        "opened": reading.access.protocol,
        "downgrades": list(reading.access.downgrades),
        "outcome": reading.outcome.value,
        "original": reading.original.value,
        "document": document_json(reading.document) if reading.document else None,
        "checks": to_json_value(reading.checks),
        "unread": dict(reading.unread),
        "comparison": [
            {"name": field.name, "likeness": field.agreement.value, "chip": field.chip, "printed": field.printed}
            for field in reading.comparison
        ],
        "picture": {"type": picture.type.value, "bytes": len(picture.content)} if picture else None,
    }


def _list_json(state: ListState) -> dict[str, Any]:
    edition = state.edition
    version, as_of = (edition.version, to_json_value(edition.as_of)) if edition else (0, None)
    return {"list": state.name, "version": version, "as_of": as_of, "age": state.words}


def refusal_json(identity: object, why: str) -> dict[str, Any]:
    """The answer to a batch line that could not be screened: never silence, never CLEAR."""
    return {"id": identity, "verdict": "cannot_say", "error": why}


def document_json(document: TravelDocument) -> dict[str, Any]:
    """A document as it was read."""
    name = document.name
    return {
        "format": to_json_value(document.format),
        "code": document.code,
        "issuer": document.issuer,
        "number": document.number,
        "surname": name.surname if name else "",
        "given": name.given if name else "",
        "name_truncated": bool(name and name.truncated),
        "nationality": document.nationality,
        "birth": to_json_value(document.birth),
        "sex": document.sex.value,
        "expiry": to_json_value(document.expiry),
        "optional": document.optional,
        "digits": to_json_value(document.digits),
        "problems": to_json_value(document.problems),
        "capture": document.capture.value,
    }


def plain_lines(result: ScreeningResult, chip: "ChipReading | None" = None, status_warning: str = "") -> list[str]:
    """`1. REFER …`: the verdict, what decided, what to do, then each check with its reasons. Lane's view only.

    `status_warning` is what nobody may overlook about the kit's lists; it comes last.
    """
    lines = (*_result_lines(result, chip), *((f"Standing: {status_warning}",) if status_warning else ()))
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _result_lines(result: ScreeningResult, chip: "ChipReading | None") -> Iterator[str]:
    yield f"{VERDICT_STYLES[result.verdict].word}: {safe(result.says, SENTENCE)}"
    yield safe(result.second_line, SENTENCE)
    for step in result.advice.steps:
        yield f"Do: {safe(step, SENTENCE)}"
    for finding in result.findings:
        yield from _check_lines(finding)
    if chip is not None:
        yield from _chip_lines(result, chip)


def _chip_lines(result: ScreeningResult, chip: "ChipReading") -> Iterator[str]:
    from ui.text.chip_result import chip_lines, comparison_lines, vouching_line  # with all that reads chips

    vouching = vouching_line(result.findings)
    yield from (f"Chip: {line}" for line in (*filter(None, [vouching]), *chip_lines(chip)))
    yield from (f"Chip against print: {line}" for line in comparison_lines(chip))


def _check_lines(finding: Finding) -> Iterator[str]:
    state = STATE_WORDS[finding.state.value]
    yield f"{MARKS[finding.state]} {check_title(safe(finding.check))}, {state}: {safe(finding.says, SENTENCE)}"
    yield from code_facts(finding)
    for match in finding.evidence.matches:
        yield f"Document: {describe_match(match)}"
    for candidate in finding.evidence.candidates:
        yield from _candidate_lines(candidate)


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


def _candidate_lines(candidate: PersonCandidate) -> Iterator[str]:
    yield f"Person: {heading_line(candidate)}"
    if candidate.band is Band.WEAK:
        return
    yield from listing_lines(candidate)
    yield from map(field_line, candidate.fields)
    yield from link_lines(candidate)
    yield from deciding_lines(candidate)
