"""A kit or a headquarters whose clock is wrong, by the real command line under faketime (Debian's `faketime`)."""

import shutil
from pathlib import Path

import pytest

from tests.journeys.support.machine import at
from tests.journeys.support.travellers import HONEST, WANTED
from tests.support.command_line import Waypost
from tests.support.deployment import LISTS
from tests.support.recording import must_have

LONG_AGO = "1970-01-02 00:00:00"
LATER = "+400d"


@pytest.fixture(autouse=True)
def _needs_faketime() -> None:
    must_have("faketime", "faketime")


def test_a_kit_in_1970_syncs_screens_by_the_floor_and_tells_of_its_clock(kit: Path) -> None:
    done = at(LONG_AGO, "courier", "run", "--home", kit)
    assert done.code == 0, done.err
    assert at(LONG_AGO, "check", "--home", kit, "--mrz", WANTED).code == 20
    honest = at(LONG_AGO, "check", "--home", kit, "--mrz", HONEST)
    assert honest.code == 0
    assert "just now" in honest.out or "minute" in honest.out
    assert "the clock is behind signed time" in honest.err and "Set the clock" in honest.err


def test_a_kit_in_two_years_takes_nothing_says_why_screens_on_and_comes_back(
    waypost: Waypost, hq: Path, kit: Path
) -> None:
    done = at(LATER, "courier", "run", "--home", kit)
    assert done.code != 0
    assert "has expired" in done.err and "check this machine's clock" in done.err
    wanted, honest = (at(LATER, "check", "--home", kit, "--mrz", zone) for zone in (WANTED, HONEST))
    assert wanted.code == 20 and "400 days ago" in wanted.out
    assert honest.code == 30 and "expired" in honest.out
    # Nothing but a newer signed time ends what the kit's own records say: once it comes, all is as before.
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert at("+0", "courier", "run", "--home", kit, "--source", hq / "public").code == 0
    assert at("+0", "check", "--home", kit, "--mrz", HONEST).code == 0


@pytest.mark.parametrize("when", [LONG_AGO, LATER])
def test_a_headquarters_whose_clock_jumped_signs_nothing_and_goes_on_once_it_is_set(
    waypost: Waypost, hq: Path, when: str
) -> None:
    before = (hq / "public" / "metadata" / "timestamp.json").read_bytes()
    done = at(when, "hq", "publish", "--home", hq)
    assert done.code != 0
    assert "This machine's clock reads" in done.err and "Set the clock" in done.err
    assert (hq / "public" / "metadata" / "timestamp.json").read_bytes() == before
    assert waypost("hq", "publish", "--home", hq).code == 0


def test_a_headquarters_that_signed_far_ahead_moves_no_clock_and_comes_back(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path
) -> None:
    for when, count in (("+800d", 1), ("+0", 2)):
        notices = fewer_notices(tmp_path / when, count)
        words = ("hq", "import", "--home", hq, "--list", "notices", "--format", "notices-json", notices)
        refused = at(when, *words)
        assert ("add --clock-is-right" in refused.err) is (when == "+0")
        assert at(when, *words, "--clock-is-right").code == 0
        assert at(when, "hq", "publish", "--home", hq, "--clock-is-right", "--yes").code == 0
        done = waypost("courier", "run", "--home", kit, "--source", hq / "public")
        assert f"notices: version {count} → {count + 1}" in done.out
        assert ("far ahead of this kit's clock" in done.err) is (when == "+800d")
        assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0


def fewer_notices(folder: Path, count: int) -> Path:
    """The notices without the first few."""
    shutil.copytree(LISTS / "notices", folder)
    for path in sorted(folder.rglob("*.json"))[:count]:
        path.unlink()
    return folder
