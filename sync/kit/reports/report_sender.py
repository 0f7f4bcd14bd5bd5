"""Sends what a kit has to report while the courier fetches: neither waits for the other, neither fails the other.

A pass at the beginning sends what waits, one each minute of a long download what came meanwhile, and one at the end
what the run itself gave: receipts, health.
"""

from collections.abc import Sequence
from threading import Event, Thread
from types import TracebackType
from typing import Self

from data.clock import Clock
from data.errors import AskedToWait, NoHome, NotOffered, Problem, WaypostError
from data.journal.audit.checkpoints import CheckpointReason
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from data.log.error_log import log_error, suppress_logged
from data.text import Message
from sync.kit.connections.asked_wait import AskedWait
from sync.kit.connections.tls import ResumingContext
from sync.kit.connections.transfer_limiter import TransferLimiter
from sync.kit.post_apply import COURIER
from sync.kit.reports.dispatch import ReportDispatch, SendResult
from sync.kit.reports.health import enter_health
from sync.kit.reports.uplink import NO_ADDRESS, HttpUplink, MeteredUplink, Uplink, uplink_transport
from sync.kit.reports.uplink_refusal import AskUplink, forget_refusal, note_refusal, read_refusal


class ReportSender:
    """The reports of one run; a context manager around whatever else the run does."""

    def __init__(
        self,
        home: KitHome,
        url: str,
        clock: Clock,
        limiter: TransferLimiter,
        tls: ResumingContext | None = None,
        ask: AskUplink = AskUplink.WHEN_DUE,
        asked_waits: dict[str, AskedWait] | None = None,
        nowhere: Problem = NO_ADDRESS,
    ) -> None:
        """`url` is where reports go, empty for nowhere (`nowhere`: why). `asked_waits` lasts as long as the process."""
        self._nowhere = None if url else nowhere
        self._asked_waits = {} if asked_waits is None else asked_waits
        self._home = home
        self._limiter = limiter
        self._clock = clock
        home.journal, home.vault  # noqa: B018  (opened here: two threads must not open them at once)
        self._tls = tls
        refusal = read_refusal(home, url) if ask is AskUplink.WHEN_DUE else None
        self._refusal = refusal if refusal and refusal.is_in_force(clock.now()) else None
        self._url = "" if self._refusal else url
        self._fetched = Event()
        self._wake = Event()
        self._thread = Thread(target=self._work, name="reporting", daemon=True)
        self._dispatch: ReportDispatch | None = None
        self._problem: Exception | None = None

    def __enter__(self) -> Self:
        if self._url:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, WaypostError) and not self._fetched.is_set():
            with suppress_logged(WaypostError):  # the run's own error is the one to report
                enter_health(self._home, self._clock, [error.what])
        self._end()

    def send_again(self) -> None:
        """Send what was entered meanwhile; callable from any thread, any number of times."""
        self._wake.set()

    def finish(self, problems: Sequence[Message]) -> tuple[SendResult | None, tuple[Problem, ...]]:
        """Sign the audit chains, enter the kit's health, send the rest; returns what was sent and what failed.

        Nothing was sent (None) without an uplink.
        """
        wrong: tuple[Problem, ...] = ()
        try:
            self._home.journal.sign_checkpoint(self._clock.now(), COURIER, CheckpointReason.SYNC)
            enter_health(self._home, self._clock, problems)
        except WaypostError as error:
            log_error(error)
            wrong = (Problem.of(error),)
        self._end()
        sent = self._dispatch.sent if self._dispatch else None
        if sent and sent.waiting:
            sent.refused = self._refusal.problem if self._refusal else self._nowhere
        if self._problem is None or isinstance(self._problem, NoHome):
            return sent, wrong
        if not isinstance(self._problem, WaypostError):
            raise self._problem
        problem = Problem.of(self._problem)
        if self._dispatch and isinstance(self._problem, NotOffered):  # lists come all the same, and sticks take reports
            sent = self._dispatch.finish()
            sent.refused = problem
            return sent, wrong
        return sent, (*wrong, problem)

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
                    self._send(MeteredUplink(uplink, self._limiter, Outbox(self._home.journal)))
            finally:
                self._limiter.settle_reports(transport.traffic)
            if self._dispatch:
                self._dispatch.sent.wire_bytes = transport.traffic.total
        except Exception as error:  # `finish` reports it, in the caller's thread
            log_error(error)
            self._problem = error

    def _send(self, uplink: Uplink) -> None:
        """Pass after pass, the last one when everything was fetched."""
        over = False
        while not over:
            over = self._fetched.is_set()
            self._pass(uplink)
            if isinstance(self._problem, NotOffered):
                note_refusal(self._home, self._url, self._clock.now())
                return
            if self._dispatch and self._dispatch.sent.acknowledged:
                forget_refusal(self._home, self._url)
            if not over:
                self._wake.wait()
                self._wake.clear()

    def _pass(self, uplink: Uplink | None) -> None:
        self._problem = None
        try:
            self._dispatch = self._dispatch or ReportDispatch(self._home, self._clock)
            if uplink is None:
                self._dispatch.finish()
            elif (wait := self._asked_waits.get(self._url)) and wait.is_in_force():
                self._dispatch.finish()
                self._problem = wait.error
            else:
                self._dispatch.send(uplink)
        except (NotOffered, NoHome) as error:
            self._problem = error
        except AskedToWait as error:
            self._problem = error
            self._asked_waits[self._url] = AskedWait.of(error)
        except WaypostError as error:
            log_error(error)
            self._problem = error
