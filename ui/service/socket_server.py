"""The socket of this machine at which programs call the counter: JSON Lines, one thread for each connection.

- Only the user of the server may connect; with a group, its members too. The kernel says who connects.
- The first line proves the program. A wrong one is answered, recorded, slowed down and the connection closed.
- A connection is read no further while its line is being answered: who sends more waits.
- When the server closes, each line that was begun is answered first.
"""

import json
import os
import socket
import stat
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread
from time import monotonic
from typing import Any

from data.errors import Busy, Denied, InputError, WaypostError
from data.json_codec import to_json_value
from data.log.error_log import log_error, suppress_logged
from data.text import _
from ui.service.program_lines import MOST_LINE_BYTES, ErrorAnswer, ProgramHello, ServiceError, decode_hello
from ui.service.program_session import ProgramSession

MOST_CONNECTIONS = 128
HELLO_S = 5.0
"""For the whole first line, however slowly it comes."""
SEND_S = 10.0
"""A program that does not read its answer for so long is disconnected."""
SLOW_DOWN_S = 1.0
"""Before a wrong first line is answered, one after the other on all connections together."""
DRAIN_S = 30.0
"""For all lines that were begun when the server closes."""
PROBE_S = 1.0
"""For whoever may listen at the path already."""
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class PeerProcess:
    """The process at the other end, as the kernel says it."""

    pid: int
    uid: int


Greet = Callable[[ProgramHello, PeerProcess], ProgramSession]
"""The session of the program that proved who it is; Denied and a record where it did not."""


class PathSocket(socket.socket):
    """A socket of this machine that knows what it made at its path."""

    _path: Path | None = None
    _made = (0, 0)

    def bind_path(self, path: Path) -> None:
        """Make it at `path`. Raises OSError."""
        self.bind(str(path))
        entry = path.lstat()
        self._path, self._made = path, (entry.st_dev, entry.st_ino)

    def remove_path(self) -> None:
        """Remove it from its path, unless another server's lies there by now."""
        with suppress_logged(FileNotFoundError):
            if self._path is None:
                return
            entry = self._path.lstat()
            if (entry.st_dev, entry.st_ino) == self._made:
                self._path.unlink()


def listen(path: Path, group: int | None = None) -> PathSocket:
    """A listening socket at `path`, for this user, and for the members of `group`.

    Raises:
        InputError: the folder is missing or open to everybody, or something else lies at `path`.
        Busy: another server listens there.
    """
    _must_be_closed_folder(path.parent)
    with _alone_in(path.parent):
        return _listen(path, group)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two servers that start at once do not remove each other's socket."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)


def _listen(path: Path, group: int | None) -> PathSocket:
    _remove_stale(path)
    listener = PathSocket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind_path(path)
        if group is not None:
            os.chown(path, -1, group)
            path.chmod(0o660)
        listener.listen(MOST_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise InputError(_("No socket can be made at {path}", path=path), do=_("Choose another path")) from error
    finally:
        os.umask(before)
    return listener


def _must_be_closed_folder(folder: Path) -> None:
    try:
        entry = folder.stat()
    except OSError as error:
        raise InputError(_("There is no folder {folder}", folder=folder), do=_("Make it first")) from error
    if entry.st_mode & (stat.S_IWOTH | stat.S_IWGRP) or entry.st_uid not in (0, os.getuid()):
        raise InputError(
            _("Others may write in {folder}", folder=folder),
            means=_("Another program could take the place of the socket."),
            do=_("Choose a folder that only this user may change"),
        )


def _remove_stale(path: Path) -> None:
    """Remove a socket at which nobody listens."""
    if not path.is_symlink() and not path.exists():
        return
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise InputError(_("{path} is not a socket", path=path), do=_("Choose another path"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PROBE_S)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError as error:
            log_error(error)
            path.unlink()
            return
        except (TimeoutError, BlockingIOError) as error:  # it listens, and is busy or stopped
            log_error(error)
        except OSError as error:
            raise InputError(_("{path} is a socket of another kind", path=path), do=_("Choose another path")) from error
    raise Busy(_("Another server listens at {path}", path=path), do=_("Stop it first, or choose another path"))


class SocketServer:
    """Accepts connections until it is closed::

    server = SocketServer(listen(path), greet)
    server.serve()
    """

    def __init__(self, listener: socket.socket, greet: Greet, *, admit_others: Callable[[int], bool]) -> None:
        self._listener = listener
        self._greet = greet
        self._admit_others = admit_others
        self._closing = Event()
        self._places = BoundedSemaphore(MOST_CONNECTIONS)
        self._lock, self._slow = Lock(), Lock()
        self._open: dict[socket.socket, Thread] = {}

    def serve(self) -> None:
        """Accept and answer; returns after `close`, when each line that was begun is answered."""
        self._listener.settimeout(0.2)
        while not self._closing.is_set():
            try:
                channel, _address = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log_error(error)
                self._closing.wait(0.1)  # too many open files: those that are open will end
                continue
            self._start(channel)
        self._listener.close()
        self._drain()

    def close(self) -> None:
        """Accept nobody any more. Safe in a signal handler."""
        self._closing.set()

    def _start(self, channel: socket.socket) -> None:
        if not self._places.acquire(blocking=False):
            _refuse_one_too_many(channel)
            return
        channel.settimeout(SEND_S)
        thread = Thread(target=self._serve_one, args=(channel,), name="program", daemon=True)
        with self._lock:
            self._open[channel] = thread
        try:
            thread.start()
        except RuntimeError as error:  # the machine has no thread left: those that are open will end
            log_error(error)
            with self._lock:
                self._open.pop(channel, None)
            self._places.release()
            channel.close()

    def _drain(self) -> None:
        with self._lock:
            left = dict(self._open)
        for channel in left:
            with suppress_logged(OSError):
                channel.shutdown(socket.SHUT_RD)
        ends_s = monotonic() + DRAIN_S
        for thread in left.values():
            thread.join(max(0.0, ends_s - monotonic()))

    def _serve_one(self, channel: socket.socket) -> None:
        try:
            with channel:
                Connection(channel, self._closing, self._slow).serve(self._greet, self._admit_others)
        except OSError as error:  # the program is gone; what it asked is in the journal
            log_error(error)
        finally:
            with self._lock:
                self._open.pop(channel, None)
            self._places.release()


class Connection:
    """One connection: its lines in, its answers out."""

    def __init__(self, channel: socket.socket, closing: Event, slow: Lock) -> None:
        """`slow` is held by whoever waits before answering a wrong first line."""
        self._channel = channel
        self._closing = closing
        self._slow = slow
        self._rest = b""

    def serve(self, greet: Greet, admit_others: Callable[[int], bool]) -> None:
        """Greet the program, and answer its lines until it ends or the server closes. Raises OSError."""
        session = self._begin(greet, admit_others)
        if session is None:
            return
        self._channel.settimeout(None)
        try:
            while not self._closing.is_set() and (content := self._read_line()) is not None:
                if content.strip():
                    self._send(session.answer(content))
        except InputError as error:
            self._send_last(ErrorAnswer(None, ServiceError.LINE_TOO_LONG, error))

    def _begin(self, greet: Greet, admit_others: Callable[[int], bool]) -> ProgramSession | None:
        peer = read_peer(self._channel)
        try:
            if peer.uid != os.getuid() and not admit_others(peer.uid):
                raise Denied(_("This user may not call the counter"), means=_("The connection is closed."))
            session = greet(decode_hello(self._read_line(monotonic() + HELLO_S) or b""), peer)
        except WaypostError as error:
            log_error(error)
            if self._slow.acquire(timeout=HELLO_S):  # many wrong ones at once: no answer, and their places are free
                try:
                    self._closing.wait(SLOW_DOWN_S)
                finally:
                    self._slow.release()
                self._send_last(ErrorAnswer(None, _code_of(error), error))
            return None
        self._send({"hello": 1})
        return session

    def _read_line(self, ends_s: float | None = None) -> bytes | None:
        """The next line; None at the end. A line that the end cuts off is none. InputError for one too long.

        TimeoutError where it has not come by `ends_s` of the monotonic clock.
        """
        while b"\n" not in self._rest:
            if len(self._rest) > MOST_LINE_BYTES:
                raise _too_long()
            if ends_s is not None:
                self._channel.settimeout(max(0.001, ends_s - monotonic()))
            content = self._channel.recv(MOST_LINE_BYTES)
            if not content:
                return None
            self._rest += content
        content, _newline, self._rest = self._rest.partition(b"\n")
        if len(content) > MOST_LINE_BYTES:
            raise _too_long()
        return content

    def _send_last(self, answer: ErrorAnswer) -> None:
        """Before the connection is closed: with lines unread the kernel would take the answer away from the program."""
        self._send(answer.to_json())
        self._channel.shutdown(socket.SHUT_WR)
        ends_s = monotonic() + HELLO_S
        with suppress_logged(OSError):  # it has its answer, or does not want it
            while (left_s := ends_s - monotonic()) > 0:
                self._channel.settimeout(left_s)
                if not self._channel.recv(MOST_LINE_BYTES):
                    return

    def _send(self, answer: dict[str, Any]) -> None:
        self._channel.settimeout(SEND_S)
        self._channel.sendall(_to_line(answer))
        self._channel.settimeout(None)


def _refuse_one_too_many(channel: socket.socket) -> None:
    """Say so, if it takes no time."""
    error = Busy(_("Too many programs are connected"), do=_("Close a connection, or try again later"))
    with suppress_logged(OSError), channel:
        channel.setblocking(False)
        channel.send(_to_line(ErrorAnswer(None, ServiceError.BUSY, error).to_json()))


def _to_line(answer: dict[str, Any]) -> bytes:
    return json.dumps(to_json_value(answer), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def read_peer(channel: socket.socket) -> PeerProcess:
    """Who is at the other end."""
    content = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, _gid = _CREDENTIALS.unpack(content)
    return PeerProcess(pid, uid)


def _code_of(error: WaypostError) -> ServiceError:
    """Of an error at the first line."""
    if isinstance(error, InputError):
        return ServiceError.NOT_UNDERSTOOD
    return ServiceError.NOT_PROVED if isinstance(error, Denied) else ServiceError.FAILED


def _too_long() -> InputError:
    return InputError(
        _("A line is longer than {most} bytes", most=MOST_LINE_BYTES),
        means=_("The connection is closed."),
        do=_("Send shorter lines"),
    )
