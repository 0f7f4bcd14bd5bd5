"""Where a kit's reports go: a second port beside the link, with one method, over HTTP or a stick.

An uplink knows nothing of trust: what it carries is sealed, and what it brings back is verified by whoever asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from ssl import SSLContext
from types import TracebackType
from typing import Protocol, Self

import httpcore

from data.errors import LinkError, NotOffered, TrustError
from data.journal.outbox import Stream
from data.journal.outgoing import Batch
from sync.limits import LIMITS, Limits
from sync.lines.http_link import LINE_ERRORS, why_broken
from sync.lines.link import checked_source
from sync.lines.wire import Line, Traffic, Wire

Paced = Callable[[bytes], Iterator[bytes]]
STAYS = "What this kit has to report stays here until headquarters has it."
PATH = "uplink"
_AGAIN = "It is tried again at the next run"
_HEADERS: dict[bytes | str, bytes | str] = {
    "accept-encoding": "identity",
    "user-agent": "waypost",
    "content-type": "application/octet-stream",
}


class Uplink(Protocol):
    """A way to headquarters."""

    def send(self, segment: bytes, batch: Batch) -> bytes | None:
        """Carry a sealed segment, which holds `batch`; the sealed acknowledgement, or None when it comes later.

        Raises:
            NotOffered: nobody takes reports there.
            LinkError: the line is bad.
            StoreError: the stick is full or failing.
        """


class HttpUplink:
    """Reports go to a web server; close it, or use it as a context manager."""

    def __init__(
        self,
        url: str,
        *,
        limits: Limits = LIMITS,
        tls: SSLContext | None = None,
        paced: Paced = lambda content: iter([content]),
    ) -> None:
        """`paced` gives what is to be sent in parts, each when it may go; cases do not wait for it."""
        self._paced = paced
        self._url = f"{checked_source(url)}/{PATH}"
        self._limits = limits
        # Silence is no stall while a segment lies in the sockets' buffers.
        patient = replace(limits, stall_s=limits.uplink_timeout_s, read_timeout_s=limits.uplink_timeout_s)
        self._line = Line(limits=patient)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=Wire(self._line), max_connections=1, http1=True, http2=False
        )

    @property
    def traffic(self) -> Traffic:
        """What reports cost; connections that are still open count when they are closed."""
        return self._line.traffic

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def send(self, segment: bytes, batch: Batch) -> bytes:
        """See `Uplink`."""
        self._line.begin()
        try:
            headers = {**_HEADERS, "content-length": str(len(segment))}
            parts = iter([segment]) if batch.stream is Stream.CASES else self._paced(segment)
            with self._pool.stream("POST", self._url, headers=headers, content=parts) as response:
                self._must_be_taken(response.status)
                return self._answer(response)
        except LINE_ERRORS as error:
            raise LinkError(f"No line to {self._url} ({why_broken(error)})", means=STAYS, do=_AGAIN) from error

    def _must_be_taken(self, status: int) -> None:
        if status in (404, 405, 410, 501):
            raise NotOffered(
                f"Nobody takes reports at {self._url} (HTTP {status})",
                means=STAYS,
                do="Set `uplink` in kit.toml to where headquarters takes them, or carry them on a stick",
            )
        if status == 422:
            raise TrustError("Headquarters refused what this kit reports", means=STAYS, do="Tell headquarters")
        if status != 200:
            raise LinkError(f"Headquarters answered with HTTP {status}", means=STAYS, do=_AGAIN)

    def _answer(self, response: httpcore.Response) -> bytes:
        answer = b""
        for piece in response.iter_stream():
            answer += piece
            if len(answer) > self._limits.acknowledgement_bytes:
                raise TrustError("The acknowledgement is too large", means=STAYS, do="Tell headquarters")
        return answer
