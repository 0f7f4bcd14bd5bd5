"""Lines and servers that misbehave on purpose, on free ports of the loopback.

- `Proxy` stands before any TCP server, also one with TLS: counts bytes both ways, cuts, stalls, changes a byte, paces.
- `ChaosServer` is a static server with one `Fault` at a time: what hostile or broken HTTP servers do.

    with ChaosServer(folder) as server, Proxy(server.port) as proxy:
        server.fault = Fault(status=429, headers={"retry-after": "120"})
        proxy.cut_after = 1000
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

_PIECE = 4096


@dataclass(frozen=True)
class Fault:
    """What the server does instead of answering properly; the default does answer properly."""

    status: int = 0
    """Answer this, with no body, whatever is asked."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent beside, or in place of, the proper ones."""
    only: str = ""
    """Only where the path holds this."""
    change: Callable[[bytes], bytes] = bytes
    """What becomes of the body."""
    endless: bool = False
    """Zeroes without end follow the body, which has no length then."""
    ignore_range: bool = False
    shift_range: int = 0
    """The range that is sent begins so many bytes later than asked, and the headers do not say so."""
    drip_s: float = 0.0
    """One byte each so many seconds."""


class ChaosServer:
    """A static server over a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fault = Fault()
        """Of whatever is fetched."""
        self.reports = Fault(status=501)
        """What becomes of reports: a static server takes none."""
        self.reported = 0
        """How often somebody sent a report."""
        self.asked: list[tuple[str, str]] = []
        """Path and Range of each request, in order."""
        chaos = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with suppress(ConnectionError):
                    chaos._answer(self)

            def do_POST(self) -> None:
                with suppress(ConnectionError):
                    self.rfile.read(int(self.headers["content-length"]))
                    body = chaos.reports.change(b"")
                    headers = {"content-length": str(len(body))} | chaos.reports.headers
                    chaos.reported += 1
                    chaos._send(self, chaos.reports.status, headers, body, chaos.reports)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = False  # so that closing it waits for them: none outlives its test

            def process_request(self, request: Any, client_address: Any) -> None:
                chaos._open.append(request)
                super().process_request(request, client_address)

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Clients that hang up are what is tested."""

        self._open: list[socket.socket] = []
        self._server = Server(("127.0.0.1", 0), Handler)
        self._ended = threading.Event()
        self._serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._serving.join()
        for one in self._open:
            with suppress(OSError):  # its thread closes it
                one.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers["range"] or ""))
        fault = self.fault if self.fault.only in request.path else Fault()
        path = self.folder / request.path.lstrip("/")
        if fault.status or not path.is_file():
            self._send(request, fault.status or 404, {"content-length": "0"} | fault.headers, b"", fault)
            return
        content, tag = path.read_bytes(), f'"{path.stat().st_mtime_ns}"'
        if request.headers["if-none-match"] == tag:
            self._send(request, 304, {"etag": tag}, b"", fault)
            return
        byte_range = request.headers["range"] if not fault.ignore_range else None
        first, _, last = (byte_range or "bytes=0-")[6:].partition("-")
        start, end = int(first), int(last) + 1 if last else len(content)
        body = fault.change(content[start + fault.shift_range : end])
        headers = {"etag": tag} if fault.endless else {"etag": tag, "content-length": str(len(body))}
        if part := (start, end) != (0, len(content)):
            headers["content-range"] = f"bytes {start}-{end - 1}/{len(content)}"
        self._send(request, 206 if part else 200, headers | fault.headers, body, fault)

    def _send(
        self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, fault: Fault
    ) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        if fault.drip_s:
            for place in range(len(body)):
                if self._ended.wait(fault.drip_s):
                    return
                request.wfile.write(body[place : place + 1])
        else:
            request.wfile.write(body)
        while fault.endless and not self._ended.is_set():
            request.wfile.write(bytes(_PIECE))
        if fault.endless or len(body) != int(headers.get("content-length", len(body))):
            request.close_connection = True


class Proxy:
    """A line to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.port: int = self._listening.getsockname()[1]
        self.up = 0
        """Bytes that clients sent."""
        self.down = 0
        """Bytes that clients were given."""
        self.connections = 0
        self.cut_after: int | None = None
        """Each connection ends after so many bytes down."""
        self.stall_after: int | None = None
        """Each connection falls silent after so many bytes down."""
        self.spoil_at: int | None = None
        """The byte at this place of each connection, down, arrives changed."""
        self.bytes_s: float | None = None
        """How fast it is, down."""
        self._ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        _hang_up(self._listening)
        self._threads[0].join()  # then no more come
        self.pull()
        for thread in self._threads:
            thread.join()

    def reset_counts(self) -> None:
        """Count from here."""
        self.up = self.down = self.connections = 0

    def pull(self) -> None:
        """End every connection that is open."""
        while self._open:
            _hang_up(self._open.pop())

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments))
        self._threads[-1].start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _hang_up(client)
                continue
            self.connections += 1
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
            self._open += [client, server]
            self._start(self._upwards, client, server)
            self._start(self._downwards, server, client)

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(_PIECE):
                self.up += len(piece)
                server.sendall(piece)
        _hang_up(server)

    def _downwards(self, server: socket.socket, client: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while piece := server.recv(_PIECE):
                if self.cut_after is not None:
                    piece = piece[: max(0, self.cut_after - passed)]
                if self.stall_after is not None and passed + len(piece) > self.stall_after:
                    self._ended.wait()
                if self.spoil_at is not None and passed <= self.spoil_at < passed + len(piece):
                    place = self.spoil_at - passed
                    piece = piece[:place] + bytes([piece[place] ^ 1]) + piece[place + 1 :]
                self.down += len(piece)  # before anybody can have read it, and looks at this
                client.sendall(piece)
                passed += len(piece)
                if self.bytes_s:
                    self._ended.wait(len(piece) / self.bytes_s)
                if self.cut_after is not None and passed >= self.cut_after:
                    break
        _hang_up(client)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
