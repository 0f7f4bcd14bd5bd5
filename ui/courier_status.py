"""What the courier's service does, in lines a technician reads, from the file it writes; without a passphrase."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.access import State
from data.clock import system_time
from data.courier_settings import CourierSettings
from data.errors import NoHome
from data.settings import FILE_NAME, Settings
from sync.courier import USAGE
from sync.lines.budget import Spending, Spent
from sync.progress import ListProgress, Progress
from sync.watching import state as watch_state
from sync.watching.state import WatchState
from sync.watching.waits import Outcome
from ui.link_words import clock_time
from ui.progress_line import in_minutes, progress_words
from ui.say import counted, safe
from ui.standing_words import ADVISORY
from ui.synced_words import way_in_words

_SENTENCE = 600
_OUTCOMES: dict[str, str] = {
    Outcome.PARTLY: "some lists failed",
    Outcome.BUSY: "another courier was at work",
    Outcome.INTERRUPTED: "it made way for a stick",
}


@dataclass(frozen=True, slots=True)
class CourierStatus:
    """The service of one kit."""

    running: bool
    service: WatchState | None
    """What it said last; None where it never ran."""
    spent: Spending
    """Bytes over the thin line."""
    settings: CourierSettings


def status_facts(home: Path) -> CourierStatus:
    """NoHome where there is no kit."""
    if not home.is_dir():
        raise NoHome(f"There is no kit in {home}")
    settings = Settings.load(home / FILE_NAME)
    spent = Spent(home / USAGE).spending.at(system_time().astimezone())
    return CourierStatus(watch_state.running(home), watch_state.read(home), spent, settings.courier)


def status_lines(status: CourierStatus) -> Iterator[str]:
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
        yield from _standing(service.standing, "" if status.running else service.at)
    if service and service.last:
        yield from _last(service.last)
        if not status.running and not service.last.get("ok", True):  # a service that runs tells it above
            yield f"  {_safe(service.last.get('says', ''))}"
    if service and service.neighbours and status.running:
        yield f"Neighbours that share: {_safe(', '.join(service.neighbours))}"
    yield _spent(status.spent, status.settings)


def _last(last: dict[str, Any]) -> Iterator[str]:
    cost = f", {int(last['wire_bytes']):,} bytes over the line" if last.get("wire_bytes") else ""
    took = f", {float(last['seconds']):.0f} s" if "seconds" in last else ""
    ended = f"{_when(str(last.get('at', '')))}, {_safe(last.get('source', ''))}{cost}{took}"
    outcome = _safe(last.get("outcome", ""))
    yield f"Last run {ended}: {_OUTCOMES.get(outcome, outcome)}"
    for one in last.get("lists", ()):
        way = _safe(way_in_words(one["way"], failed=bool(one.get("error")), postponed=bool(one.get("postponed"))))
        yield f"  {_safe(one['name'])}: version {one['after']}, {way}"
    if sent := last.get("sent"):
        waits = f". {_safe(sent['postponed'])}" if sent.get("postponed") else ""
        yield f"  reports: {int(sent['entries'])} sent, {int(sent['waiting'])} wait{waits}"


def _standing(facts: dict[str, Any], looked: str) -> Iterator[str]:
    """As the service sees it; where none runs, as it was when the courier looked last: that may be long ago."""
    if looked:
        yield f"When the courier looked last, {_when(looked)} (now: waypost lists):"
    state, days = str(facts.get("state", "")), facts.get("days_left")
    lease = f"; without contact the lists lock in {counted(days, 'day')} ({ADVISORY})" if isinstance(days, int) else ""
    since = f" since {_when(str(facts['since']))}" if facts.get("since") and state != State.GOOD else ""
    yield f"Standing: {_safe(state if state == State.GOOD else state.upper())}{since}{lease}"
    if facts.get("says"):
        yield f"  {_safe(facts['says'])}. {_safe(facts.get('do', ''))}"


def _spent(spent: Spending, settings: CourierSettings) -> str:
    day, month = settings.budget_mb_day, settings.budget_mb_month
    return (
        f"Over the line: {spent.day_bytes / 1e6:.2f}{f' of {day:g}' if day else ''} MB today, "
        f"{spent.month_bytes / 1e6:.2f}{f' of {month:g}' if month else ''} MB this month (lists and reports)"
    )


def _progress(facts: dict[str, Any]) -> Progress:
    lists = tuple(ListProgress(str(one["name"]), int(one["done"]), int(one["total"])) for one in facts["lists"])
    return Progress(str(facts["current"]), lists, float(facts["bytes_s"]))


def _when(time: str) -> str:
    try:
        at = datetime.fromisoformat(time).astimezone(UTC)
    except ValueError:
        return "an unknown time"
    away = (at - system_time()).total_seconds()
    relative = f"in {in_minutes(away)}" if away > 0 else f"{in_minutes(-away)} ago"
    return f"{clock_time(time)} ({relative})"


def _safe(text: Any) -> str:
    return safe(str(text), _SENTENCE)
