"""Other programs screen and decide through the socket of a real server process."""

import importlib.util
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
from typing import Any

import pytest

from data.kit.home import KitHome
from data.people.kit_roster import keep_roster
from data.people.roster import Roster
from data.people.secret_hash import hash_program_credential
from data.people.staff import Credential, StaffMember, StaffRole
from tests.journeys.support.travellers import HONEST, STOLEN
from tests.support.command_line import PASSPHRASE, TOP, Waypost
from tests.support.staff import sign_in_at

SECRET = "7" * 64
PROGRAM = StaffMember("P-1", "Gate", "f" * 16, (StaffRole.SERVICE,), Credential(1, hash_program_credential(SECRET)))
ANA = StaffMember("A-17", "Ana Kovač", "0" * 16, (StaffRole.OFFICER,), Credential(1, ""))
ROSTER = Roster(1, "north", has_duress=False, countersign_key=bytes(32), people=(PROGRAM, ANA))


def client_class() -> Any:
    file = TOP / "docs" / "examples" / "program" / "waypost_client.py"
    spec = importlib.util.spec_from_file_location("waypost_client", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLIENT = client_class()


def keep(kit: Path, roster: Roster) -> None:
    with closing(KitHome.open(kit, PASSPHRASE, "courier")) as home:
        keep_roster(home, roster)


def serve(kit: Path, path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "ui", "counter", "serve", "--home", str(kit), "--socket", str(path)]
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen(command, cwd=TOP, env=environment, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def server(kit: Path, tmp_path: Path) -> "Iterator[tuple[Path, subprocess.Popen[str]]]":
    keep(kit, ROSTER)
    sign_in_at(kit, PASSPHRASE)  # for `check`, which is asked the same
    path = tmp_path / "counter.sock"
    process = serve(kit, path)
    assert process.stderr
    lines = iter(process.stderr.readline, "")
    assert any("can connect" in line for line in lines)
    yield path, process
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    process.stderr.close()


def test_programs_screen_decide_and_stop_with_the_roster(
    server: "tuple[Path, subprocess.Popen[str]]", kit: Path, waypost: Waypost
) -> None:
    path, process = server
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with CLIENT.WaypostClient(str(path), "P-1", SECRET) as client:
        answer = client.screen("A-17", mrz=HONEST)
        assert answer["verdict"] == waypost("check", "--home", kit, "--mrz", HONEST, "--json").json["verdict"]
        stolen = client.screen("A-17", mrz=STOLEN)
        assert stolen["verdict"] == "refer"
        assert client.decide("A-17", stolen["screening"], "refer")["officer"] == "A-17"
        with pytest.raises(CLIENT.WaypostError) as refusal:
            client.decide("A-17", stolen["screening"], "admit")
        assert refusal.value.code == "not_allowed"
        keep(kit, Roster(2, "north", has_duress=False, countersign_key=bytes(32), people=(PROGRAM,)))
        with pytest.raises(CLIENT.WaypostError) as refusal:
            client.screen("A-17", mrz=HONEST)
        assert refusal.value.code == "not_allowed"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not path.exists()
    assert waypost("journal", "verify", "--home", kit).code == 0


def test_hostile_clients_do_not_stop_the_others(server: "tuple[Path, subprocess.Popen[str]]", kit: Path) -> None:
    path, _process = server
    with pytest.raises(CLIENT.WaypostError) as refusal:
        CLIENT.WaypostClient(str(path), "P-1", "8" * 64)
    assert refusal.value.code == "not_proved"
    hello = json.dumps({"hello": 1, "program": "P-1", "credential": SECRET}).encode() + b"\n"
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as answers:
        line.connect(str(path))
        line.sendall(hello + b'{"id": 3, "nothing": 1}\n\xff\n{"id": 4, "deadline_ms": 0}\n')
        assert json.loads(answers.readline()) == {"hello": 1}
        given = [json.loads(answers.readline()) for _place in range(3)]
        assert [(answer["id"], answer["error"], answer["verdict"]) for answer in given] == [
            (number, "not_understood", "cannot_say") for number in (3, None, 4)
        ]
        line.sendall(b"x" * 70_000 + b"\n")
        assert json.loads(answers.readline())["error"] == "line_too_long"
        assert answers.readline() == b""
    second = serve(kit, path)
    assert second.wait(60) == 1
    assert second.stderr and "Another server" in second.stderr.read()
    second.stderr.close()
    with CLIENT.WaypostClient(str(path), "P-1", SECRET) as client:
        assert client.screen("A-17", mrz=HONEST)["verdict"]
