"""What a counter is made of: filled by `ui.wiring` and, with fakes, by tests."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from appliance.counter.kit_lists import ListState
from appliance.screening.check_ports import Check, JournalWriter
from appliance.screening.run import ScreeningLimits
from data.clock import Clock
from data.lease.access import ListAccess
from data.screenings import Direction
from devices.ports import DocumentReader

if TYPE_CHECKING:
    from appliance.chips.reader_service import ChipReaderService


@dataclass(frozen=True, slots=True)
class Lane:
    """Where travellers are screened: one lane of one post."""

    kit: str
    post: str = ""
    name: str = ""
    direction: Direction = Direction.ENTRY
    """Which way its travellers go, unless a request says otherwise."""


class CounterLists(Protocol):
    """The lists of the kit. `appliance.counter.kit_lists.KitLists` is one."""

    def refresh_access(self, reopened: Callable[[], None] = lambda: None) -> ListAccess:
        """Whether they may be read now. Where they were opened anew, `reopened` runs before anybody reads them."""

    def states(self, kinds: Collection[str] | None = None) -> tuple[ListState, ...]:
        """Each list of these kinds with its age; of every kind by default."""

    def last_contact(self) -> datetime | None:
        """When the kit last heard of headquarters; None where it never did."""


@dataclass(frozen=True, slots=True)
class CounterParts:
    """The concrete parts of one counter."""

    lane: Lane
    lists: CounterLists
    journal: JournalWriter
    clock: Callable[[], Clock]
    """The time that is trusted now; a sync in another process may have raised its floor."""
    checks: Callable[["ChipReaderService | None"], Sequence[Check]]
    """The checks over the lists as they are open now; asked again when the lists are opened anew."""
    limits: ScreeningLimits = field(default_factory=ScreeningLimits)
    chips: Callable[[], "ChipReaderService | None"] = lambda: None
    """Where chips are read, made when first needed; None where they are not read."""
    reader: Callable[[str], DocumentReader | None] = lambda url: None
    """The document reader at a URL, not opened yet; for an empty URL the kit's own, None where it has none."""
    close: Callable[[], None] = lambda: None
    """Close the files."""
