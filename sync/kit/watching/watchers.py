"""The observers that wake the service: of the line, of sticks, of neighbours. Each in its thread.

- A line: the kernel says (netlink, and its table of routes) that the machine came to a network. Nothing is sent:
  whether the line leads anywhere shows when the courier tries.
- A stick: a folder under the places where sticks appear, with a Waypost tree in it. The kernel says when the table of
  mounts changes; folders that a person copies there by hand show when we look. Only names are looked at here: what is
  on the stick is verified when it is read.
- A neighbour: its hello says that it has something newer.
"""

import os
import secrets
import select
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Thread

from data.errors import SettingsError, describe_os_error
from data.kit.home import KitHome
from data.log.error_log import suppress_logged
from data.text import _
from sync.formats.stick import STICK_FOLDER, StickFolder, flat_name
from sync.kit.neighbours.discovery import Hello, NeighbourTable, exchange_hellos
from sync.kit.neighbours.share import NeighbourServer, Share
from sync.kit.watching.retry_schedule import WakeCause
from sync.link import TIMESTAMP

_TABLES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
"""RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE (linux/rtnetlink.h)."""
_ROUTES_EACH_S = 15.0
"""A kernel that says nothing is asked this often."""
_DATAGRAM = 65536

_MOUNTS = Path("/proc/self/mountinfo")
_FOLDERS_EACH_S = 10.0
_SLICE_S = 1.0
_MOST = 64
"""Folders that are looked at in each place, so that a stick of a million folders costs nothing."""
_TREES = ("", "waypost", "public", "waypost/public")
"""Where on a stick the published tree may begin."""
_FLAT_TIMESTAMP = Path(STICK_FOLDER, StickFolder.PUBLIC, flat_name(TIMESTAMP))
"""Where the timestamp is on a stick that `waypost stick out` wrote: flat names, which FAT32 keeps apart."""

Tree = tuple[Path, int]
"""A tree and when its timestamp was written, in nanoseconds: a stick that was filled again is another one."""


def read_routes(tables: tuple[Path, ...] = _TABLES) -> frozenset[str]:
    """Where packets can go outside this machine: interface, destination and gateway of each route."""
    routes = set()
    for table in tables:
        with suppress(OSError):
            for line in table.read_text("ascii", "replace").splitlines():
                words = line.split()
                if len(words) == 10 and words[9] != "lo":
                    routes.add(f"{words[9]} {words[0]} {words[4]}")
                elif len(words) == 11 and words[0] not in ("Iface", "lo"):
                    routes.add(f"{words[0]} {words[1]} {words[2]}")
    return frozenset(routes)


def watch_network(
    on_new_route: Callable[[], None], ended: Event, look: Callable[[], frozenset[str]] = read_routes
) -> None:
    """Call `on_new_route` whenever there is a route that was not there before, until `ended`."""
    with _netlink() as kernel:
        before = look()
        while not ended.is_set():
            _wait_for_netlink(kernel, ended)
            now = look()
            if now - before:
                on_new_route()
            before = now


def find_trees(places: Sequence[Path]) -> frozenset[Tree]:
    """The Waypost trees under `places`, up to two folders deep (/media/<user>/<label>)."""
    return frozenset(tree for place in places for folder in _folders(place) for tree in _tree(folder))


def watch_sticks(places: Sequence[Path], on_tree: Callable[[Path], None], ended: Event, mounts: Path = _MOUNTS) -> None:
    """Call `came` with each tree that was not there before, those that are there at first included."""
    before: frozenset[Tree] = frozenset()
    with suppress_logged(OSError), mounts.open("rb") as table:
        while not ended.is_set():
            now = find_trees(places)
            for tree, _ in sorted(now - before):
                on_tree(tree)
            before = now
            _wait_for_mounts(table.fileno(), ended)


@dataclass(frozen=True, slots=True)
class WakeEvent:
    """Something that may wake the courier."""

    cause: WakeCause
    where: str = ""
    """The tree of a stick, or the URL of a neighbour."""


class Watchers:
    """The observers of one kit; `close` ends them."""

    def __init__(self, kit: KitHome, on_event: Callable[[WakeEvent], None]) -> None:
        """SettingsError: the port for neighbours is taken."""
        settings = kit.settings.courier
        self._on_event = on_event
        self._ended = Event()
        self._share = Share.of(kit)
        self._neighbours = NeighbourTable()
        self._server = _start_server(self._share, settings.share_port) if settings.share else None
        self._version = self._share.version()
        self._kit = secrets.token_hex(8)
        self._start(watch_network, lambda: on_event(WakeEvent(WakeCause.LINK)))
        if settings.sticks:
            places = [Path(place) for place in settings.sticks]
            self._start(watch_sticks, places, lambda tree: on_event(WakeEvent(WakeCause.STICK, str(tree))))
        if settings.find_neighbours:
            self._start(exchange_hellos, self._hello, self._hear)

    @property
    def neighbours(self) -> tuple[str, ...]:
        """URLs of kits that share, as heard."""
        return self._neighbours.urls

    def announce_version(self) -> None:
        """A run has ended: neighbours may have to learn of a newer version."""
        self._version = self._share.version()

    def close(self) -> None:
        """End them; this takes about a second."""
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
        url = self._neighbours.add_hello(sender, hello)
        if url and hello.version > self._version:
            self._on_event(WakeEvent(WakeCause.NEIGHBOUR, url))


def _netlink() -> socket.socket:
    kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    with suppress_logged(OSError):  # a container may forbid it; looking at intervals remains
        kernel.bind((0, _GROUPS))
    kernel.settimeout(_ROUTES_EACH_S)
    return kernel


def _wait_for_netlink(kernel: socket.socket, ended: Event) -> None:
    try:
        kernel.recv(_DATAGRAM)
        ended.wait(0.5)  # changes come in bursts: one look after each is enough
    except TimeoutError:
        pass
    except OSError:
        ended.wait(_ROUTES_EACH_S)  # a burst was lost, or there is no netlink


def _wait_for_mounts(table: int, ended: Event) -> None:
    poll = select.poll()
    poll.register(table, select.POLLPRI | select.POLLERR)
    for _slice in range(int(_FOLDERS_EACH_S / _SLICE_S)):
        if ended.is_set():
            return
        try:
            if any(mask & select.POLLPRI for _, mask in poll.poll(_SLICE_S * 1000)):
                ended.wait(_SLICE_S)  # let the rest of the mounting be done
                return
        except OSError:
            ended.wait(_SLICE_S)


def _folders(place: Path) -> Iterator[Path]:
    yield place
    for folder in _inside(place):
        yield folder
        yield from _inside(folder)


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from [Path(entry.path) for entry in islice(entries, _MOST) if entry.is_dir(follow_symlinks=False)]


def _tree(folder: Path) -> Iterator[Tree]:
    with suppress(OSError):
        yield folder, (folder / _FLAT_TIMESTAMP).stat(follow_symlinks=False).st_mtime_ns
    for start in _TREES:
        with suppress(OSError):
            yield folder / start, (folder / start / TIMESTAMP).stat(follow_symlinks=False).st_mtime_ns


def _start_server(share: Share, port: int) -> NeighbourServer:
    try:
        server = NeighbourServer(share.offer, port)
    except OSError as error:
        raise SettingsError(
            _("Port {port} for neighbours cannot be opened ({reason})", port=port, reason=describe_os_error(error)),
            do=_("Choose another `share_port` under [courier] in kit.toml"),
        ) from error
    server.start()
    return server
