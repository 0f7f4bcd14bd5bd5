"""What an officer reads: the sentence that decided, what was found as of when, and what to do next.

- A hit is a lead, not proof: no step here acts on a record before the country that issued it confirms
  (docs/screening.md, "A hit is a lead").
- A protected person is never worded as a suspect, and a sanctions entry is no ground for action at the border.
- The first of the most serious findings, and the most serious evidence in it, decide what is said first.
- Ages stand in words on every answer (docs/screening.md, "Ages of lists"): the oldest list that was searched sets it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.standing_conditions import ALL_LISTS_CONDITIONS, ONE_LIST_CONDITIONS, ConditionKind
from appliance.verdict import action_of, has_evidence, verdict_of_document, verdict_of_finding, verdict_of_person
from data.lists.edition import format_age
from data.persons.notice import Action
from data.screenings import Band, DocumentMatch, Finding, Grade, PersonCandidate, State, Verdict


@dataclass(frozen=True, slots=True)
class Advice:
    """A neutral heading and the steps under it, in order."""

    title: str
    steps: tuple[str, ...] = ()


AS_OF = "as_of"
"""Fact of a finding that searched a list: when headquarters took the list from its source, ISO 8601."""
NOTHING_FOUND = "Nothing found"

LEAD_NOT_PROOF = "A hit is a lead, not proof: confirm with the NCB before any action"
TO_SECOND_LINE = "Take the traveller to the second line, calmly and out of the queue"
ASYLUM_CLAIM = "If asylum is claimed, tell only headquarters' protection desk, nothing to the state of origin"

CLEAR_ADVICE = Advice("Nothing found")

ADVICE_BY_ACTION = {
    Action.DETAIN: Advice(
        "Listed: detain if confirmed",
        (TO_SECOND_LINE, LEAD_NOT_PROOF, "Detain only when it is confirmed", ASYLUM_CLAIM),
    ),
    Action.REFUSE: Advice(
        "Listed: refuse if confirmed",
        (TO_SECOND_LINE, LEAD_NOT_PROOF, "An own national cannot be refused entry", ASYLUM_CLAIM),
    ),
    Action.PROTECT: Advice(
        "Protect this person",
        (
            "This is a person to protect, not a suspect",
            "Stay with the person and keep those who travel along in view",
            TO_SECOND_LINE,
            LEAD_NOT_PROOF,
        ),
    ),
    Action.IDENTIFY: Advice(
        "Listed: identify and locate", (TO_SECOND_LINE, "Note identity and journey", LEAD_NOT_PROOF, ASYLUM_CLAIM)
    ),
    Action.SEIZE: Advice(
        "Listed: seize the document if confirmed", (TO_SECOND_LINE, LEAD_NOT_PROOF, "Keep the document in sight")
    ),
    Action.INFORM: Advice(
        "Inform headquarters, do not hold", ("Inform headquarters", "Do not hold the traveller for it")
    ),
}
"""Strong hits on persons. DISCREET has no words here: a lane never shows it."""

ACTION_PHRASES = {
    Action.DETAIN.value: "detain if confirmed",
    Action.REFUSE.value: "refuse entry if confirmed",
    Action.PROTECT.value: "protect this person",
    Action.IDENTIFY.value: "identify and locate",
    Action.SEIZE.value: "seize the document if confirmed",
    Action.INFORM.value: "inform headquarters, do not hold",
}
"""What a record asks of the post, by its action, as a verb that goes on from "asks to"."""

UNKNOWN_ACTION_ADVICE = Advice("Listed", (TO_SECOND_LINE, LEAD_NOT_PROOF, ASYLUM_CLAIM))
"""An action this version does not know."""

POSSIBLE_PERSON_ADVICE = Advice(
    "May be a listed person",
    (
        "Open Why: compare field by field",
        "Ask the question shown there",
        "Refer if it cannot be settled",
        LEAD_NOT_PROOF,
    ),
)
ASK_HEADQUARTERS = "Its details are locked: ask headquarters with the record's number, which F4 shows"
POSSIBLE_PERSON_LOCKED_ADVICE = Advice(
    "May be a listed person", (ASK_HEADQUARTERS, "Refer if it cannot be settled", LEAD_NOT_PROOF)
)

DOCUMENT_ADVICE = Advice(
    "Listed document",
    (
        TO_SECOND_LINE,
        "Keep the document in sight",
        "Ask whether it was reported lost and found again",
        LEAD_NOT_PROOF,
    ),
)
SCAN_ADVICE = Advice("Scan the document", ("The number was typed or misread: scan it", "Refer if it cannot be scanned"))
SIMILAR_NUMBER_ADVICE = Advice(
    "A similar number is listed",
    ("Scan again", "Compare the printed number with the one that was read", LEAD_NOT_PROOF),
)
NOT_DONE_ADVICE = Advice(
    "No answer can be given",
    ("Scan again", "If it stays so, refer, or admit only under work opened by a supervisor"),
)
LISTS_CLOSED_ADVICE = Advice(
    "The lists cannot be asked",
    (
        "Refer, or admit only under work opened by a supervisor",
        "The post needs word of headquarters: F9 says what to do",
    ),
)
LISTS_LACKING_ADVICE = Advice(
    "The lists can clear nobody",
    (
        "Refer, or admit only under work opened by a supervisor",
        "Tell the supervisor: the post needs its lists anew, by a line or a stick (F9)",
    ),
)
SEAL_ADVICE = Advice(
    "The digital seal is not in order",
    (
        TO_SECOND_LINE,
        "Keep the document in sight",
        "Compare every field of the page with the seal, then examine the paper",
    ),
)
CHIP_FALSE_ADVICE = Advice(
    "The chip is not what its issuer made",
    (
        TO_SECOND_LINE,
        "Keep the document in sight",
        "Have page, picture and chip examined: the print may be right and the chip wrong, or both",
        ASYLUM_CLAIM,
    ),
)
CHIP_LOOK_ADVICE = Advice(
    "Look at the document closely",
    ("Compare chip and page under F4", "Lay it on the chip reader and scan again", "Refer if it cannot be settled"),
)
CHIP_UNREAD_ADVICE = Advice(
    "The chip was not read",
    (
        "Lay the document on the chip reader, keep it still, scan again",
        "F7 takes the card access number where the zone does not open the chip",
        "If it stays so, refer, or admit only with a second person",
    ),
)
NOTICE_ADVICE = Advice("Look", ("Compare the document with what was read, then decide",))

_CHECK_TITLES = {
    "chip": "Chip",
    "chip_print": "Chip against print",
    "seen_again": "Seen here before",
    "mrz": "Machine-readable zone",
    "number": "Document number",
    "lists": "Lists",
    "unknown": "List",
    "validity": "Validity",
    "documents": "Documents",
    "persons": "Persons",
    "trust": "Signing certificates",
    "age": "Age of the list",
    "journal": "Journal",
    "boarding_pass": "Boarding pass",
    "seal": "Digital seal",
}
"""Of checks by the first part of their names."""

_CLOSED_REASONS = frozenset(kind.value for kind in ALL_LISTS_CONDITIONS)
_LACKING_REASONS = frozenset(kind.value for kind in ONE_LIST_CONDITIONS | {ConditionKind.KIND_NOT_CARRIED})


def verdict_sentence(findings: Sequence[Finding], verdict: Verdict) -> str:
    """What decided, in one sentence."""
    first = deciding_finding(findings)
    if verdict is Verdict.CANNOT_SAY and first is not None:
        return first.says
    return advice_for_findings(findings).title


def second_line(findings: Sequence[Finding], now: datetime) -> str:
    """`Nothing found as of 3 hours ago`, or the finding; and what was not done although it need not be."""
    deciding = deciding_finding(
        finding for finding in findings if finding.state is not State.NOT_DONE or has_evidence(finding)
    )
    parts = [f"{deciding.says if deciding else NOTHING_FOUND}{_as_of(findings, deciding, now)}"]
    parts += [
        f"not done: {check_title(finding.check)}"
        for finding in findings
        if finding.state is State.NOT_DONE and not finding.mandatory
    ]
    return "; ".join(parts)


def _as_of(findings: Iterable[Finding], deciding: Finding | None, now: datetime) -> str:
    searched = [finding for finding in ([deciding] if deciding else findings) if _has_searched_list(finding)]
    if not searched:
        return "" if deciding else ", no list was searched"
    oldest = min(datetime.fromisoformat(finding.evidence.facts[AS_OF]) for finding in searched)
    age = format_age(now - oldest)
    return f" (list as of {age})" if deciding else f" as of {age}"


def _has_searched_list(finding: Finding) -> bool:
    """Whether it looked for the traveller in a list; the age of a list says nothing about who is on it."""
    looked = not finding.check.startswith("age:") and finding.state is not State.NOT_DONE
    return AS_OF in finding.evidence.facts and (looked or bool(finding.evidence.matches))


def advice_for_findings(findings: Iterable[Finding]) -> Advice:
    """What the officer does next about these findings."""
    finding = deciding_finding(findings)
    if finding is None:
        return CLEAR_ADVICE
    deciding = verdict_of_finding(finding)
    choices = (advice for verdict, advice in _advice_for_evidence(finding) if verdict is deciding)
    return next(choices, advice_for_finding(finding))


def _advice_for_evidence(finding: Finding) -> Iterator[tuple[Verdict, Advice]]:
    for match in finding.evidence.matches:
        yield verdict_of_document(match), advice_for_document(match)
    for candidate in finding.evidence.candidates:
        yield verdict_of_person(candidate), advice_for_person(candidate)


def deciding_finding(findings: Iterable[Finding]) -> Finding | None:
    """The first of the most serious findings; None when nothing is more than CLEAR."""
    serious = [finding for finding in findings if verdict_of_finding(finding) is not Verdict.CLEAR]
    return max(serious, key=lambda finding: verdict_of_finding(finding).seriousness, default=None)


def advice_for_finding(finding: Finding) -> Advice:
    """What to do about a finding that has no evidence of its own."""
    if finding.check == "seal" and finding.state is State.HIT:
        return SEAL_ADVICE
    if finding.state is State.NOT_DONE and finding.reason in _CLOSED_REASONS:
        return LISTS_CLOSED_ADVICE
    if finding.state is State.NOT_DONE and finding.reason in _LACKING_REASONS:
        return LISTS_LACKING_ADVICE
    if finding.check in ("chip", "chip_print"):
        return {State.NOTICE: CHIP_LOOK_ADVICE, State.NOT_DONE: CHIP_UNREAD_ADVICE, State.HIT: CHIP_FALSE_ADVICE}.get(
            finding.state, CLEAR_ADVICE
        )
    return {State.NOTICE: NOTICE_ADVICE, State.NOT_DONE: NOT_DONE_ADVICE, State.HIT: UNKNOWN_ACTION_ADVICE}.get(
        finding.state, CLEAR_ADVICE
    )


def advice_for_document(match: DocumentMatch) -> Advice:
    """What to do about a listed document."""
    if not match.certain:
        return SCAN_ADVICE
    if match.review_passed:
        return NOTICE_ADVICE
    return SIMILAR_NUMBER_ADVICE if match.grade is Grade.NEAR else DOCUMENT_ADVICE


def advice_for_person(candidate: PersonCandidate) -> Advice:
    """What to do about a listed person. `inform` never holds, however well it fits."""
    advice = _advice_by_band(candidate)
    if not candidate.withheld or advice is POSSIBLE_PERSON_LOCKED_ADVICE:
        return advice
    return Advice(advice.title, (*advice.steps, ASK_HEADQUARTERS))


def _advice_by_band(candidate: PersonCandidate) -> Advice:
    action = action_of(candidate)
    if action is Action.INFORM:
        return ADVICE_BY_ACTION[action]
    if candidate.band is not Band.STRONG:
        return POSSIBLE_PERSON_LOCKED_ADVICE if candidate.withheld else POSSIBLE_PERSON_ADVICE
    return ADVICE_BY_ACTION.get(action, UNKNOWN_ACTION_ADVICE) if action else UNKNOWN_ACTION_ADVICE


def check_title(check: str) -> str:
    """A check's name in words: `documents:sltd` is "Documents on sltd"."""
    kind, _, subject = check.partition(":")
    words = _CHECK_TITLES.get(kind, kind)
    if not subject:
        return words
    return f"{words} {subject}" if kind in ("age", "unknown") else f"{words} on {subject}"
