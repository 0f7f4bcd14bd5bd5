"""The socket under HTTP: bytes counted, stopped within a moment, and given up when it is too slow to be of use.

- What is counted are the bytes the kernel sent and received on the connection, TLS and headers included.
- Time counts while we wait for the other end, not while we write what came or hold back to our own rate: in each
  `stall_s` of waiting at least `stall_bytes` must come, so a server that drips a byte a minute ends as well.
"""

import select
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpcore

from data.errors import Interrupted
from sync.limits import LIMITS, SyncLimits

_SLICE_S = 0.25
"""How long one wait lasts before we look whether to stop."""
_TCP_INFO_BYTES = 256
_SENT, _RECEIVED = slice(120, 128), slice(128, 136)
"""Where `struct tcp_info` (linux/tcp.h) has tcpi_bytes_acked and tcpi_bytes_received."""


@dataclass
class Traffic:
    """Bytes on the wire, both ways, without the headers of TCP and IP."""

    sent: int = 0
    received: int = 0

    @property
    def total(self) -> int:
        """What a metered line counts."""
        return self.sent + self.received


@dataclass
class ConnectionStats:
    """What connections of one link share."""

    must_stop: Callable[[], bool] = lambda: False
    """Asked between two waits: whether to stop now."""
    traffic: Traffic = field(default_factory=Traffic)
    limits: SyncLimits = LIMITS
    _waited_s: float = 0.0
    _came: int = 0

    def begin_request(self) -> None:
        """Another question: the other end has its whole time again."""
        self._waited_s, self._received = 0.0, 0

    def note_wait(self, seconds: float, received: int) -> None:
        """Note a wait; httpcore.ReadTimeout when too little came for too long."""
        self._waited_s += seconds
        self._received += received
        if self._waited_s >= self.limits.stall_s:
            if self._received < self.limits.stall_bytes:
                raise httpcore.ReadTimeout
            self.begin_request()

    def must_go_on(self) -> None:
        """Interrupted when somebody wants us to stop."""
        if self.must_stop():
            raise Interrupted("The download was stopped", means="What came is kept.", do="It goes on from there")


class CountingBackend(httpcore.NetworkBackend):
    """Opens counted connections for httpcore."""

    def __init__(self, line: ConnectionStats) -> None:
        self._line = line

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "CountedStream":
        """A connection, not yet encrypted."""
        self._line.must_go_on()
        try:
            opened = socket.create_connection((host, port), self._line.limits.connect_timeout_s)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(_describe_error(error)) from error
        return CountedStream(opened, self._line)


class CountedStream(httpcore.NetworkStream):
    """One connection, in clear or over TLS."""

    def __init__(self, opened: socket.socket, line: ConnectionStats) -> None:
        self._socket = opened
        self._line = line
        self._counted = Traffic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come; empty at the end."""
        while True:
            self._line.must_go_on()
            self._socket.settimeout(_SLICE_S)
            start, content = monotonic(), b""
            try:
                content = self._socket.recv(max_bytes)
                return content
            except TimeoutError:
                continue
            except OSError as error:
                raise httpcore.ReadError(_describe_error(error)) from error
            finally:
                self._line.note_wait(monotonic() - start, len(content))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._line.must_go_on()
        self._socket.settimeout(self._line.limits.read_timeout_s)
        try:
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(_describe_error(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "CountedStream":
        """The same connection, encrypted."""
        self._socket.settimeout(self._line.limits.read_timeout_s)
        try:
            self._socket = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, ValueError) as error:
            self.close()
            raise httpcore.ConnectError(_describe_error(error)) from error
        return self

    def close(self) -> None:
        """Count what the connection cost, and end it."""
        self.count()
        self._socket.close()

    def count(self) -> None:
        """Bring the line's traffic up to date with this connection."""
        try:
            info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
        except OSError:
            return  # closed already, and counted then
        sent, received = (int.from_bytes(info[part], "little") for part in (_SENT, _RECEIVED))
        self._line.traffic.sent += max(0, sent - self._counted.sent)
        self._line.traffic.received += max(0, received - self._counted.received)
        self._counted = Traffic(max(sent, self._counted.sent), max(received, self._counted.received))

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a stream."""
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        if info == "socket":
            return self._socket
        if info == "is_readable":  # an idle connection that has something to say has been closed
            return _is_readable(self._socket)
        return None


def _is_readable(opened: socket.socket) -> bool:
    poll = select.poll()
    poll.register(opened, select.POLLIN)
    return bool(poll.poll(0))


def _describe_error(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "the connection broke"
