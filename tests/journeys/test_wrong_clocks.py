"""A kit or a headquarters whose clock is wrong, by the real command line under faketime (Debian's `faketime`)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.recording import must_have
from tests.journeys.conftest import LISTS, PASSPHRASE, TOP, Waypost
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


SLOW = 30
"""CANNOT SAY: on a busy machine a check may miss its deadline; it is never CLEAR for that."""


def test_a_kit_in_1970_syncs_screens_by_the_floor_and_tells_of_its_clock(kit: Path) -> None:
    done = at(LONG_AGO, "courier", "run", "--home", kit)
    assert done.returncode == 0, done.stderr
    assert at(LONG_AGO, "check", "--home", kit, "--mrz", WANTED).returncode in (20, SLOW)
    honest = at(LONG_AGO, "check", "--home", kit, "--mrz", HONEST)
    assert honest.returncode in (0, SLOW)
    assert "just now" in honest.stdout or "minute" in honest.stdout
    assert "the clock is behind signed time" in honest.stderr and "Set the clock" in honest.stderr


def test_a_kit_in_two_years_takes_nothing_says_why_screens_on_and_comes_back(kit: Path) -> None:
    done = at(LATER, "courier", "run", "--home", kit)
    assert done.returncode != 0
    assert "has expired" in done.stderr and "check this machine's clock" in done.stderr
    wanted, honest = (at(LATER, "check", "--home", kit, "--mrz", zone) for zone in (WANTED, HONEST))
    assert wanted.returncode in (20, SLOW) and "400 days ago" in wanted.stdout
    assert honest.returncode == 30 and "expired" in honest.stdout
    # Nothing but a signed time moves the floor: once the clock is set, all is as before.
    assert at("+0", "courier", "run", "--home", kit).returncode == 0
    assert at("+0", "check", "--home", kit, "--mrz", HONEST).returncode in (0, SLOW)


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


def test_a_headquarters_that_signed_far_ahead_moves_no_clock_and_comes_back(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path
) -> None:
    for when, count in (("+800d", 1), ("+0", 2)):
        notices = fewer_notices(tmp_path / when, count)
        words = ("hq", "import", "--home", hq, "--list", "notices", "--format", "notices-json", notices)
        refused = at(when, *words)
        assert ("say so with --clock-is-right" in refused.stderr) is (when == "+0")
        assert at(when, *words, "--clock-is-right").returncode == 0
        assert at(when, "hq", "publish", "--home", hq, "--clock-is-right").returncode == 0
        done = waypost("courier", "run", "--home", kit, "--source", hq / "public")
        assert f"notices: version {count} → {count + 1}" in done.out
        assert ("far ahead of this kit's clock" in done.err) is (when == "+800d")
        assert waypost("check", "--home", kit, "--mrz", HONEST).code in (0, SLOW)


def fewer_notices(folder: Path, count: int) -> Path:
    """The notices without the first few."""
    shutil.copytree(LISTS / "notices", folder)
    for path in sorted(folder.rglob("*.json"))[:count]:
        path.unlink()
    return folder
