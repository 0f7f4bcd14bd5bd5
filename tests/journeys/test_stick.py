"""Through the command line: a headquarters, a kit on a link, a kit that only ever sees a stick."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import Ingest
from tests.journeys.support.travellers import HONEST, STOLEN
from tests.support.command_line import Done, Waypost, enrolled, process
from tests.support.deployment import LISTS, PASSPHRASE
from tests.support.network import served as network


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def served(hq: Path) -> Iterator[str]:
    """What `waypost hq serve --uplink` serves, on a free port."""
    with closing(HeadquartersHome.open(hq, PASSPHRASE)) as home, network.served(hq, Ingest(home)) as url:
        yield url


def waits(waypost: Waypost, kit: Path) -> int:
    found = waypost("journal", "verify", "--home", kit, "--json").json
    assert found["faults"] == []
    return int(found["outbox"])


def test_one_stick_there_and_back_beside_a_link(
    waypost: Waypost, hq: Path, tmp_path: Path, stick: Path, served: str
) -> None:
    far, near = enrolled(waypost, hq, tmp_path / "far", stick), enrolled(waypost, hq, tmp_path / "near", served)

    def must(*arguments: object) -> Done:
        done = waypost(*arguments)
        assert done.code == 0, (arguments, done.err)
        return done

    assert "can remove the stick now" in must("stick", "out", "--home", hq, stick).out
    assert "sltd: new, version 1, the whole list" in must("stick", "in", "--home", far, stick).out
    assert waypost("check", "--home", far, "--mrz", STOLEN).code == 20
    assert waypost("check", "--home", far, "--mrz", HONEST).code == 0
    must("courier", "run", "--home", near)
    assert waypost("check", "--home", near, "--mrz", STOLEN).code == 20
    assert "acknowledged" in must("courier", "run", "--home", near).out
    assert waits(waypost, near) == 0

    assert waits(waypost, far) >= 4  # and the chains are signed, which is an entry more
    waiting = waits(waypost, far)
    assert waiting >= 5 and f"{waiting} entries" in must("stick", "out", "--home", far, stick).out
    assert waits(waypost, far) == waiting, "nothing is let go before it was acknowledged"
    assert f"far: {waiting} new entries" in must("stick", "in", "--home", hq, stick).out
    assert "far: 0 new entries" in must("stick", "in", "--home", hq, stick).out
    assert "0 entries not acknowledged yet" in must("stick", "in", "--home", far, stick).out
    assert waits(waypost, far) == 0

    kits = {one["kit"]: one for one in must("hq", "report", "--home", hq, "--json").json}
    assert set(kits) >= {"north-1", "far", "near"} and kits["north-1"]["last_seen"] == ""
    listed = {one["name"]: one["last_seen"] for one in must("hq", "kits", "--home", hq, "--json").json}
    assert listed == {name: kit["last_seen"] for name, kit in kits.items()}
    assert "north-1: in force" in (told := must("hq", "kits", "--home", hq).out) and "has not reported yet" in told
    assert f"last reported {kits['far']['last_seen'][:10]}" in told
    for name in ("far", "near"):
        assert {one["list"]: one["version"] for one in kits[name]["receipts"]} == dict.fromkeys(
            ("notices", "ofac", "sltd", "un"), 1
        )
        assert all(one["again"] == one["conflicts"] == one["missing_from"] == 0 for one in kits[name]["streams"])
    assert "far: last reported" in must("hq", "report", "--home", hq).out

    must("hq", "import", "--home", hq, "--list", "more", "--format", "sltd-csv", LISTS / "sltd.csv")
    must("hq", "publish", "--home", hq)
    filled = must("stick", "out", "--home", hq, "--kit", "far", stick, "--json").json
    assert filled["kits"] == ["far"] and filled["answers"] == 1
    taken = must("stick", "in", "--home", far, stick, "--json").json
    assert {one["name"]: one["after"] for one in taken["lists"]["lists"]}["more"] == 1


def test_what_does_not_fit_is_said_in_words(waypost: Waypost, hq: Path, kit: Path, stick: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (("stick", "in", "--home", kit, stick), "has nothing for a kit"),
        (("stick", "in", "--home", kit, tmp_path / "unplugged"), "Plug in the stick"),
        (("stick", "out", "--home", hq, tmp_path / "unplugged"), "Plug in the stick"),
        (("stick", "out", "--home", hq, stick, "--kit", "nobody"), "no kit called nobody"),
        (("stick", "out", "--home", kit, stick, "--kit", "north-1"), "this is a kit"),
        (("stick", "out", "--home", stick, stick), "neither a kit nor headquarters"),
    ):
        done = waypost(*arguments)
        assert done.code == 1 and words in done.err and "Traceback" not in done.err
    assert waypost("stick", "out", "--home", hq, stick, "--have", "sltd").code == 2
    assert "no list called sldt" in waypost("stick", "out", "--home", hq, stick, "--have", "sldt=3").err


def test_the_commands_run_as_processes_of_their_own(kit: Path, stick: Path) -> None:
    done = process("stick", "out", "--home", kit, stick)
    assert done.returncode == 0 and "can remove the stick now" in done.stdout and done.stderr == ""


def test_what_a_hostile_kit_says_of_itself_moves_no_screen(waypost: Waypost, hq: Path) -> None:
    from data.json_codec import decode
    from sync.formats.kit_health import ReportedHealth
    from sync.headquarters.ingest.kit_reports import KitReport
    from ui.commands.hq.reports import kit_report_lines

    health = {"waypost": "\x1b[2J", "free_disk_mb": [], "clock": 7, "problems": ["\u202eevil", 5], "at": None}
    reported = decode(ReportedHealth, json.dumps(health))
    told = KitReport("far", "2026-11-21T08:00:00Z", 1, (), (), reported)
    for line in kit_report_lines(told):
        assert line.isprintable()
    assert reported.problems == ("\u202eevil",)
