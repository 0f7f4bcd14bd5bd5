"""A kit or a headquarters whose clock is wrong, by the real command line under faketime (Debian's `faketime`)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.recording import must_have
from tests.journeys.conftest import PASSPHRASE, TOP, Waypost
from tests.journeys.travellers import HONEST, WANTED

LONG_AGO = "1970-01-02 00:00:00"
LATER = "+400d"


@pytest.fixture(autouse=True)
def _needs_faketime() -> None:
    must_have("faketime", "faketime")


def at(when: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One command line by a machine whose clock says `when`."""
    return subprocess.run(
        ["faketime", "-m", "-f", when, sys.executable, "-m", "ui", *map(str, arguments)],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"},
        capture_output=True,
        text=True,
    )


def test_a_kit_in_1970_syncs_screens_by_the_floor_and_tells_of_its_clock(kit: Path) -> None:
    done = at(LONG_AGO, "courier", "run", "--home", kit)
    assert done.returncode == 0, done.stderr
    assert at(LONG_AGO, "check", "--home", kit, "--mrz", WANTED).returncode == 20
    honest = at(LONG_AGO, "check", "--home", kit, "--mrz", HONEST)
    assert honest.returncode == 0
    print(honest.stdout, done.stdout)
    assert "clock" in honest.stdout


def test_a_kit_in_two_years_takes_nothing_says_why_screens_on_and_comes_back(kit: Path) -> None:
    done = at(LATER, "courier", "run", "--home", kit)
    assert done.returncode != 0
    assert "has expired" in done.stderr and "check this machine's clock" in done.stderr
    wanted, honest = (at(LATER, "check", "--home", kit, "--mrz", zone) for zone in (WANTED, HONEST))
    assert wanted.returncode == 20 and "400 days ago" in wanted.stdout
    assert honest.returncode == 30 and "expired" in honest.stdout
    # Nothing but a signed time moves the floor: once the clock is set, all is as before.
    assert at("+0", "courier", "run", "--home", kit).returncode == 0
    assert at("+0", "check", "--home", kit, "--mrz", HONEST).returncode == 0


@pytest.mark.parametrize("when", [LONG_AGO, LATER])
def test_a_headquarters_whose_clock_jumped_signs_nothing_and_goes_on_once_it_is_set(
    waypost: Waypost, hq: Path, when: str
) -> None:
    before = (hq / "public" / "metadata" / "timestamp.json").read_bytes()
    done = at(when, "hq", "publish", "--home", hq)
    assert done.returncode != 0
    assert "This machine's clock says" in done.stderr and "Set the clock" in done.stderr
    assert (hq / "public" / "metadata" / "timestamp.json").read_bytes() == before
    assert waypost("hq", "publish", "--home", hq).code == 0


def test_a_headquarters_far_ahead_that_was_believed_does_not_stop_a_kit_for_good(
    waypost: Waypost, hq: Path, kit: Path
) -> None:
    assert at("+800d", "hq", "publish", "--home", hq, "--clock-is-right").returncode == 0
    run = waypost("courier", "run", "--home", kit, "--source", hq / "public")
    print(run)
    done = at("+0", "hq", "publish", "--home", hq, "--clock-is-right")
    print(done.returncode, done.stdout, done.stderr)
    run = waypost("courier", "run", "--home", kit, "--source", hq / "public")
    print(run)
    assert 0
