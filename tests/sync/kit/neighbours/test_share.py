"""One kit feeds another on the local network: what is given, to whom, and what a lying neighbour can do."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from os import mkfifo
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event, Thread
from time import sleep

import pytest

from data.errors import LinkError
from data.kit.home import KitHome
from sync.kit import courier
from sync.kit.connections.http_link import HttpLink
from sync.kit.courier import RunOptions
from sync.kit.neighbours.share import NeighbourServer, Share
from sync.limits import LIMITS
from sync.link import Source, SourceKind
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, one
from tests.support.network.chaos import ChaosServer, Fault
from tests.support.waiting import GUARD_S

FAR = "http://127.0.0.1:9"


def set_up(kit: KitHome, source: str = "", **settings: object) -> KitHome:
    changed = kit.settings.courier.model_copy(update=settings)
    update: dict[str, object] = {"courier": changed} | ({"source": source} if source else {})
    kit.settings.model_copy(update=update).save(kit.path / "kit.toml")
    return kit.reopen()


@pytest.fixture
def giver(deployment: Deployment) -> KitHome:
    """A kit that shares and is up to date."""
    deployment.publish(PEOPLE)
    kit = set_up(deployment.kit("giver"), share=True)
    courier.run(kit)
    return kit


@pytest.fixture
def near(giver: KitHome) -> Iterator[str]:
    """The URL under which it serves."""
    server = NeighbourServer(Share.of(giver).offer, 0, "127.0.0.1")
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def enrolled(deployment: Deployment) -> KitHome:
    """A kit that had contact with headquarters once, has no list, and has lost its line."""
    kit = deployment.kit("taker", source=str(deployment.folder / "empty"))
    set_up(kit, source=str(deployment.mirror))
    for payload in (deployment.mirror / "lists").rglob("s-*"):
        payload.unlink()
    courier.run(kit.reopen())
    return kit.reopen()


def test_a_kit_without_a_line_gets_its_lists_from_a_neighbour(
    deployment: Deployment, giver: KitHome, near: str
) -> None:
    kit = set_up(enrolled(deployment), source=FAR, neighbours=[near])
    report = courier.run(kit)
    assert one(report).error is None and names(kit) == PEOPLE
    assert report.unreached and FAR in report.unreached.what
    assert not report.ok
    assert report.wire_bytes == 0  # the local network is not the thin line


def test_a_neighbour_spares_the_line_the_large_files(deployment: Deployment, giver: KitHome, near: str) -> None:
    kit = enrolled(deployment)
    deployment.refresh_mirror()
    with ChaosServer(deployment.mirror) as headquarters:
        kit = set_up(kit, source=headquarters.url)
        report = courier.run(kit, options=RunOptions(neighbours=[Source(near, SourceKind.NEIGHBOUR)]))
        paths = [path for path, _ in headquarters.asked]
    assert report.ok and names(kit) == PEOPLE
    assert any("timestamp" in path for path in paths)
    assert not any("/s-" in path for path in paths)


def test_a_neighbour_that_lies_costs_one_file_and_is_named(deployment: Deployment, giver: KitHome) -> None:
    kit = enrolled(deployment)
    deployment.refresh_mirror()
    with ChaosServer(deployment.mirror) as liar:
        liar.fault = Fault(change=lambda content: content[:-1] + b"\0")
        report = courier.run(kit, options=RunOptions(neighbours=[Source(liar.url, SourceKind.NEIGHBOUR)]))
    assert one(report).error is None and names(kit) == PEOPLE
    assert [liar.url in problem.what for problem in report.problems] == [True]


def test_what_a_neighbour_hands_on_may_be_old_but_not_older_than_what_is_here(
    deployment: Deployment, giver: KitHome, near: str
) -> None:
    kit = enrolled(deployment)
    deployment.publish(FEWER)
    courier.run(set_up(kit, source=str(deployment.mirror)))
    assert names(kit) == FEWER
    with pytest.raises(Exception, match="older than what this kit has seen"):
        courier.run(kit.reopen(), source=Source(near, SourceKind.NEIGHBOUR))
    assert names(kit) == FEWER


def ask(url: str, path: str, offset: int = 0) -> bytes:
    with HttpLink(url) as link, link.open(path, offset) as pieces:
        return b"".join(pieces)


def test_a_neighbour_gives_published_files_from_any_byte(deployment: Deployment, giver: KitHome, near: str) -> None:
    payload = deployment.payload("s")
    path = payload.relative_to(deployment.mirror).as_posix()
    assert ask(near, path) == payload.read_bytes()
    assert ask(near, path, 100) == payload.read_bytes()[100:]
    with pytest.raises(LinkError, match="416"):
        ask(near, path, 10_000_000)


def test_it_offers_what_headquarters_published_and_nothing_of_its_own(deployment: Deployment, giver: KitHome) -> None:
    published = {
        path.relative_to(deployment.mirror).as_posix() for path in deployment.mirror.rglob("*") if path.is_file()
    }
    offered = Share.of(giver).offer()
    superseded = {"metadata/1.lists.json", "metadata/1.snapshot.json"}
    assert set(offered) == {path for path in published - superseded if not path.startswith("kits/")}
    assert all(file.read_bytes() == (deployment.mirror / path).read_bytes() for path, file in offered.items())


@pytest.mark.parametrize(
    "path", ["kit.toml", "../kit.toml", "%2e%2e/kit.toml", "vault.db", "trust/timestamp.json", "metadata", "kits", ""]
)
def test_no_other_file_is_given(near: str, path: str) -> None:
    assert talk(near, f"GET /{path} HTTP/1.1\r\nhost: x\r\n\r\n").startswith(b"HTTP/1.1 404")


def test_a_pipe_in_the_place_of_what_is_given_is_not_waited_for(giver: KitHome, near: str) -> None:
    for path, file in reversed(Share.of(giver).offer().items()):
        file.unlink()
        mkfifo(file)
        assert talk(near, f"GET /{path} HTTP/1.1\r\nhost: x\r\n\r\n").startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "words",
    ["POST /kit.toml HTTP/1.1\r\n\r\n", "PUT / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "GET\r\n\r\n", "\0\0\r\n\r\n"],
)
def test_no_other_question_is_answered(near: str, words: str) -> None:
    answer = talk(near, words)
    assert b" 200 " not in answer and b"kit" not in answer.replace(b"waypost", b"")


def talk(url: str, words: str) -> bytes:
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 10) as line:
        line.sendall(words.encode())
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(4096):
            answer += piece
    return answer


def connect(url: str, address: str) -> socket.socket:
    """From one of the loopback's addresses, each of which stands for a machine."""
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), GUARD_S, (address, 0))


ASKED = b"GET /metadata/timestamp.json HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.mark.parametrize(
    "words", [b"", b"GET /metadata/timest", ASKED], ids=["silent", "half a question", "kept alive"]
)
@pytest.mark.parametrize("machines", [1, 40])
def test_connections_that_ask_nothing_hold_no_place(near: str, words: bytes, machines: int) -> None:
    with ExitStack() as holders:
        for number in range(40):
            holder = holders.enter_context(connect(near, f"127.0.0.{2 + number % machines}"))
            holder.sendall(words)
            if words == ASKED:
                assert holder.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")  # the one before may just be ending
        sleep(0.2)
        assert ask(near, "metadata/timestamp.json")


@pytest.fixture
def large(tmp_path: Path) -> Iterator[str]:
    """A share whose one file is larger than what lies in the sockets' buffers."""
    (tmp_path / "file").write_bytes(bytes(64 << 20))
    server = NeighbourServer(lambda: {"file": tmp_path / "file"}, 0, "127.0.0.1")
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def take(holders: ExitStack, url: str, address: str) -> socket.socket:
    """A connection that is being answered, and takes no more than the beginning."""
    connection = holders.enter_context(connect(url, address))
    connection.sendall(b"GET /file HTTP/1.1\r\nhost: x\r\n\r\n")
    assert connection.recv(12).startswith(b"HTTP/1.1 200")
    return connection


def test_only_a_few_are_answered_at_once_and_the_rest_is_asked_to_come_again(large: str) -> None:
    with ExitStack() as holders:
        for number in range(LIMITS.share_connections):
            take(holders, large, f"127.0.0.{2 + number}")
        with pytest.raises(LinkError, match="503"):
            ask(large, "file")


def test_one_machine_does_not_get_all_places(large: str) -> None:
    with ExitStack() as holders:
        for _ in range(LIMITS.share_connections_each):
            take(holders, large, "127.0.0.2")
        refused = holders.enter_context(connect(large, "127.0.0.2"))
        refused.sendall(b"GET /file HTTP/1.1\r\nhost: x\r\n\r\n")
        assert refused.recv(12) == b"HTTP/1.1 503"
        take(holders, large, "127.0.0.3")


def test_an_answer_that_nobody_takes_ends(large: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(LIMITS, share_request_s=0.2, share_least_bytes_s=1 << 30)
    monkeypatch.setattr("sync.kit.neighbours.share.LIMITS", limits)
    with ExitStack() as holders:
        connection = take(holders, large, "127.0.0.2")
        received = 0
        with suppress(ConnectionError):
            sleep(0.5)
            while piece := connection.recv(1 << 16):
                received += len(piece)
        assert received < 64 << 20


def test_who_is_not_of_the_local_network_is_not_answered(near: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.kit.neighbours.share.is_local", lambda address: address != "127.0.0.9")
    with connect(near, "127.0.0.9") as far, suppress(ConnectionError):
        far.sendall(ASKED)
        assert far.recv(1) == b""
    assert ask(near, "metadata/timestamp.json")


def test_answers_wait_for_the_rate_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(200_000))
    both = Barrier(2)

    def wait(seconds: float) -> None:
        with suppress(BrokenBarrierError):
            both.wait(GUARD_S)
            met.set()
            both.abort()
        sleep(seconds)

    met = Event()
    monkeypatch.setattr("sync.kit.neighbours.share.sleep", wait)
    server = NeighbourServer(lambda: {"file": tmp_path / "file"}, 0, "127.0.0.1")
    server.start()
    askers = [Thread(target=ask, args=(f"http://127.0.0.1:{server.port}", "file")) for _ in range(2)]
    for asker in askers:
        asker.start()
    assert met.wait(5)
    for asker in askers:
        asker.join(GUARD_S)
    server.stop()


def failing_share(error: Exception) -> Iterator[str]:
    def offer() -> dict[str, Path]:
        raise error

    server = NeighbourServer(offer, 0, "127.0.0.1")
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.mark.parametrize(
    ("error", "classes"),
    [
        (RuntimeError("a bug"), ["RuntimeError"]),
        (OSError(5, "the disk is failing"), ["OSError"]),
        (ConnectionResetError(), []),
        (BrokenPipeError(), []),
        (TimeoutError(), []),
    ],
)
def test_an_answer_that_breaks_is_logged_and_a_neighbour_that_hangs_up_is_not(
    monkeypatch: pytest.MonkeyPatch, error: Exception, classes: list[str]
) -> None:
    logged: list[BaseException] = []
    monkeypatch.setattr("sync.kit.neighbours.share.log_error", logged.append)
    with contextmanager(failing_share)(error) as url:
        assert talk(url, "GET /metadata/timestamp.json HTTP/1.1\r\nhost: x\r\n\r\n") == b""
    assert [type(fault).__name__ for fault in logged] == classes


def test_what_is_kept_for_others_stays_within_its_bound(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = set_up(deployment.kit(), share=True, share_mb=0.006)
    courier.run(kit)
    for number in range(3):
        deployment.publish(PEOPLE | {f"XXi.{number:04}": "Testa Alia"})
        courier.run(kit)
        shared_files = list((kit.path / "shared").iterdir())
        assert shared_files and sum(file.stat().st_size for file in shared_files) <= 6000


def test_a_kit_that_does_not_share_keeps_nothing(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    assert not (kit.path / "shared").exists()
    assert kit.settings.courier.share is False
