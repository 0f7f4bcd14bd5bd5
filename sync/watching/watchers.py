"""Everything that stands beside the service and says what happened: line, sticks, neighbours. Each in its thread."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from data.errors import SettingsError
from data.home import KitHome
from sync.neighbours.hello import tell_and_hear
from sync.neighbours.server import NeighbourServer
from sync.neighbours.share import Share
from sync.neighbours.words import Hello, Neighbours
from sync.watching.line_watch import watch_link
from sync.watching.stick_watch import watch_sticks
from sync.watching.waits import Cause


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that may wake the courier."""

    cause: Cause
    where: str = ""
    """The tree of a stick, or the URL of a neighbour."""


class Watchers:
    """The observers of one kit; `close` ends them."""

    def __init__(self, kit: KitHome, happened: Callable[[Happened], None]) -> None:
        """SettingsError: the port for neighbours is taken."""
        settings = kit.settings.courier
        self._happened = happened
        self._ended = Event()
        self._share = Share.of(kit)
        self._heard = Neighbours()
        self._server = _serving(self._share, settings.share_port) if settings.share else None
        self._version = self._share.version()
        self._kit = secrets.token_hex(8)
        self._start(watch_link, lambda: happened(Happened(Cause.LINK)))
        if settings.sticks:
            places = [Path(place) for place in settings.sticks]
            self._start(watch_sticks, places, lambda tree: happened(Happened(Cause.STICK, str(tree))))
        if settings.find_neighbours:
            self._start(tell_and_hear, self._hello, self._hear)

    @property
    def neighbours(self) -> tuple[str, ...]:
        """URLs of kits that share, as heard."""
        return self._heard.urls

    def renewed(self) -> None:
        """A run has ended: there may be something newer to tell neighbours about."""
        self._version = self._share.version()

    def close(self) -> None:
        """End them; they are gone within a second or so."""
        self._ended.set()
        if self._server:
            self._server.stop()

    def _start(self, watcher: Callable[..., None], *arguments: object) -> None:
        Thread(target=watcher, args=(*arguments, self._ended), name=watcher.__name__, daemon=True).start()

    def _hello(self) -> Hello | None:
        if self._server is None or not self._version:
            return None
        return Hello(self._kit, self._server.port, self._version)

    def _hear(self, sender: str, hello: Hello) -> None:
        if hello.kit == self._kit:
            return
        url = self._heard.heard(sender, hello)
        if url and hello.version > self._version:
            self._happened(Happened(Cause.NEIGHBOUR, url))


def _serving(share: Share, port: int) -> NeighbourServer:
    try:
        server = NeighbourServer(share.offer, port)
    except OSError as error:
        raise SettingsError(
            f"Port {port} for neighbours cannot be listened on ({error.strerror})",
            do="Choose another share_port under [courier] in kit.toml",
        ) from error
    server.start()
    return server
