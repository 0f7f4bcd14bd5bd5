"""What the service says, by a clock that may be set under it."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import RetryWait, RunOutcome
from sync.kit.watching.status_reporter import StatusReporter, SystemdNotifier
from sync.kit.watching.watch_state import WatchState


def test_systemd_hears_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        notifier = SystemdNotifier()
        notifier.ready(), notifier.status("it\nwaits"), notifier.alive(), notifier.stopping()
        heard = [systemd.recv(500) for _ in range(4)]
    assert heard == [b"READY=1", b"STATUS=it waits", b"WATCHDOG=1", b"STOPPING=1"]
    assert notifier.watchdog_s == 30


def test_a_clock_that_is_set_moves_the_words_and_not_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("sync.kit.watching.status_reporter.read_system_time", lambda: now)
    telling = StatusReporter(tmp_path, SystemdNotifier(), lambda: 1000.0, lambda words: None)
    wait = RetryWait(4600.0, RunOutcome.DONE)
    telling.report_wait(wait)
    assert watch_state.read_state(tmp_path).next_at == "2026-05-01T13:00:00Z"  # type: ignore[union-attr]
    now = datetime(1970, 1, 1, tzinfo=UTC)
    telling.report_wait(wait)
    assert watch_state.read_state(tmp_path).next_at == "1970-01-01T01:00:00Z"  # type: ignore[union-attr]


@pytest.mark.parametrize("asked_until", ["", "nonsense", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_no_clock_keeps_it_from_asking_for_longer_than_a_day(tmp_path: Path, asked_until: str) -> None:
    watch_state.write_state(tmp_path, WatchState("waiting", "", "", failures=3, not_before=asked_until))
    wait = StatusReporter(tmp_path, SystemdNotifier(), lambda: 50.0, lambda words: None).restore_wait(50.0)
    assert 50 <= wait.until_s <= 50 + 24 * 3600
    assert wait.failures == 3
