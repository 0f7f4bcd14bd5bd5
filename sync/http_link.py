"""Published files over HTTP: any static server will do.

A file is immutable under its name or verified whole, so a range needs no validator: whatever a server puts
together wrongly fails its hash. Proxies from the environment do not count; kit.toml names the source.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from data.errors import LinkError, NotOffered
from sync.limits import LIMITS, Limits
from sync.link import PIECE_BYTES, STAYS, checked_path

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN)
_AGAIN = "It is tried again at the next run"


class HttpLink:
    """A link to a web server; close it, or use it as a context manager."""

    def __init__(self, url: str, *, limits: Limits = LIMITS) -> None:
        self._url = url
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.read_timeout_s, connect=limits.connect_timeout_s),
            headers={"accept-encoding": "identity", "user-agent": "waypost"},
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @contextmanager
    def open(self, path: str, offset: int = 0) -> Iterator[Iterator[bytes]]:
        """See `sync.link.Link`."""
        headers = {"range": f"bytes={offset}-"} if offset else {}
        try:
            with self._client.stream("GET", f"{self._url}/{checked_path(path)}", headers=headers) as response:
                yield _without(_first_bytes_to_skip(response, path, offset), self._pieces(response))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._broken(error) from error

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        try:
            yield from response.iter_raw(PIECE_BYTES)
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> LinkError:
        return LinkError(f"No line to {self._url} ({type(error).__name__})", means=STAYS, do=_AGAIN)


def _first_bytes_to_skip(response: httpx.Response, path: str, offset: int) -> int:
    """0 when the answer begins at `offset`, `offset` when it begins at the beginning; else an error."""
    status = response.status_code
    if status in _ABSENT:
        raise NotOffered(f"Headquarters has no {path} (HTTP {status})", means=STAYS)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise LinkError(f"The server packs {path}, though it was asked not to", means=STAYS, do="Mend the server")
    if status == HTTPStatus.PARTIAL_CONTENT and offset:
        if not response.headers.get("content-range", "").startswith(f"bytes {offset}-"):
            raise LinkError(f"The server sent another part of {path} than asked for", means=STAYS, do=_AGAIN)
        return 0
    if status == HTTPStatus.OK:
        return offset
    wait = response.headers.get("retry-after", "")
    after = f"; it asks to wait {wait[:20]}" if wait else ""
    raise LinkError(f"The server answered {path} with HTTP {status}{after}", means=STAYS, do=_AGAIN)


def _without(skip: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        rest = piece[skip:]
        skip -= len(piece) - len(rest)
        if rest:
            yield rest
