"""Everything the desk needs from the rest of the kit, in one value that `ui.commands.desk` fills.

- Every call except `today` may be slow and may raise a WaypostError: the desk makes them from background threads.
- `screen` reports each step as `appliance.screening.run.Screener.screen` does.
- `decide` and `open_work` return only after they have written to the journal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.chips.read_job import ChipReadStep
from appliance.counter.decisions import DecisionKey, OfficerDecision, SupervisorOverride
from appliance.counter.kit_lists import ListState
from appliance.counter.past_travellers import TravellerOverview, WaitingSubject
from appliance.counter.subject import Subject
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.standing_conditions import Condition
from data.journal.travellers import PastScreening
from data.people.staff import Actor
from data.screenings import Decision, Direction
from data.text import EMPTY, Message
from devices.ports import DeviceState, DocumentReader
from ui.desk.desk_people import DeskPeople


@dataclass(frozen=True, slots=True)
class Workplace:
    """Who works where."""

    kit: str
    post: str
    lane: str
    direction: Direction
    officer: str


@dataclass(frozen=True, slots=True)
class PostState:
    """The state of the whole post, for the status lines and the page of lists."""

    lists: tuple[ListState, ...] = ()
    conditions: tuple[Condition, ...] = ()
    overrides: tuple[SupervisorOverride, ...] = ()
    """Work opened under conditions that have not ended."""
    link: Message = EMPTY
    """`synced 5 minutes ago`, `never synced`; empty where it is not known."""
    kit_status: tuple[Message, ...] = ()
    """Lines that say whether the lists may be read, since when and why."""
    undecided: frozenset[str] = frozenset()
    """Screenings at this desk that have no decision."""


@dataclass(frozen=True, slots=True)
class DeskPort:
    """What the desk may ask of the kit."""

    place: Workplace
    people: DeskPeople
    """Who works here, and how others prove who they are."""
    screen: Callable[[Subject, Callable[[ScreeningProgress], None], Callable[[ChipReadStep], None]], ScreeningResult]
    """Screen one traveller. It reports each step of the checks and of the chip, from any thread, even after it has
    returned."""
    decide: Callable[[ScreeningResult | None, Decision, DecisionKey, Actor | None], OfficerDecision]
    """Record a decision: result, decision, key, the second person. Raises Denied with the reason."""
    post_state: Callable[[Mapping[str, DeviceState]], PostState]
    """The state of the post, given the states of its readers by title."""
    open_work: Callable[[Condition, Actor, Actor | None], SupervisorOverride]
    """Open work under a condition: supervisor, second person."""
    today: Callable[[], date]
    """The trusted day, which decides the century of two-digit years. It answers at once."""
    now: Callable[[], datetime]
    """Trusted time (UTC). It answers at once."""
    keep: Callable[[Subject, str], None]
    """Keep a document, read at the device of this title, under `Subject.unscreened` until its verdict is in the
    journal. It returns when the document is on the disk."""
    keep_codes: Callable[[Subject], None]
    """Keep that these bar codes were read with a document that is kept. It returns when that is on the disk."""
    discard: Callable[[str], None]
    """Forget a document that was kept."""
    delete_expired_unscreened: Callable[[], int]
    """Delete what was kept for longer than the longest shift; how many documents."""
    find_unscreened: Callable[[], Sequence[WaitingSubject]]
    """What is kept and was never screened, oldest first."""
    overview: Callable[[], TravellerOverview]
    """The travellers whom this officer may call back."""
    call_back: Callable[[PastScreening], ScreeningResult | None]
    """The result of a traveller of the overview; None if its details were purged."""
    note_why: Callable[[ScreeningResult], None]
    """Record that the details of this traveller were opened. It returns when that is in the journal."""
    leave: Callable[[], None]
    """The desk is left: what waits at it belongs to the next one. Answers at once."""
    reader: DocumentReader | None = None
    """The passport reader, not open yet; None where documents are typed."""
    forget_chip: Callable[[], None] | None = None
    """End the reading of the chip: the traveller has gone on. Answers at once. None where chips are not read."""
    simulated: bool = False
    """Whether any device is simulated."""
