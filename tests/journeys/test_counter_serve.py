"""Other programs screen and decide through the socket of a real server process."""

import grp
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.journal.history import PastEvent, read_events
from data.kit.home import KitHome
from data.people.kit_roster import keep_roster
from data.people.roster import Roster
from tests.journeys.support.program_server import CLIENT, EXAMPLES, ProgramServer, serving, start_server
from tests.journeys.support.travellers import HONEST, STOLEN
from tests.support.command_line import PASSPHRASE, Waypost
from tests.support.staff import (
    AUDITOR,
    OFFICER,
    PROGRAM,
    PROGRAM_CREDENTIAL,
    SUPERVISOR,
    TECHNICIAN,
    make_roster,
    sign_in_at,
)

HELLO = json.dumps({"hello": 1, "program": PROGRAM.number, "credential": PROGRAM_CREDENTIAL}).encode() + b"\n"


@pytest.fixture
def server(kit: Path, tmp_path: Path) -> Iterator[ProgramServer]:
    keep(kit, make_roster())
    with serving(kit, tmp_path / "counter.sock") as running:
        yield running


def keep(kit: Path, roster: Roster) -> None:
    with closing(KitHome.open(kit, PASSPHRASE, "courier")) as home:
        keep_roster(home, roster)


def recorded(kit: Path, kind: str) -> list[PastEvent]:
    """Events of the kit's journal, newest first."""
    with closing(KitHome.open(kit, PASSPHRASE, "courier")) as home:
        return read_events(home.journal, kind)


def test_programs_screen_decide_and_stop_with_the_roster(server: ProgramServer, kit: Path, waypost: Waypost) -> None:
    assert stat.S_IMODE(server.path.stat().st_mode) == 0o600
    sign_in_at(kit, PASSPHRASE)
    with server.connect() as client:
        answer = client.screen(OFFICER.number, mrz=HONEST)
        assert answer["verdict"] == waypost("check", "--home", kit, "--mrz", HONEST, "--json").json["verdict"]
        stolen = client.screen(OFFICER.number, mrz=STOLEN)
        assert stolen["verdict"] == "refer"
        assert client.decide(OFFICER.number, stolen["screening"], "refer")["officer"] == OFFICER.number
        keep(kit, make_roster(PROGRAM, SUPERVISOR, serial=2))
        with pytest.raises(CLIENT.RefusedLine) as refusal:
            client.screen(OFFICER.number, mrz=HONEST)
        assert refusal.value.code == "not_allowed"
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    assert not server.path.exists()
    assert waypost("journal", "verify", "--home", kit).code == 0


@pytest.mark.parametrize("officer", [OFFICER.number, SUPERVISOR.number])
def test_what_needs_two_people_is_not_decided_through_a_program(server: ProgramServer, officer: str) -> None:
    with server.connect() as client:
        stolen = client.screen(officer, mrz=STOLEN)
        for decision in ("admit", "nonsense"):
            with pytest.raises(CLIENT.RefusedLine) as refusal:
                client.decide(officer, stolen["screening"], decision)
            assert refusal.value.code == ("not_allowed" if decision == "admit" else "not_understood")


@pytest.mark.parametrize("officer", [TECHNICIAN.number, AUDITOR.number, "X-99", "", "no number at all", "\0"])
def test_a_program_asks_for_nobody_who_may_not_screen(server: ProgramServer, officer: str) -> None:
    with server.connect() as client:
        with pytest.raises(CLIENT.RefusedLine) as refusal:
            client.screen(officer, mrz=HONEST)
        assert refusal.value.code in ("not_allowed", "not_understood")


def test_records_name_officer_program_and_lane(server: ProgramServer, kit: Path) -> None:
    with server.connect() as client:
        line = {"id": 1, "officer": OFFICER.number, "lane": "gate 3", "request": {"mrz": HONEST}}
        answer = client._ask(line)
        assert answer["lane"] == "gate 3"
        client.decide(OFFICER.number, answer["screening"], "admit")
    (screened,) = recorded(kit, "screening")
    asked = screened.detail["screening"]
    assert (screened.person, asked["via"], asked["lane"]) == (OFFICER.number, PROGRAM.number, "gate 3")
    (decided,) = recorded(kit, "decision")
    assert (decided.person, decided.detail["via"]) == (OFFICER.number, PROGRAM.number)
    (came,) = recorded(kit, "program")
    assert (came.person, came.outcome) == (PROGRAM.number, "connected")


def test_hostile_clients_do_not_stop_the_others(server: ProgramServer, kit: Path) -> None:
    with pytest.raises(CLIENT.RefusedLine) as refusal:
        server.connect("8" * 64)
    assert refusal.value.code == "not_proved"
    for typed in ("482913", "\0", "x" * 16):  # people type PINs in the place of numbers
        with pytest.raises(CLIENT.RefusedLine):
            CLIENT.WaypostClient(str(server.path), typed, PROGRAM_CREDENTIAL)
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as answers:
        line.connect(str(server.path))
        line.sendall(HELLO + b'{"id": 3, "nothing": 1}\n\xff\n{"id": 4, "deadline_ms": 0}\n')
        assert json.loads(answers.readline()) == {"hello": 1}
        given = [json.loads(answers.readline()) for _place in range(3)]
        assert [(answer["id"], answer["error"], answer["verdict"]) for answer in given] == [
            (number, "not_understood", "cannot_say") for number in (3, None, 4)
        ]
        line.sendall(b"x" * 70_000 + b"\n")
        assert json.loads(answers.readline())["error"] == "line_too_long"
        assert answers.readline() == b""
    second = start_server(kit, server.path)
    assert second.wait(60) == 1
    assert second.stderr and "Another server" in second.stderr.read()
    second.stderr.close()
    with server.connect() as client:
        assert client.screen(OFFICER.number, mrz=HONEST)["verdict"]
    came = [(event.person, event.outcome) for event in reversed(recorded(kit, "program"))]
    known = [(number, outcome) for number, outcome in came if number]
    assert known == [(PROGRAM.number, outcome) for outcome in ("refused", "connected", "connected")]
    assert [outcome for number, outcome in came if not number] == ["refused"] * 3


def test_a_client_that_is_killed_leaves_what_it_asked_in_the_journal(server: ProgramServer, kit: Path) -> None:
    asked = {"id": 1, "officer": OFFICER.number, "request": {"mrz": STOLEN}}
    program = (
        "import os, signal, socket, sys\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        "line.connect(sys.argv[1])\n"
        "line.sendall(sys.argv[2].encode())\n"
        "line.recv(100)\n"
        "line.sendall(sys.argv[3].encode() + b'\\n')\n"
        "line.recv(1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    arguments = [sys.executable, "-c", program, str(server.path), HELLO.decode(), json.dumps(asked)]
    assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL
    with server.connect() as client:
        assert client.screen(OFFICER.number, mrz=HONEST)["verdict"]
    assert len({event.screening for event in recorded(kit, "screening")}) == 2


def test_the_example_screens_a_file_of_travellers(server: ProgramServer, tmp_path: Path) -> None:
    credential = tmp_path / "credential"
    credential.write_text(PROGRAM_CREDENTIAL + "\n")
    lines = json.dumps({"id": 9, "mrz": STOLEN}) + "\n" + json.dumps({"nothing": 1}) + "\n"
    command = [sys.executable, str(EXAMPLES / "screen_lines.py"), str(server.path), PROGRAM.number, str(credential)]
    done = subprocess.run([*command, OFFICER.number], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and not done.stderr
    stolen, refused = map(json.loads, done.stdout.splitlines())
    assert (stolen["verdict"], refused["verdict"], refused["error"]) == ("refer", "cannot_say", "not_understood")


def test_a_group_of_this_machine_may_use_the_socket(kit: Path, tmp_path: Path) -> None:
    keep(kit, make_roster())

    group = grp.getgrgid(os.getgid()).gr_name
    with serving(kit, tmp_path / "counter.sock", "--group", group) as running:
        entry = running.path.stat()
        assert (stat.S_IMODE(entry.st_mode), entry.st_gid) == (0o660, os.getgid())


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--group", "no-such-group"), "There is no group"), (("--socket", "/nowhere/at/all"), "There is no folder")],
)
def test_a_server_that_cannot_listen_says_so(
    waypost: Waypost, kit: Path, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    done = waypost("counter", "serve", "--home", kit, "--socket", tmp_path / "counter.sock", *options)
    assert done.code == 1 and told in done.err and "Traceback" not in done.err
