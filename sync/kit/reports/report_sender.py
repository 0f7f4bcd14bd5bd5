"""Sends what a kit has to report while the courier fetches: neither waits for the other, neither fails the other.

A pass at the beginning sends what waits, one each minute of a long download what came meanwhile, and one at the end
what the run itself gave: receipts, health.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

from data.clock import Clock
from data.errors import NoHome, NotOffered, Problem, WaypostError
from data.journal.outgoing import JournalOutbox
from data.json_codec import encode_canonical
from data.kit.home import KitHome
from data.log.error_log import log_error, suppress_logged
from sync.kit.connections.tls import ResumingContext
from sync.kit.connections.transfer_limiter import TransferLimiter
from sync.kit.reports.health import enter_health
from sync.kit.reports.outbox import Outbox, SendResult
from sync.kit.reports.uplink import HttpUplink, MeteredUplink, Uplink, uplink_transport
from sync.limits import LIMITS

_REFUSED = "uplink_refused"
"""In the vault: where nobody took reports, and when."""


class ReportSender:
    """The reports of one run; a context manager around whatever else the run does."""

    def __init__(
        self, home: KitHome, url: str, clock: Clock, limiter: TransferLimiter, tls: ResumingContext | None = None
    ) -> None:
        """`url` is where reports go, empty for nowhere."""
        self._home = home
        self._limiter = limiter
        self._clock = clock
        home.journal, home.vault  # noqa: B018  (opened here: two threads must not open them at once)
        self._tls = tls
        self._url = "" if self._was_refused(url) else url
        self._fetched = Event()
        self._wake = Event()
        self._thread = Thread(target=self._work, name="reporting", daemon=True)
        self._outbox: Outbox | None = None
        self._problem: Exception | None = None

    def __enter__(self) -> Self:
        if self._url:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, WaypostError) and not self._fetched.is_set():
            with suppress_logged(WaypostError):  # the run's own error is what has to be told
                enter_health(self._home, self._clock, [error.what])
        self._end()

    def send_again(self) -> None:
        """Send what came meanwhile; callable from any thread, and as often as one likes."""
        self._wake.set()

    def finish(self, problems: Sequence[str]) -> tuple[SendResult | None, tuple[Problem, ...]]:
        """Enter how the kit is, send the rest; what was sent (None without an uplink) and what went wrong."""
        wrong: tuple[Problem, ...] = ()
        try:
            enter_health(self._home, self._clock, problems)
        except WaypostError as error:
            log_error(error)
            wrong = (Problem.of(error),)
        self._end()
        sent = self._outbox.sent if self._outbox else None
        if self._problem is None or isinstance(self._problem, NotOffered | NoHome):
            return sent, wrong
        if not isinstance(self._problem, WaypostError):
            raise self._problem
        return sent, (*wrong, Problem.of(self._problem))

    def _was_refused(self, url: str) -> bool:
        """Whether nobody took reports there lately: a server of files alone is not asked at every run."""
        refusal = json.loads(self._home.vault.get(_REFUSED) or b"{}")
        if refusal.get("url") != url:
            return False
        at = datetime.fromisoformat(refusal["at"])
        return at <= self._clock.now() < at + LIMITS.uplink_asked_every

    def _end(self) -> None:
        if self._fetched.is_set():
            return
        self._fetched.set()
        self._wake.set()
        if self._url:
            self._thread.join()
        else:
            self._pass(None)

    def _work(self) -> None:
        try:
            transport = uplink_transport(self._tls)
            try:
                with HttpUplink(self._url, transport=transport, paced=self._limiter.pace) as uplink:
                    self._send(MeteredUplink(uplink, self._limiter, JournalOutbox(self._home.journal)))
            finally:
                self._limiter.settle_reports(transport.traffic)
            if self._outbox:
                self._outbox.sent.wire_bytes = transport.traffic.total
        except Exception as error:  # told by `finish`, in the thread of whoever asked
            log_error(error)
            self._problem = error

    def _send(self, uplink: Uplink) -> None:
        """Pass after pass, the last one when everything was fetched."""
        over = False
        while not over:
            over = self._fetched.is_set()
            self._pass(uplink)
            if isinstance(self._problem, NotOffered):
                self._home.vault.put({_REFUSED: encode_canonical({"url": self._url, "at": self._clock.now()})})
                return
            if not over:
                self._wake.wait()
                self._wake.clear()

    def _pass(self, uplink: Uplink | None) -> None:
        self._problem = None
        try:
            self._outbox = self._outbox or Outbox(self._home, self._clock)
            if uplink is None:
                self._outbox.finish()
            else:
                self._outbox.send(uplink)
        except (NotOffered, NoHome) as error:
            self._problem = error
        except WaypostError as error:
            log_error(error)
            self._problem = error
