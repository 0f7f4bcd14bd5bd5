"""Published files over HTTP: any static server will do.

- A file is immutable under its name or verified whole, so a range needs no validator: whatever a server puts together
  wrongly fails its hash, and the same part continues from any mirror, whose validators would differ (ADR 16).
- The few files that change under their name are cached and requested only if they have changed (If-None-Match). The
  cache holds public metadata or ciphertext, which the caller verifies as if it had just arrived. A damaged answer in
  it is ignored.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from data import durable_files
from data.errors import LinkError, NotOffered
from data.json_codec import decode
from data.json_errors import JsonError
from data.log.error_log import log_error, suppress_logged
from data.text import _
from sync.kit.connections.http_client import (
    LINE_ERRORS,
    TRIED_AGAIN,
    describe_line_error,
    make_request,
    open_client,
    refusal_error,
)
from sync.kit.connections.transport import ThinLineTransport
from sync.limits import LIMITS
from sync.link import STAYS, TIMESTAMP, Source, check_path, limit_bytes

_MOST_TAG = 200
_METADATA = "metadata/"
_MOST_READ_OFF = 10_000
"""Of an answer that is no file; another connection costs less than a longer one."""

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """What a server gave under a URL."""

    etag: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _KeptAnswer:
    """The first line of a kept answer's file."""

    etag: str
    sha256: str


class AnswerCache:
    """The answers in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> CachedAnswer | None:
        """The last answer, or None if there is none or it is damaged."""
        try:
            head, _, content = durable_files.read_regular(self._file(url)).partition(b"\n")
            answer = decode(_KeptAnswer, head)
            if answer.sha256 == sha256(content).hexdigest():
                return CachedAnswer(answer.etag, content)
        except FileNotFoundError:
            pass
        except (OSError, JsonError) as error:
            log_error(error)  # no answer can be used: the server is asked for the whole file
        return None

    def put(self, url: str, answer: CachedAnswer) -> None:
        """Keep an answer. Not forced to the disk: losing it costs a kilobyte, wearing the disk out costs a kit."""
        if not _can_be_asked_with(answer.etag) or len(answer.content) > LIMITS.envelope_bytes:
            return
        head = json.dumps({"etag": answer.etag, "sha256": sha256(answer.content).hexdigest()})
        file = self._file(url)
        with suppress_logged(OSError):
            self._folder.mkdir(exist_ok=True, mode=durable_files.PRIVATE_FOLDER_MODE)
            durable_files.replace_file(file, head.encode() + b"\n" + answer.content)

    def forget(self) -> None:
        """Forget every answer: one of them may be what was refused."""
        for file in self._folder.glob("*"):
            file.unlink(missing_ok=True)

    def _file(self, url: str) -> Path:
        return self._folder / sha256(url.encode()).hexdigest()[:32]


class HttpLink:
    """A link to a web server; close it, or use it as a context manager."""

    def __init__(
        self, url: str | Source, *, transport: httpx.BaseTransport | None = None, cache: AnswerCache | None = None
    ) -> None:
        self.source = url if isinstance(url, Source) else Source.of(url)
        self._cache = cache
        self._client = open_client(transport or ThinLineTransport())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.link.FileLink`."""
        url = f"{self.source.words}/{check_path(path)}"
        cached = self._cache.get(url) if self._cache and _is_mutable(path) else None
        with closing(self._ask_for_part(url, _headers(path, cached), offset, end)) as response:
            if cached and response.status_code == HTTPStatus.NOT_MODIFIED:
                yield iter([cached.content[offset:end]])
                return
            skip = self._first_bytes_to_skip(response, path, offset)
            pieces = self._pieces(response)
            if _is_mutable(path) and not offset and end is None and response.status_code == HTTPStatus.OK:
                pieces = self._keeping(url, response, pieces)
            yield limit_bytes(_skip_bytes(skip, pieces), None if end is None else end - offset)

    def _ask_for_part(self, url: str, headers: dict[str, str], offset: int, end: int | None) -> httpx.Response:
        """The answer for the part; for the whole file where the server refuses to send parts of it."""
        part = _range(offset, end)
        response = self._ask(url, headers | part)
        if part and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and _has_more(response, offset):
            response.close()
            response = self._ask(url, headers)
        return response

    def _ask(self, url: str, headers: dict[str, str]) -> httpx.Response:
        """The answer; one that is no file is read already, so that its connection serves on."""
        try:
            response = self._client.send(make_request(self._client, "GET", url, headers), stream=True)
            try:
                if response.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                    _read_off(response)
            except BaseException:
                response.close()  # or its watch would look after it for ever
                raise
        except LINE_ERRORS as error:
            raise self._line_error(error) from error
        return response

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        pieces = response.iter_raw()
        while True:
            try:
                piece = next(pieces, None)
            except LINE_ERRORS as error:
                raise self._line_error(error) from error
            if piece is None:
                return
            yield piece

    def _keeping(self, url: str, response: httpx.Response, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """`pieces` of a whole file; once all of them were read, the file is in the cache unless it is too large."""
        content = bytearray()
        for piece in pieces:
            if len(content) <= LIMITS.envelope_bytes:
                content += piece
            yield piece
        if self._cache:
            self._cache.put(url, CachedAnswer(response.headers.get("etag", ""), bytes(content)))

    def _first_bytes_to_skip(self, response: httpx.Response, path: str, offset: int) -> int:
        """0 when the answer begins at `offset`, `offset` when it begins at the beginning; else an error."""
        status = response.status_code
        if status in _ABSENT:
            raise NotOffered(
                _("{source} does not have {path} (HTTP {status})", source=self.source, path=path, status=status),
                means=STAYS,
            )
        if response.headers.get("content-encoding", "") not in ("", "identity"):
            raise LinkError(
                _("The server compresses {path}, although it was asked not to", path=path),
                means=STAYS,
                do=_("Correct the server's configuration"),
            )
        if status == HTTPStatus.PARTIAL_CONTENT:
            if not response.headers.get("content-range", "").startswith(f"bytes {offset}-"):
                raise LinkError(
                    _("The server sent a different part of {path} from the one that the kit asked for", path=path),
                    means=STAYS,
                    do=TRIED_AGAIN,
                )
            return 0
        if status == HTTPStatus.OK:
            return offset
        answered = _("The server answered the request for {path} with HTTP {status}", path=path, status=status)
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # the server's file ends before the part begins
            raise NotOffered(answered, means=STAYS, do=_("Tell headquarters"))
        raise refusal_error(response, answered, means=STAYS)

    def _line_error(self, error: Exception) -> LinkError:
        return LinkError(
            _("No connection to {source} ({reason})", source=self.source, reason=describe_line_error(error)),
            means=STAYS,
            do=TRIED_AGAIN,
        )


def _can_be_asked_with(etag: str) -> bool:
    return 0 < len(etag) <= _MOST_TAG and etag.isascii() and etag.isprintable()


def _is_mutable(path: str) -> bool:
    """Whether the file may be another one under the same name tomorrow."""
    return path == TIMESTAMP or path.startswith("kits/")


def _read_off(response: httpx.Response) -> None:
    """Take the words of an answer that is no file; of a long one, whatever its headers say, the rest is left."""
    length = response.headers.get("content-length", "")
    if response.status_code == HTTPStatus.NOT_MODIFIED or (length.isdigit() and len(length) < 5):
        left = _MOST_READ_OFF
        for piece in response.iter_raw():
            left -= len(piece)
            if left < 0:
                return


def _headers(path: str, cached: CachedAnswer | None) -> dict[str, str]:
    headers = {}
    if _is_mutable(path) or path.startswith(_METADATA):
        # An honest cache would give yesterday's, or say that there is no newer root, which looks like an attack.
        headers["cache-control"] = "no-cache"
    if cached:
        headers["if-none-match"] = cached.etag
    return headers


def _has_more(response: httpx.Response, offset: int) -> bool:
    """Whether a file may be longer than `offset`, though the server refuses a part that begins there."""
    length = response.headers.get("content-range", "").removeprefix("bytes */")
    return not (length.isascii() and length.isdigit()) or int(length[:20]) > offset


def _range(offset: int, end: int | None) -> dict[str, str]:
    """The header that asks for a part; none for the whole file."""
    if not offset and end is None:
        return {}
    return {"range": f"bytes={offset}-" if end is None else f"bytes={offset}-{end - 1}"}


def _skip_bytes(skip: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        rest = piece[skip:]
        skip -= len(piece) - len(rest)
        if rest:
            yield rest
