"""People of a post through the real command line: sign-in, first PIN, roles, two people, unlocking, radio."""

import json
import re
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from data.kit.home import KitHome
from data.people.countersign_code import RemoteAnswer, compute_code
from data.people.kit_roster import keep_roster
from tests.contract.benches.staff_cards import SimulatedCardBench
from tests.journeys.support.travellers import HONEST
from tests.support import card_tokens
from tests.support.command_line import Waypost, process
from tests.support.deployment import PASSPHRASE
from tests.support.staff import (
    COUNTERSIGN_KEY,
    OFFICER,
    PIN,
    PROGRAM_CREDENTIAL,
    SECOND_OFFICER,
    STAFF,
    SUPERVISOR,
    make_roster,
)
from ui.identity import session_path

NEW_PIN = "739164"


@pytest.fixture
def home(kit: Path) -> Path:
    """A kit at which nobody is signed in."""
    with closing(KitHome.open(kit, PASSPHRASE, "technician")) as opened:
        session_path(opened).unlink(missing_ok=True)
        opened.vault.put({"sessions": b"[]"})
    return kit


def _sign_in(waypost: Waypost, home: Path, number: str = "O-1", *options: str) -> None:
    done = waypost("people", "sign-in", number, "--home", home, *options, typed=[PIN])
    assert done.code == 0, done.err


def test_nobody_is_screened_before_somebody_signs_in(waypost: Waypost, home: Path) -> None:
    refused = waypost("check", "--home", home, "--mrz", HONEST)
    assert refused.code == 30 and "Nobody is signed in" in refused.err
    _sign_in(waypost, home)
    asked = waypost("check", "--home", home, "--mrz", HONEST, "--json")
    assert asked.json["officer"] == "O-1" and asked.code == 0
    assert waypost("people", "sign-out", "--home", home).code == 0
    again = waypost("check", "--home", home, "--mrz", HONEST)
    assert again.code == 30 and "Nobody is signed in" in again.err


@pytest.mark.parametrize("made_by", ["simulated", "softhsm"])
def test_a_card_in_the_kits_reader_signs_its_owner_in(
    waypost: Waypost, home: Path, made_by: str, request: pytest.FixtureRequest
) -> None:
    """The card says its fingerprint at the bench; headquarters enters it; from then on its PIN signs in."""
    if made_by == "softhsm":
        maker = request.getfixturevalue("card_maker")
        maker.make("K. Sample", "EC:prime256v1")
        name, value = "module", maker.library
    else:
        SimulatedCardBench(home).insert()
        name, value = "reader", SimulatedCardBench.url
    settings = (home / "kit.toml").read_text("utf-8")
    before, card, after = settings.partition("[card]")
    assert f'{name} = ""' in after
    (home / "kit.toml").write_text(before + card + after.replace(f'{name} = ""', f'{name} = "{value}"', 1), "utf-8")
    seen = waypost("kit", "bench", "--home", home, "--card", "kit", "--seconds", "1")
    assert seen.code == 0, seen
    (fingerprint,) = re.findall("[0-9a-f]{64}", seen.out)
    carrier = replace(OFFICER, credential=replace(OFFICER.credential, card=fingerprint))
    with closing(KitHome.open(home, PASSPHRASE, "courier")) as opened:
        keep_roster(opened, make_roster(carrier, serial=2))
    refused = waypost("people", "sign-in", "O-1", "--home", home, typed=[card_tokens.WRONG_PIN])
    assert refused.code == 1 and "The PIN of the card is wrong" in refused.err
    done = waypost("people", "sign-in", "O-1", "--home", home, typed=[card_tokens.PIN])
    assert done.code == 0 and "K. Sample is signed in" in done.out
    places = [each for each in home.rglob("*") if each.is_file() and each.parent.name != "simulated"]
    assert not [each for each in places if card_tokens.PIN.encode() in each.read_bytes()]


def test_a_session_file_is_its_users_alone_and_a_copy_of_another_kit_opens_nothing(
    waypost: Waypost, home: Path
) -> None:
    _sign_in(waypost, home)
    with closing(KitHome.open(home, PASSPHRASE, "check")) as kit:
        path = session_path(kit)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    content = json.loads(path.read_text())
    for change in ({"kit": "other"}, {"uid": 1}, {"token": "00" * 32}, {"boot": "another"}, {"session": "x"}):
        path.write_text(json.dumps(content | change))
        path.chmod(0o600)
        assert waypost("check", "--home", home, "--mrz", HONEST).code == 30
    path.write_text(json.dumps(content))
    path.chmod(0o640)
    assert waypost("check", "--home", home, "--mrz", HONEST).code == 30
    path.chmod(0o600)
    assert waypost("check", "--home", home, "--mrz", HONEST).code == 0


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_a_supervisor_unlocks(waypost: Waypost, home: Path) -> None:
    said = [waypost("people", "sign-in", "O-1", "--home", home, typed=["111222"]) for _try in range(6)]
    assert [each.code for each in said] == [1] * 6
    assert "4 tries left" in said[0].err and "No try is left" in said[4].err and "waypost people unlock" in said[5].err
    _sign_in(waypost, home, "S-1")
    refused = waypost("people", "unlock", "O-1", "--home", home, typed=[PIN, "S-1", PIN])
    assert refused.code == 1 and "somebody else" in refused.err
    done = waypost("people", "unlock", "O-1", "--home", home, typed=[PIN, "O-2", PIN])
    assert done.code == 0, done.err
    _sign_in(waypost, home, "O-1")


def test_a_locked_kit_is_unlocked_by_two_people_who_are_not_locked(waypost: Waypost, home: Path) -> None:
    for number in ("X-1", "X-2", "X-3", "X-4"):
        for _try in range(5):
            waypost("people", "sign-in", number, "--home", home, typed=["111222"])
    locked = waypost("people", "sign-in", "O-1", "--home", home, typed=[PIN])
    assert locked.code == 1 and "This kit is locked" in locked.err
    done = waypost("people", "unlock", "--kit", "--home", home, typed=["S-1", PIN, "O-2", PIN])
    assert done.code == 0, done.err
    _sign_in(waypost, home)


def test_the_second_person_may_be_at_headquarters(
    waypost: Waypost, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.people.remote_person.make_nonce", lambda: "CFGHJM")
    code = compute_code(COUNTERSIGN_KEY, "north-1", "NEW-FIRST-PIN O1", RemoteAnswer.AGREES, "CFGHJM")
    call = ("people", "first-pin", "O-1", "--home", home, "--radio", "--json")
    done = waypost(*call, typed=["S-1", PIN, "0000000", code])
    assert done.code == 0, done.err
    assert "CFGHJM" in done.err and "NEW-FIRST-PIN O1" in done.err and "This code is wrong" in done.err
    first = waypost("people", "sign-in", "O-1", "--home", home, typed=[done.json["pin"], NEW_PIN, NEW_PIN])
    assert first.code == 0 and "Choose your own now" in first.err
    assert waypost("people", "sign-in", "O-1", "--home", home, typed=[NEW_PIN]).code == 0


def test_a_refusal_of_headquarters_does_nothing(waypost: Waypost, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.people.remote_person.make_nonce", lambda: "CFGHJM")
    code = compute_code(COUNTERSIGN_KEY, "north-1", "NEW-FIRST-PIN O1", RemoteAnswer.REFUSES, "CFGHJM")
    done = waypost("people", "first-pin", "O-1", "--home", home, "--radio", typed=["S-1", PIN, code])
    assert done.code == 1 and "Headquarters refuses" in done.err
    _sign_in(waypost, home)


def test_a_local_person_works_after_choosing_a_pin(waypost: Waypost, home: Path) -> None:
    call = ("people", "add", "L-1", "--name", "Loc Al", "--days", "2", "--home", home, "--json")
    done = waypost(*call, typed=["S-1", PIN, "O-2", PIN])
    assert done.code == 0, done.err
    pin = done.json["pin"]
    assert waypost("people", "sign-in", "L-1", "--home", home, typed=[pin, NEW_PIN, NEW_PIN]).code == 0
    assert waypost("check", "--home", home, "--mrz", HONEST, "--json").json["officer"] == "L-1"
    people = waypost("people", "list", "--home", home, "--json").json
    assert [each["number"] for each in people["people"] if each["local"]] == ["L-1"]
    assert "added by this post" in waypost("people", "list", "--home", home).out


def test_headquarters_word_ends_a_session_between_two_commands(waypost: Waypost, home: Path) -> None:
    _sign_in(waypost, home)
    with closing(KitHome.open(home, PASSPHRASE, "courier")) as kit:
        keep_roster(kit, make_roster(*(each for each in STAFF if each is not OFFICER), serial=9))
    done = waypost("check", "--home", home, "--mrz", HONEST)
    assert done.code == 30 and "ended your session" in done.err


def test_a_role_that_does_not_allow_it_is_told_which_one_does(waypost: Waypost, home: Path) -> None:
    _sign_in(waypost, home, "A-1")
    done = waypost("check", "--home", home, "--mrz", HONEST)
    assert done.code == 30 and "works as auditor" in done.err and "officer, supervisor" in done.err


def test_a_supervisor_may_work_as_an_officer(waypost: Waypost, home: Path) -> None:
    _sign_in(waypost, home, "S-1", "--role", "officer", "--lane", "3", "--shift", "early")
    (session,) = waypost("people", "list", "--home", home, "--json").json["sessions"]
    assert (session["role"], session["lane"], session["shift"]) == ("officer", "3", "early")
    refused = waypost("people", "sign-in", "O-1", "--home", home, "--role", "supervisor", typed=[PIN])
    assert refused.code == 1 and "does not have the role supervisor" in refused.err


def test_a_program_asks_in_its_own_name_or_in_an_officers(waypost: Waypost, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "credential"
    file.write_text(f"P-1\n{PROGRAM_CREDENTIAL}\n")
    file.chmod(0o600)
    ask = ("check", "--home", home, "--mrz", HONEST, "--json", "--credential-file", file)
    assert waypost(*ask).json["officer"] == "P-1"
    assert waypost(*ask, "--officer", "o-2").json["officer"] == "O-2"
    for officer in ("T-1", "X-1"):
        refused = waypost(*ask, "--officer", officer)
        assert refused.code == 30 and "no officer of this post" in refused.err
    file.write_text(f"P-1\n{'11' * 32}\n")
    assert waypost(*ask).code == 30
    file.write_text("P-1\n")
    assert "does not have what is expected" in waypost(*ask).err
    assert waypost("check", "--home", home, "--mrz", HONEST, "--officer", "O-2").code == 2


def test_a_pin_is_asked_for_in_a_terminal_only(home: Path, tmp_path: Path) -> None:
    done = process("people", "sign-in", "O-1", "--home", home, stdin=f"{PIN}\n")
    assert done.returncode == 1 and "this is no terminal" in done.stderr
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n")
    file.chmod(0o600)
    done = process("people", "sign-in", "O-1", "--home", home, "--pin-file", str(file))
    assert done.returncode == 0, done.stderr
    assert PIN not in done.stdout + done.stderr


@pytest.mark.parametrize("number", [" ", "x" * 40, "O 1", "../etc", "Ö-1"])
def test_a_number_that_cannot_be_is_said(waypost: Waypost, home: Path, number: str) -> None:
    done = waypost("people", "sign-in", number, "--home", home, typed=[PIN])
    assert done.code == 1 and "not a service number" in done.err


def test_the_journal_is_whole_and_says_who_did_what(waypost: Waypost, home: Path) -> None:
    _sign_in(waypost, home)
    waypost("people", "sign-out", "--home", home)
    waypost("people", "unlock", "--kit", "--home", home, typed=["S-1", PIN, "O-2", PIN])
    report = waypost("journal", "verify", "--home", home, "--json")
    assert report.code == 0, report.out


def test_two_people_of_one_human_being_unlock_nothing(waypost: Waypost, home: Path) -> None:
    with closing(KitHome.open(home, PASSPHRASE, "courier")) as kit:
        keep_roster(kit, make_roster(SUPERVISOR, replace(SECOND_OFFICER, human=SUPERVISOR.human), serial=9))
    done = waypost("people", "unlock", "--kit", "--home", home, typed=["S-1", PIN, "O-2", PIN])
    assert done.code == 1 and "somebody else" in done.err
