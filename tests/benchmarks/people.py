"""People at the desk: signing in, what identity costs a screening, 500 people of one post, 10,000 at headquarters, the
socket for other programs, and how soon an idle desk is locked.

SIZE= is the number of people at headquarters; a twentieth of them work at the post of the kit. Everybody has the same
hash of one PIN: hashing is measured apart.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

from appliance.people.post_people import PostPeople
from appliance.people.proof import ProvenPerson
from data.people.secret_hash import hash_secret, verify_secret
from data.people.sessions import Place, SessionKind
from data.people.staff import StaffRole
from sync.headquarters.kits import SetPost, change_kit
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store.staff_table import Post, StaffEntry, add_staff, put_post
from sync.kit import courier
from tests.benchmarks.report import aim, machine, percentile, spread, timed
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.travellers import HONEST, passport
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.support.staff import OFFICER, PIN, PROGRAM, PROGRAM_CREDENTIAL, make_person
from tests.ui.support.desk_kit import CLEAR, Counter
from ui.desk.desk_start import IdleLimits

POST = "North Gate"
CALLS = 300
WARM_UP = 20


def run(size: int | None) -> None:
    """Print the figures."""
    machine("cryptography", "sqlcipher3")
    os.environ["XDG_STATE_HOME"] = os.environ["XDG_RUNTIME_DIR"] = folder = TemporaryDirectory().name
    Path(folder).mkdir(mode=0o700, exist_ok=True)
    _hashing()
    with TemporaryDirectory() as place, closing(Deployment(Path(place))) as deployment:
        home = _headquarters(deployment, size or 10_000)
        with closing(deployment.kits[0].reopen()) as kit:
            _signing_in(PostPeople(kit))
        deployment.kits.clear()
        _socket(home)
    asyncio.run(_lock())


def _hashing() -> None:
    secret = hash_secret(PIN)
    print(f"argon2id alone, 64 MiB and 3 passes: {spread(timed(lambda: verify_secret(secret, PIN), 9))} s")


def _headquarters(deployment: Deployment, size: int) -> Path:
    people = [make_person(f"N-{number}", f"Person {number}", StaffRole.OFFICER) for number in range(size)]
    deployment.import_demonstration()
    with deployment.hq.changing(), deployment.hq.store.transaction() as connection:
        for number in range(20):
            put_post(connection, Post(f"Post {number}", has_duress=False))
        put_post(connection, Post(POST, has_duress=False))
        for place, person in enumerate(people):
            add_staff(connection, StaffEntry(person, (POST if place % 20 == 0 else f"Post {place % 20}",)))
        for person in (OFFICER, PROGRAM):
            add_staff(connection, StaffEntry(replace(person), (POST,)))
    kit = deployment.kit("bench", str(deployment.hq.public))
    change_kit(deployment.hq, "bench", SetPost(POST))
    start = perf_counter()
    publish(deployment.hq)
    print(f"headquarters publishes with {size} people: {perf_counter() - start:.2f} s")
    start = perf_counter()
    courier.run(kit)
    print(f"the kit takes lists and people of its post: {perf_counter() - start:.2f} s")
    return kit.path


def _signing_in(people: PostPeople) -> None:
    numbers = [person.number for person in people.read_people().people if person is not PROGRAM]
    print(f"{len(numbers)} people at the post")
    seconds = timed(lambda: people.prove("O-1", PIN), 15)
    print(f"number and PIN: {spread(seconds)} s")
    session = people.open_session(ProvenPerson(OFFICER), StaffRole.OFFICER, SessionKind.DESK, Place())
    program = people.programs.act_for(people.programs.program_actor("P-1", PROGRAM_CREDENTIAL), "O-1")
    in_session = [each * 1000 for each in timed(lambda: people.verify_actor(session.actor), 300)]
    by_program = [each * 1000 for each in timed(lambda: people.verify_actor(program), 300)]
    print(f"identity of a screening: {spread(in_session)} ms; through a program: {spread(by_program)} ms")
    aim("people.sign_in_s", percentile(seconds, 50), 1.0)
    aim("people.identity_p95_ms", percentile(in_session, 95), 1.0)
    aim("people.program_identity_p95_ms", percentile(by_program, 95), 1.0)


def _socket(home: Path) -> None:
    with TemporaryDirectory() as folder, _served(home, Path(folder) / "counter.sock") as path:
        call_ms = [each * 1000 for each in _calls(path)]
    zone = home / "zone"
    zone.write_text(HONEST)
    credential = home / "credential"
    credential.write_text(f"P-1\n{PROGRAM_CREDENTIAL}\n")
    credential.chmod(0o600)
    command = ["check", "--home", home, "--credential-file", credential, "--officer", "O-1", "--mrz", HONEST]
    check_ms = [each * 1000 for each in timed(lambda: _process(*command).wait(), 5)]
    print(
        f"a call of a program: {spread(call_ms)} ms, p95 {percentile(call_ms, 95):.1f}; `check`: {spread(check_ms)} ms"
    )
    aim("people.service_p95_ms", percentile(call_ms, 95), 30)


def _process(*arguments: object) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "ui", *map(str, arguments)]
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen(
        words, cwd=TOP, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


@contextmanager
def _served(home: Path, path: Path) -> Iterator[Path]:
    process = _process("counter", "serve", "--home", home, "--socket", path)
    assert process.stderr
    assert any("can connect" in line for line in iter(process.stderr.readline, ""))
    yield path
    process.send_signal(signal.SIGTERM)
    process.wait()
    process.stderr.close()


def _calls(path: Path) -> Sequence[float]:
    """Each a screening of another traveller who is on no list, with the time until the answer has come."""
    seconds = []
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rwb") as stream:
        line.connect(str(path))
        for number in range(-1, CALLS + WARM_UP):
            hello = {"hello": 1, "program": "P-1", "credential": PROGRAM_CREDENTIAL}
            asked = hello if number < 0 else {"id": number, "officer": "O-1", "request": {"mrz": _traveller(number)}}
            start = perf_counter()
            stream.write(json.dumps(asked).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
            seconds.append(perf_counter() - start)
            assert "error" not in answer, answer
    return seconds[WARM_UP + 1 :]


def _traveller(number: int) -> str:
    born = date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
    return passport("NOR", f"CXD{410000 + number}", f"Testa{chr(97 + number % 26)}", f"Persona{number % 7}", born)


async def _lock() -> None:
    """From the moment at which the desk has been idle for long enough to the page that hides everything."""
    delays = []
    for _time in range(5):
        seconds = [0.0]
        counter = Counter(idle=IdleLimits(10, 20), seconds=lambda now=seconds: now[0])
        async with counter.app().run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, counter)
            await officer.meets(CLEAR, "CLEAR")
            start, seconds[0] = monotonic(), 21.0
            await officer.sees("The desk locked itself")
            delays.append(monotonic() - start)
    print(f"from idle to locked: {spread(delays)} s")
    aim("people.lock_s", max(delays), 1.0)
