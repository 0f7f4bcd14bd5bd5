"""What the line above the input says.

- Nothing succeeds silently: what was recorded is shown, with its time.
- Each note has a second text for where travellers may see the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.counter.decisions import OfficerDecision, SupervisorOverride
from data.documents.barcodes import Barcode, BarcodeKind
from data.documents.travel_document import CheckDigit, TravelDocument
from data.errors import WaypostError
from data.screenings import Decision
from data.text import EMPTY, Message, _, in_context, join, plural
from ui.desk.traveller_session import TravellerSession
from ui.desk.typed_zone import LINES_BY_LENGTH
from ui.text.sanitize import safe

MOST = 230
"""Characters of a note: three lines of a narrow screen."""
DIGIT_FIELDS = {
    "number": in_context("field of a check digit", "number"),
    "birth": in_context("field of a check digit", "birth"),
    "expiry": in_context("field of a check digit", "expiry"),
    "optional": in_context("field of a check digit", "optional"),
    "composite": in_context("field of a check digit", "composite"),
}
"""What a check digit of an MRZ guards."""


class Tone(StrEnum):
    """How a note is drawn."""

    PLAIN = "plain"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the officer."""

    text: Message
    quiet: Message = EMPTY
    """Shown instead where travellers may see the screen."""
    tone: Tone = Tone.PLAIN

    def then(self, other: "Note") -> "Note":
        """Both, this one first."""
        text, quiet = (join(filter(None, pair), " · ") for pair in ((self.text, other.text), (self.quiet, other.quiet)))
        return Note(text, quiet, other.tone)


NOTHING = Note(EMPTY)


def neutral(text: Message, tone: Tone = Tone.PLAIN) -> Note:
    """A note that gives nothing away."""
    return Note(text, text, tone)


def for_decision(name: str, decision: OfficerDecision) -> Note:
    """A decision is in the journal."""
    time = f"{decision.at:%H:%M:%S} UTC"
    text = describe_decision(decision.decision, name, time)
    if decision.second:
        text = _("{decision}, second person: {name}", decision=text, name=safe(decision.second.name))
    if decision.overrides:
        supervisor = safe(decision.overrides[0].supervisor.name)
        text = _("{decision}, under work opened by {supervisor}", decision=text, supervisor=supervisor)
    return Note(text, _("Recorded at {time}", time=time))


def describe_decision(decision: Decision, name: str, time: str) -> Message:
    """What is recorded, about whom, since when."""
    match decision:
        case Decision.ADMIT:
            return _("Recorded: {name} admitted at {time}", name=name, time=time)
        case Decision.REFER:
            return _("Recorded: {name} referred to the second line at {time}", name=name, time=time)
        case Decision.REFUSE:
            return _("Recorded: {name} refused at {time}", name=name, time=time)
        case Decision.WITHDREW:
            return _("Recorded: {name} withdrew at {time}", name=name, time=time)


def for_override(override: SupervisorOverride) -> Note:
    """Work was opened."""
    time, supervisor = f"{override.until:%H:%M} UTC", safe(override.supervisor.name)
    text = _("Recorded: work opened until {time} by {supervisor}", time=time, supervisor=supervisor)
    return Note(text, _("Recorded"))


def for_error(error: WaypostError) -> Note:
    """An error, in its own sentences."""
    return Note(error.message, _("Something needs your attention: F3 shows it"), Tone.WARN)


def for_waiting_documents(count: int) -> Note:
    """Documents were read before the decision."""
    if count == 1:
        return Note(
            _(
                "The next document has been read. Decide on this traveller first, or press F2 to leave the decision "
                "open."
            ),
            _("The next document has been read"),
        )
    return Note(
        plural(
            "{count} more document has been read. Decide on this traveller first, or press F2 to leave the decision "
            "open.",
            "{count} more documents have been read. Decide on this traveller first, or press F2 to leave the decision "
            "open.",
            count,
        ),
        plural("{count} more document has been read", "{count} more documents have been read", count),
    )


def for_documents_in_turn(count: int) -> Note:
    """Documents were read, nobody without a decision is on the screen, and none begins by itself yet."""
    return neutral(
        plural(
            "{count} document has been read: F2 goes on to it",
            "{count} documents have been read: F2 goes on to the first",
            count,
        )
    )


_PENDING = {
    BarcodeKind.BOARDING_PASS: _("Boarding pass read: now scan the document it belongs to"),
    BarcodeKind.SEAL: _("Digital seal read: now scan the document it belongs to"),
    BarcodeKind.OPEN_SEAL: _("Digital seal read: now scan the document it belongs to"),
    BarcodeKind.OTHER: _("Code read: now scan the document it belongs to"),
}
_ADDED = {
    BarcodeKind.BOARDING_PASS: _("A boarding pass was added to this traveller"),
    BarcodeKind.SEAL: _("A digital seal was added to this traveller"),
    BarcodeKind.OPEN_SEAL: _("A digital seal was added to this traveller"),
    BarcodeKind.OTHER: _("A code was added to this traveller"),
}
_ADDED_TO_WAITING = {
    BarcodeKind.BOARDING_PASS: _("A boarding pass was added to the document that was read last and waits"),
    BarcodeKind.SEAL: _("A digital seal was added to the document that was read last and waits"),
    BarcodeKind.OPEN_SEAL: _("A digital seal was added to the document that was read last and waits"),
    BarcodeKind.OTHER: _("A code was added to the document that was read last and waits"),
}


def for_pending_codes(codes: Sequence[Barcode]) -> Note:
    """Codes were read before their document."""
    return neutral(_PENDING[codes[0].kind])


def for_added_codes(codes: Sequence[Barcode]) -> Note:
    """Codes were read while a traveller has no decision yet."""
    return neutral(_ADDED[codes[0].kind])


def for_codes_of_waiting(codes: Sequence[Barcode]) -> Note:
    """Codes were read after a document that waits."""
    return neutral(_ADDED_TO_WAITING[codes[0].kind])


def for_reader_advice(says: Message) -> Note:
    """A document could not be read; `says` is what to do."""
    return neutral(_("Reader: {advice}", advice=says), Tone.WARN)


def for_missing_decision(name: str, *, is_recorded: bool) -> Note:
    """The officer went on without a decision."""
    if not is_recorded:
        text = _("Nothing about {name} is in the journal: write the traveller down on paper", name=name)
        return Note(text, _("Nothing was recorded"), Tone.WARN)
    text = _("{name} stays undecided in the journal", name=name)
    return Note(text, _("No decision was recorded"), Tone.WARN)


def for_worse_verdict(name: str) -> Note:
    """A check ended late with a worse answer, after the decision."""
    text = _("{name}: the answer got worse after the decision. Decide again", name=name)
    return Note(text, _("Look again: F3 shows why"), Tone.WARN)


def for_lost_if_left(error: WaypostError) -> Note:
    """A document is not in the journal, and nowhere else."""
    return _for_keeping(
        _(
            "A document could not be kept. It is lost if the desk is left before its answer: {error}",
            error=error.message,
        )
    )


def for_left_with_reader(error: WaypostError) -> Note:
    """A document is not in the journal; the reader holds it."""
    return _for_keeping(
        _(
            "A document could not be kept. The reader still holds it and gives it again when the desk opens: {error}",
            error=error.message,
        )
    )


def for_kept_without_code(error: WaypostError) -> Note:
    """A document that waits is in the journal, and a code that belongs to it is not."""
    return _for_keeping(
        _(
            "A code could not be kept with its document. If the desk is left before its answer, scan the code again: "
            "{error}",
            error=error.message,
        )
    )


def for_still_kept(error: WaypostError) -> Note:
    """A document that needs no screening any more is still in the journal."""
    return _for_keeping(
        _(
            "A document that was put away is still kept, so the desk shows it again when it opens: {error}",
            error=error.message,
        )
    )


def for_unknown_waiting(error: WaypostError) -> Note:
    """What waits from before could not be read."""
    return _for_keeping(
        _(
            "It is not known what waits from before. It is still kept: leave the desk and open it again. {error}",
            error=error.message,
        )
    )


def _for_keeping(text: Message) -> Note:
    return Note(text, _("Something needs your attention: F3 shows it"), Tone.WARN)


def for_unscreened_documents(count: int, since: datetime) -> Note:
    """Documents were read before the desk was left or ended, and never screened."""
    return neutral(
        plural(
            "{count} document is unscreened since {time} UTC: F2 takes it when no traveller is open",
            "{count} documents are unscreened since {time} UTC: F2 takes the oldest when no traveller is open",
            count,
            time=f"{since:%H:%M}",
        ),
        Tone.WARN,
    )


def for_removed_documents(count: int) -> Note:
    """Documents were unscreened when their shift ended."""
    return neutral(
        plural(
            "{count} document of an earlier shift was never screened; it was removed",
            "{count} documents of an earlier shift were never screened; they were removed",
            count,
        ),
        Tone.WARN,
    )


def for_called_back(session: TravellerSession) -> Note:
    """A traveller of the last hours is shown again."""
    record = session.decision
    if record is None:
        return Note(_("{name}: called back, without a decision so far", name=session.name), _("Called back"), Tone.WARN)
    time = f"{record.at:%H:%M:%S} UTC"
    what = describe_decision(record.decision, session.name, time)
    return Note(
        _("{decision}. F5 or F6 corrects it; both stay in the journal", decision=what), _("Called back"), Tone.WARN
    )


ENTER_ONLY_ON_CLEAR = Note(
    _("Enter admits only on CLEAR: press the key for the decision"), _("Press the key for the decision")
)
ENTER_NOT_ON_TYPING = Note(
    _("Enter does not admit what was typed: compare it with the document, then press F6"),
    _("Press the key for the decision"),
)
ENTER_NOT_FROM_SECOND_LINE = Note(
    _("Enter does not admit who stays with the second line: ask the second line, then press F6"),
    _("Press the key for the decision"),
)
TOO_SOON = neutral(_("Too soon after the answer: look, then press the key again"), Tone.WARN)
ARMED = neutral(_("Esc: press 1 to 9 for F1 to F9, 0 for F10. Esc again empties the line"))
NO_CHIP_TO_OPEN = neutral(
    _("The access number opens the chip of the document on the desk: scan the document first"), Tone.WARN
)
ACCESS_NUMBER_OF_ANOTHER = neutral(
    _("The access number was not tried: another document came to the desk meanwhile. Type it again if it fits"),
    Tone.WARN,
)
NOT_TAKEN = neutral(_("Not taken: other documents are waiting. Decide first, then scan it again"), Tone.WARN)
CODE_DROPPED = neutral(_("The code that was read was dropped: scan it again with its document"), Tone.WARN)
CODE_WITHOUT_DOCUMENT = neutral(
    _("A code was read and no document came within a minute: the code was dropped. Scan it again with its document"),
    Tone.WARN,
)
CODE_NOT_ADDED = neutral(_("The code was not added: this traveller was screened without it"), Tone.WARN)
CHIP_NOT_READ_AGAIN = neutral(
    _("The chip was not read again, so that this answer stays: decide on this traveller, then scan the document"),
    Tone.WARN,
)
CALLED_BACK_BY_KEY = Note(
    _("This traveller was called back: press the key for the decision"), _("Press the key for the decision")
)
STILL_RECORDING = neutral(_("The decision about this traveller is still being recorded: then call back the other"))
CHANGED_MEANWHILE = neutral(
    _("Nobody was called back: this traveller came on the screen meanwhile. Press F9 again"), Tone.WARN
)
READ_AGAIN = neutral(
    _("Is this the same traveller? Enter screens what was read now. Otherwise decide, or press F2"),
    Tone.WARN,
)
"""A document was read that may be this traveller's, whose answer was not certain."""
SAME_DOCUMENT = neutral(_("This document has been read once more: it waits. Decide on this answer, or press F2"))
ON_SCREEN = neutral(_("That is the traveller on the screen"))
DETAILS_GONE = neutral(_("The journal has no details of this traveller any more: scan the document again"), Tone.WARN)
PART_OF_ZONE = neutral(
    _("Only a part of the zone came, and nobody was screened: scan again, or type the missing lines"),
    Tone.WARN,
)
ALREADY_RECORDED = neutral(_("That is recorded already"))
STAYS_UNSCREENED = neutral(_("There is no answer for this document. F2 goes on; it stays unscreened, and F9 shows it"))
NOTHING_RECORDED = neutral(_("Nothing was recorded"))


def for_typing(lines: Sequence[str], length: int) -> Note:
    """How far the typed lines are."""
    if not lines and not length:
        return NOTHING
    first = len(lines[0]) if lines else length
    whole = LINES_BY_LENGTH.get(first)
    if not lines:
        return neutral(_describe_first_line(length, is_whole=whole is not None))
    line = {"line": len(lines) + 1, "length": length, "first": first}
    if whole:
        return neutral(
            _("Line {line} of {lines}: {length} of {first} characters; line 1 has {first}", **line, lines=whole)
        )
    return neutral(
        _(
            "Line {line}: {length} of {first} characters; line 1 has {first}, not 30, 36 or 44: Backspace goes back",
            **line,
        )
    )


def _describe_first_line(length: int, *, is_whole: bool) -> Message:
    if is_whole:
        return plural("Line 1: {count} character; Enter ends it", "Line 1: {count} characters; Enter ends it", length)
    return plural(
        "Line 1: {count} character; a line has 30, 36 or 44",
        "Line 1: {count} characters; a line has 30, 36 or 44",
        length,
    )


def for_kept_typing(text: str) -> Note:
    """Lines were typed and not finished when a scan came."""
    *lines, last = text.split("\n")
    shown = safe((last or lines[-1]).rstrip("<"), 44)
    says = _(
        "Typed before the scan, and still in the input line: {text}. Type on, or press Esc twice to empty it",
        text=shown,
    )
    return Note(says, _("What was typed before the scan is still in the input line"), Tone.WARN)


def for_wrong_digits(document: TravelDocument) -> Note | None:
    """Check digits of a typed document that do not fit; None when all do."""
    wrong = [_describe_digit(digit) for digit in document.digits if not digit.ok]
    if not wrong:
        return None
    text = _(
        "Check digit wrong: {digits}. Correct the typing error, or press Enter to screen it as it is",
        digits=join(wrong, ", "),
    )
    return neutral(text, Tone.WARN)


def _describe_digit(digit: CheckDigit) -> Message:
    return _(
        "{field} (typed {typed}, fits {expected})",
        field=DIGIT_FIELDS.get(digit.field) or safe(digit.field, 12),
        typed=safe(digit.found, 2),
        expected=safe(digit.expected, 2),
    )
