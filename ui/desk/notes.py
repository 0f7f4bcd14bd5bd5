"""What the line above the input says.

- Never a silent success: what was recorded is shown, with its time.
- Each note has a second text for where travellers may see the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.counter.decisions import DecisionRecord, SupervisorOverride
from data.documents.barcodes import Barcode, BarcodeKind
from data.documents.travel_document import TravelDocument
from data.screenings import Decision
from ui.desk.typed_zone import LINES_BY_LENGTH
from ui.text.sanitize import pluralize, safe

MOST = 230
"""Characters of an error: three lines of a narrow screen."""


class Tone(StrEnum):
    """How a note is drawn."""

    PLAIN = "plain"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the officer."""

    text: str
    quiet: str = ""
    """What it says where travellers may see the screen."""
    tone: Tone = Tone.PLAIN

    def then(self, other: "Note") -> "Note":
        """Both, this one first."""
        text, quiet = (" · ".join(filter(None, pair)) for pair in ((self.text, other.text), (self.quiet, other.quiet)))
        return Note(text, quiet, other.tone)


NOTHING = Note("")

_DECISIONS = {
    Decision.ADMIT: "admitted",
    Decision.REFER: "referred to the second line",
    Decision.REFUSE: "refused",
    Decision.WITHDREW: "withdrew",
}


def neutral(text: str, tone: Tone = Tone.PLAIN) -> Note:
    """A note that gives nothing away."""
    return Note(text, text, tone)


def for_decision(name: str, record: DecisionRecord) -> Note:
    """A decision is in the journal."""
    at = f"{record.at:%H:%M:%S} UTC"
    second = f", with {safe(record.second)}" if record.second else ""
    under = f", under work opened by {safe(record.overrides[0].supervisor)}" if record.overrides else ""
    return Note(f"Recorded: {name} {_DECISIONS[record.decision]} at {at}{second}{under}", f"Recorded at {at}")


def for_override(override: SupervisorOverride) -> Note:
    """Work was opened."""
    at = f"{override.until:%H:%M} UTC"
    return Note(f"Recorded: work opened until {at} by {safe(override.supervisor)}", "Recorded")


def for_error(error: Exception) -> Note:
    """An error, in its own sentences."""
    return Note(safe(str(error), MOST), "Something needs you: F3 shows it", Tone.WARN)


def for_waiting_documents(count: int) -> Note:
    """Documents came before the decision."""
    who = "The next document is read and waits" if count == 1 else f"{count} documents are read and wait"
    return Note(f"{who}: decide first, or F2 leaves this one undecided", who)


_KINDS = {
    BarcodeKind.BOARDING_PASS: "A boarding pass",
    BarcodeKind.SEAL: "A digital seal",
    BarcodeKind.OPEN_SEAL: "A digital seal",
    BarcodeKind.OTHER: "A code",
}


def for_pending_codes(codes: Sequence[Barcode]) -> Note:
    """Codes were read before their document."""
    return neutral(f"{_KINDS[codes[0].kind]} is read: now the document it belongs to")


def for_added_codes(codes: Sequence[Barcode]) -> Note:
    """Codes were read while a traveller has no decision yet."""
    return neutral(f"{_KINDS[codes[0].kind]} was added to this traveller")


def for_missing_decision(name: str) -> Note:
    """The officer went on without a decision."""
    return Note(f"{name} stays undecided in the journal", "No decision was recorded", Tone.WARN)


def for_worse_verdict(name: str) -> Note:
    """A check came back late with a worse answer, after the decision."""
    return Note(f"{name}: the answer got worse after the decision. Decide again", "Look again: F3 shows why", Tone.WARN)


ENTER_ONLY_ON_CLEAR = Note("Enter admits only on CLEAR: press the key of the decision", "Press the key of the decision")
TOO_SOON = neutral("Too soon after the answer: look, then press the key again", Tone.WARN)
ARMED = neutral("Esc: now a digit, 1 to 9 for F1 to F9, 0 for F10. Esc again empties the line")


NO_CHIP_TO_OPEN = neutral(
    "The access number opens the chip of the document on the desk: scan the document first", Tone.WARN
)
NOT_TAKEN = neutral("Not taken: documents wait already. Decide first, then scan it again", Tone.WARN)


def for_typing(lines: Sequence[str], length: int) -> Note:
    """How far the typed lines are."""
    if not lines and not length:
        return NOTHING
    first = len(lines[0]) if lines else length
    whole = LINES_BY_LENGTH.get(first)
    if not lines:
        return neutral(f"Line 1: {length} characters" + ("; Enter ends it" if whole else "; a line has 30, 36 or 44"))
    before = f"line 1 has {pluralize(first, 'character')}" + (
        "" if whole else ", not 30, 36 or 44: Backspace goes back"
    )
    return neutral(f"Line {len(lines) + 1} of {whole or '2 or 3'}: {length} of {first} characters; {before}")


def for_wrong_digits(document: TravelDocument) -> Note | None:
    """Check digits of a typed document that do not fit; None when all do."""
    wrong = [
        f"{safe(digit.field, 12)} (typed {safe(digit.found, 2)}, fits {safe(digit.expected, 2)})"
        for digit in document.digits
        if not digit.ok
    ]
    if not wrong:
        return None
    text = f"Check digit wrong: {', '.join(wrong)}. Mend what was mistyped, or Enter screens it as it is"
    return neutral(text, Tone.WARN)
