"""Gives neighbours the verified public files of this kit, and nothing else.

- Nothing here is secret: metadata is public, list files are ciphertext. Envelopes are for one kit and are not kept.
- Files keep the names under which they were published. When the folder is full, the oldest go first.
- Read-only, exact names: a path is looked up among what is offered, never on the disk.
- A few connections at a time, fewer of one address, and a rate for all of them together. A question must be asked in a
  time, its answer taken at a rate; only addresses of a local network are answered.
- Whoever asks nothing just then holds no place: where there are too many, the one that has asked nothing for longest is
  cut.
"""

import os
import re
import socketserver
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socket import SHUT_RDWR
from threading import Event, Lock, Thread, Timer
from time import monotonic, sleep
from typing import IO, Any
from urllib.parse import quote

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from data import durable_files
from data.kit import home_files
from data.kit.home import KitHome
from data.log.error_log import log_error, suppress_logged
from sync.formats.manifest import SealedFile
from sync.kit.connections.transfer_limiter import RateLimiter
from sync.kit.neighbours.discovery import is_local
from sync.limits import LIMITS
from sync.link import PIECE_BYTES

_MB = 1_000_000
_SLASH = "~"
"""Stands for `/` in the name of a kept file; published paths have none (`sync.link.check_path`)."""

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_BUSY = b"HTTP/1.1 503 Busy\r\nretry-after: 60\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Share:
    """The files a kit keeps for others, in `shared/`, next to its trusted metadata."""

    def __init__(self, folder: Path, trust: Path, most_bytes: int) -> None:
        """`most_bytes` 0: this kit does not share."""
        self._folder = folder
        self._trust = trust
        self._most_bytes = most_bytes

    @classmethod
    def of(cls, home: KitHome) -> "Share":
        """The share of a kit, as kit.toml has it."""
        settings = home.settings.courier
        return cls(
            home_files.SHARED.within(home.path), home.trust, int(settings.share_mb * _MB) if settings.share else 0
        )

    def keep(self, path: str, file: SealedFile, whole: Path) -> None:
        """Keep the verified file `whole`, published at `path`, for neighbours; without a copy of its bytes."""
        if file.size > self._most_bytes:
            return
        with suppress_logged(OSError):  # a neighbour's convenience never stops a sync
            self._folder.mkdir(exist_ok=True, mode=durable_files.PRIVATE_FOLDER_MODE)
            self._make_room(file.size)
            with suppress(FileExistsError):
                os.link(whole, self._folder / path.replace("/", _SLASH))

    def offer(self) -> dict[str, Path]:
        """Every path of the published tree that this kit can give, and the file that holds it."""
        kept_files = self._folder.iterdir() if self._folder.is_dir() else ()
        files = {file.name.replace(_SLASH, "/"): file for file in kept_files}
        return {**files, **dict(self._metadata()), **dict(self._targets())}

    def version(self) -> int:
        """Version of the newest timestamp here; 0 before the first sync."""
        try:
            version: int = _read_metadata(self._trust / "timestamp.json").signed.version
            return version
        except FileNotFoundError:
            return 0
        except (OSError, RepositoryError, ValueError) as error:
            log_error(error)
            return 0

    def _metadata(self) -> Iterable[tuple[str, Path]]:
        for role in ("timestamp", "snapshot", "targets", "lists"):
            file = self._trust / f"{role}.json"
            with suppress_logged(OSError, RepositoryError, ValueError), suppress(FileNotFoundError):
                version = _read_metadata(file).signed.version
                yield f"metadata/{role}.json" if role == "timestamp" else f"metadata/{version}.{role}.json", file
        for file in (self._trust / "root_history").glob("*.root.json"):
            yield f"metadata/{file.name}", file

    def _targets(self) -> Iterable[tuple[str, Path]]:
        for role in ("targets", "lists"):
            with suppress_logged(OSError, RepositoryError, ValueError), suppress(FileNotFoundError):
                for path, target in _read_metadata(self._trust / f"{role}.json").signed.targets.items():
                    folder, slash, name = path.rpartition("/")
                    yield (
                        f"{folder}{slash}{next(iter(target.hashes.values()))}.{name}",
                        self._trust / "targets" / quote(path, ""),
                    )

    def _make_room(self, size: int) -> None:
        there = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
        total = sum(file.stat().st_size for file in there)
        for file in there:
            if total + size <= self._most_bytes:
                break
            total -= file.stat().st_size
            file.unlink()


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


def _open_content(file: Path) -> IO[bytes] | None:
    """None where no file can be given: the neighbour then asks another source."""
    try:
        return durable_files.open_to_read(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        log_error(error)
        return None


def _read_metadata(file: Path) -> Metadata[Any]:
    return Metadata.from_bytes(durable_files.read_regular(file))


@dataclass(frozen=True, slots=True)
class _Place:
    address: str
    idle_since: float | None
    """None while a question is being answered."""


def _hang_up(connection: Any) -> None:
    with suppress(OSError):
        connection.shutdown(SHUT_RDWR)


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], offer: Callable[[], Mapping[str, Path]]) -> None:
        super().__init__(address, _Answer)
        self.offer = offer
        self.ended = Event()
        self._places: dict[Any, _Place] = {}
        self._lock = Lock()
        self._pace = RateLimiter(LIMITS.share_bytes_s, sleep=sleep)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread while there is a place, or one that nobody uses."""
        if not is_local(client_address[0]):
            self.shutdown_request(request)
        elif not self._take_place(request, client_address[0]):
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
            with self._lock:
                self._places.pop(request, None)

    def _take_place(self, request: Any, address: str) -> bool:
        with self._lock:
            theirs = [other for other, place in self._places.items() if place.address == address]
            if len(theirs) >= LIMITS.share_connections_each and not self._cut_idle(theirs):
                return False
            if len(self._places) >= LIMITS.share_connections and not self._cut_idle(list(self._places)):
                return False
            self._places[request] = _Place(address, monotonic())
        return True

    def _cut_idle(self, connections: list[Any]) -> bool:
        """End the one of `connections` that has asked nothing for longest; False where all are being answered."""
        since = {connection: self._places[connection].idle_since for connection in connections}
        idle = {connection: time for connection, time in since.items() if time is not None}
        if not idle:
            return False
        longest = min(idle, key=lambda connection: idle[connection])
        del self._places[longest]
        _hang_up(longest)
        return True

    def note_work(self, request: Any, *, idle_since: float | None) -> None:
        """From now on `request` is being answered (None), or asks nothing since then."""
        with self._lock:
            if request in self._places:
                self._places[request] = replace(self._places[request], idle_since=idle_since)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what broke an answer; a neighbour that hangs up or falls silent is no event."""
        error = sys.exc_info()[1]
        if error and not isinstance(error, ConnectionError | TimeoutError):
            log_error(error)

    def pace(self, count: int) -> None:
        """Hold all answers together to the rate."""
        self._pace.wait_for(count, lambda: None)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "waypost", ""
    timeout = LIMITS.share_request_s
    server: _Server

    def handle_one_request(self) -> None:
        """One question, in its time."""
        self._end_after(LIMITS.share_request_s)
        try:
            super().handle_one_request()
        finally:
            self._deadline.cancel()
            self.server.note_work(self.request, idle_since=monotonic())

    def do_GET(self) -> None:
        """The file, from where it is asked for."""
        self._deadline.cancel()
        self.server.note_work(self.request, idle_since=None)
        file = self.server.offer().get(self.path.lstrip("/"))
        content = _open_content(file) if file else None
        if content is None:
            return self._say(HTTPStatus.NOT_FOUND, {"content-length": "0"})
        with content:
            self._give(content, os.fstat(content.fileno()).st_size)

    def _give(self, content: Any, size: int) -> None:
        match = _RANGE.fullmatch(self.headers["range"] or "")
        start = int(match[1]) if match else 0
        end = min(size, int(match[2]) + 1) if match and match[2] else size
        if start and start >= end:
            length = {"content-length": "0", "content-range": f"bytes */{size}"}
            self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, length)
            return
        part = (start, end) != (0, size)
        headers = {"content-length": str(end - start)}
        if part:
            headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        self._say(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK, headers)
        self._end_after(
            min(LIMITS.share_connection_s, LIMITS.share_request_s + (end - start) / LIMITS.share_least_bytes_s)
        )
        content.seek(start)
        while (piece := content.read(min(PIECE_BYTES, end - content.tell()))) and not self.server.ended.is_set():
            self.server.pace(len(piece))
            self.wfile.write(piece)

    def _say(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _end_after(self, seconds: float) -> None:
        self._deadline = Timer(seconds, _hang_up, (self.connection,))
        self._deadline.daemon = True
        self._deadline.start()

    def log_message(self, format: str, *arguments: object) -> None:
        """Who asked for what is nobody's business."""
