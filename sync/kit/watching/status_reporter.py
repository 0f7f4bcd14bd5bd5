"""Says what the service does: into its state file and to systemd; and reads back what it must remember over a restart.

systemd hears (sd_notify) that the service is ready, alive or stopping, and one line for `systemctl status`. Outside
systemd, nothing happens.
"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from data.clock import read_system_time
from data.errors import WaypostError
from data.json_codec import to_json_value
from data.lease.enforcement import AccessFacts
from data.log.error_log import suppress_logged
from data.text import EMPTY, Message, _, join
from sync.kit.run_report import CourierReport, SyncProgress
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import RetryWait, RunEnding, RunOutcome, WakeCause
from sync.kit.watching.watch_state import ProgressFacts, WatchState, run_facts, with_newest_run
from sync.limits import LIMITS
from sync.link import Source

_ADDRESS = "NOTIFY_SOCKET"
_WATCHDOG = "WATCHDOG_USEC"
_MOST_STATUS = 200

_PROGRESS_EACH_S = 1.0
_HOME = watch_state.HEADQUARTERS
_ASKING: Mapping[WakeCause, Callable[[str], Message]] = {
    WakeCause.START: lambda source: _("Asking {source}, because the service has started.", source=source),
    WakeCause.CLOCK: lambda source: _("Asking {source}, as scheduled.", source=source),
    WakeCause.LINK: lambda source: _("Asking {source}, because a link came up.", source=source),
    WakeCause.STICK: lambda source: _("Asking {source}, because a stick was plugged in.", source=source),
    WakeCause.NEIGHBOUR: lambda source: _(
        "Asking {source}, because that neighbouring kit has newer files.", source=source
    ),
    WakeCause.REQUEST: lambda source: _("Asking {source}, because somebody asked for it.", source=source),
}
_NEXT: Mapping[RunOutcome | None, Message] = {
    None: EMPTY,
    RunOutcome.DONE: _("The courier then looks for new lists again."),
    RunOutcome.BROKE_OFF: _("The courier then continues where it left off."),
    RunOutcome.FAILED: _("The courier tries again then, or as soon as a link comes up."),
    RunOutcome.PARTLY: _("The courier then tries the failed lists again."),
    RunOutcome.POSTPONED: _("The courier then looks again at what is waiting for the kit's hours or budget."),
    RunOutcome.BUSY: _("The courier then looks again; the other one should have finished by then."),
    RunOutcome.INTERRUPTED: _("The courier continues at once."),
}


class SystemdNotifier:
    """The line to systemd of this process."""

    def __init__(self) -> None:
        address = os.environ.get(_ADDRESS, "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = int(os.environ.get(_WATCHDOG, "0") or 0) / 1e6
        """How often systemd expects a sign of life; 0 for never."""

    def ready(self) -> None:
        """We work."""
        self._tell("READY=1")

    def alive(self) -> None:
        """We still do."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """We are about to end."""
        self._tell("STOPPING=1")

    def status(self, words: str) -> None:
        """What we do now, in one line."""
        self._tell(f"STATUS={' '.join(words.split())[:_MOST_STATUS]}")

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        with suppress_logged(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(message.encode(), self._address)


class StatusReporter:
    """What one service says."""

    def __init__(
        self, home: Path, notifier: SystemdNotifier, boot_seconds: Callable[[], float], say: Callable[[Message], None]
    ) -> None:
        self._home = home
        self._say = say
        self._notifier = notifier
        self._boot_seconds = boot_seconds
        self._state = watch_state.read_state(home) or WatchState("stopped", EMPTY, "")
        self._progress_at = float("-inf")
        self._alive_at = float("-inf")
        self._headquarters_ending = EMPTY
        self.neighbours: Callable[[], tuple[str, ...]] = tuple
        self.access_facts: AccessFacts | None = self._state.standing

    def restore_wait(self, now_s: float) -> RetryWait:
        """What the service before this one knew of the line: its failures, and how long the server wants peace."""
        most = LIMITS.asked_wait_most.total_seconds()
        left = min(max(0.0, _seconds_from_now(self._state.not_before)), most)
        not_before = now_s + left if left else 0.0
        return RetryWait(max(now_s, not_before), None, max(0, self._state.failures), not_before)

    def report_wait(self, wait: RetryWait) -> None:
        """Nothing to do until the wait is over."""
        self.report_alive()
        until = self._wall(wait.until_s)
        not_before = self._wall(wait.not_before_s) if wait.not_before_s > self._boot_seconds() else ""
        request = _("The server asked the kit to wait until then.") if not_before else EMPTY
        says = join(part for part in (self._headquarters_ending, _NEXT[wait.why], request) if part)
        self._put(WatchState("waiting", says, "", until, _HOME, wait.failures, not_before, None, self._state.last))

    def report_run(self, source: Source | None, cause: WakeCause) -> None:
        """A run begins."""
        where = str(source) if source else _HOME
        says = _ASKING[cause](where)
        self._say(says)
        self._put(replace(self._state, state="syncing", says=says, next_at="", source=where, progress=None))

    def report_progress(self, progress: SyncProgress) -> None:
        """Bytes were received; reported once a second at most."""
        if monotonic() - self._progress_at < _PROGRESS_EACH_S:
            return
        self._progress_at = monotonic()
        self.report_alive()
        facts = ProgressFacts(
            progress.current, progress.lists, progress.bytes_s, progress.done, progress.total, progress.seconds_left
        )
        self._put(replace(self._state, progress=facts))

    def report_ending(
        self, source: Source | None, result: CourierReport | WaypostError, ending: RunEnding
    ) -> RunEnding:
        """A run ended."""
        facts = run_facts(str(source) if source else _HOME, result, ending)
        self._say(ending.says)
        if source is None:
            self._headquarters_ending = ending.says
        self._put(replace(self._state, says=ending.says, progress=None, last=facts))
        return ending

    def report_stop(self) -> None:
        """The service ends."""
        self._notifier.stopping()
        self._put(replace(self._state, state="stopped", says=_("The service was stopped."), next_at="", progress=None))

    def report_alive(self) -> None:
        """Send systemd a sign of life, as often as it expects one."""
        if self._notifier.watchdog_s and monotonic() - self._alive_at > self._notifier.watchdog_s / 4:
            self._alive_at = monotonic()
            self._notifier.alive()

    def _put(self, state: WatchState) -> None:
        state = with_newest_run(state, watch_state.read_state(self._home))
        near, access = self.neighbours(), self.access_facts
        state = replace(state, at=self._state.at, pid=os.getpid(), neighbours=near, standing=access)
        if state != self._state:
            self._state = replace(state, at=to_json_value(read_system_time()))
            watch_state.write_state(self._home, self._state)
            self._notifier.status(state.says)

    def _wall(self, boot_s: float) -> str:
        """A time of the clock that never jumps, as this machine's clock has it now."""
        at = read_system_time() + timedelta(seconds=boot_s - self._boot_seconds())
        return str(to_json_value((at + timedelta(seconds=0.5)).replace(microsecond=0)))


def _seconds_from_now(time: str) -> float:
    try:
        return (datetime.fromisoformat(time).astimezone(UTC) - read_system_time()).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
