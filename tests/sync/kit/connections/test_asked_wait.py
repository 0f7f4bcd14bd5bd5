"""How long a server's request to be left alone is in force."""

import pytest

from data.errors import AskedToWait
from sync.kit.connections import asked_wait
from sync.kit.connections.asked_wait import AskedWait


def test_it_is_in_force_until_its_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(asked_wait, "_boot_seconds", lambda: now)
    wait = AskedWait.of(AskedToWait("busy", 60))  # type: ignore[arg-type]
    assert wait.is_in_force() and wait.error.what == "busy"
    now += 59.9
    assert wait.is_in_force()
    now += 0.1
    assert not wait.is_in_force()
