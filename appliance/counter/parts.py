"""The parts of a counter, from `ui.wiring` or, as fakes, from tests."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from appliance.counter.kit_lists import ListState
from appliance.screening.check_ports import Check, JournalWriter
from appliance.screening.run import ScreeningLimits
from data.clock import Clock
from data.journal.referrals import ReferralLog
from data.journal.travellers import TravellerLog
from data.journal.unrecorded import JournalState
from data.journal.unscreened import UnscreenedLog
from data.kit.disk_space import DiskState
from data.lease.access import ListAccess
from data.screenings import Direction
from devices.ports import DocumentReader

if TYPE_CHECKING:
    from appliance.chips.reader_service import ChipReaderService
    from appliance.people.post_people import PostPeople


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of one post, where travellers are screened."""

    kit: str
    post: str = ""
    name: str = ""
    direction: Direction = Direction.ENTRY
    """The direction of its travellers, unless a request names another."""


class CounterLists(Protocol):
    """The lists of the kit. `appliance.counter.kit_lists.KitLists` is one."""

    def refresh_access(self, reopened: Callable[[], None] = lambda: None) -> ListAccess:
        """Whether they may be read now. If they are opened again, `reopened` runs before anybody reads them."""

    def states(self, kinds: Collection[str] | None = None) -> tuple[ListState, ...]:
        """Each list of these kinds with its age; of every kind by default."""

    def last_contact(self) -> datetime | None:
        """When the kit last heard from headquarters; None if it never did."""


@dataclass(frozen=True, slots=True)
class CounterRecords:
    """What the kit's journal remembers for the counter, beside the screenings themselves."""

    referrals: ReferralLog
    travellers: TravellerLog
    unscreened: UnscreenedLog


@dataclass(frozen=True, slots=True)
class CounterParts:
    """The concrete parts of one counter."""

    lane: Lane
    lists: CounterLists
    journal: JournalWriter
    records: Callable[[], CounterRecords]
    """Makes what reads the journal back, when it is first needed."""
    clock: Callable[[], Clock]
    """The trusted clock; a sync in another process may have raised its floor."""
    checks: Callable[["ChipReaderService | None"], Sequence[Check]]
    """Makes the checks over the lists that are open now; called again when the lists are opened again."""
    read_disk: Callable[[], DiskState | None] = lambda: None
    """How much room the kit's disk has; None where nobody knows. Takes the reserve for the journal where it is gone."""
    read_journal: Callable[[], JournalState] = JournalState
    """Whether the journal takes entries, and how many verdicts were shown without it."""
    limits: ScreeningLimits = field(default_factory=ScreeningLimits)
    chips: Callable[[], "ChipReaderService | None"] = lambda: None
    """Makes the service that reads chips, when it is first needed; None if chips are not read."""
    reader: Callable[[str], DocumentReader | None] = lambda url: None
    """The document reader at a URL, not opened yet; for an empty URL the kit's own, None if it has none."""
    people: Callable[[], "PostPeople | None"] = lambda: None
    """Makes what knows who works here, when it is first needed; None in tests without people."""
    close: Callable[[], None] = lambda: None
    """Closes the files."""
