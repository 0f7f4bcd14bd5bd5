"""The state of a kit in the few words that the Desk has room for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.durable_files import hold_lock
from sync.kit.watching import watch_state
from sync.kit.watching.watch_state import WatchState
from ui.text.kit_status import clock_time, link_words

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOON = (NOW + timedelta(minutes=90)).isoformat()

WAITING = WatchState("waiting", "No connection to it. It tries again then.", SOON, SOON, "headquarters", 3)
SYNCING = WatchState("syncing", "Asking headquarters, as scheduled.", SOON)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.text.kit_status.read_system_time", lambda: NOW)


def test_the_desk_gets_a_few_words_while_the_service_runs(tmp_path: Path) -> None:
    assert link_words(tmp_path) == ""
    watch_state.write_state(tmp_path, WAITING)
    assert link_words(tmp_path) == ""  # it ended without saying so
    with hold_lock(tmp_path / watch_state.WATCH_LOCK, "watching"):
        assert link_words(tmp_path) == f"no link, next try {clock_time(SOON)}"
        watch_state.write_state(tmp_path, replace(WAITING, failures=0))
        assert link_words(tmp_path) == f"next try {clock_time(SOON)}"
        watch_state.write_state(tmp_path, SYNCING)
        assert link_words(tmp_path) == "syncing"
