"""How httpx reaches a server over a thin line: bytes counted, stopped within a moment, given up when too slow.

A server may be hostile: no answer, of whatever status, may cost more time or bytes than these rules and its reader say.

- What is counted are the bytes the kernel sent and received on the connection, TLS and headers included.
- Time counts while we wait for the other end, not while we write what came or hold back to our own rate: in each
  `stall_s` of waiting at least `stall_bytes` must move, so a server that drips a byte a minute ends as well.
- What comes beside the body (greeting, headers, provisional answers, chunk sizes) may be `beside_body_bytes`, and as
  much again as the body so far: a server that sends it without end is hung up on. The body itself is bounded by its
  reader, which knows how many bytes it wants and abandons an answer that has more.
- The thread that asks is inside the socket while it waits. Another one looks four times a second, and hangs up.
- Until a connection is there, nobody can hang up: looking up the name takes as long as the system's resolver does, and
  each address of it `connect_timeout_s`. A stop counts once that ended.
"""

import socket
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, cast

import httpx

from data.errors import Interrupted
from data.text import _
from sync.kit.connections.tls import ResumingContext
from sync.limits import LIMITS, SyncLimits

_SLICE_S = 0.25
"""Between two looks whether to stop."""
_TCP_INFO_BYTES = 256
_SENT, _RECEIVED = slice(120, 128), slice(128, 136)
"""Where `struct tcp_info` (linux/tcp.h) has tcpi_bytes_acked and tcpi_bytes_received."""
_CONNECTED = "connection.connect_tcp.complete"
"""The event of httpx's `trace` that brings a connection, before anything is said on it."""


@dataclass
class Traffic:
    """Bytes on the wire, both ways, without the headers of TCP and IP."""

    sent: int = 0
    received: int = 0

    @property
    def total(self) -> int:
        """What a metered line counts."""
        return self.sent + self.received


class ThinLineTransport(httpx.BaseTransport):
    """httpx's transport with one connection, under the rules above; closing the client closes it."""

    def __init__(
        self,
        tls: ResumingContext | None = None,
        *,
        must_stop: Callable[[], bool] = lambda: False,
        traffic: Traffic | None = None,
        limits: SyncLimits = LIMITS,
    ) -> None:
        """`must_stop` is asked from another thread too; without `tls` no certificate is accepted."""
        self.traffic = Traffic() if traffic is None else traffic
        """What the connections cost; more may be added to what one that is still open cost when it is closed."""
        self._must_stop = must_stop
        self._limits = limits
        self._timeouts = {
            "connect": limits.connect_timeout_s,
            "read": 2 * limits.stall_s,  # the watch hangs up before
            "write": limits.read_timeout_s,
            "pool": limits.connect_timeout_s,
        }
        self._connection = _Connection()
        self._counted = Traffic()
        self._transport = httpx.HTTPTransport(
            verify=tls or ResumingContext(),
            trust_env=False,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=None),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One question.

        Raises:
            Interrupted: somebody wants us to stop; also while the answer is read.
            httpx.TransportError: the line is bad; also while the answer is read.
        """
        watch = _Watch(self._must_stop, self._limits, self._connection)
        request.extensions = {**request.extensions, "timeout": self._timeouts, "trace": self._note_event}
        try:
            with watch.waiting():
                response = self._transport.handle_request(request)
        except BaseException:
            self._end(watch, None)
            raise
        stream = cast(httpx.SyncByteStream, response.stream)
        used = response.extensions["network_stream"].get_extra_info("socket")
        response.stream = _WatchedStream(stream, watch, lambda: self._end(watch, used))
        return response

    def close(self) -> None:
        """End the connection, and count what it cost."""
        self._transport.close()
        self._count()
        self._connection.close()

    def _note_event(self, name: str, info: dict[str, Any]) -> None:
        if name == _CONNECTED:
            self._connection.use(info["return_value"].get_extra_info("socket"))

    def _end(self, watch: "_Watch", used: socket.socket | None) -> None:
        """A question ended, and with it its connection unless httpx kept it (`used`) open."""
        watch.end()
        self._count()
        if used is None or used.fileno() < 0:
            self._connection.close()

    def _count(self) -> None:
        moved = self._connection.moved()
        self.traffic.sent += moved.sent - self._counted.sent
        self.traffic.received += moved.received - self._counted.received
        self._counted = moved


class _Connection:
    """Our own handle on the connection that httpx uses: two threads may use it, and nobody else closes it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._before = Traffic()
        self._now = Traffic()
        self._lock = Lock()

    def use(self, opened: socket.socket) -> None:
        """Another connection."""
        self.close()
        with self._lock:
            self._socket = opened.dup()

    def moved(self) -> Traffic:
        """Bytes of all connections until now, as the kernel counts them."""
        with self._lock:
            return self._moved()

    def _moved(self) -> Traffic:
        if self._socket is not None:
            info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
            self._now = Traffic(*(int.from_bytes(info[part], "little") for part in (_SENT, _RECEIVED)))
        return Traffic(self._before.sent + self._now.sent, self._before.received + self._now.received)

    def taken(self) -> int:
        """Bytes received and already read from the kernel: how fast others run does not count."""
        with self._lock:
            received = self._moved().received
            if self._socket is None:
                return received
            waiting = ioctl(self._socket.fileno(), termios.FIONREAD, bytes(4))
            return received - int.from_bytes(waiting, sys.byteorder)

    def hang_up(self) -> bool:
        """Shut the connection down; False if none is open."""
        with self._lock:
            try:
                if self._socket is not None:
                    self._socket.shutdown(socket.SHUT_RDWR)
                    return True
            except OSError:
                pass  # the other end was quicker
            return False

    def close(self) -> None:
        """Close our handle on the connection."""
        with self._lock:
            self._before, self._now = self._moved(), Traffic()
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class _Watch:
    """Looks after one question until its answer was read."""

    def __init__(self, must_stop: Callable[[], bool], limits: SyncLimits, connection: _Connection) -> None:
        self._must_stop = must_stop
        self._limits = limits
        self._connection = connection
        self._lock = Lock()
        self._waits_since: float | None = None
        self._waited_s = 0.0
        self._moved = connection.moved().total
        self._taken_before = connection.taken()
        self._body = 0
        self._error: Exception | None = None
        self._ended = Event()
        self._thread = Thread(target=self._look, name="line", daemon=True)
        self._thread.start()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside the block we wait for the other end; it ends with an error where the watch hung up."""
        if self._must_stop():
            raise _interruption()
        with self._lock:
            self._waits_since = monotonic()
        try:
            yield
        except httpx.TransportError as error:
            self._end_wait()
            if self._error is None:
                raise
            raise self._error from error
        finally:
            self._end_wait()
        if self._error is not None:
            raise self._error

    def count_body(self, size: int) -> None:
        """So many bytes more of the body came."""
        self._body += size

    def _end_wait(self) -> None:
        with self._lock:
            if self._waits_since is not None:
                self._waited_s += monotonic() - self._waits_since
            self._waits_since = None

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while self._error is None and not self._ended.wait(_SLICE_S):
            with self._lock:
                error = self._reason_to_hang_up()
                if error is not None and self._connection.hang_up():
                    self._error = error

    def _reason_to_hang_up(self) -> Exception | None:
        if self._waits_since is None:
            return None
        if self._must_stop():
            return _interruption()
        beside_body = self._connection.taken() - self._taken_before - self._body
        if beside_body > self._limits.beside_body_bytes + self._body:
            return httpx.RemoteProtocolError("")
        now = monotonic()
        if self._waited_s + now - self._waits_since < self._limits.stall_s:
            return None
        before, self._moved = self._moved, self._connection.moved().total
        self._waited_s, self._waits_since = 0.0, now
        return None if self._moved - before >= self._limits.stall_bytes else httpx.ReadTimeout("")


class _WatchedStream(httpx.SyncByteStream):
    """An answer that is looked after until it is closed."""

    def __init__(self, stream: httpx.SyncByteStream, watch: _Watch, ended: Callable[[], None]) -> None:
        self._stream = stream
        self._watch = watch
        self._ended = ended

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._stream)
        while True:
            with self._watch.waiting():
                piece = next(pieces, None)
            if piece is None:
                return
            self._watch.count_body(len(piece))
            yield piece

    def close(self) -> None:
        """Let go of the answer, and of its connection where it was not read to its end."""
        self._stream.close()
        self._ended()


def _interruption() -> Interrupted:
    return Interrupted(
        _("The download was stopped"),
        means=_("What was downloaded is kept."),
        do=_("The next run continues from there"),
    )
