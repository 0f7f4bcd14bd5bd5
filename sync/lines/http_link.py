"""Published files over HTTP: any static server will do.

- A file is immutable under its name or verified whole, so a range needs no validator: whatever a server puts together
  wrongly fails its hash, and the same part goes on at any mirror, whose validators would differ (ADR 16).
- The few files that change under their name are asked for by what we have (If-None-Match).
- Redirects are not followed, nothing is unpacked, and proxies from the environment do not count: kit.toml names
  the source. A server that asks us to wait is not asked again before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpcore

from data.errors import AskedToWait, LinkError, NotOffered
from sync.limits import LIMITS, Limits
from sync.lines.kept_answers import Answer, KeptAnswers
from sync.lines.link import STAYS, checked_path
from sync.lines.retry_after import seconds_to_wait
from sync.lines.source import Source
from sync.lines.tls import ResumingContext
from sync.lines.wire import Line, Traffic, Wire

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN)
_AGAIN = "It is tried again at the next run"
_HEADERS: dict[bytes | str, bytes | str] = {"accept-encoding": "identity", "user-agent": "waypost"}


class HttpLink:
    """A link to a web server; close it, or use it as a context manager."""

    def __init__(
        self,
        url: str | Source,
        *,
        limits: Limits = LIMITS,
        line: Line | None = None,
        tls: ResumingContext | None = None,
        kept: KeptAnswers | None = None,
    ) -> None:
        self.source = url if isinstance(url, Source) else Source.of(url)
        self._line = line or Line(limits=limits)
        self._kept = kept
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=Wire(self._line), max_connections=1, http1=True, http2=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    @property
    def traffic(self) -> Traffic:
        """What this link cost; connections that are still open count when they are closed."""
        return self._line.traffic

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.lines.link.Link`."""
        url = f"{self.source.words}/{checked_path(path)}"
        kept = self._kept.get(url) if self._kept and _changes(path) else None
        self._line.begin()
        try:
            with self._pool.stream("GET", url, headers=_headers(offset, end, kept)) as response:
                if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                    _read_off(response)
                if kept and response.status == HTTPStatus.NOT_MODIFIED:
                    yield iter([kept.content[offset:]])
                    return
                skip = _first_bytes_to_skip(response, path, offset)
                pieces = self._pieces(response)
                yield self._keeping(url, response, pieces) if not offset and _changes(path) else _without(skip, pieces)
        except LINE_ERRORS as error:
            raise self._broken(error) from error

    def _pieces(self, response: httpcore.Response) -> Iterator[bytes]:
        try:
            for piece in response.iter_stream():
                yield piece
                self._line.must_go_on()
        except LINE_ERRORS as error:
            raise self._broken(error) from error

    def _keeping(self, url: str, response: httpcore.Response, pieces: Iterator[bytes]) -> Iterator[bytes]:
        content = b""
        for piece in pieces:
            content = content + piece if len(content) <= LIMITS.envelope_bytes else content
            yield piece
        if self._kept:
            self._kept.put(url, Answer(_header(response, b"etag"), content))

    def _broken(self, error: Exception) -> LinkError:
        return LinkError(f"No line to {self.source} ({why_broken(error)})", means=STAYS, do=_AGAIN)


LINE_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    UnicodeError,
)
_WHY: dict[type[Exception], str] = {
    httpcore.ConnectTimeout: "nobody answers",
    httpcore.ReadTimeout: "it went silent or became too slow",
    httpcore.WriteTimeout: "it takes nothing more",
}


def why_broken(error: Exception) -> str:
    """What one of `LINE_ERRORS` says, in words."""
    return str(error) or _WHY.get(type(error), type(error).__name__)


def _changes(path: str) -> bool:
    """Whether the file may be another one under the same name tomorrow."""
    return path == "metadata/timestamp.json" or path.startswith("kits/")


def _read_off(response: httpcore.Response) -> None:
    """Take the words of an answer that is no file, so that its connection serves on; a long one is left."""
    length = _header(response, b"content-length")
    if response.status == HTTPStatus.NOT_MODIFIED or (length.isdigit() and len(length) < 5):
        for _ in response.iter_stream():
            pass


def _headers(offset: int, end: int | None, kept: Answer | None) -> dict[bytes | str, bytes | str]:
    headers = dict(_HEADERS)
    if offset or end is not None:
        headers["range"] = f"bytes={offset}-" if end is None else f"bytes={offset}-{end - 1}"
    if kept:
        headers["if-none-match"] = kept.etag
    return headers


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")


def _first_bytes_to_skip(response: httpcore.Response, path: str, offset: int) -> int:
    """0 when the answer begins at `offset`, `offset` when it begins at the beginning; else an error."""
    status = response.status
    if status in _ABSENT:
        raise NotOffered(f"Headquarters has no {path} (HTTP {status})", means=STAYS)
    if _header(response, b"content-encoding") not in ("", "identity"):
        raise LinkError(f"The server packs {path}, though it was asked not to", means=STAYS, do="Mend the server")
    if status == HTTPStatus.PARTIAL_CONTENT:
        if not _header(response, b"content-range").startswith(f"bytes {offset}-"):
            raise LinkError(f"The server sent another part of {path} than asked for", means=STAYS, do=_AGAIN)
        return 0
    if status == HTTPStatus.OK:
        return offset
    raise _refusal(response, path)


def _refusal(response: httpcore.Response, path: str) -> LinkError:
    answered = f"The server answered {path} with HTTP {response.status}"
    wait_s = seconds_to_wait(_header(response, b"retry-after"), _header(response, b"date"))
    if wait_s is None:
        return LinkError(answered, means=STAYS, do=_AGAIN)
    return AskedToWait(f"{answered}; it asks to wait {wait_s:.0f} s", wait_s, means=STAYS, do="It is tried again then")


def _without(skip: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        rest = piece[skip:]
        skip -= len(piece) - len(rest)
        if rest:
            yield rest
