"""What a headless command prints of a screening: JSON for programs, numbered lines for people.

- The JSON is that of `docs/check.schema.json`. A lane may see all of it: it holds nothing discreet. It is English.
- The numbered lines are for screen readers, pipes and terminals that cannot be drawn on: the same answer in the same
  words as at the desk. Each state is also a word, since a screen reader may skip a symbol.
- A batch line that could not be screened gets an answer too: never silence, never CLEAR.
- Two warnings go to standard error: the clock is behind signed time; the lists are locked or about to lock.
- It imports nothing that draws; what reads chips is imported only where a chip was read.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from appliance.answer.wording import check_title
from appliance.counter.counter import StandingState
from appliance.counter.kit_lists import ListState
from appliance.screening.result import ScreeningResult
from data.clock import Clock
from data.documents.document_record import Fraud
from data.documents.travel_document import TravelDocument
from data.json_codec import to_json_value
from data.lease.access import ListAccess
from data.lease.enforcement import AccessFacts
from data.screenings import Band, DocumentMatch, Finding, Grade, PersonCandidate, State
from data.text import Message, _, in_context, join
from ui.text.candidate import (
    LINE,
    argument_lines,
    field_line,
    heading_line,
    link_lines,
    listing_lines,
    question_lines,
)
from ui.text.kit_status import kit_status_warning
from ui.text.sanitize import safe
from ui.text.translation import say
from ui.verdict_style import STATE_SYMBOLS, VERDICT_STYLES

if TYPE_CHECKING:
    from devices.chip.reading import ChipReading

_SENTENCE = 200
STATE_WORDS = {
    State.PASS: in_context("state of a check", "done"),
    State.NOTICE: in_context("state of a check", "look"),
    State.HIT: in_context("state of a check", "found"),
    State.NOT_DONE: in_context("state of a check", "NOT DONE"),
    State.NOT_APPLICABLE: in_context("state of a check", "not applicable"),
}
_GRADES = {
    Grade.EXACT: in_context("match of a document", "same number"),
    Grade.IN_RANGE: in_context("match of a document", "in a range of stolen blanks"),
    Grade.NEAR: in_context("match of a document", "similar number"),
    Grade.ELSEWHERE: in_context("match of a document", "same number, other issuer or type"),
}
_FRAUDS = {
    Fraud.STOLEN.value: in_context("a listed document", "stolen"),
    Fraud.STOLEN_BLANK.value: in_context("a listed document", "stolen blank"),
    Fraud.LOST.value: in_context("a listed document", "lost"),
    Fraud.REVOKED.value: in_context("a listed document", "revoked"),
}
_FACTS = {
    "passenger": in_context("what a boarding pass says", "Passenger"),
    "flights": in_context("what a boarding pass says", "Flights"),
    "booking": in_context("what a boarding pass says", "Booking"),
    "seal": in_context("what a digital seal says", "Seal"),
    "entries": in_context("what a digital seal says", "Entries"),
    "stay": in_context("what a digital seal says", "Stay"),
    "passport": in_context("what a digital seal says", "Passport"),
    "document number": in_context("what a digital seal says", "Document number"),
    "municipality": in_context("what a digital seal says", "Municipality"),
    "register number": in_context("what a digital seal says", "Register number"),
    "sheet number": in_context("what a digital seal says", "Sheet number"),
    "insurance number": in_context("what a digital seal says", "Insurance number"),
    "surname": in_context("what a digital seal says", "Surname"),
    "given name": in_context("what a digital seal says", "Given name"),
    "born": in_context("what a digital seal says", "Born"),
    "address": in_context("what a digital seal says", "Address"),
    "postal code": in_context("what a digital seal says", "Postal code"),
    "seal differs": in_context("what a digital seal says", "Seal differs"),
    "seal signature": in_context("what a digital seal says", "Seal signature"),
    "seal validity": in_context("what a digital seal says", "Seal signer valid"),
    "seal chain": in_context("what a digital seal says", "Seal chain"),
    "seal revocation": in_context("what a digital seal says", "Seal revocation"),
}
"""Titles by the names that findings give to facts."""


def warn_of_clock(clock: Clock) -> None:
    """On stderr: the clock is behind signed time, so ages count from that and a list may be older than it seems."""
    time = clock.trusted_time()
    if time.is_behind:
        warning = _(
            "waypost: the clock is behind signed time ({time} UTC): lists may be older than they seem. Set the clock.",
            time=f"{time.now:%Y-%m-%d %H:%M}",
        )
        say(warning, to_stderr=True)


def warn_of_kit_status(access: ListAccess) -> None:
    """On stderr: the kit's lists are locked, or lock soon."""
    if warning := kit_status_warning(access):
        say(_("waypost: {warning}", warning=warning), to_stderr=True)


def result_json(result: ScreeningResult, standing: StandingState, chip: "ChipReading | None" = None) -> dict[str, Any]:
    """What `check --json` prints: fit for the lane, so nothing discreet is in it."""
    screening = result.screening
    return {
        "screening": str(screening.id),
        "at": to_json_value(screening.at),
        "officer": screening.officer,
        "verdict": result.verdict.value,
        "says": result.says,
        "second_line": result.second_line,
        "rests_on_typing": screening.rests_on_typing,
        "advice": [result.advice.title, *result.advice.steps],
        "revision": result.revision,
        "recorded": result.is_recorded,
        "elapsed_ms": round(result.elapsed_ms, 2),
        "standing": AccessFacts.of(standing.access),
        "conditions": [
            {"kind": condition.kind.value, "subject": condition.subject, "says": condition.says, "do": condition.do}
            for condition in standing.conditions
        ],
        "lists": [_list_json(state) for state in standing.lists],
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
        "unclear": reading.unclear,
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
        "confirmation": document.confirmation.value,
    }


def plain_lines(
    result: ScreeningResult, chip: "ChipReading | None" = None, warnings: Iterable[Message] = ()
) -> list[str]:
    """`1. REFER: …`: the verdict, what decided, what to do, then each check with its reasons; for a lane, translated.

    `warnings` are the kit's: its lists are locked, or lock soon; its clock jumped; its disk is full.
    They come last.
    """
    lines = [*_result_lines(result, chip)]
    lines += [_("Kit status: {warning}", warning=warning) for warning in warnings if warning]
    return [f"{number}. {safe(line, LINE)}" for number, line in enumerate(lines, start=1)]


def _result_lines(result: ScreeningResult, chip: "ChipReading | None") -> Iterator[Message]:
    yield _("{verdict}: {reason}", verdict=VERDICT_STYLES[result.verdict].word, reason=result.says)
    yield result.second_line
    for step in result.advice.steps:
        yield _("Do: {step}", step=step)
    for finding in result.findings:
        yield from _check_lines(finding)
    if chip is not None:
        yield from _chip_lines(result, chip)


def _chip_lines(result: ScreeningResult, chip: "ChipReading") -> Iterator[Message]:
    from ui.text.chip_result import chip_lines, comparison_lines, vouching_line  # with all that reads chips

    for line in filter(None, [vouching_line(result.findings), *chip_lines(chip)]):
        yield _("Chip: {result}", result=line)
    for line in comparison_lines(chip):
        yield _("Chip against print: {result}", result=line)


def _check_lines(finding: Finding) -> Iterator[Message]:
    yield _(
        "{symbol} {check}, {state}: {reason}",
        symbol=STATE_SYMBOLS[finding.state],
        check=check_title(safe(finding.check)),
        state=STATE_WORDS[finding.state],
        reason=finding.says,
    )
    yield from code_facts(finding)
    for match in finding.evidence.matches:
        yield _("Document: {match}", match=describe_match(match))
    for candidate in finding.evidence.candidates:
        yield from _candidate_lines(candidate)


def code_facts(finding: Finding) -> Iterator[Message]:
    """What a boarding pass or a seal says, one line for each fact."""
    if finding.check in ("boarding_pass", "seal"):
        for name, value in finding.evidence.facts.items():
            yield _("{fact}: {value}", fact=_FACTS.get(name) or safe(name), value=safe(value, _SENTENCE))


def describe_match(match: DocumentMatch) -> Message:
    """A listed document in one line."""
    facts: list[str] = [_GRADES[match.grade], safe(f"{match.number} {match.country} {match.type}")]
    if match.fraud:
        facts.append(_FRAUDS.get(match.fraud) or safe(match.fraud))
    if match.theft_date or match.theft_country:
        facts.append(_("reported {report}", report=safe(f"{match.theft_date} {match.theft_country}")))
    if match.review and match.review_passed:
        facts.append(_("review by {date} (past, by this kit's clock)", date=safe(match.review)))
    elif match.review:
        facts.append(_("review by {date}", date=safe(match.review)))
    sure = _("read with a right check digit, or typed and confirmed")
    facts.append(sure if match.certain else _("typed once or misread: scan it"))
    return _("{list}: {facts}", list=safe(match.list), facts=join(facts, ", "))


def _candidate_lines(candidate: PersonCandidate) -> Iterator[Message]:
    yield _("Person: {person}", person=heading_line(candidate))
    if candidate.band is Band.WEAK:
        return
    yield from listing_lines(candidate)
    yield from map(field_line, candidate.fields)
    yield from link_lines(candidate)
    yield from argument_lines(candidate)
    yield from question_lines(candidate)
