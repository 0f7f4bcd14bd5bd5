"""The people of posts at headquarters, by the real command line: added, published, and signing in on a kit there."""

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.clock import read_system_time
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from data.people.countersign_code import RemoteAnswer, make_nonce, read_answer
from data.people.kit_roster import ChangedSecret, LocalPerson, PeopleReader, read_roster
from data.people.people_reports import report_changed_secret, report_local_person
from data.people.secret_hash import verify_secret
from data.people.staff import StaffRole
from tests.journeys.support.duty import add_duty
from tests.support.command_line import Waypost, process
from tests.support.deployment import PASSPHRASE
from tests.support.staff import OFFICER, make_person
from ui import identity

POST = "North Gate"


class Headquarters:
    """The commands of one headquarters; what is refused ends the test."""

    def __init__(self, waypost: Waypost, path: Path) -> None:
        self.waypost = waypost
        self.path = path

    def __call__(self, *words: object) -> str:
        done = self.waypost("hq", *words, "--home", self.path)
        assert done.code == 0, done.err
        return done.out

    def json(self, *words: object) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def headquarters(waypost: Waypost, hq: Path) -> Headquarters:
    """A headquarters with the post North Gate."""
    office = Headquarters(waypost, hq)
    office("posts", "add", POST)
    return office


@pytest.fixture
def kit_at_post(waypost: Waypost, headquarters: Headquarters, tmp_path: Path) -> Path:
    """A kit at North Gate, enrolled with a technician; it fetched nothing yet. `code` has the technician's code."""
    secret, path = tmp_path / "gate.secret", tmp_path / "gate"
    out = headquarters(
        "enrol", "--kit", "gate-1", "--source", headquarters.path / "public", "--out", secret,
        "--post", POST, "--technician", "T-1", "--technician-name", "T. Sample",
    )  # fmt: skip
    (tmp_path / "code").write_text(out.split("Code of T-1: ")[1].split(".")[0])
    made = waypost("kit", "init", "--home", path, "--enrol", secret, "--profile", "development", signs_in=False)
    assert made.code == 0
    return path


def add(headquarters: Headquarters, number: str = "N-104", name: str = "R. Sample", *words: object) -> str:
    pin = headquarters.json(
        "people", "add", number, "--name", name, "--role", "officer", "--post", POST, *words
    )["pin"]  # fmt: skip
    return str(pin)


def fetch(waypost: Waypost, headquarters: Headquarters, kit: Path) -> None:
    headquarters("publish")
    done = waypost("courier", "run", "--home", kit)
    assert done.code == 0, done.err


def people_of(kit: Path) -> dict[str, str]:
    """Number and name of who may sign in."""
    with closing(KitHome.open(kit, PASSPHRASE, "test")) as home:
        return {person.number: person.name for person in PeopleReader(home.vault).read().people}


def sign_in(waypost: Waypost, kit: Path, number: str, pin: str) -> str:
    """What the kit says."""
    file = kit.parent / "pin"
    file.write_text(pin)
    file.chmod(0o600)
    done = waypost("people", "sign-in", number, "--home", kit, "--pin-file", file)
    return done.out if done.code == 0 else done.err


def test_a_person_whom_headquarters_added_signs_in_and_one_whom_it_ended_no_more(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = add(headquarters)
    fetch(waypost, headquarters, kit_at_post)
    assert people_of(kit_at_post) == {"N-104": "R. Sample"}
    monkeypatch.setattr(identity, "ask_secret", lambda *_words, **_more: "739158")
    assert "R. Sample is signed in as officer" in sign_in(waypost, kit_at_post, "N-104", pin)
    assert "R. Sample" in waypost("people", "list", "--home", kit_at_post).out
    end = ("people", "end", "N-104", "--reason", "left the service")
    assert "nobody confirmed it" in waypost("hq", *end, "--home", headquarters.path).err
    headquarters(*end, "--yes")
    fetch(waypost, headquarters, kit_at_post)
    assert people_of(kit_at_post) == {}
    assert "is signed in" not in sign_in(waypost, kit_at_post, "N-104", "739158")
    assert waypost("people", "list", "--home", kit_at_post).code != 0


def test_until_it_has_people_only_the_technician_of_the_enrolment_signs_in(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin, code = add(headquarters), (kit_at_post.parent / "code").read_text()
    monkeypatch.setattr(identity, "ask_secret", lambda *_words, **_more: "739158")
    assert "is signed in" not in sign_in(waypost, kit_at_post, "N-104", pin)
    assert "T. Sample is signed in as technician" in sign_in(waypost, kit_at_post, "T-1", code)
    fetch(waypost, headquarters, kit_at_post)
    assert people_of(kit_at_post) == {"N-104": "R. Sample"}
    assert "is signed in" not in sign_in(waypost, kit_at_post, "T-1", "739158")


def test_a_table_of_people_is_added_whole_or_not_at_all(
    waypost: Waypost, headquarters: Headquarters, tmp_path: Path
) -> None:
    table, pins = tmp_path / "staff.csv", tmp_path / "pins.csv"
    table.write_text(f"number,name,roles,posts\nN-1,Ana,officer,{POST}\nN-2,Bo,chief,{POST}\n")
    refused = waypost("hq", "people", "import", table, "--pins", pins, "--home", headquarters.path)
    assert refused.code != 0 and "line 3: There is no role 'chief'" in refused.err and not pins.exists()
    assert headquarters.json("people", "list") == []
    table.write_text(f"number,name,roles,posts\nN-1,Ana,officer,{POST}\nN-2,Bo,supervisor;officer,{POST}\n")
    assert "2 people added" in headquarters("people", "import", table, "--pins", pins)
    assert [person["number"] for person in headquarters.json("people", "list", "--post", POST)] == ["N-1", "N-2"]


def test_people_change_their_roles_posts_pins_and_cards(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path
) -> None:
    add(headquarters)
    headquarters("posts", "add", "Harbour")
    headquarters("posts", "set", "Harbour", "--duress")
    headquarters("people", "role", "n-104", "--role", "supervisor", "--role", "officer")
    headquarters("people", "post", "N-104", "--post", POST, "--post", "Harbour")
    headquarters("people", "card", "N-104", "--fingerprint", "3f" * 32)
    duress = headquarters.json("people", "duress", "N-104")["pin"]
    (person,) = headquarters.json("people", "list")
    assert person["roles"] == ["officer", "supervisor"] and person["posts"] == ["Harbour", POST]
    assert person["card"] == "3f" * 32 and person["duress"] and person["credential"] == 1
    assert duress not in json.dumps(person) and "argon2" not in json.dumps(person)
    pin = headquarters.json("people", "reset", "N-104")["pin"]
    headquarters("people", "card", "N-104", "--remove")
    fetch(waypost, headquarters, kit_at_post)
    with closing(KitHome.open(kit_at_post, PASSPHRASE, "test")) as kit:
        roster = read_roster(kit)
        assert roster is not None
        credential = roster.people[0].credential
    assert credential.version == 2 and verify_secret(credential.secret, pin) and not credential.duress
    assert "2 people" not in headquarters("posts", "list") and "PINs under duress" in headquarters("posts", "list")
    said = headquarters("people", "list")
    assert "N-104: R. Sample, officer, supervisor, at Harbour, North Gate, first PIN not changed yet" in said


def test_a_program_gets_its_credential_once(waypost: Waypost, headquarters: Headquarters, kit_at_post: Path) -> None:
    credential = headquarters.json("people", "program", "P-1", "--name", "Border system", "--post", POST)["credential"]
    fetch(waypost, headquarters, kit_at_post)
    with closing(KitHome.open(kit_at_post, PASSPHRASE, "test")) as kit:
        program = PeopleReader(kit.vault).read().find("P-1")
    assert program is not None and verify_secret(program.credential.secret, credential)
    assert len(headquarters.json("people", "reset", "P-1")["credential"]) == 64


@pytest.mark.parametrize("case", [("SETTLE", "3F8A-22C1"), ("SETTLE 3F8A-22C1",), ("settle-3f8a22c1",)])
def test_headquarters_answers_by_radio_and_keeps_who_did(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path, case: tuple[str, ...]
) -> None:
    fetch(waypost, headquarters, kit_at_post)
    nonce = make_nonce()
    duty = add_duty(waypost, headquarters.path)
    asked = ("hq", "countersign", "gate-1", *case, nonce, "--home", headquarters.path)
    assert "nobody confirmed it" in waypost(*asked).err and headquarters.json("countersigned") == []
    wrong = waypost(*asked, "--yes", typed=(duty[0], "111222"))
    assert wrong.code == 1 and "PIN is wrong" in wrong.err and headquarters.json("countersigned") == []
    agreed, refused = (waypost(*asked, more, typed=duty).out for more in ("--yes", "--refuse"))
    with closing(KitHome.open(kit_at_post, PASSPHRASE, "test")) as kit:
        roster = read_roster(kit)
    assert roster is not None
    key = roster.countersign_key
    answers = [read_answer(key, "gate-1", "SETTLE 3F8A-22C1", nonce, said.split(": ")[1]) for said in (agreed, refused)]
    assert answers == [RemoteAnswer.AGREES, RemoteAnswer.REFUSES]
    assert [answer["answer"] for answer in headquarters.json("countersigned")] == ["agrees", "refuses"]
    assert f"gate-1, {' '.join(case)}, code {nonce}: H-1 K. Duty refuses" in headquarters("countersigned")
    outcomes = [proof["outcome"] for proof in headquarters.json("staff", "proofs")]
    assert outcomes == ["proved", "refused", "proved", "proved"]


def test_a_kit_that_leaves_its_post_is_asked_about_and_lets_nobody_sign_in(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path
) -> None:
    add(headquarters)
    fetch(waypost, headquarters, kit_at_post)
    leave = ("hq", "kits", "set", "gate-1", "--no-post", "--home", headquarters.path)
    assert "nobody confirmed it" in waypost(*leave).err
    assert "gate-1 from now on: at no post." in waypost(*leave, "--yes").out
    fetch(waypost, headquarters, kit_at_post)
    assert people_of(kit_at_post) == {}


def test_headquarters_sees_whom_a_post_added_and_which_changed_pin_does_not_count(
    waypost: Waypost, headquarters: Headquarters, kit_at_post: Path, tmp_path: Path
) -> None:
    add(headquarters)
    fetch(waypost, headquarters, kit_at_post)
    until = read_system_time() + timedelta(days=3)
    with closing(KitHome.open(kit_at_post, PASSPHRASE, "test")) as kit:
        outbox = Outbox(kit.journal)
        changed = ChangedSecret(7, OFFICER.credential.secret, is_initial=False, at=until)
        report_changed_secret(outbox, "N-104", changed)
        added = make_person("X-1", "Q. Local", StaffRole.OFFICER, valid_until=until)
        report_local_person(outbox, LocalPerson(added, "N-104", "N-105"), until)
    stick = tmp_path / "stick"
    stick.mkdir()
    carry = waypost("stick", "out", stick, "--home", kit_at_post)
    assert carry.code == 0, carry.err
    headquarters_in = waypost("stick", "in", stick, "--home", headquarters.path)
    assert headquarters_in.code == 0, headquarters_in.err
    headquarters("publish")
    assert "X-1: Q. Local, officer, LOCAL on gate-1, until " in headquarters("people", "list")
    assert headquarters.json("people", "list")[-1]["local"]["by"] == "N-104"
    for words in (("people", "notices"), ("report",)):
        assert "NOTICE: the PIN of N-104 that was changed on gate-1 does not count: somebody" in headquarters(*words)
    assert [notice["why"] for notice in headquarters.json("people", "notices")] == ["replaced"]


def test_a_secret_that_headquarters_gives_is_kept_nowhere_and_no_argument_takes_one(headquarters: Headquarters) -> None:
    credential = headquarters.json("people", "program", "P-1", "--name", "Border system", "--post", POST)["credential"]
    for path in headquarters.path.rglob("*"):
        assert not path.is_file() or credential.encode() not in path.read_bytes(), path
    for command in ("add", "reset", "import", "program"):
        assert "--pin " not in process("hq", "people", command, "--help").stdout


def test_what_cannot_be_is_said_in_one_sentence_and_changes_nothing(
    waypost: Waypost, headquarters: Headquarters
) -> None:
    add(headquarters)
    for words in (
        ("people", "add", "N-104", "--name", "X", "--role", "officer", "--post", POST),
        ("people", "add", "N-105", "--name", "r. sample", "--role", "officer", "--post", POST),
        ("people", "add", "N-105", "--name", "X", "--role", "officer", "--post", POST, "--until", "soon"),
        ("people", "add", "N-105", "--name", "X", "--role", "service", "--post", POST),
        ("people", "end", "N-9", "--reason", "left", "--yes"),
        ("people", "card", "N-104"),
        ("people", "duress", "N-104"),
        ("posts", "add", "north gate"),
        ("posts", "set", POST),
        ("kits", "set", "north-1", "--post", POST, "--no-post"),
        ("kits", "set", "north-1", "--post", "Harbour"),
    ):
        done = waypost("hq", *words, "--home", headquarters.path)
        assert done.code != 0 and done.err and "Traceback" not in done.err, words
    assert [person["number"] for person in headquarters.json("people", "list")] == ["N-104"]
