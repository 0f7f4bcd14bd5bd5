"""Work in background threads, and the events by which such a thread reports its outcome to the screen.

- The threads are daemons: one that hangs blocks neither the desk nor the way out of it.
- Such a thread touches no widget: it posts events, and handlers do the rest.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread

from textual.message import Message

from appliance.chips.read_job import ChipReadStep
from appliance.counter.decisions import OfficerDecision
from appliance.counter.past_travellers import TravellerOverview, WaitingSubject
from appliance.counter.reader_loop import ReaderAdvice, ReaderChanged
from appliance.counter.subject import Subject
from appliance.people.post_roll import PostRoll
from appliance.screening.result import ScreeningProgress, ScreeningResult
from data.errors import WaypostError
from data.journal.travellers import PastScreening
from data.log.error_log import log_error
from data.people.sessions import SessionEnd
from data.text import EMPTY, _
from data.text import Message as TextMessage
from devices.ports import DeviceState
from ui.desk.desk_port import PostState
from ui.desk.notes import Note


def run_in_background(name: str, work: Callable[[], None], on_error: Callable[[WaypostError], object]) -> Thread:
    """Run `work` in a thread of its own; `on_error` gets what it raised, always as an error that can be shown."""

    def run() -> None:
        try:
            work()
        except Exception as error:
            log_error(error)
            on_error(as_shown(error))

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def as_shown(error: Exception) -> WaypostError:
    """The error that may be shown for any: the message of another kind may quote a traveller."""
    if isinstance(error, WaypostError):
        return error
    return WaypostError(
        _("An internal error stopped this step"),
        means=_("It gave no answer"),
        do=_("Try again; if that does not help, tell the technician to look at `waypost kit logs`"),
    )


@dataclass
class ScreeningAdvanced(Message):
    """A screening took a step, perhaps after the traveller had left."""

    session: int
    """`TravellerSession.number`."""
    progress: ScreeningProgress


@dataclass
class ChipAdvanced(Message):
    """The reading of a chip took a step."""

    session: int
    step: ChipReadStep


@dataclass
class ScreeningFailed(Message):
    """The screening failed: there is no verdict."""

    session: int
    error: WaypostError


@dataclass
class DecisionRecorded(Message):
    """A decision is in the journal."""

    session: int
    decision: OfficerDecision


@dataclass
class DecisionFailed(Message):
    """A decision was refused, or could not be written."""

    session: int
    error: WaypostError
    has_second: bool = False
    """Whether a second person agreed."""


@dataclass
class PostStateRead(Message):
    """The state of the post."""

    state: PostState


@dataclass
class PostStateFailed(Message):
    """The state of the post could not be read."""

    error: WaypostError


@dataclass
class ReaderStateChanged(Message):
    """The reader's state changed."""

    state: DeviceState
    what: TextMessage = EMPTY


@dataclass
class ReaderGuidance(Message):
    """A document could not be read; `says` is what to do."""

    says: TextMessage


@dataclass
class DocumentRead(Message):
    """The reader read a document."""

    subject: Subject
    is_safe: Future[None] = field(default_factory=Future)
    """Ends once its source may let it go; with an error where the source must stay."""


@dataclass
class KeepFailed(Message):
    """What the journal keeps of the documents that wait could not be changed or read."""

    note: Note
    """What that means."""


@dataclass
class UnscreenedFound(Message):
    """Documents that were kept and never screened."""

    subjects: Sequence[WaitingSubject]
    removed: int
    """Removed because their shift is over."""


@dataclass
class KitIsLocked(Message):
    """Two people may unlock it."""


@dataclass
class RollRead(Message):
    """Who may work here."""

    roll: PostRoll


@dataclass
class OverviewRead(Message):
    """The travellers of the last hours."""

    overview: TravellerOverview


@dataclass
class CalledBack(Message):
    """A traveller of the last hours, to be shown again; None: the journal has no details any more."""

    past: PastScreening
    result: ScreeningResult | None


@dataclass
class CallBackFailed(Message):
    """The travellers of the last hours, or one of them, could not be read."""

    error: WaypostError


def reader_message(event: ReaderAdvice | ReaderChanged) -> Message:
    """An event of the reader's loop as an event of the screen."""
    if isinstance(event, ReaderAdvice):
        return ReaderGuidance(event.says)
    return ReaderStateChanged(event.state, event.what)


@dataclass
class KitAnswered(Message):
    """What a page asked the kit for."""

    answer: object
    bubble = False


@dataclass
class KitRefused(Message):
    """Why the kit refused what a page asked for."""

    error: WaypostError
    bubble = False


@dataclass
class LockAsked(Message):
    """The key that locks the desk."""


@dataclass
class DeskUsed(Message):
    """Somebody is there: a document was read."""


@dataclass
class SessionEnded(Message):
    """The session in which somebody worked at the desk is over."""

    end: SessionEnd
