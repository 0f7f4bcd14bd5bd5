"""Auditors read the journal through the command line, and the journal says that they did."""

import csv
import json
import stat
from contextlib import closing
from pathlib import Path

import pytest

from data.kit.home import KitHome
from data.people.staff import StaffRole
from tests.journeys.support.travellers import HONEST
from tests.support.command_line import PASSPHRASE, Waypost
from tests.support.staff import make_actor

AUDITOR = make_actor("A. Sample", StaffRole.AUDITOR)


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.commands.journal.require_actor", lambda *_: AUDITOR)
    monkeypatch.setattr("ui.commands.journal.require_two_actors", lambda *_: (AUDITOR, make_actor("B. Sample")))


def test_details_need_a_purpose_and_each_use_is_recorded(waypost: Waypost, kit: Path) -> None:
    waypost("check", "--home", kit, "--mrz", HONEST)
    name = HONEST[5:].split("<")[0]
    shown = waypost("journal", "show", "--home", kit, "--kind", "screening")
    assert shown.code == 0 and len(shown.out.splitlines()) == 1 and name not in shown.out
    refused = waypost("journal", "show", "--home", kit, "--details")
    assert refused.code == 2 and "needs a --purpose" in refused.err
    detailed = waypost(
        "journal", "show", "--home", kit, "--kind", "screening", "--details", "--purpose", "Complaint 17"
    )
    assert detailed.code == 0 and name in detailed.out
    uses = waypost("journal", "show", "--home", kit, "--kind", "journal_shown", "--details", "--purpose", "x").out
    assert uses.count("A. Sample") >= 2 and "Complaint 17" in uses and '"kind":"screening"' in uses
    assert waypost("journal", "show", "--home", kit, "--to", "2001-01-01").out == "No recorded event fits.\n"
    assert waypost("journal", "show", "--home", kit, "--from", "yesterday").code == 2
    assert waypost("journal", "verify", "--home", kit).code == 0


def test_an_export_takes_two_people_and_is_for_its_reader_alone(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    waypost("check", "--home", kit, "--mrz", HONEST)
    for name in ("out.csv", "out.jsonl"):
        done = waypost("journal", "export", tmp_path / name, "--home", kit, "--purpose", "Audit 3")
        assert done.code == 0 and stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    entries = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries[:-1]]
    assert entries[-1]["kind"] == "journal_exported" and entries[-1]["outcome"] == str(len(rows))
    assert [person["name"] for person in entries[-1]["detail"]["people"]] == ["A. Sample", "B. Sample"]
    again = waypost("journal", "export", tmp_path / "out.csv", "--home", kit, "--purpose", "Audit 3")
    assert again.code != 0 and "exists already" in again.err


def test_the_chains_are_signed_when_they_are_verified(waypost: Waypost, kit: Path) -> None:
    waypost("check", "--home", kit, "--mrz", HONEST)
    first = waypost("journal", "verify", "--home", kit).out
    second = waypost("journal", "verify", "--home", kit).out
    assert "links came after that" in first or "link came after that" in first or "not signed before" in first
    assert "0 links came after that" in second


@pytest.mark.parametrize("first", ["verify", "wrong PIN", "show"])
def test_an_entry_that_was_taken_away_at_the_end_is_noticed_whatever_is_done_next(
    waypost: Waypost, kit: Path, first: str
) -> None:
    """Whoever has the passphrase takes the newest entry away. The next write would make the journal look whole."""
    waypost("check", "--home", kit, "--mrz", HONEST)
    with closing(KitHome.open(kit, PASSPHRASE, "check")) as home:
        journal = home.journal._file  # as somebody with the key would open it: the witness hears nothing
        with journal.writing() as connection:
            connection.execute("DELETE FROM detail WHERE event = (SELECT id FROM event ORDER BY rowid DESC LIMIT 1)")
            connection.execute("DELETE FROM link WHERE event = (SELECT id FROM event ORDER BY rowid DESC LIMIT 1)")
            connection.execute("DELETE FROM event WHERE rowid = (SELECT max(rowid) FROM event)")
    if first == "wrong PIN":
        assert waypost("people", "sign-in", "O-1", "--home", kit, typed=["111222"]).code == 1
    elif first == "show":
        waypost("journal", "show", "--home", kit)
    for _time in range(2):
        verified = waypost("journal", "verify", "--home", kit)
        assert verified.code == 1 and "journal.db is not what this kit wrote last" in verified.out
