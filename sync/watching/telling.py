"""Says what the service does: into its state file, to systemd; and reads back what it must remember over a restart."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from data.clock import system_time
from data.errors import WaypostError
from data.plain import plain
from sync.limits import LIMITS
from sync.lines.source import Source
from sync.progress import Progress
from sync.report import CourierReport
from sync.watching import state as watch_state
from sync.watching.ending import Ending
from sync.watching.notify import Notifier
from sync.watching.state import WatchState
from sync.watching.waits import Cause, Outcome, Wait

_PROGRESS_EACH_S = 1.0
_HOME = "headquarters"
_BECAUSE = {
    Cause.START: "the service was started",
    Cause.CLOCK: "it was time",
    Cause.LINK: "a line came up",
    Cause.STICK: "a stick came",
    Cause.NEIGHBOUR: "a neighbour has something newer",
    Cause.REQUEST: "somebody asked",
}
_REASONS: Mapping[Outcome | None, str] = {
    None: "",
    Outcome.DONE: "It looks for news again then.",
    Outcome.BROKE_OFF: "It goes on where it broke off.",
    Outcome.FAILED: "It tries again then, or as soon as a line comes up.",
    Outcome.PARTLY: "It tries what failed again then.",
    Outcome.POSTPONED: "What waits for the kit's hours or budget is looked at again then.",
    Outcome.BUSY: "It looks again when that one should have ended.",
    Outcome.INTERRUPTED: "It goes on at once.",
}


class Telling:
    """What one service says."""

    def __init__(
        self, home: Path, notifier: Notifier, boot_seconds: Callable[[], float], say: Callable[[str], None]
    ) -> None:
        self._home = home
        self._say = say
        self._notifier = notifier
        self._boot_seconds = boot_seconds
        self._state = watch_state.read(home) or WatchState("stopped", "", "")
        self._progress_at = float("-inf")
        self._alive_at = float("-inf")
        self._headquarters_said = ""
        self.neighbours: Callable[[], tuple[str, ...]] = tuple

    def restored(self, now_s: float) -> Wait:
        """What the service before this one knew of the line: its failures, and how long the server wants peace."""
        most = LIMITS.asked_wait_most.total_seconds()
        left = min(max(0.0, _seconds_from_now(self._state.not_before)), most)
        not_before = now_s + left if left else 0.0
        return Wait(max(now_s, not_before), None, max(0, self._state.failures), not_before)

    def waiting(self, wait: Wait) -> None:
        """Nothing to do until the wait is over."""
        self.alive()
        until = self._wall(wait.until_s)
        not_before = self._wall(wait.not_before_s) if wait.not_before_s > self._boot_seconds() else ""
        says = " ".join(part for part in (self._headquarters_said, _REASONS[wait.why]) if part)
        if not_before:
            says += " The server asked not to be asked before."
        self._put(WatchState("waiting", says, "", until, _HOME, wait.failures, not_before, None, self._state.last))

    def syncing(self, source: Source | None, cause: Cause) -> None:
        """A run begins."""
        where = str(source) if source else _HOME
        says = f"Asking {where}, because {_BECAUSE[cause]}."
        self._say(says)
        self._put(replace(self._state, state="syncing", says=says, next_at="", source=where, progress=None))

    def progress(self, progress: Progress) -> None:
        """Something came; told once a second at most."""
        if monotonic() - self._progress_at < _PROGRESS_EACH_S:
            return
        self._progress_at = monotonic()
        self.alive()
        left = progress.seconds_left
        facts = {**plain(progress), "done": progress.done, "total": progress.total, "seconds_left": left}
        self._put(replace(self._state, progress=facts))

    def ended(self, source: Source | None, result: CourierReport | WaypostError, ending: Ending) -> Ending:
        """A run ended."""
        facts: dict[str, Any] = {
            "at": plain(system_time()),
            "source": str(source) if source else _HOME,
            "outcome": ending.outcome.value,
            "ok": isinstance(result, CourierReport) and result.ok,
            "says": ending.says,
        }
        if isinstance(result, CourierReport):
            facts |= {name: getattr(result, name) for name in ("bytes", "wire_bytes", "seconds")}
            facts["lists"], facts["sent"] = plain(result.lists), plain(result.sent)
        self._say(ending.says)
        if source is None:
            self._headquarters_said = ending.says
        self._put(replace(self._state, says=ending.says, progress=None, last=facts))
        return ending

    def stopped(self) -> None:
        """The service ends."""
        self._notifier.stopping()
        self._put(replace(self._state, state="stopped", says="The service was stopped.", next_at="", progress=None))

    def alive(self) -> None:
        """Tell systemd that we live, as often as it wants to hear it."""
        if self._notifier.watchdog_s and monotonic() - self._alive_at > self._notifier.watchdog_s / 4:
            self._alive_at = monotonic()
            self._notifier.alive()

    def _put(self, state: WatchState) -> None:
        state = replace(state, at=self._state.at, pid=os.getpid(), neighbours=self.neighbours())
        if state != self._state:
            self._state = replace(state, at=plain(system_time()))
            watch_state.write(self._home, self._state)
            self._notifier.status(state.says)

    def _wall(self, boot_s: float) -> str:
        """A time of the clock that never jumps, as this machine's clock has it now."""
        at = system_time() + timedelta(seconds=boot_s - self._boot_seconds())
        return str(plain((at + timedelta(seconds=0.5)).replace(microsecond=0)))


def _seconds_from_now(time: str) -> float:
    try:
        return (datetime.fromisoformat(time).astimezone(UTC) - system_time()).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
