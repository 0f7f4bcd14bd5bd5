"""Gives neighbours the verified public files of this kit, and nothing else.

- Read-only, exact names: a path is looked up among what is offered, never on the disk.
- A few connections at a time, a rate for all of them together, a time in which a question must be asked and one
  in which its answer must be taken; only addresses of a local network are answered.
"""

import re
import socketserver
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread, Timer
from time import sleep
from typing import Any

from sync.limits import LIMITS
from sync.lines.link import PIECE_BYTES
from sync.lines.metered_link import Pace
from sync.neighbours.words import is_local

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_BUSY = b"HTTP/1.1 503 Busy\r\nretry-after: 60\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class NeighbourServer:
    """Serves what `offer` gives, on `port` of every address of this machine; 0 for any free one."""

    def __init__(self, offer: Callable[[], Mapping[str, Path]], port: int, host: str = "") -> None:
        """OSError: the port is taken."""
        self._server = _Server((host, port), offer)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    def start(self) -> None:
        """Serve in a thread of its own."""
        Thread(target=self._server.serve_forever, name="neighbours", daemon=True).start()

    def stop(self) -> None:
        """Stop serving; answers on their way are cut."""
        self._server.ended.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], offer: Callable[[], Mapping[str, Path]]) -> None:
        super().__init__(address, _Answer)
        self.offer = offer
        self.ended = Event()
        self._free = BoundedSemaphore(LIMITS.share_connections)
        self._pace = Pace(LIMITS.share_bytes_s, sleep=sleep)
        self._pacing = Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread while one of the few is free."""
        if not is_local(client_address[0]):
            self.shutdown_request(request)
        elif not self._free.acquire(blocking=False):
            with suppress(OSError):
                request.sendall(_BUSY)
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The whole of one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A neighbour that hangs up is no event."""

    def paced(self, count: int) -> None:
        """Hold all answers together to the rate."""
        with self._pacing:
            self._pace.passed(count, lambda: None)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "waypost", ""
    timeout = LIMITS.share_request_s
    server: _Server

    def handle_one_request(self) -> None:
        """One question, in its time."""
        self._deadline = Timer(LIMITS.share_request_s, self._hang_up)
        self._deadline.daemon = True
        self._deadline.start()
        try:
            super().handle_one_request()
        finally:
            self._deadline.cancel()

    def do_GET(self) -> None:
        """The file, from where it is asked for."""
        self._deadline.cancel()
        self._deadline = Timer(LIMITS.share_connection_s, self._hang_up)
        self._deadline.daemon = True
        self._deadline.start()
        file = self.server.offer().get(self.path.lstrip("/"))
        try:
            if file is None:
                raise FileNotFoundError
            with file.open("rb") as content:
                self._give(content, file.stat().st_size)
        except FileNotFoundError:
            self._say(HTTPStatus.NOT_FOUND, {"content-length": "0"})

    def _give(self, content: Any, size: int) -> None:
        match = _RANGE.fullmatch(self.headers["range"] or "")
        start = int(match[1]) if match else 0
        end = min(size, int(match[2]) + 1) if match and match[2] else size
        if start and start >= end:
            self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"content-length": "0"})
            return
        part = (start, end) != (0, size)
        headers = {"content-length": str(end - start)}
        if part:
            headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        self._say(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK, headers)
        content.seek(start)
        while (piece := content.read(min(PIECE_BYTES, end - content.tell()))) and not self.server.ended.is_set():
            self.server.paced(len(piece))
            self.wfile.write(piece)

    def _say(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(2)

    def log_message(self, format: str, *arguments: object) -> None:
        """Who asked for what is nobody's business."""
