"""How far a run of the courier is, and what it did, as plain values that commands and the service show.

While it runs: bytes done and left of each list, and the minutes that takes at the rate measured just now.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from data.errors import Problem
from data.text import Message, _
from sync.kit.list_sync import SyncMethod
from sync.kit.reports.dispatch import SendResult

WINDOW_S = 30.0
"""The rate is measured over this long: a satellite link comes in gusts."""
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class ListProgress:
    """One list that is not complete."""

    name: str
    done: int
    """Bytes received in this run."""
    total: int
    """Bytes that were missing when it began."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A run on its way."""

    current: str = ""
    """The list that is loading or being applied; empty while metadata is read."""
    lists: tuple[ListProgress, ...] = ()
    bytes_s: float = 0.0

    @property
    def done(self) -> int:
        """Bytes of lists received."""
        return sum(min(progress.done, progress.total) for progress in self.lists)

    @property
    def total(self) -> int:
        """Bytes of lists that were missing when it began."""
        return sum(progress.total for progress in self.lists)

    @property
    def seconds_left(self) -> float | None:
        """At the rate measured; None while there is none."""
        return (self.total - self.done) / self.bytes_s if self.bytes_s else None


class ProgressMeter:
    """Measures one run; `on_progress` is called at each change, `each_minute` once a minute."""

    def __init__(
        self,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        each_minute: Callable[[], None] = lambda: None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.progress = SyncProgress()
        self._on_progress = on_progress
        self._now = now
        self._received: deque[tuple[float, int]] = deque()
        self._each_minute = each_minute
        self._minute = now()

    def expect(self, missing: Mapping[str, int]) -> None:
        """Bytes missing from each list, in the order in which the lists will be fetched."""
        lists = tuple(ListProgress(name, 0, count) for name, count in missing.items() if count)
        self._tell(replace(self.progress, lists=lists))

    def begin(self, name: str) -> None:
        """The list `name` is next."""
        self._tell(replace(self.progress, current=name))

    def count_received(self, count: int) -> None:
        """Count `count` bytes that were received."""
        now = self._now()
        self._received.append((now, count))
        while self._received[0][0] < now - WINDOW_S:
            self._received.popleft()
        span = now - self._received[0][0]
        rate = sum(size for _, size in list(self._received)[1:]) / span if span > 0 else self.progress.bytes_s
        current = self.progress.current
        lists = tuple(
            replace(entry, done=entry.done + count) if entry.name == current else entry for entry in self.progress.lists
        )
        self._tell(replace(self.progress, lists=lists, bytes_s=rate))
        if now - self._minute >= _MINUTE_S:
            self._minute = now
            self._each_minute()

    def _tell(self, progress: SyncProgress) -> None:
        self.progress = progress
        self._on_progress(progress)


@dataclass(frozen=True, slots=True)
class ListSyncResult:
    """One list after a run."""

    name: str
    before: int
    """Version; 0 for none."""
    after: int
    way: SyncMethod
    bytes: int
    """Received for this list's files."""
    removed: int
    """Rows that were removed."""
    error: Problem | None = None
    postponed: Problem | None = None
    """Why it was not loaded now though nothing failed: the kit's own hours or budget."""
    was_lost: bool = False
    """A version had been here before, but its files were gone."""
    goes_on: bool = False
    """The connection broke, and what was received is kept: the next run continues from there."""


@dataclass(frozen=True, slots=True)
class CourierReport:
    """What a run did."""

    lists: tuple[ListSyncResult, ...]
    no_longer_carried: tuple[str, ...]
    """Lists that are here although headquarters no longer names them; they stay."""
    problems: tuple[Problem, ...]
    """What failed apart from the lists: envelope, clock."""
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
    sent: SendResult | None = None
    """What became of the kit's own reports; None where it has none to send or nowhere to send them."""

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.unreached and not self.problems and not any(entry.error for entry in self.lists)

    @property
    def is_postponed(self) -> bool:
        """Whether something waits for hours or budget."""
        return any(entry.postponed for entry in self.lists) or bool(self.sent and self.sent.postponed)

    def complaints(self) -> list[Message]:
        """Everything that failed, one sentence each, without its full stop."""
        of_lists = [
            _("{list}: {problem}", list=result.name, problem=result.error.what) for result in self.lists if result.error
        ]
        return of_lists + [problem.what for problem in self.problems]
