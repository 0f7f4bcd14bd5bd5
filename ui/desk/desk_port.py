"""Everything the desk needs from the rest of the kit, in one value that `ui.commands.desk` fills.

- Every call but `today` may take long and may raise a WaypostError: the desk calls them from threads of its own.
- `screen` reports each step as `appliance.screening.run.Screener.screen` does.
- `decide` and `open_work` return only when the journal has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from appliance.chips.read_job import ChipReadStep
from appliance.counter.decisions import DecisionKey, DecisionRecord, SupervisorOverride
from appliance.counter.kit_lists import ListState
from appliance.counter.subject import Subject
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.standing_conditions import Condition
from data.screenings import Decision, Direction
from devices.ports import DeviceState, DocumentReader


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
    """Work opened under conditions that still stand."""
    link: str = ""
    """In words: `synced 5 minutes ago`, `never synced`."""
    kit_status: tuple[str, ...] = ()
    """Whether the lists may be read, since when and why, line by line."""


@dataclass(frozen=True, slots=True)
class DeskPort:
    """What the desk may ask of the kit."""

    place: Workplace
    screen: Callable[[Subject, Callable[[ScreeningProgress], None], Callable[[ChipReadStep], None]], ScreeningResult]
    """Screen one traveller (`appliance.counter` makes the screening); reports each step of the checks, and each
    of the chip, from whatever thread, also after it has returned."""
    decide: Callable[[ScreeningResult | None, Decision, DecisionKey, str], DecisionRecord]
    """Record a decision (result, decision, how it was pressed, the second person's name or ""); Denied says why not."""
    post_state: Callable[[Mapping[str, DeviceState]], PostState]
    """The post now, given the states of its readers by title."""
    open_work: Callable[[Condition, str, str], SupervisorOverride]
    """Open work under a condition: supervisor, second person or ""."""
    today: Callable[[], date]
    """The trusted day, which settles the centuries of two-digit years; the only call that must answer at once."""
    reader: DocumentReader | None = None
    """The passport reader, not opened yet; None where documents are typed."""
    forget_chip: Callable[[], None] | None = None
    """The traveller is done: end the reading of the chip. None where chips are not read. Answers at once."""
    simulated: bool = False
    """Whether any device is simulated."""
