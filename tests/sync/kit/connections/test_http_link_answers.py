"""Links that meet strange servers."""

import threading

import httpx
import pytest

from data.errors import LinkError, NotOffered
from sync.kit.connections.http_link import HttpLink
from sync.link import Source, SourceKind
from tests.support.network.chaos import ChaosServer, Fault
from tests.sync.support.connections import read_from

CONTENT = bytes(range(256)) * 20
URL = "http://lists.example"


def server(status: int, body: bytes = CONTENT, **headers: str) -> httpx.MockTransport:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.MockTransport(lambda _: httpx.Response(status, headers=named, stream=httpx.ByteStream(body)))


def fetch(transport: httpx.BaseTransport, offset: int = 0) -> bytes:
    with HttpLink(URL, transport=transport) as link:
        return read_from(link, offset=offset)


def test_a_range_is_asked_for_and_taken() -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append((request.url.path, request.headers["range"], request.headers["accept-encoding"]))
        headers = {"content-range": f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}"}
        return httpx.Response(206, headers=headers, stream=httpx.ByteStream(CONTENT[100:]))

    assert fetch(httpx.MockTransport(answer), 100) == CONTENT[100:]
    assert requests == [("/lists/un/s", "bytes=100-", "identity")]


def test_a_server_without_ranges_still_serves() -> None:
    assert fetch(server(200), 1000) == CONTENT[1000:]


@pytest.mark.parametrize(
    ("transport", "words"),
    [
        (server(206, content_range="bytes 0-9/10"), "a different part"),
        (server(302, b"", location="http://127.0.0.1:9/elsewhere"), "HTTP 302"),
        (server(503, b"", retry_after="120"), "asks the kit to wait 120"),
        (server(416, b""), "HTTP 416"),
        (server(200, content_encoding="gzip"), "compresses"),
    ],
)
def test_a_strange_answer_is_a_bad_line(transport: httpx.BaseTransport, words: str) -> None:
    with pytest.raises(LinkError, match=words):
        fetch(transport, 100)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_told_apart(status: int) -> None:
    with pytest.raises(NotOffered, match=rf"^http://lists.example does not have lists/un/s \(HTTP {status}\)"):
        fetch(server(status, b""))
    neighbour = Source("http://192.168.1.7", SourceKind.NEIGHBOUR)
    with (
        HttpLink(neighbour, transport=server(status, b"")) as link,
        pytest.raises(NotOffered, match=r"^neighbour http://192.168.1.7 does not have"),
    ):
        read_from(link)


def test_a_server_that_ends_in_the_middle_is_a_bad_line() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Broken())

    with pytest.raises(LinkError, match=r"No connection to http://lists.example \(the server ended the connection"):
        fetch(httpx.MockTransport(broken))


def test_an_error_that_breaks_off_leaves_nothing_behind(tmp_path_factory: pytest.TempPathFactory) -> None:
    with ChaosServer(tmp_path_factory.mktemp("tree")) as running, HttpLink(running.url) as link:
        running.fault = Fault(status=503, headers={"content-length": "100"})
        for _ in range(2):
            with pytest.raises(LinkError, match="the server ended the connection"):
                read_from(link)
        assert not any(thread.name == "line" for thread in threading.enumerate())


class Broken(httpx.SyncByteStream):
    def __iter__(self):  # type: ignore[no-untyped-def]
        yield CONTENT[:10]
        raise httpx.RemoteProtocolError("the rest is missing")


NO_ADDRESSES = [
    f"{scheme}://{host}"
    for scheme in ("http", "https")
    for host in (
        "\N{SNOWMAN}.example",
        ".example",
        "a..b.example",
        70 * "x",
        300 * "x",
        "xn--a.example",
        "xn--.example",
    )
]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", *NO_ADDRESSES])
def test_where_nobody_can_answer_is_a_bad_line(url: str) -> None:
    with HttpLink(url) as link, pytest.raises(LinkError, match="stay as they are") as caught:
        read_from(link)
    assert url not in NO_ADDRESSES or "the address is not that of a server" in caught.value.what


@pytest.mark.parametrize("url", [url for url in NO_ADDRESSES if url.isascii()])
def test_a_redirect_to_no_address_is_a_bad_line(url: str) -> None:
    with pytest.raises(LinkError, match="HTTP 302"):
        fetch(server(302, b"", location=url))


def test_a_mistake_in_the_program_is_not_told_as_a_bad_line() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="a mistake"):
        fetch(httpx.MockTransport(fail))


def test_an_error_of_whoever_reads_is_not_the_lines() -> None:
    with HttpLink(URL, transport=server(200)) as link, pytest.raises(ValueError, match="mine"), link.open("file"):
        raise ValueError("mine")


def test_a_proxy_of_the_environment_does_not_count(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path_factory.mktemp("tree")
    (tree / "file").write_bytes(CONTENT)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with ChaosServer(tree) as running, HttpLink(running.url) as link:
        assert read_from(link, "file") == CONTENT


def test_an_answer_that_is_left_unread_ends_its_connection(tmp_path_factory: pytest.TempPathFactory) -> None:
    tree = tmp_path_factory.mktemp("tree")
    (tree / "file").write_bytes(bytes(3_000_000))
    with ChaosServer(tree) as running, HttpLink(running.url) as link:
        for _ in range(2):
            with link.open("file") as pieces:
                assert next(pieces)
        assert read_from(link, "file", 2_999_999) == b"\0"
