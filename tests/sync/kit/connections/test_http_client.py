"""What every question of a kit's says and does not say, and what is told of a line that is bad."""

import ssl

import httpx
import pytest

from data.text import Message
from sync.kit.connections.http_client import describe_line_error, open_client, seconds_to_wait


class Server:
    """Answers everything, and keeps what it was asked with."""

    def __init__(self, **headers: str) -> None:
        self.asked: list[dict[str, str]] = []
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.headers))
        return httpx.Response(302 if self._headers else 200, headers=self._headers)


def test_a_question_says_no_more_than_it_must() -> None:
    server = Server()
    with open_client(httpx.MockTransport(server)) as client:
        client.get("http://name:secret@lists.example/file")
    assert server.asked == [{"host": "lists.example", "accept-encoding": "identity", "user-agent": "waypost"}]


def test_no_cookie_is_kept_and_no_redirect_followed() -> None:
    server = Server(set_cookie="kit=7; Path=/", location="http://elsewhere.example/")
    with open_client(httpx.MockTransport(server)) as client:
        for _ in range(2):
            assert client.get("http://lists.example/file").status_code == 302
    assert [asked["host"] for asked in server.asked] == ["lists.example"] * 2
    assert not any("cookie" in asked for asked in server.asked)


def from_cause(error: Exception, cause: Exception) -> Exception:
    """As httpx and its engine raise it: of the system's error only the context is left."""
    try:
        try:
            raise cause
        except Exception:
            raise error from None
    except Exception as caught:
        return caught


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectTimeout("timed out"), "the server does not answer"),
        (httpx.ReadTimeout(""), "the server stopped sending or became too slow"),
        (httpx.WriteTimeout(""), "the server accepts no more data"),
        (from_cause(httpx.ConnectError("[Errno 111]"), ConnectionRefusedError(111, "Refused")), "Refused"),
        (
            from_cause(httpx.ConnectError("x"), certificate_error()),
            "the server's certificate is not accepted: self-signed certificate",
        ),
        (from_cause(httpx.ReadError("x"), OSError()), "the connection broke"),
        (
            from_cause(httpx.RemoteProtocolError("received 3 bytes, expected 100"), OSError(5, "other")),
            "the server ended the connection too early or did not answer in HTTP",
        ),
        (httpx.PoolTimeout("x"), "an earlier transfer is still in progress"),
        (httpx.LocalProtocolError("Illegal header value"), "the connection broke"),
        (httpx.InvalidURL("Invalid port"), "the address is not that of a server"),
        (httpx.UnsupportedProtocol("x"), "the address is not that of a server"),
    ],
)
def test_a_bad_line_is_told_in_our_words_or_the_systems(error: Exception, words: str) -> None:
    described: object = describe_line_error(error)
    assert isinstance(described, Message) and described == words


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        ("120", "", 120),
        ("999999999999999999", "", 86400),
        ("-5", "", None),
        ("soon", "", None),
        ("", "", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:47:37 GMT", 120),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "", 0),
        ("Sun, 06 Nov 2994 08:49:37 GMT", "Sun, 06 Nov 1994 08:47:37 GMT", 86400),
    ],
)
def test_how_long_a_server_may_ask(asked: str, date: str, seconds: float | None) -> None:
    assert seconds_to_wait(asked, date) == seconds
