"""What a run of the courier did, as plain values that a command prints."""

from dataclasses import dataclass
from datetime import datetime

from data.errors import WaypostError
from sync.list_sync import Way
from sync.uplink.outbox import Sent


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not work, in the words of its error."""

    what: str
    means: str
    do: str

    @classmethod
    def of(cls, error: WaypostError) -> "Problem":
        """The words of `error`."""
        return cls(error.what, error.means, error.do)


@dataclass(frozen=True, slots=True)
class ListSynced:
    """One list after a run."""

    name: str
    before: int
    """Version; 0 for none."""
    after: int
    way: Way
    bytes: int
    """Received for this list's files."""
    removed: int
    """Rows that went."""
    error: Problem | None = None
    postponed: Problem | None = None
    """Why it was not loaded now though nothing failed: the kit's own hours or budget."""
    goes_on: bool = False
    """The line broke on the way, and what came is kept: the next run goes on from there."""


@dataclass(frozen=True, slots=True)
class CourierReport:
    """What a run did."""

    lists: tuple[ListSynced, ...]
    no_longer_carried: tuple[str, ...]
    """Lists that are here though headquarters does not name them any more; they stay."""
    problems: tuple[Problem, ...]
    """What went wrong beside the lists: envelope, clock."""
    bytes: int
    """Received in all, metadata included."""
    seconds: float
    wire_bytes: int = 0
    """Both ways over the thin line, reports, headers and handshakes included; 0 where a stick or a folder gave it."""
    asked_wait_s: float = 0.0
    """The longest that a source asked us to wait."""
    unreached: Problem | None = None
    """Why headquarters could not be asked, where a neighbour answered in its place."""
    renews: datetime | None = None
    """When what was postponed may pass, in local time."""
    sent: Sent | None = None
    """What became of the kit's own reports; None where it has none to send or nowhere to send them."""

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not self.unreached and not self.problems and not any(entry.error for entry in self.lists)

    @property
    def moved(self) -> bool:
        """Whether bytes of some list came."""
        return any(entry.bytes for entry in self.lists)

    @property
    def postponed(self) -> bool:
        """Whether something waits for hours or budget."""
        return any(entry.postponed for entry in self.lists) or bool(self.sent and self.sent.postponed)

    def complaints(self) -> list[str]:
        """Everything that went wrong, a sentence each."""
        return [f"{one.name}: {one.error.what}" for one in self.lists if one.error] + [
            problem.what for problem in self.problems
        ]
