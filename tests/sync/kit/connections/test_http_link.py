"""What the thin line costs, counted at the socket, with nginx as the server; and when a line is given up."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from data.errors import AskedToWait, Interrupted, LinkError, NotOffered
from sync.kit import courier
from sync.kit.connections.http_link import AnswerCache, CachedAnswer, HttpLink
from sync.kit.connections.mirrors import Connections
from sync.kit.connections.transport import ThinLineTransport
from sync.kit.courier import RunOptions
from sync.limits import LIMITS
from sync.link import FileLink
from tests.support.deployment import PEOPLE, Deployment, one
from tests.support.network.certificates import Authority
from tests.support.network.chaos import ChaosServer, Fault, Proxy
from tests.support.waiting import soon
from tests.sync.support.kits import set_courier

CONTENT = os.urandom(300_000)
QUICK = replace(LIMITS, stall_s=0.3, connect_timeout_s=2.0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChaosServer]:
    (tmp_path / "tree" / "kits").mkdir(parents=True)
    (tmp_path / "tree" / "file").write_bytes(CONTENT)
    (tmp_path / "tree" / "kits" / "envelope").write_bytes(CONTENT[:1000])
    with ChaosServer(tmp_path / "tree") as chaos:
        yield chaos


def read(link: FileLink, path: str = "file", offset: int = 0) -> bytes:
    with link.open(path, offset) as pieces:
        return b"".join(pieces)


def test_nothing_new_costs_3_kb_in_a_running_watch_and_6_kb_at_first_contact(
    deployment: Deployment, tmp_path: Path, authority: Authority, static: Callable[..., int]
) -> None:
    deployment.publish(PEOPLE)
    certified = authority.certify("localhost")
    with Proxy(static(deployment.hq.public, tmp_path / "nginx", certified)) as line:
        kit = set_courier(deployment.kit(source=f"https://localhost:{line.port}"), authority=str(authority.file))
        courier.run(kit)
        line.reset_counts()
        watching = RunOptions(connections=Connections())
        first = courier.run(kit, options=watching)
        line.pull()
        cost_first = line.up + line.down
        line.reset_counts()
        again = courier.run(kit, options=watching)
        line.pull()
        cost_again = line.up + line.down
    assert first.ok and again.ok
    assert line.connections == 1
    assert cost_first <= 6000
    assert cost_again <= 3000
    assert abs(again.wire_bytes - cost_again) < 50  # what the kit counts is what crossed the line


def test_a_list_comes_over_nginx_and_a_cut_costs_no_more_than_the_sockets_buffers(
    deployment: Deployment, tmp_path: Path, static: Callable[..., int]
) -> None:
    deployment.publish({f"XXi.{number:05}": f"Testa {os.urandom(40).hex()}" for number in range(4000)})
    size = deployment.payload("s").stat().st_size
    with Proxy(static(deployment.hq.public, tmp_path / "nginx")) as line:
        kit = deployment.kit(source=line.url)
        line.cut_after = size // 7
        runs = [courier.run(kit)]
        while not runs[-1].ok and len(runs) < 30:
            runs.append(courier.run(kit))
    received = sum(one(report).bytes for report in runs)
    assert runs[-1].ok and len(runs) > 6
    assert received == size  # no byte of the file was given to us twice
    assert line.down - size < 0.01 * size + len(runs) * 4000  # beside it only headers and metadata


@pytest.mark.parametrize(
    ("fault", "offset", "words"),
    [
        (Fault(shift_range=5), 1000, "No connection|shorter"),
        (Fault(headers={"content-range": "bytes 0-9/10"}), 1000, "a different part"),
        (Fault(headers={"content-length": "999999"}), 0, "No connection"),
        (Fault(headers={"content-encoding": "gzip"}), 0, "compresses"),
        (Fault(status=302, headers={"location": "http://127.0.0.1:9/"}), 0, "HTTP 302"),
        (Fault(status=503), 0, "HTTP 503"),
        (Fault(drip_s=0.05), 0, "too slow"),
    ],
    ids=["shifted", "wrong range", "wrong length", "packed", "redirect", "503", "dripping"],
)
def test_a_server_that_misbehaves_is_a_bad_line(server: ChaosServer, fault: Fault, offset: int, words: str) -> None:
    server.fault = fault
    with HttpLink(server.url, transport=ThinLineTransport(limits=QUICK)) as link:
        if fault.shift_range:  # only its hash can tell
            assert read(link, offset=offset) == CONTENT[offset + 5 :]
            return
        with pytest.raises(LinkError, match=words):
            read(link, offset=offset)


def test_a_refusal_that_never_ends_is_left_whatever_its_headers_say() -> None:
    class Endless(httpx.SyncByteStream):
        sent = 0

        def __iter__(self) -> Iterator[bytes]:
            while self.sent < 10_000_000:
                self.sent += 4096
                yield bytes(4096)

    words = Endless()
    short = {"content-length": "10", "transfer-encoding": "chunked"}  # h11 goes by the second
    transport = httpx.MockTransport(lambda _request: httpx.Response(404, headers=short, stream=words))
    with HttpLink("http://localhost", transport=transport) as link, pytest.raises(NotOffered):
        read(link)
    assert words.sent < 20_000


def test_a_line_that_falls_silent_is_given_up_and_what_came_is_kept(server: ChaosServer) -> None:
    content = b""
    with Proxy(server.port) as line, HttpLink(line.url, transport=ThinLineTransport(limits=QUICK)) as link:
        line.stall_after = 100_000
        with pytest.raises(LinkError, match="stopped sending"), link.open("file") as pieces:
            for piece in pieces:
                content += piece
    assert 50_000 < len(content) <= 100_000
    assert CONTENT.startswith(content)


def test_a_link_may_be_closed_without_a_with_statement(server: ChaosServer) -> None:
    link = HttpLink(server.url)
    assert read(link) == CONTENT
    link.close()
    with pytest.raises(RuntimeError, match="closed"):
        read(link)


def test_a_slow_line_is_still_a_line(server: ChaosServer) -> None:
    with (
        Proxy(server.port) as line,
        HttpLink(line.url, transport=ThinLineTransport(limits=replace(QUICK, stall_bytes=10))) as link,
    ):
        line.bytes_s = 1_000_000
        assert read(link) == CONTENT


def test_a_stop_ends_a_read_that_waits(server: ChaosServer) -> None:
    waits = iter([False] * 8)
    with Proxy(server.port) as line:
        line.stall_after = 0
        with (
            HttpLink(line.url, transport=ThinLineTransport(must_stop=lambda: next(waits, True))) as link,
            pytest.raises(Interrupted),
        ):
            read(link)


def test_what_a_server_asks_is_told(server: ChaosServer) -> None:
    server.fault = Fault(status=429, headers={"retry-after": "120"})
    with HttpLink(server.url) as link, pytest.raises(AskedToWait, match="wait 120 s") as caught:
        read(link)
    assert caught.value.wait_s == 120


def test_what_did_not_change_is_not_sent_again(server: ChaosServer, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers")
    for _ in range(2):
        transport = ThinLineTransport()
        with HttpLink(server.url, transport=transport, cache=cache) as link:
            assert read(link, "kits/envelope") == CONTENT[:1000]
    assert transport.traffic.received < 400
    (server.folder / "kits" / "envelope").write_bytes(b"anew")
    with HttpLink(server.url, cache=cache) as link:
        assert read(link, "kits/envelope") == b"anew"


def test_a_part_of_a_file_is_not_kept_as_the_whole(server: ChaosServer, tmp_path: Path) -> None:
    with HttpLink(server.url, cache=AnswerCache(tmp_path / "answers")) as link:
        for fault in (Fault(), Fault(ignore_range=True)):
            server.fault = fault
            with link.open("kits/envelope", 0, 5) as pieces:
                assert b"".join(pieces) == CONTENT[:5]
        assert read(link, "kits/envelope") == CONTENT[:1000]
        for start, end in ((0, 5), (3, 7), (3, None)):  # of what is kept now
            with link.open("kits/envelope", start, end) as pieces:
                assert b"".join(pieces) == CONTENT[start : end or 1000]


def test_no_more_than_was_asked_for_comes_from_a_server_without_ranges(server: ChaosServer) -> None:
    server.fault = Fault(ignore_range=True)
    with HttpLink(server.url) as link, link.open("file", 1000, 2000) as pieces:
        assert b"".join(pieces) == CONTENT[1000:2000]


def test_a_kept_answer_that_was_damaged_is_asked_for_anew(server: ChaosServer, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.put("url", CachedAnswer('"tag"', b"content"))
    assert cache.get("url") == CachedAnswer('"tag"', b"content")
    (file,) = (path for path in tmp_path.iterdir() if path.is_file())
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.get("url") is None
    file.unlink()
    os.mkfifo(file)
    with soon():
        assert cache.get("url") is None


def test_a_refused_answer_is_not_kept(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server:
        kit = deployment.kit(source=server.url)
        server.fault = Fault(only="kits/", change=lambda content: b"a portal wants you to sign in")
        with pytest.raises(Exception, match="envelope"):
            courier.run(kit)
        server.fault = Fault()
        assert courier.run(kit).ok


@pytest.mark.parametrize(("offset", "end"), [(3, None), (3, 5), (0, 4)])
def test_a_server_that_refuses_every_part_gives_the_whole_file(offset: int, end: int | None) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("range", ""))
        return httpx.Response(416 if asked[-1] else 200, stream=httpx.ByteStream(b"" if asked[-1] else b"abcdefgh"))

    with HttpLink("http://localhost", transport=httpx.MockTransport(answer)) as link:
        with link.open("lists/a", offset, end) as pieces:
            assert b"".join(pieces) == b"abcdefgh"[offset:end]
    assert len(asked) == 2 and asked[0] and not asked[1]


def test_a_part_beyond_the_end_is_not_asked_for_again() -> None:
    asked = 0

    def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(416, headers={"content-range": "bytes */8"}, stream=httpx.ByteStream(b""))

    with HttpLink("http://localhost", transport=httpx.MockTransport(answer)) as link:
        with pytest.raises(LinkError, match="416"), link.open("lists/a", 8) as pieces:
            list(pieces)
    assert asked == 1


def test_what_may_change_is_not_taken_from_a_cache_on_the_way() -> None:
    asked: dict[str, str] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.url.path] = request.headers.get("cache-control", "")
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    with HttpLink("http://localhost", transport=httpx.MockTransport(answer)) as link:
        for path in ("metadata/timestamp.json", "metadata/7.root.json", "kits/a", "lists/a"):
            with link.open(path) as pieces:
                list(pieces)
    assert asked == {
        "/metadata/timestamp.json": "no-cache",
        "/metadata/7.root.json": "no-cache",
        "/kits/a": "no-cache",
        "/lists/a": "",
    }
