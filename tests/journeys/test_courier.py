"""The courier as a service, through the real command line."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Waypost
from tests.support.deployment import LISTS, PASSPHRASE, TOP
from tests.support.network.served import served
from tests.support.waiting import GUARD_S, wait_until


@pytest.fixture
def kit(waypost: Waypost, tmp_path: Path) -> Path:
    """A kit that has fetched nothing yet, and its headquarters beside it."""
    hq, made = tmp_path / "hq", tmp_path / "kit"
    for command in (
        ("hq", "init", "--home", hq),
        ("hq", "import", "--home", hq, "--list", "un", "--format", "un-xml", LISTS / "un.xml"),
        ("hq", "publish", "--home", hq),
        ("hq", "enrol", "--home", hq, "--kit", "post-1", "--source", hq / "public", "--out", tmp_path / "secret"),
        ("kit", "init", "--home", made, "--enrol", tmp_path / "secret"),
    ):
        done = waypost(*command)
        assert done.code == 0, done.err
    return made


@pytest.fixture
def service(kit: Path) -> Iterator[subprocess.Popen[str]]:
    """`waypost courier watch` as a process of its own."""
    running = subprocess.Popen(
        [sys.executable, "-m", "ui", "courier", "watch", "--home", kit],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE},
        stderr=subprocess.PIPE,
        text=True,
    )
    yield running
    running.kill()
    running.wait()
    if running.stderr:
        running.stderr.close()


def wait_for(waypost: Waypost, kit: Path, state: str) -> None:
    def is_so() -> bool:
        service = waypost("courier", "status", "--home", kit, "--json", passphrase=None).json["service"]
        return bool(service) and service["state"] == state

    wait_until(is_so, f"a service that is {state}")


def test_a_service_syncs_says_so_and_stops_when_told(
    waypost: Waypost, kit: Path, service: subprocess.Popen[str]
) -> None:
    wait_for(waypost, kit, "waiting")
    status = waypost("courier", "status", "--home", kit, passphrase=None)
    assert status.code == 0
    assert "Waiting until" in status.out and "un: version 1, the whole list" in status.out
    assert waypost("courier", "run", "--home", kit).code == 0  # by hand, beside it
    service.send_signal(signal.SIGTERM)
    _, said = service.communicate(timeout=GUARD_S)
    assert service.returncode == 0
    assert "because the service has started" in said and "New: un." in said
    status = waypost("courier", "status", "--home", kit, passphrase=None)
    assert status.code == 1 and "is not running" in status.out and "interrupted because" not in status.out


def test_a_killed_service_is_told_apart_from_a_stopped_one(
    waypost: Waypost, kit: Path, service: subprocess.Popen[str]
) -> None:
    wait_for(waypost, kit, "waiting")
    service.kill()
    service.communicate()
    assert "interrupted because" in waypost("courier", "status", "--home", kit, passphrase=None).out
    assert waypost("courier", "run", "--home", kit).code == 0


def test_a_service_looks_when_it_is_asked(waypost: Waypost, kit: Path, service: subprocess.Popen[str]) -> None:
    wait_for(waypost, kit, "waiting")
    service.send_signal(signal.SIGUSR1)
    assert service.stderr
    said = iter(service.stderr.readline, "")
    assert any("because somebody asked" in line for line in said)


def test_a_headquarters_that_takes_no_reports_is_told_everywhere(waypost: Waypost, kit: Path) -> None:
    with served(kit.parent / "hq") as url:
        run = ("courier", "run", "--home", kit, "--source", url)
        by_hand, again = waypost(*run), waypost(*run, "--json")
    status = waypost("courier", "status", "--home", kit, passphrase=None).out
    words = f"No service accepts reports at {url}/uplink (HTTP 405)"
    assert (by_hand.code, again.code) == (0, 0)  # lists come all the same
    assert f"{words}. The reports stay on this kit" in by_hand.err and "hq serve --uplink" in by_hand.err
    assert "0 acknowledged, " in by_hand.out and " waiting." in by_hand.out
    assert again.json["sent"]["refused"]["what"] == words and again.json["sent"]["waiting"] > 0
    assert words in status


def test_status_of_a_folder_that_is_no_kit(waypost: Waypost, tmp_path: Path) -> None:
    done = waypost("courier", "status", "--home", tmp_path, passphrase=None)
    assert done.code == 1 and "no kit in" in done.err
