"""Where a kit's reports go: a port with one method, like the link, over HTTP or a stick.

- An uplink knows nothing of trust: what it carries is sealed, and what it brings back is verified by the caller.
- Over the thin line it keeps the kit's own rules, and what reports cost counts. Cases go first, at any hour and beyond
  the budget: somebody may be in custody while headquarters does not know. Of the rest a day's reports are as small as a
  night's changes and go as these do. What has piled up to more than `always_kb` waits, as a large list does, until
  hours and budget allow it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

import httpx

from data.errors import LinkError, NotOffered, Problem, TrustError
from data.journal.chains import Stream
from data.journal.outgoing import Outbox, OutboxBatch
from data.text import _
from data.untrusted_text import hide_credentials
from sync.formats.report_messages import UPLINK_PATH
from sync.kit.connections.http_client import (
    LINE_ERRORS,
    TRIED_AGAIN,
    describe_line_error,
    make_request,
    open_client,
    refusal_error,
)
from sync.kit.connections.tls import ResumingContext
from sync.kit.connections.transfer_limiter import TransferLimiter
from sync.kit.connections.transport import ThinLineTransport
from sync.limits import LIMITS, SyncLimits
from sync.link import normalize_source

PaceBytes = Callable[[bytes], Iterator[bytes]]
REPORTS_STAY = _("The reports stay on this kit until headquarters has them.")
WHERE_REPORTS_GO = _(
    "Headquarters accepts reports where it runs `waypost hq serve --uplink`: set `uplink` in kit.toml to that "
    "address, or carry the reports on a stick"
)
NO_ADDRESS = Problem(
    _("This kit has no address for its reports"),
    REPORTS_STAY,
    WHERE_REPORTS_GO,
)
"""The lists come out of a folder, which takes no reports."""
NOT_ASKED = Problem(
    _("This run asked only a stick or a neighbouring kit, which take no reports"),
    REPORTS_STAY,
    _("Run `waypost stick out` for the stick, or `waypost courier run` without --source"),
)


class Uplink(Protocol):
    """A way to headquarters."""

    def send(self, segment: bytes, batch: OutboxBatch) -> bytes | None:
        """Carry a sealed segment, which holds `batch`; the sealed acknowledgement, or None when it comes later.

        Raises:
            NotOffered: nobody takes reports there.
            AskedToWait: headquarters is busy, and says for how long.
            LinkError: the line is bad.
            StoreError: the stick is full or failing.
        """


def uplink_transport(tls: ResumingContext | None = None, limits: SyncLimits = LIMITS) -> ThinLineTransport:
    """A transport for reports: silence is no stall while a segment lies in the sockets' buffers."""
    return ThinLineTransport(
        tls, limits=replace(limits, stall_s=limits.uplink_timeout_s, read_timeout_s=limits.uplink_timeout_s)
    )


class HttpUplink:
    """Reports go to a web server; close it, or use it as a context manager."""

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        paced: PaceBytes = lambda content: iter([content]),
        limits: SyncLimits = LIMITS,
    ) -> None:
        """`paced` gives what is to be sent in parts, each when it may go; cases do not wait for it."""
        self._paced = paced
        self._url = f"{normalize_source(url)}/{UPLINK_PATH}"
        self._shown = hide_credentials(self._url)
        self._limits = limits
        self._client = open_client(transport or uplink_transport())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def send(self, segment: bytes, batch: OutboxBatch) -> bytes:
        """See `Uplink`."""
        headers = {"content-type": "application/octet-stream", "content-length": str(len(segment))}
        parts = iter([segment]) if batch.stream is Stream.CASES else self._paced(segment)
        try:
            request = make_request(self._client, "POST", self._url, headers, parts)
            with closing(self._client.send(request, stream=True)) as response:
                self._must_be_taken(response)
                return self._answer(response)
        except LINE_ERRORS as error:
            raise LinkError(
                _(
                    "No connection to {url} ({reason})",
                    url=self._shown,
                    reason=describe_line_error(error),
                ),
                means=REPORTS_STAY,
                do=TRIED_AGAIN,
            ) from error

    def _must_be_taken(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (404, 405, 410, 501):
            raise NotOffered(
                _(
                    "No service accepts reports at {url} (HTTP {status})",
                    url=self._shown,
                    status=status,
                ),
                means=REPORTS_STAY,
                do=WHERE_REPORTS_GO,
            )
        if status == 422:
            raise TrustError(_("Headquarters refused this kit's report"), means=REPORTS_STAY, do=_("Tell headquarters"))
        if status != 200:
            answered = _("Headquarters answered with HTTP {status}", status=status)
            raise refusal_error(response, answered, means=REPORTS_STAY, most=self._limits.uplink_asked_first)

    def _answer(self, response: httpx.Response) -> bytes:
        answer = b""
        for piece in response.iter_raw():
            answer += piece
            if len(answer) > self._limits.acknowledgement_bytes:
                raise TrustError(_("The acknowledgement is too large"), means=REPORTS_STAY, do=_("Tell headquarters"))
        return answer


class MeteredUplink:
    """Another uplink, whose every segment is counted and, but for cases, allowed before it goes."""

    def __init__(self, uplink: Uplink, limiter: TransferLimiter, outgoing: Outbox) -> None:
        self._uplink = uplink
        self._limiter = limiter
        self._outgoing = outgoing

    def send(self, segment: bytes, batch: OutboxBatch) -> bytes | None:
        """See `Uplink`; Postponed where the kit's own rules hold it back."""
        if batch.stream is not Stream.CASES:
            self._limiter.may_send(self._waiting())
        self._limiter.count_sent(len(segment))
        answer = self._uplink.send(segment, batch)
        self._limiter.count_sent(len(answer or b""))
        return answer

    def _waiting(self) -> int:
        """About how many bytes on the line wait beside cases: entries shrink as a full segment's do."""
        text = sum(size for stream, size in self._outgoing.waiting_bytes().items() if stream is not Stream.CASES)
        return text * LIMITS.segment_bytes // LIMITS.segment_text_bytes
