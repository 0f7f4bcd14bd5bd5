"""What the courier does, in words for a technician: the state of its service, how far a run is, what it did to a list.

- The state of the service comes from the file that it writes, without a passphrase.
- How far a run is stands on one line of the terminal, drawn again and again; where there is no terminal, nothing is
  drawn.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

from data.clock import read_system_time
from data.errors import NoHome, Problem
from data.kit.settings import SETTINGS_FILE, CourierSettings, Settings
from data.lease.access import AccessState
from sync.kit.connections.data_budget import Spending, SpendingLog
from sync.kit.courier import USAGE
from sync.kit.list_sync import SyncMethod
from sync.kit.run_report import ListProgress, SyncProgress
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import RunOutcome
from sync.kit.watching.watch_state import WatchState
from ui.text.kit_status import LEASE_ADVISORY, clock_time
from ui.text.sanitize import pluralize, safe

_METHODS = {
    SyncMethod.DELTA: "changes",
    SyncMethod.SNAPSHOT: "the whole list",
    SyncMethod.REPAIR: "damaged parts mended",
}
_OUTCOMES: dict[str, str] = {
    RunOutcome.PARTLY: "some lists failed",
    RunOutcome.BUSY: "another courier was at work",
    RunOutcome.INTERRUPTED: "it made way for a stick",
}
_REDRAW_EVERY_S = 0.2
_CLEAR = "\r\x1b[K"
_SENTENCE = 600


def versions_in_words(before: int, after: int) -> str:
    """`version 4`, `version 3 → 4`; `new, version 4` where there was none."""
    if before == after:
        return f"version {after}" if after else "not here yet"
    return f"version {before} → {after}" if before else f"new, version {after}"


def sync_method_in_words(method: str, *, failed: bool = False, postponed: bool = False) -> str:
    """How it came to that version; of one that failed or was put off, that the list stays as it is."""
    if failed:
        return "NOT RENEWED"
    if postponed:
        return "postponed"
    return next((words for known, words in _METHODS.items() if known == method), method)


def problem_in_words(problem: Problem) -> str:
    """What happened, what it means and what to do, as sentences."""
    return " ".join(
        part if part.endswith(".") else f"{part}." for part in (problem.what, problem.means, problem.do) if part
    )


class ProgressLine:
    """A line on standard error, as long as that is a terminal."""

    def __init__(self) -> None:
        self._shown_at: float | None = None if sys.stderr.isatty() else float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, progress: SyncProgress) -> None:
        """Draw it, a few times a second at most."""
        if self._shown_at is not None and monotonic() - self._shown_at < _REDRAW_EVERY_S:
            return
        self._shown_at = monotonic()
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{_CLEAR}{progress_words(progress)[:width]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown_at not in (None, float("inf")):
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._shown_at = None


def progress_words(progress: SyncProgress) -> str:
    """`un: 120 of 480 KB, in all 120 of 2,300 KB, 8 KB/s, 5 minutes left`."""
    if not progress.lists:
        return "Looking what is new …"
    current = next((listed for listed in progress.lists if listed.name == progress.current), None)
    parts = []
    if current and current.done >= current.total:
        parts.append(f"{current.name}: {_kb(current.total)} KB, being put in place")
    elif current:
        parts.append(f"{current.name}: {_kb(current.done)} of {_kb(current.total)} KB")
    if len(progress.lists) > 1:
        parts.append(f"in all {_kb(progress.done)} of {_kb(progress.total)} KB")
    if progress.bytes_s:
        parts.append(f"{progress.bytes_s / 1000:.1f} KB/s")
    if progress.seconds_left:
        parts.append(f"{duration_in_words(progress.seconds_left)} left")
    return ", ".join(parts)


def duration_in_words(seconds: float) -> str:
    """A time as somebody who waits wants it: `less than a minute`, `5 minutes`, `3 h 20 min`, `2 days 4 h`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min"
    return f"{hours // 24} days {hours % 24} h"


def _kb(count: int) -> str:
    return f"{count / 1000:,.0f}" if count >= 10_000 else f"{count / 1000:.1f}"


@dataclass(frozen=True, slots=True)
class CourierStatus:
    """The service of one kit."""

    running: bool
    service: WatchState | None
    """Its newest state; None where it never ran."""
    spent: Spending
    """Bytes over the thin line."""
    settings: CourierSettings


def read_courier_status(home: Path) -> CourierStatus:
    """NoHome where there is no kit."""
    if not home.is_dir():
        raise NoHome(f"There is no kit in {home}")
    settings = Settings.load(home / SETTINGS_FILE)
    spent = SpendingLog(home / USAGE).spending.at(read_system_time().astimezone())
    return CourierStatus(watch_state.is_running(home), watch_state.read_state(home), spent, settings.courier)


def courier_status_lines(status: CourierStatus) -> Iterator[str]:
    """What is going on, what was, what it cost."""
    service = status.service
    if not status.running or service is None:
        cut_off = " It was cut off by a kill or a power cut." if service and service.state != "stopped" else ""
        yield f"The courier's service does not run.{cut_off} Start it: waypost courier watch"
    elif service.state == "syncing":
        yield f"Syncing. {_safe(service.says)}"
        if service.progress:
            yield f"  {_safe(progress_words(_progress(service.progress)))}"
    else:
        yield f"Waiting until {_when(service.next_at)}. {_safe(service.says)}"
        if service.failures:
            yield f"  {service.failures} {'try' if service.failures == 1 else 'tries'} in a row failed."
    if service and service.standing:
        yield from _kit_status_lines(service.standing, "" if status.running else service.at)
    if service and service.last:
        yield from _last_run_lines(service.last)
        if not status.running and not service.last.get("ok", True):  # shown above where the service runs
            yield f"  {_safe(service.last.get('says', ''))}"
    if service and service.neighbours and status.running:
        yield f"Neighbours that share: {_safe(', '.join(service.neighbours))}"
    yield _spending_line(status.spent, status.settings)


def _last_run_lines(last: dict[str, Any]) -> Iterator[str]:
    cost = f", {int(last['wire_bytes']):,} bytes over the line" if last.get("wire_bytes") else ""
    took = f", {float(last['seconds']):.0f} s" if "seconds" in last else ""
    ended = f"{_when(str(last.get('at', '')))}, {_safe(last.get('source', ''))}{cost}{took}"
    outcome = _safe(last.get("outcome", ""))
    yield f"Last run {ended}: {_OUTCOMES.get(outcome, outcome)}"
    for result in last.get("lists", ()):
        method = _safe(
            sync_method_in_words(
                result["way"], failed=bool(result.get("error")), postponed=bool(result.get("postponed"))
            )
        )
        yield f"  {_safe(result['name'])}: version {result['after']}, {method}"
    if sent := last.get("sent"):
        waits = f". {_safe(sent['postponed'])}" if sent.get("postponed") else ""
        yield f"  reports: {int(sent['entries'])} sent, {int(sent['waiting'])} wait{waits}"
        if refused := sent.get("refused"):
            yield f"  {_safe(problem_in_words(Problem(**refused)))}"


def _kit_status_lines(facts: dict[str, Any], looked_at: str) -> Iterator[str]:
    """As the service sees it; where none runs, as it was at the courier's last run, which may be long ago."""
    if looked_at:
        yield f"When the courier looked last, {_when(looked_at)} (now: waypost lists):"
    state, days = str(facts.get("state", "")), facts.get("days_left")
    lease = (
        f"; without contact the lists lock in {pluralize(days, 'day')} ({LEASE_ADVISORY})"
        if isinstance(days, int)
        else ""
    )
    since = f" since {_when(str(facts['since']))}" if facts.get("since") and state != AccessState.GOOD else ""
    yield f"Standing: {_safe(state if state == AccessState.GOOD else state.upper())}{since}{lease}"
    if facts.get("says"):
        yield f"  {_safe(facts['says'])}. {_safe(facts.get('do', ''))}"


def _spending_line(spent: Spending, settings: CourierSettings) -> str:
    day, month = settings.budget_mb_day, settings.budget_mb_month
    return (
        f"Over the line: {spent.day_bytes / 1e6:.2f}{f' of {day:g}' if day else ''} MB today, "
        f"{spent.month_bytes / 1e6:.2f}{f' of {month:g}' if month else ''} MB this month (lists and reports)"
    )


def _progress(facts: dict[str, Any]) -> SyncProgress:
    lists = tuple(
        ListProgress(str(listed["name"]), int(listed["done"]), int(listed["total"])) for listed in facts["lists"]
    )
    return SyncProgress(str(facts["current"]), lists, float(facts["bytes_s"]))


def _when(time: str) -> str:
    try:
        at = datetime.fromisoformat(time).astimezone(UTC)
    except ValueError:
        return "an unknown time"
    away = (at - read_system_time()).total_seconds()
    relative = f"in {duration_in_words(away)}" if away > 0 else f"{duration_in_words(-away)} ago"
    return f"{clock_time(time)} ({relative})"


def _safe(text: Any) -> str:
    return safe(str(text), _SENTENCE)
