"""The socket under httpx: what is counted, and what ends a line that is too slow or not wanted any more."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event

import httpx
import pytest

from data.errors import Interrupted
from sync.kit.connections.http_client import open_client
from sync.kit.connections.tls import tls_context
from sync.kit.connections.transport import ThinLineTransport, Traffic
from sync.limits import LIMITS
from tests.support.network.certificates import Authority
from tests.support.network.chaos import ChaosServer, Proxy
from tests.support.waiting import GUARD_S, wait_until

QUICK = replace(LIMITS, stall_s=0.3, connect_timeout_s=2.0)


@pytest.fixture(autouse=True)
def no_watch_is_left() -> Iterator[None]:
    yield
    assert not any(thread.name == "line" for thread in threading.enumerate())


@pytest.fixture
def silent() -> Iterator[Callable[[bytes], int]]:
    """A server that takes what comes, says what it was given to say, and no more; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def start(words: bytes = b"", drip_s: float = 0.0) -> int:
        def serve() -> None:
            connection, _ = listening.accept()
            taken.append(connection)
            for place in range(len(words)):
                try:
                    connection.sendall(words[place : place + 1])
                except OSError:
                    return
                ended.wait(drip_s)

        threading.Thread(target=serve, daemon=True).start()
        port: int = listening.getsockname()[1]
        return port

    ended = Event()
    yield start
    ended.set()
    listening.close()
    for connection in taken:
        connection.close()


@pytest.fixture
def talkative() -> Iterator[Callable[..., int]]:
    """A server that answers with the same words again and again for two seconds, then to the end; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    serving: list[threading.Thread] = []

    def start(first: bytes, again: bytes, last: bytes) -> int:
        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(4096)
                connection.sendall(first)
                for _time in range(400):
                    connection.sendall(again)
                    ended.wait(0.005)
                connection.sendall(last)

        serving.append(threading.Thread(target=serve, daemon=True))
        serving[-1].start()
        port: int = listening.getsockname()[1]
        return port

    ended = Event()
    yield start
    ended.set()
    listening.close()
    for thread in serving:
        thread.join(GUARD_S)


def test_what_is_counted_is_what_crossed_the_line_both_ways(
    tmp_path: Path, authority: Authority, static: Callable[..., int]
) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(bytes(500_000))
    tls = tls_context(str(authority.file))
    traffic = Traffic()
    with Proxy(static(tmp_path / "tree", tmp_path / "nginx", authority.certify("localhost"))) as line:
        for _ in range(2):
            with open_client(ThinLineTransport(tls, traffic=traffic)) as client:
                for path in ("file", "file", "nothing"):
                    client.get(f"https://localhost:{line.port}/{path}")
        line.pull()
        assert line.connections == 2
        assert abs(traffic.received - line.down) < 50
        assert abs(traffic.sent - line.up) < 50
    assert traffic.received > 2_000_000


def test_a_server_that_drips_its_headers_is_given_up(silent: Callable[..., int]) -> None:
    port = silent(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1000, 0.02)
    with open_client(ThinLineTransport(limits=QUICK)) as client, pytest.raises(httpx.ReadTimeout):
        client.get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_only_ever_says_that_it_goes_on_is_given_up(talkative: Callable[..., int], method: str) -> None:
    provisional = b"HTTP/1.1 103 Early Hints\r\nlink: " + b"a" * 4000 + b"\r\n\r\n"
    port = talkative(b"", provisional, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    with open_client(ThinLineTransport()) as client, pytest.raises(httpx.RemoteProtocolError):
        client.request(method, f"http://127.0.0.1:{port}/")


def test_a_body_that_is_mostly_something_else_is_given_up(talkative: Callable[..., int]) -> None:
    chunk = b"1;" + b"a" * 4000 + b"\r\nx\r\n"
    port = talkative(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk, b"0\r\n\r\n")
    with open_client(ThinLineTransport()) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(f"http://127.0.0.1:{port}/")


def test_a_long_body_in_small_chunks_comes_whole(talkative: Callable[..., int]) -> None:
    chunk = b"10\r\n" + b"x" * 16 + b"\r\n"
    port = talkative(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 100 * chunk, b"0\r\n\r\n")
    with open_client(ThinLineTransport()) as client:
        assert len(client.get(f"http://127.0.0.1:{port}/").content) == 400 * 1600


def test_an_upload_that_nobody_takes_is_given_up(silent: Callable[..., int]) -> None:
    with open_client(ThinLineTransport(limits=QUICK)) as client, pytest.raises(httpx.TransportError):
        client.post(f"http://127.0.0.1:{silent()}/", content=bytes(50_000_000))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_stop_ends_whatever_waits(silent: Callable[..., int], scheme: str) -> None:
    stopping = Event()
    threading.Timer(0.3, stopping.set).start()
    transport = ThinLineTransport(tls_context(), must_stop=stopping.is_set)
    with open_client(transport) as client, pytest.raises(Interrupted, match="was stopped"):
        client.get(f"{scheme}://127.0.0.1:{silent()}/")


def test_nothing_is_asked_after_a_stop(tmp_path: Path) -> None:
    with ChaosServer(tmp_path) as server:
        with open_client(ThinLineTransport(must_stop=lambda: True)) as client, pytest.raises(Interrupted):
            client.get(server.url)
        assert server.asked == []


def test_a_line_waits_as_long_as_whoever_reads_does_not_ask(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(5_000_000))
    pause = Event()
    with ChaosServer(tmp_path) as server, open_client(ThinLineTransport(limits=QUICK)) as client:
        with client.stream("GET", f"{server.url}/file") as response:
            received = 0
            for number, piece in enumerate(response.iter_raw()):
                received += len(piece)
                if number < 2:
                    pause.wait(3 * QUICK.stall_s)
    assert received == 5_000_000


def test_a_connection_that_the_server_ended_is_opened_anew_and_both_are_counted(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(10_000))
    traffic = Traffic()
    with ChaosServer(tmp_path) as server, Proxy(server.port) as line:
        with open_client(ThinLineTransport(traffic=traffic)) as client:
            client.get(f"{line.url}/file")
            line.pull()
            wait_until(lambda: client.get(f"{line.url}/file").status_code == 200, "another connection")
        assert line.connections == 2
        assert abs(traffic.total - line.up - line.down) < 50


def test_an_answer_that_is_left_unread_ends_its_connection() -> None:
    seen_end = Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfirst")
            if connection.recv(4096) == b"":
                seen_end.set()

    with socket.create_server(("127.0.0.1", 0)) as listening, open_client(ThinLineTransport()) as client:
        server = threading.Thread(target=serve)
        server.start()
        with client.stream("GET", f"http://127.0.0.1:{listening.getsockname()[1]}/") as response:
            assert next(response.iter_raw()) == b"first"
        assert seen_end.wait(GUARD_S)  # while the client is still there
        server.join(GUARD_S)


def test_a_greeting_may_take_longer_than_a_connection(authority: Authority) -> None:
    certified = authority.certify("localhost")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certified.certificate, certified.key)
    limits = replace(LIMITS, connect_timeout_s=0.2)

    def serve() -> None:
        connection, _ = listening.accept()
        Event().wait(3 * limits.connect_timeout_s)
        with tls.wrap_socket(connection, server_side=True) as encrypted:
            encrypted.recv(4096)
            encrypted.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve)
        server.start()
        with open_client(ThinLineTransport(tls_context(str(authority.file)), limits=limits)) as client:
            assert client.get(f"https://localhost:{listening.getsockname()[1]}/").status_code == 204
        server.join(GUARD_S)
