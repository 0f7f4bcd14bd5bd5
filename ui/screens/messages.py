"""What threads beside the screen tell it."""

from dataclasses import dataclass

from textual.message import Message

from appliance.chips.steps import ChipStep
from appliance.counter.reader_loop import ReaderAdvice, ReaderEvent, ReadingArrived
from appliance.decisions import DecisionMade
from appliance.openings import Opening
from appliance.result import Progress
from data.errors import WaypostError
from devices.reading import Reading
from devices.states import DeviceState
from ui.screens.desk_port import PostState


@dataclass
class Told(Message):
    """A screening took a step, perhaps after the traveller left."""

    turn: int
    """`Turn.number`."""
    progress: Progress


@dataclass
class ChipSaid(Message):
    """The reading of a chip took a step."""

    turn: int
    step: ChipStep


@dataclass
class ScreeningFailed(Message):
    """No verdict came of it."""

    turn: int
    error: WaypostError


@dataclass
class Decided(Message):
    """A decision is in the journal."""

    turn: int
    made: DecisionMade


@dataclass
class NotDecided(Message):
    """A decision was refused, or could not be written."""

    turn: int
    error: WaypostError


@dataclass
class PostLooked(Message):
    """The state of the post."""

    state: PostState


@dataclass
class PostUnknown(Message):
    """The state of the post could not be found out."""

    error: WaypostError


@dataclass
class NotOpened(Message):
    """Opening work was refused, or could not be written."""

    error: WaypostError


@dataclass
class WorkOpened(Message):
    """Work may go on under a condition."""

    opening: Opening


@dataclass
class ReaderSaid(Message):
    """The reader's state changed."""

    state: DeviceState
    what: str = ""


@dataclass
class ReaderGuides(Message):
    """The reading did not work; this would make the next one."""

    says: str


@dataclass
class DocumentRead(Message):
    """The reader delivered something."""

    reading: Reading


def of_reader(event: ReaderEvent) -> Message:
    """What the reader's loop tells, as a message."""
    if isinstance(event, ReadingArrived):
        return DocumentRead(event.reading)
    if isinstance(event, ReaderAdvice):
        return ReaderGuides(event.says)
    return ReaderSaid(event.state, event.what)
