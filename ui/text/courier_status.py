"""What the courier is doing, for a technician: the state of its service, the progress of a run, what it did to a list.

- The state of the service comes from the file that it writes, so it needs no passphrase.
- Progress is one line on a terminal, drawn over and over. Where there is no terminal, nothing is drawn.
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
from data.homes import must_be_kit
from data.kit.settings import SETTINGS_FILE, CourierSettings, Settings
from data.lease.access import AccessState
from data.lease.enforcement import AccessFacts
from data.text import Message, _, in_context, join, plural
from sync.kit.connections.data_budget import Spending, SpendingLog
from sync.kit.courier import USAGE
from sync.kit.list_sync import SyncMethod
from sync.kit.run_report import SyncProgress
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import RunOutcome
from sync.kit.watching.watch_state import LastRun, WatchState
from ui.text.kit_status import ACCESS_STATES, LEASE_ADVISORY, clock_time
from ui.text.sanitize import safe
from ui.text.translation import translate

_METHODS: dict[str, Message] = {
    SyncMethod.UNCHANGED: in_context("what happened to a list", "unchanged"),
    SyncMethod.NEW_DATES: in_context("what happened to a list", "new dates"),
    SyncMethod.DELTA: in_context("what happened to a list", "changes"),
    SyncMethod.SNAPSHOT: in_context("what happened to a list", "the whole list"),
    SyncMethod.REPAIR: in_context("what happened to a list", "damaged parts repaired"),
    SyncMethod.HELD_BACK: in_context("what happened to a list", "held back"),
}
_OUTCOMES: dict[str, Message] = {
    RunOutcome.DONE: in_context("outcome of a run", "done"),
    RunOutcome.BROKE_OFF: in_context("outcome of a run", "interrupted; what arrived is kept"),
    RunOutcome.FAILED: in_context("outcome of a run", "failed"),
    RunOutcome.PARTLY: in_context("outcome of a run", "some lists failed"),
    RunOutcome.POSTPONED: in_context("outcome of a run", "postponed"),
    RunOutcome.BUSY: in_context("outcome of a run", "another courier was running"),
    RunOutcome.INTERRUPTED: in_context("outcome of a run", "interrupted for a stick"),
}
_REDRAW_EVERY_S = 0.2
_CLEAR = "\r\x1b[K"
_SENTENCE = 600


def versions_in_words(before: int, after: int) -> Message:
    """`version 4`, `version 3 → 4`; `new, version 4` where the kit had none."""
    if before == after:
        return _("version {version}", version=after) if after else _("not here yet")
    if before:
        return _("version {before} → {version}", before=before, version=after)
    return _("new, version {version}", version=after)


def sync_method_in_words(method: str, *, failed: bool = False, postponed: bool = False) -> Message:
    """How the list got to its version (a `SyncMethod`); or that it failed or was postponed, and stays as it is."""
    if failed:
        return in_context("what happened to a list", "NOT RENEWED")
    if postponed:
        return in_context("what happened to a list", "postponed")
    return _METHODS.get(method) or join([_safe(method)])


class ProgressLine:
    """A line on standard error, where that is a terminal::

    with ProgressLine() as line:
        run(kit, options=RunOptions(on_progress=line.show))
    """

    def __init__(self) -> None:
        self._shown_at: float | None = None if sys.stderr.isatty() else float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, progress: SyncProgress) -> None:
        """Draw it, at most a few times a second."""
        if self._shown_at is not None and monotonic() - self._shown_at < _REDRAW_EVERY_S:
            return
        self._shown_at = monotonic()
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{_CLEAR}{translate(progress_words(progress))[:width]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown_at not in (None, float("inf")):
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._shown_at = None


def progress_words(progress: SyncProgress) -> Message:
    """`un: 120 of 480 KB, in all 120 of 2,300 KB, 8 KB/s, 5 minutes left`."""
    if not progress.lists:
        return _("Looking for new lists …")
    current = next((listed for listed in progress.lists if listed.name == progress.current), None)
    parts = []
    if current and current.done >= current.total:
        parts.append(_("{list}: {total} KB, being applied", list=current.name, total=_kb(current.total)))
    elif current:
        done, total = _kb(current.done), _kb(current.total)
        parts.append(_("{list}: {done} of {total} KB", list=current.name, done=done, total=total))
    if len(progress.lists) > 1:
        parts.append(_("in all {done} of {total} KB", done=_kb(progress.done), total=_kb(progress.total)))
    if progress.bytes_s:
        parts.append(_("{speed:.1f} KB/s", speed=progress.bytes_s / 1000))
    if progress.seconds_left:
        parts.append(_("{time} left", time=duration_in_words(progress.seconds_left)))
    return join(parts, ", ")


def duration_in_words(seconds: float) -> Message:
    """A time as somebody who waits wants it: `less than a minute`, `5 minutes`, `3 h 20 min`, `2 days 4 h`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return plural("{count} minute", "{count} minutes", minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _("{hours} h {minutes} min", hours=hours, minutes=rest)
    return plural("{count} day {hours} h", "{count} days {hours} h", hours // 24, hours=hours % 24)


def _kb(count: int) -> str:
    return f"{count / 1000:,.0f}" if count >= 10_000 else f"{count / 1000:.1f}"


@dataclass(frozen=True, slots=True)
class CourierStatus:
    """The courier's service of one kit."""

    running: bool
    service: WatchState | None
    """The state it last wrote; None where it never ran."""
    spent: Spending
    """Bytes over the metered link."""
    settings: CourierSettings


def read_courier_status(home: Path) -> CourierStatus:
    """Read what the service of the kit in `home` wrote. NoHome where there is no kit."""
    must_be_kit(home)
    settings = Settings.load(home / SETTINGS_FILE)
    spent = SpendingLog(home / USAGE).spending.at(read_system_time().astimezone())
    return CourierStatus(watch_state.is_running(home), watch_state.read_state(home), spent, settings.courier)


def courier_status_lines(status: CourierStatus) -> Iterator[Message]:
    """What is going on, what happened last, what it cost."""
    service = status.service
    if not status.running or service is None:
        sentences = [_("The courier service is not running.")]
        if service and service.state != "stopped":
            sentences.append(_("It was interrupted because the process was killed or the power failed."))
        yield join([*sentences, _("To start it: `waypost courier watch`")])
    elif service.state == "syncing":
        yield join([_("Syncing."), _safe(service.says)])
        if service.progress:
            yield _("  {progress}", progress=progress_words(service.progress.measured))
    else:
        yield join([_("Waiting until {time}.", time=_when(service.next_at)), _safe(service.says)])
        if service.failures:
            yield plural("  {count} attempt failed.", "  {count} attempts in a row failed.", service.failures)
    if service and service.standing:
        yield from _kit_status_lines(service.standing, "" if status.running else service.at)
    if service and service.last:
        yield from _last_run_lines(service.last)
        if not status.running and not service.last.ok:  # shown above where the service runs
            yield _indented(service.last.says)
    if service and service.neighbours and status.running:
        yield _("Neighbouring kits that share: {kits}", kits=_safe(", ".join(service.neighbours)))
    yield _spending_line(status.spent, status.settings)


def _last_run_lines(last: LastRun) -> Iterator[Message]:
    clauses: list[str] = [_when(last.at), _safe(last.source)]
    if last.wire_bytes:
        clauses.append(_("{bytes:,} bytes over the link", bytes=last.wire_bytes))
    if last.seconds is not None:
        clauses.append(_("{seconds:.0f} s", seconds=last.seconds))
    yield _("Last run {run}: {outcome}", run=join(clauses, ", "), outcome=_OUTCOMES[last.outcome])
    for result in last.lists:
        yield _(
            "  {list}: version {version}, {method}",
            list=_safe(result.name),
            version=result.after,
            method=sync_method_in_words(result.way, failed=bool(result.error), postponed=bool(result.postponed)),
        )
    if sent := last.sent:
        line = _("  reports: {sent} sent, {waiting} waiting", sent=sent.entries, waiting=sent.waiting)
        yield join([line, _safe(sent.postponed)], ". ") if sent.postponed else line
        if sent.refused:
            yield _("  {problem}", problem=_safe(sent.refused.message))


def _kit_status_lines(facts: AccessFacts, looked_at: str) -> Iterator[Message]:
    """As the service sees it; where none runs, as the last run saw it, which may be long ago."""
    if looked_at:
        yield _("State at the last run, {time}. For the current state: `waypost lists`.", time=_when(looked_at))
    clauses = [_access_clause(facts.state, facts.since)]
    if facts.days_left is not None:
        clauses.append(
            plural(
                "without contact the lists lock in {count} day ({advisory})",
                "without contact the lists lock in {count} days ({advisory})",
                facts.days_left,
                advisory=LEASE_ADVISORY,
            )
        )
    yield _("Access to the lists: {state}", state=join(clauses, "; "))
    if facts.says:
        yield _indented(join([_("{sentence}.", sentence=facts.says), facts.do]))


def _access_clause(state: str, since: str | None) -> Message:
    known = ACCESS_STATES.get(state) or join([_safe(state)])
    if since and state != AccessState.GOOD:
        return _("{state} since {time}", state=known, time=_when(since))
    return known


def _spending_line(spent: Spending, settings: CourierSettings) -> Message:
    return _(
        "Lists and reports over the link: {day} today, {month} this month",
        day=_megabytes(spent.day_bytes, settings.budget_mb_day),
        month=_megabytes(spent.month_bytes, settings.budget_mb_month),
    )


def _megabytes(count: int, budget_mb: float) -> Message:
    if budget_mb:
        return _("{used:.2f} of {budget:g} MB", used=count / 1e6, budget=budget_mb)
    return _("{used:.2f} MB", used=count / 1e6)


def _when(time: str) -> Message:
    try:
        at = datetime.fromisoformat(time).astimezone(UTC)
    except (ValueError, OverflowError):
        return _("an unknown time")
    shown = f"{clock_time(time)} {at.astimezone():%Z}"
    away = (at - read_system_time()).total_seconds()
    if away > 0:
        return _("{time} (in {duration})", time=shown, duration=duration_in_words(away))
    return _("{time} ({duration} ago)", time=shown, duration=duration_in_words(-away))


def _indented(text: str) -> Message:
    return join(["  ", _safe(text)], "")


def _safe(text: Any) -> str:
    return safe(text if isinstance(text, str) else str(text), _SENTENCE)
