"""Links that meet strange servers."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from data.errors import LinkError, NotOffered
from sync.kit.connections.http_link import HttpLink
from tests.support.waiting import GUARD_S
from tests.sync.support.connections import read_from

CONTENT = bytes(range(256)) * 20
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Callable[[Answer], str]]:
    """Starts a server that answers every GET in one way; returns its URL."""
    running: list[tuple[HTTPServer, threading.Thread]] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        httpd = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((httpd, thread))
        return f"http://127.0.0.1:{httpd.server_address[1]}"

    yield start
    for httpd, thread in running:
        httpd.shutdown()
        thread.join(GUARD_S)
        httpd.server_close()


def answers(status: int, body: bytes = CONTENT, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"content-length": str(len(body))} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def fetch(url: str, offset: int = 0) -> bytes:
    with HttpLink(url) as link:
        return read_from(link, offset=offset)


def test_a_range_is_asked_for_and_taken(server: Callable[[Answer], str]) -> None:
    requests = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        requests.append((request.path, request.headers["range"], request.headers["accept-encoding"]))
        answers(206, CONTENT[100:], content_range=f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}")(request)

    assert fetch(server(answer), 100) == CONTENT[100:]
    assert requests == [("/lists/un/s", "bytes=100-", "identity")]


def test_a_server_without_ranges_still_serves(server: Callable[[Answer], str]) -> None:
    assert fetch(server(answers(200)), 1000) == CONTENT[1000:]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answers(206, CONTENT, content_range="bytes 0-9/10"), "another part"),
        (answers(302, b"", location="http://127.0.0.1:9/elsewhere"), "HTTP 302"),
        (answers(503, b"", retry_after="120"), "asks to wait 120"),
        (answers(416, b""), "HTTP 416"),
        (answers(200, CONTENT, content_encoding="gzip"), "packs"),
        (answers(200, CONTENT, content_length="999999"), "No line"),
    ],
)
def test_a_strange_answer_is_a_bad_line(server: Callable[[Answer], str], answer: Answer, words: str) -> None:
    with pytest.raises(LinkError, match=words):
        fetch(server(answer), 100)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_told_apart(server: Callable[[Answer], str], status: int) -> None:
    with pytest.raises(NotOffered):
        fetch(server(answers(status, b"")))


def test_a_closed_port_is_a_bad_line() -> None:
    with pytest.raises(LinkError, match="stay as they are"):
        fetch("http://127.0.0.1:9")


def test_a_proxy_of_the_environment_does_not_count(
    server: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert fetch(server(answers(200))) == CONTENT
