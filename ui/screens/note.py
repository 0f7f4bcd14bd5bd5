"""What the line above the input says. Never a silent success: what was recorded is told, with its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.decisions import DecisionMade
from appliance.openings import Opening
from data.documents.codes import Code, CodeKind
from data.documents.travel_document import TravelDocument
from data.screenings import Decision
from ui.say import counted, safe
from ui.widgets.lengths import LINES

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


def same(text: str, tone: Tone = Tone.PLAIN) -> Note:
    """A note that gives nothing away."""
    return Note(text, text, tone)


def decided(name: str, made: DecisionMade) -> Note:
    """A decision is in the journal."""
    at = f"{made.at:%H:%M:%S} UTC"
    second = f", with {safe(made.second)}" if made.second else ""
    under = f", under work opened by {safe(made.openings[0].supervisor)}" if made.openings else ""
    return Note(f"Recorded: {name} {_DECISIONS[made.decision]} at {at}{second}{under}", f"Recorded at {at}")


def opened(opening: Opening) -> Note:
    """Work was opened."""
    at = f"{opening.until:%H:%M} UTC"
    return Note(f"Recorded: work opened until {at} by {safe(opening.supervisor)}", "Recorded")


def failed(error: Exception) -> Note:
    """An error, in its own sentences."""
    return Note(safe(str(error), MOST), "Something needs you: F3 shows it", Tone.WARN)


def waiting(count: int) -> Note:
    """Documents came before the decision."""
    who = "The next document is read and waits" if count == 1 else f"{count} documents are read and wait"
    return Note(f"{who}: decide first, or F2 leaves this one undecided", who)


_KINDS = {
    CodeKind.BOARDING_PASS: "A boarding pass",
    CodeKind.SEAL: "A digital seal",
    CodeKind.OPEN_SEAL: "A digital seal",
    CodeKind.OTHER: "A code",
}


def codes_kept(codes: Sequence[Code]) -> Note:
    """Codes were read before their document."""
    return same(f"{_KINDS[codes[0].kind]} is read: now the document it belongs to")


def codes_joined(codes: Sequence[Code]) -> Note:
    """Codes were read while a traveller has no decision yet."""
    return same(f"{_KINDS[codes[0].kind]} was added to this traveller")


def undecided(name: str) -> Note:
    """The officer went on without a decision."""
    return Note(f"{name} stays undecided in the journal", "No decision was recorded", Tone.WARN)


def worse(name: str) -> Note:
    """A check came back late with a worse answer, after the decision."""
    return Note(f"{name}: the answer got worse after the decision. Decide again", "Look again: F3 shows why", Tone.WARN)


ENTER_ONLY_ON_CLEAR = Note("Enter admits only on CLEAR: press the key of the decision", "Press the key of the decision")
TOO_SOON = same("Too soon after the answer: look, then press the key again", Tone.WARN)
ARMED = same("Esc: now a digit, 1 to 9 for F1 to F9, 0 for F10. Esc again empties the line")


NO_CHIP_TO_OPEN = same(
    "The access number opens the chip of the document on the desk: scan the document first", Tone.WARN
)
NOT_TAKEN = same("Not taken: documents wait already. Decide first, then scan it again", Tone.WARN)


def typing(lines: Sequence[str], length: int) -> Note:
    """How far the typed lines are."""
    if not lines and not length:
        return NOTHING
    first = len(lines[0]) if lines else length
    whole = LINES.get(first)
    if not lines:
        return same(f"Line 1: {length} characters" + ("; Enter ends it" if whole else "; a line has 30, 36 or 44"))
    before = f"line 1 has {counted(first, 'character')}" + ("" if whole else ", not 30, 36 or 44: Backspace goes back")
    return same(f"Line {len(lines) + 1} of {whole or '2 or 3'}: {length} of {first} characters; {before}")


def wrong_digits(document: TravelDocument) -> Note | None:
    """Check digits of a typed document that do not fit; None when all do."""
    wrong = [
        f"{safe(digit.field, 12)} (typed {safe(digit.found, 2)}, fits {safe(digit.expected, 2)})"
        for digit in document.digits
        if not digit.ok
    ]
    if not wrong:
        return None
    text = f"Check digit wrong: {', '.join(wrong)}. Mend what was mistyped, or Enter screens it as it is"
    return same(text, Tone.WARN)
