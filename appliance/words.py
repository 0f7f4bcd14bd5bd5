"""What the officer is told and what to do next, for each thing that can decide a verdict.

A hit is a lead, not proof: no step here acts on a record before the country that issued it confirms
(domain.md). A protected person is never worded as a suspect, and a sanctions entry is no border ground.
"""

from dataclasses import dataclass

from appliance.standing import OF_ALL_LISTS, OF_ONE_LIST, ConditionKind
from appliance.verdict import action_of
from data.findings import Band, DocumentMatch, Finding, Grade, PersonCandidate, State
from data.persons.notice import Action


@dataclass(frozen=True, slots=True)
class Advice:
    """A neutral heading and the steps under it, in order."""

    title: str
    steps: tuple[str, ...] = ()


LEAD = "A hit is a lead, not proof: confirm with the NCB before any action"
SECOND_LINE = "Take the traveller to the second line, calmly and out of the queue"
ASYLUM = "If asylum is claimed, tell only headquarters' protection desk, nothing to the state of origin"

CLEAR = Advice("Nothing found")

BY_ACTION = {
    Action.DETAIN: Advice(
        "Listed: detain if confirmed", (SECOND_LINE, LEAD, "Detain only when it is confirmed", ASYLUM)
    ),
    Action.REFUSE: Advice(
        "Listed: refuse if confirmed", (SECOND_LINE, LEAD, "An own national cannot be refused entry", ASYLUM)
    ),
    Action.PROTECT: Advice(
        "Protect this person",
        (
            "This is a person to protect, not a suspect",
            "Stay with the person and keep those who travel along in view",
            SECOND_LINE,
            LEAD,
        ),
    ),
    Action.IDENTIFY: Advice("Listed: identify and locate", (SECOND_LINE, "Note identity and journey", LEAD, ASYLUM)),
    Action.SEIZE: Advice("Listed: seize the document if confirmed", (SECOND_LINE, LEAD, "Keep the document in sight")),
    Action.INFORM: Advice(
        "Inform headquarters, do not hold", ("Inform headquarters", "Do not hold the traveller for it")
    ),
}
"""Strong hits on persons. DISCREET has no words here: a lane never shows it."""

ASKS = {
    Action.DETAIN.value: "detain if confirmed",
    Action.REFUSE.value: "refuse entry if confirmed",
    Action.PROTECT.value: "protect this person",
    Action.IDENTIFY.value: "identify and locate",
    Action.SEIZE.value: "seize the document if confirmed",
    Action.INFORM.value: "inform headquarters, do not hold",
}
"""What a record asks of the post, by its action, as a verb that goes on from "asks to"."""

REFERRED = Advice("Listed", (SECOND_LINE, LEAD, ASYLUM))
"""An action this version does not know."""

MAYBE = Advice(
    "May be a listed person",
    ("Open Why: compare field by field", "Ask the question shown there", "Refer if it cannot be settled", LEAD),
)

ASK_HEADQUARTERS = "Its details are locked: ask headquarters with the record's number, which F4 shows"
MAYBE_LOCKED = Advice("May be a listed person", (ASK_HEADQUARTERS, "Refer if it cannot be settled", LEAD))

DOCUMENT = Advice(
    "Listed document",
    (
        SECOND_LINE,
        "Keep the document in sight",
        "Ask whether it was reported lost and found again",
        LEAD,
    ),
)
SCAN_IT = Advice("Scan the document", ("The number was typed or misread: scan it", "Refer if it cannot be scanned"))
SIMILAR = Advice(
    "A similar number is listed", ("Scan again", "Compare the printed number with the one that was read", LEAD)
)
NOT_DONE = Advice(
    "No answer can be given",
    ("Scan again", "If it stays so, refer, or admit only under work opened by a supervisor"),
)
CLOSED = Advice(
    "The lists cannot be asked",
    (
        "Refer, or admit only under work opened by a supervisor",
        "The post needs word of headquarters: F9 says what to do",
    ),
)
LACKING = Advice(
    "The lists can clear nobody",
    (
        "Refer, or admit only under work opened by a supervisor",
        "Tell the supervisor: the post needs its lists anew, by a line or a stick (F9)",
    ),
)
SEAL = Advice(
    "The digital seal is not in order",
    (
        SECOND_LINE,
        "Keep the document in sight",
        "Compare every field of the page with the seal, then examine the paper",
    ),
)
CHIP_FALSE = Advice(
    "The chip is not what its issuer made",
    (
        SECOND_LINE,
        "Keep the document in sight",
        "Have page, picture and chip examined: the print may be right and the chip wrong, or both",
        ASYLUM,
    ),
)
CHIP_LOOK = Advice(
    "Look at the document closely",
    ("Compare chip and page under F4", "Lay it on the chip reader and scan again", "Refer if it cannot be settled"),
)
CHIP_UNREAD = Advice(
    "The chip was not read",
    (
        "Lay the document on the chip reader, keep it still, scan again",
        "F7 takes the card access number where the zone does not open the chip",
        "If it stays so, refer, or admit only with a second person",
    ),
)
NOTICE = Advice("Look", ("Compare the document with what was read, then decide",))


def title(check: str) -> str:
    """A check's name in words: `documents:sltd` is "Documents on sltd"."""
    kind, _, subject = check.partition(":")
    known = {
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
    words = known.get(kind, kind)
    if not subject:
        return words
    return f"{words} {subject}" if kind in ("age", "unknown") else f"{words} on {subject}"


_CLOSED = frozenset(kind.value for kind in OF_ALL_LISTS)
_LACKING = frozenset(kind.value for kind in OF_ONE_LIST | {ConditionKind.KIND_NOT_CARRIED})


def for_finding(finding: Finding) -> Advice:
    """What to do about a finding that has no evidence of its own."""
    if finding.check == "seal" and finding.state is State.HIT:
        return SEAL
    if finding.state is State.NOT_DONE and finding.reason in _CLOSED:
        return CLOSED
    if finding.state is State.NOT_DONE and finding.reason in _LACKING:
        return LACKING
    if finding.check in ("chip", "chip_print"):
        return {State.NOTICE: CHIP_LOOK, State.NOT_DONE: CHIP_UNREAD, State.HIT: CHIP_FALSE}.get(finding.state, CLEAR)
    return {State.NOTICE: NOTICE, State.NOT_DONE: NOT_DONE, State.HIT: REFERRED}.get(finding.state, CLEAR)


def for_document(match: DocumentMatch) -> Advice:
    """What to do about a listed document."""
    if not match.certain:
        return SCAN_IT
    if match.review_passed:
        return NOTICE
    return SIMILAR if match.grade is Grade.NEAR else DOCUMENT


def for_person(candidate: PersonCandidate) -> Advice:
    """What to do about a listed person. `inform` never holds, however well it fits."""
    advice = _for_person(candidate)
    if not candidate.withheld or advice is MAYBE_LOCKED:
        return advice
    return Advice(advice.title, (*advice.steps, ASK_HEADQUARTERS))


def _for_person(candidate: PersonCandidate) -> Advice:
    action = action_of(candidate)
    if action is Action.INFORM:
        return BY_ACTION[action]
    if candidate.band is not Band.STRONG:
        return MAYBE_LOCKED if candidate.withheld else MAYBE
    return BY_ACTION.get(action, REFERRED) if action else REFERRED
