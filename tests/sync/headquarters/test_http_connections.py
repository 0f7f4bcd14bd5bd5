"""Connections that only hold their places never keep a kit from reporting or from fetching."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from sync.headquarters import http_connections
from sync.headquarters.ingest.segments import Ingest
from sync.limits import LIMITS
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.served import served
from tests.support.waiting import GUARD_S

HOLDERS = 400
SOON_S = 20.0
"""Well beyond what a busy machine takes to hang up, and within a minute."""
HEAD = b"POST /uplink HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n"
HALVES = {
    "half a report": HEAD + b"x" * 500,
    "a report that stopped": HEAD + b"x" * 20_000,
    "half a question": b"POST /uplink HTTP/1.1\r\nhost: x\r\n",
    "nothing": b"",
    "an answer that is not taken": b"GET /metadata/timestamp.json HTTP/1.1\r\nhost: x\r\n\r\n",
}


@pytest.fixture(autouse=True)
def _descriptors() -> Iterator[None]:
    """Both ends are in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def url(deployment: Deployment) -> Iterator[str]:
    deployment.publish(PEOPLE)
    deployment.kit("north-1")
    with served(deployment.hq.path, Ingest(deployment.hq)) as url:
        yield url


def connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), GUARD_S)


def is_cut(connection: socket.socket) -> bool:
    """Whether the server hung up, or does so soon."""
    connection.settimeout(SOON_S)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def report(url: str) -> int:
    """What a report is answered with that no kit signed."""
    return httpx.post(f"{url}/uplink", content=bytes(500), timeout=GUARD_S).status_code


@pytest.mark.parametrize("half", HALVES.values(), ids=list(HALVES))
def test_a_report_and_a_file_get_through_between_hundreds_that_hold_their_places(url: str, half: bytes) -> None:
    with ExitStack() as holders:
        for _ in range(HOLDERS):
            holders.enter_context(connect(url)).sendall(half)
        assert report(url) == 422
        assert httpx.get(f"{url}/metadata/timestamp.json", timeout=GUARD_S).status_code == 200


def test_a_slow_line_keeps_its_place_while_others_come_and_stop(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connections, "LIMITS", replace(LIMITS, service_connections=8))
    body = bytes(12 * 1024)
    with connect(url) as slow, ExitStack() as holders:
        slow.sendall(b"POST /uplink HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 1024):
            slow.sendall(body[start : start + 1024])
            holder = holders.enter_context(connect(url))
            holder.sendall(HEAD)
            assert report(url) == 422  # whatever came before has arrived at the server by now
        assert slow.recv(4096).startswith(b"HTTP/1.1 422")


def test_who_asks_nothing_is_hung_up_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connections, "LIMITS", replace(LIMITS, service_question_s=0.2))
    with connect(url) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\n")
        assert is_cut(silent)


def test_one_too_many_ends_the_one_that_has_not_moved_for_longest(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connections, "LIMITS", replace(LIMITS, service_connections=2))
    with connect(url) as first, connect(url) as second:
        first.sendall(HEAD)
        second.sendall(HEAD)
        assert report(url) == 422
        assert is_cut(first)
        second.setblocking(False)
        with pytest.raises(BlockingIOError):
            second.recv(1)
