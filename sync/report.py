"""What a run of the courier did, as plain values that a command prints."""

from dataclasses import dataclass

from data.errors import WaypostError
from sync.list_sync import Way
from sync.outbox import Sent


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
    sent: Sent | None = None
    """What became of the kit's own reports; None where it has none to send or nowhere to send them."""

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not self.problems and not any(entry.error for entry in self.lists)

    def complaints(self) -> list[str]:
        """Everything that went wrong, a sentence each."""
        return [f"{one.name}: {one.error.what}" for one in self.lists if one.error] + [
            problem.what for problem in self.problems
        ]
