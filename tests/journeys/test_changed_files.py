"""Older files and older clocks, by the real command line: never a CLEAR that rests on them, and each is said."""

import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.journeys.support.machine import at
from tests.journeys.support.travellers import HONEST, STOLEN
from tests.support.command_line import SCHEMA, Waypost
from tests.support.recording import must_have


def remove(kit: Path, pattern: str) -> None:
    for path in kit.glob(pattern):
        path.unlink()


def test_a_journal_that_is_gone_is_not_whole(waypost: Waypost, kit: Path) -> None:
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0
    assert "The journal is intact." in waypost("journal", "verify", "--home", kit).out
    remove(kit, "journal.db*")
    done = waypost("journal", "verify", "--home", kit)
    assert done.code == 1 and "FAULT journal.db is not what this kit wrote last" in done.out
    answer = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    jsonschema.validate(answer, SCHEMA)
    assert {"file_changed"} == {condition["kind"] for condition in answer["conditions"]}
    again = waypost("journal", "verify", "--home", kit, "--json")
    assert again.code == 1 and any("journal.db" in fault for fault in again.json["faults"]), "until headquarters knows"


@pytest.mark.parametrize("gone", ["journal.db*", "witness*"])
def test_who_was_here_before_a_journal_was_lost_is_not_known_and_every_clear_says_so(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path, gone: str
) -> None:
    lost = "; not done: Referred here before; not done: Seen here before"
    before = waypost("check", "--home", kit, "--mrz", HONEST)
    assert before.code == 0 and lost not in before.out
    remove(kit, "journal.db*")
    if gone == "witness*":
        remove(kit, gone)
        waypost("courier", "run", "--home", kit, "--source", hq / "public")
    after = waypost("check", "--home", kit, "--mrz", HONEST)
    assert after.code == 0 and lost in after.out
    (stick := tmp_path / "stick").mkdir()
    for way, home in (("out", kit), ("in", hq), ("in", kit)):
        assert waypost("stick", way, "--home", home, stick).code == 0
    later = waypost("check", "--home", kit, "--mrz", HONEST, "--json")
    jsonschema.validate(later.json, SCHEMA)
    assert later.json["conditions"] == [], "headquarters has heard of it"
    assert later.code == 0 and lost in later.json["second_line"], "two scans since say nothing of who was here before"


def test_who_is_in_an_older_journal_that_was_put_back_is_no_more_certain(
    waypost: Waypost, kit: Path, tmp_path: Path
) -> None:
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0
    older = shutil.copy(kit / "journal.db", tmp_path)
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0
    remove(kit, "journal.db*")
    shutil.copy(older, kit / "journal.db")
    answer = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    assert answer["verdict"] == "clear"
    assert "; not done: Referred here before; not done: Seen here before" in answer["second_line"]
    (seen,) = [finding for finding in answer["findings"] if finding["check"] == "seen_again"]
    assert seen["reason"] == "memory_lost" and "there may be more: the journal from before was missing" in seen["says"]


def test_an_older_list_answers_nobody_until_headquarters_confirms_the_newest(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path
) -> None:
    older = shutil.copytree(kit / "lists" / "sltd", tmp_path / "older")
    source = ("--source", hq / "public")
    stolen = tmp_path / "stolen.csv"
    lines = (Path(__file__).parents[2] / "ui" / "demo" / "lists" / "sltd.csv").read_text().splitlines(keepends=True)
    stolen.write_text("".join([*lines, lines[-1].replace(lines[-1].split(",")[0], "ZZ9876543")]))
    assert waypost("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv", stolen).code == 0
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert waypost("courier", "run", "--home", kit, *source).code == 0
    shutil.rmtree(kit / "lists" / "sltd")
    shutil.copytree(older, kit / "lists" / "sltd")
    answer = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    assert answer["verdict"] == "cannot_say"
    assert {"lists_unconfirmed"} == {one["reason"] for one in answer["findings"] if one["state"] == "not_done"}
    assert {("lists_unconfirmed", "sltd"), ("file_changed", "lists/sltd")} <= {
        (condition["kind"], condition["subject"]) for condition in answer["conditions"]
    }
    assert "not searched: it may be an older copy" in waypost("lists", "--home", kit).out
    plain = waypost("check", "--home", kit, "--mrz", HONEST)
    assert plain.code == 30 and "lists/sltd is not what this kit wrote last" in plain.out
    done = waypost("courier", "run", "--home", kit, *source)
    assert "lists/sltd is not what this kit wrote last" in done.out + done.err
    answer = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    assert answer["verdict"] == "clear", answer["says"]
    assert {"file_changed"} == {condition["kind"] for condition in answer["conditions"]}
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20


def test_a_clock_that_went_back_makes_no_expired_list_fresh(kit: Path) -> None:
    must_have("faketime", "faketime")
    for how in ((), ("--json",)):
        late = at("+10d", "check", "--home", kit, "--mrz", HONEST, *how)
        assert late.code == 30 and "expired" in late.out
    back = at("+1d", "check", "--home", kit, "--mrz", HONEST, "--json")
    jsonschema.validate(back.json, SCHEMA)
    assert back.code == 30 and "10 days ago" in back.json["says"]
    assert {"list_expired", "clock_jumped"} <= {condition["kind"] for condition in back.json["conditions"]}
    assert "10 days ago" in at("+1d", "lists", "--home", kit).out


def test_a_source_that_stands_still_makes_no_expired_list_fresh(kit: Path) -> None:
    must_have("faketime", "faketime")
    assert at("+10d", "check", "--home", kit, "--mrz", HONEST).code == 30
    for _run in range(2):
        assert at("+1d", "courier", "run", "--home", kit).code == 0
        back = at("+1d", "check", "--home", kit, "--mrz", HONEST, "--json")
        assert back.code == 30 and "10 days ago" in back.json["says"]


def test_one_day_under_2099_and_one_sync_later_lists_are_fresh_again(waypost: Waypost, hq: Path, kit: Path) -> None:
    must_have("faketime", "faketime")
    assert at("2099-01-01 00:00:00", "check", "--home", kit, "--mrz", HONEST).code == 30
    assert at("+0", "check", "--home", kit, "--mrz", HONEST).code == 30
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert at("+0", "courier", "run", "--home", kit, "--source", hq / "public").code == 0
    done = at("+0", "check", "--home", kit, "--mrz", HONEST, "--json")
    assert done.code == 0, done.out
    assert ["clock_jumped"] == [condition["kind"] for condition in done.json["conditions"]]


@pytest.mark.parametrize("name", ["witness", "trust/timestamp.json"])
def test_a_file_that_is_gone_is_said(waypost: Waypost, kit: Path, name: str) -> None:
    remove(kit, f"{name}*")
    done = waypost("journal", "verify", "--home", kit)
    assert done.code == 1 and f"FAULT {name} is not what this kit wrote last" in done.out
