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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any

from data.errors import Busy, Denied, InputError, WaypostError
from data.json_codec import to_json_value
from data.log.error_log import log_error, suppress_logged
from data.text import _
from ui.service.program_lines import MOST_LINE_BYTES, ErrorAnswer, ProgramHello, ServiceError, decode_hello
from ui.service.program_session import ProgramSession

MOST_CONNECTIONS = 128
HELLO_S = 5.0
"""For the first line."""
SEND_S = 10.0
"""A program that does not read its answer for so long is disconnected."""
SLOW_DOWN_S = 1.0
"""Before a wrong credential is answered."""
DRAIN_S = 30.0
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class PeerProcess:
    """The process at the other end, as the kernel says it."""

    pid: int
    uid: int


Greet = Callable[[ProgramHello, PeerProcess], ProgramSession]
"""The session of the program that proved who it is; Denied and a record where it did not."""


def listen(path: Path, group: int | None = None) -> socket.socket:
    """A listening socket at `path`, for this user, and for the members of `group`.

    Raises:
        InputError: the folder is missing or open to everybody, or something else lies at `path`.
        Busy: another server listens there.
    """
    _must_be_closed_folder(path.parent)
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
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
        mode = folder.stat().st_mode
    except OSError as error:
        raise InputError(_("There is no folder {folder}", folder=folder), do=_("Make it first")) from error
    if mode & stat.S_IWOTH:
        raise InputError(
            _("Everybody may write in {folder}", folder=folder),
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
        try:
            probe.connect(str(path))
        except ConnectionRefusedError as error:
            log_error(error)
            path.unlink()
            return
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
        self._lock = Lock()
        self._open: dict[socket.socket, Thread] = {}

    def serve(self) -> None:
        """Accept and answer; returns after `close`, when each line that was begun is answered."""
        self._listener.settimeout(0.2)
        while not self._closing.is_set():
            try:
                line, _address = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log_error(error)
                self._closing.wait(0.1)  # too many open files: those that are open will end
                continue
            self._start(line)
        self._listener.close()
        self._drain()

    def close(self) -> None:
        """Accept nobody any more. Safe in a signal handler."""
        self._closing.set()

    def _start(self, line: socket.socket) -> None:
        if not self._places.acquire(blocking=False):
            line.close()
            return
        line.settimeout(SEND_S)
        thread = Thread(target=self._serve_one, args=(line,), name="program", daemon=True)
        with self._lock:
            self._open[line] = thread
        thread.start()

    def _drain(self) -> None:
        with self._lock:
            left = dict(self._open)
        for line in left:
            with suppress_logged(OSError):
                line.shutdown(socket.SHUT_RD)
        for thread in left.values():
            thread.join(DRAIN_S)

    def _serve_one(self, line: socket.socket) -> None:
        try:
            with line:
                Connection(line, self._closing).serve(self._greet, self._admit_others)
        except OSError as error:  # the program is gone; what it asked is in the journal
            log_error(error)
        finally:
            with self._lock:
                self._open.pop(line, None)
            self._places.release()


class Connection:
    """One connection: its lines in, its answers out."""

    def __init__(self, line: socket.socket, closing: Event) -> None:
        self._line = line
        self._closing = closing
        self._rest = b""

    def serve(self, greet: Greet, admit_others: Callable[[int], bool]) -> None:
        """Greet the program, and answer its lines until it ends or the server closes. Raises OSError."""
        session = self._begin(greet, admit_others)
        if session is None:
            return
        self._line.settimeout(None)
        try:
            while not self._closing.is_set() and (content := self._read_line()) is not None:
                if content.strip():
                    self._send(session.answer(content))
        except InputError as error:
            self._send(ErrorAnswer(None, ServiceError.LINE_TOO_LONG, error).to_json())

    def _begin(self, greet: Greet, admit_others: Callable[[int], bool]) -> ProgramSession | None:
        peer = read_peer(self._line)
        self._line.settimeout(HELLO_S)
        try:
            if peer.uid != os.getuid() and not admit_others(peer.uid):
                raise Denied(_("This user may not call the counter"), means=_("The connection is closed."))
            session = greet(decode_hello(self._read_line() or b""), peer)
        except WaypostError as error:
            log_error(error)
            self._closing.wait(SLOW_DOWN_S)
            code = ServiceError.NOT_UNDERSTOOD if isinstance(error, InputError) else ServiceError.NOT_PROVED
            self._send(ErrorAnswer(None, code, error).to_json())
            return None
        self._send({"hello": 1})
        return session

    def _read_line(self) -> bytes | None:
        """The next line; None at the end. A line that the end cuts off is none. InputError for one too long."""
        while b"\n" not in self._rest:
            if len(self._rest) > MOST_LINE_BYTES:
                raise _too_long()
            content = self._line.recv(MOST_LINE_BYTES)
            if not content:
                return None
            self._rest += content
        content, _newline, self._rest = self._rest.partition(b"\n")
        if len(content) > MOST_LINE_BYTES:
            raise _too_long()
        return content

    def _send(self, answer: dict[str, Any]) -> None:
        content = json.dumps(to_json_value(answer), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        self._line.settimeout(SEND_S)
        self._line.sendall(content)
        self._line.settimeout(None)


def read_peer(line: socket.socket) -> PeerProcess:
    """Who is at the other end."""
    content = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, _gid = _CREDENTIALS.unpack(content)
    return PeerProcess(pid, uid)


def _too_long() -> InputError:
    return InputError(
        _("A line is longer than {most} bytes", most=MOST_LINE_BYTES),
        means=_("The connection is closed."),
        do=_("Send shorter lines"),
    )
