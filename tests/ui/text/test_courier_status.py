"""What a technician reads of the courier's service."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import Problem
from data.kit.settings import CourierSettings
from data.lease.enforcement import AccessFacts
from data.text import EMPTY, _
from sync.kit.connections.data_budget import Spending
from sync.kit.list_sync import SyncMethod
from sync.kit.reports.dispatch import SendResult
from sync.kit.run_report import ListProgress, ListSyncResult, SyncProgress
from sync.kit.watching.retry_schedule import RunOutcome
from sync.kit.watching.watch_state import LastRun, ProgressFacts, WatchState
from ui.text.courier_status import (
    CourierStatus,
    courier_status_lines,
    duration_in_words,
    progress_words,
    sync_method_in_words,
    versions_in_words,
)
from ui.text.kit_status import clock_time

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOON = (NOW + timedelta(minutes=90)).isoformat()
LAST = LastRun(SOON, "headquarters", RunOutcome.DONE, True, _("Done."), wire_bytes=2403, seconds=1.2)
PROBLEM = Problem(_("It goes beyond"), EMPTY, EMPTY)
WAITING = WatchState("waiting", _("No connection to it. It tries again then."), SOON, SOON, "headquarters", 3)
SYNCING = WatchState("syncing", _("Asking headquarters, as scheduled."), SOON)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("ui.text.courier_status", "ui.text.kit_status"):
        monkeypatch.setattr(f"{module}.read_system_time", lambda: NOW)


def zone(time: str) -> str:
    """The name of this machine's time zone at that time."""
    return f"{datetime.fromisoformat(time).astimezone():%Z}"


def lines(service: WatchState | None, *, running: bool = True, **settings: float) -> list[str]:
    spent = Spending("", "", 1_200_000, 34_000_000)
    return list(courier_status_lines(CourierStatus(running, service, spent, CourierSettings(**settings))))  # type: ignore[arg-type]


def test_a_wait_is_told_with_its_reason_and_end() -> None:
    first, second, *_, cost = lines(WAITING, budget_mb_day=20)
    assert (
        first
        == f"Waiting until {clock_time(SOON)} {zone(SOON)} (in 1 h 30 min). No connection to it. It tries again then."
    )
    assert second == "  3 attempts in a row failed."
    assert cost == "Lists and reports over the link: 1.20 of 20 MB today, 34.00 MB this month"


def test_a_sync_is_told_with_how_far_it_is() -> None:
    facts = ProgressFacts("un", (ListProgress("un", 5000, 20_000),), 100.0, 5000, 20_000, 150.0)
    assert "  un: 5.0 of 20 KB, 0.1 KB/s, 2 minutes left" in lines(replace(SYNCING, progress=facts))


def test_the_last_run_is_told_list_by_list() -> None:
    entry = ListSyncResult("un\x1b[31m", 3, 4, SyncMethod.DELTA, 10, 0)
    status_lines = lines(replace(WAITING, last=replace(LAST, lists=(entry, replace(entry, postponed=PROBLEM)))))
    assert any("headquarters, 2,403 bytes over the link, 1 s: done" in line for line in status_lines)
    assert any("version 4, changes" in line for line in status_lines) and any(
        "version 4, postponed" in line for line in status_lines
    )
    assert not any("\x1b" in line for line in status_lines)


def test_reports_that_wait_are_told_with_the_reason() -> None:
    budget = _("Today's budget of 5 MB is used up. They stay on this kit")
    sent = SendResult(entries=2, waiting=40, postponed=budget)
    status_lines = lines(replace(WAITING, last=replace(LAST, sent=sent)))
    assert "  reports: 2 sent, 40 waiting. Today's budget of 5 MB is used up. They stay on this kit" in status_lines


def test_reports_that_nobody_takes_are_told_with_what_to_do() -> None:
    refused = Problem(_("No service accepts reports"), _("They stay."), _("Carry them"))
    status_lines = lines(replace(WAITING, last=replace(LAST, sent=SendResult(waiting=40, refused=refused))))
    place = status_lines.index("  reports: 0 sent, 40 waiting")
    assert status_lines[place + 1] == "  No service accepts reports. They stay. Carry them."


def test_a_list_that_failed_is_not_told_as_unchanged() -> None:
    entry = ListSyncResult("un", 4, 4, SyncMethod.UNCHANGED, 0, 0, error=PROBLEM)
    status_lines = lines(replace(WAITING, last=replace(LAST, outcome=RunOutcome.PARTLY, lists=(entry,))))
    assert "  un: version 4, NOT RENEWED" in status_lines
    assert any(line.endswith("1 s: some lists failed") for line in status_lines)


def test_where_no_service_runs_the_standing_is_told_as_of_when_somebody_looked() -> None:
    """A kit that locked since would be called good."""
    long_ago = (NOW - timedelta(days=61)).isoformat()
    service = replace(WAITING, state="stopped", at=long_ago, standing=AccessFacts("good", days_left=59))
    status_lines = lines(service, running=False)
    assert (
        f"State at the last run, {clock_time(long_ago)} {zone(long_ago)} (61 days 0 h ago). For the current state: "
        "`waypost lists`." in status_lines
    )
    assert not any(line.startswith("State at") for line in lines(service))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "is not running. To start it"),
        ("stopped", "is not running. To start it"),
        ("waiting", "interrupted because the process was killed or the power failed"),
    ],
)
def test_a_service_that_does_not_run_says_so(state: str | None, words: str) -> None:
    service = replace(WAITING, state=state) if state else None
    assert words in lines(service, running=False)[0]


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (SyncProgress(), "Looking for new lists …"),
        (SyncProgress("un", (ListProgress("un", 480_000, 480_000),)), "un: 480 KB, being applied"),
        (
            SyncProgress("un", (ListProgress("un", 120_000, 480_000), ListProgress("sltd", 0, 1_820_000)), 8000.0),
            "un: 120 of 480 KB, in all 120 of 2,300 KB, 8.0 KB/s, 5 minutes left",
        ),
    ],
)
def test_how_far_a_run_is_in_words(progress: SyncProgress, words: str) -> None:
    assert progress_words(progress) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "less than a minute"),
        (60, "1 minute"),
        (3000, "50 minutes"),
        (12_000, "3 h 20 min"),
        (187_200, "2 days 4 h"),
    ],
)
def test_minutes_as_somebody_who_waits_wants_them(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0, 4, "new, version 4"), (3, 4, "version 3 → 4"), (4, 4, "version 4"), (0, 0, "not here yet")],
)
def test_versions(before: int, after: int, words: str) -> None:
    assert versions_in_words(before, after) == words


def test_ways() -> None:
    assert [sync_method_in_words(way) for way in (SyncMethod.DELTA, "snapshot", "new dates")] == [
        "changes", "the whole list", "new dates",
    ]  # fmt: skip
    assert sync_method_in_words(SyncMethod.UNCHANGED, failed=True) == "NOT RENEWED"
    assert sync_method_in_words(SyncMethod.UNCHANGED, postponed=True) == "postponed"
    assert sync_method_in_words("a word of a later service") == "a word of a later service"
