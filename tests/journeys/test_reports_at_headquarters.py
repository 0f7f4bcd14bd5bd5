"""What headquarters' people ask while other work runs, and what kits say of their standing: real command line."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from data.json_codec import decode
from sync.formats.kit_health import ReportedHealth
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.kits import describe_status
from tests.support.command_line import Waypost, process
from tests.support.deployment import PASSPHRASE
from ui.commands.hq.reports import _health_line


def test_reports_and_kits_are_told_while_an_import_holds_the_store(hq: Path) -> None:
    with closing(HeadquartersHome.open(hq, PASSPHRASE)) as busy, busy.store.transaction():
        for command in (("report",), ("kits",), ("conflicts",)):
            done = process("hq", *command, "--home", hq)
            assert done.returncode == 0, done.stderr


def test_a_kit_tells_its_standing_and_headquarters_shows_it(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert waypost("stick", "out", stick, "--home", kit).code == 0
    assert waypost("stick", "in", stick, "--home", hq).code == 0
    told = next(one for one in waypost("hq", "report", "--home", hq, "--json").json if one["kit"] == "north-1")
    assert told["health"]["standing"]["state"] == "good" and told["health"]["standing"]["days_left"] in (59, 60)
    for command in ("report", "kits"):
        said = waypost("hq", command, "--home", hq).out
        assert "lists in force, 59 days left" in said or "lists in force, 60 days left" in said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "locked", "reason": "no contact", "days_left": None}, "lists LOCKED (no contact)"),
        ({"state": "good", "reason": "", "days_left": 1}, "lists in force, 1 day left"),
        ({"state": "erased"}, "lists ERASED"),
        ({"state": ["good"], "days_left": "x"}, ""),
        ("locked", ""),
        (None, ""),
        ({"state": "good", "reason": 7, "days_left": True}, "lists in force"),
    ],
)
def test_whatever_a_kit_says_of_itself_is_told_or_passed_over(facts: object, words: str) -> None:
    content = json.dumps({"at": "2026-01-01T00:00:00Z", "lists": {}, "standing": facts})
    assert describe_status(decode(ReportedHealth, content)) == words


@pytest.mark.parametrize(
    ("disk", "words"),
    [("filling", "9 MB free, its disk is filling up"), ("full", "its disk is full"), ("read_only", "is read-only"),
     ("good", "9 MB free, reported"), ("new", "9 MB free, reported"), (7, "9 MB free, reported")],
)  # fmt: skip
def test_headquarters_shows_how_a_kits_disk_is(disk: object, words: str) -> None:
    content = json.dumps({"at": "2026-01-01T00:00:00Z", "free_disk_mb": 9, "disk": disk})
    assert words in _health_line(decode(ReportedHealth, content))


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("check",), "--key-passphrase-file"),
        (("passphrase",), "--key-passphrase-file"),
        (("make", "--name", "root-9"), "--passphrase-file"),
    ],
)
def test_a_missing_passphrase_of_a_key_names_the_option_that_takes_it(
    waypost: Waypost, hq: Path, command: tuple[str, ...], option: str
) -> None:
    done = waypost("hq", "keys", *command, "--medium", hq / "offline", passphrase=None)
    assert done.code != 0 and f"or give {option}." in done.err + "." and "No passphrase was given for root-" in done.err


def test_the_new_passphrase_has_an_option_of_its_own(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    secret = tmp_path / "old"
    secret.write_text(PASSPHRASE)
    old = [word for _ in range(4) for word in ("--key-passphrase-file", secret)]
    done = waypost("hq", "keys", "passphrase", "--medium", hq / "offline", *old, passphrase=None)
    assert done.code != 0 and "give --new-passphrase-file" in done.err
