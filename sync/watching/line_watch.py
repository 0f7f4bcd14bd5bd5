"""Notices that the machine came to a network, from the kernel's own words (netlink) and its table of routes.

Nothing is sent: whether the line leads anywhere shows when the courier tries.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

_TABLES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
"""RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE (linux/rtnetlink.h)."""
_LOOK_S = 15.0
"""A kernel that says nothing is asked this often."""
_DATAGRAM = 65536


def routes(tables: tuple[Path, ...] = _TABLES) -> frozenset[str]:
    """Where packets can go beside this machine itself: interface, destination and gateway of each route."""
    found = set()
    for table in tables:
        with suppress(OSError):
            for line in table.read_text("ascii", "replace").splitlines():
                words = line.split()
                if len(words) == 10 and words[9] != "lo":
                    found.add(f"{words[9]} {words[0]} {words[4]}")
                elif len(words) == 11 and words[0] not in ("Iface", "lo"):
                    found.add(f"{words[0]} {words[1]} {words[2]}")
    return frozenset(found)


def watch_link(came_up: Callable[[], None], ended: Event, look: Callable[[], frozenset[str]] = routes) -> None:
    """Call `came_up` whenever there is a route that was not there before, until `ended`."""
    with _netlink() as kernel:
        before = look()
        while not ended.is_set():
            _hear(kernel, ended)
            now = look()
            if now - before:
                came_up()
            before = now


def _netlink() -> socket.socket:
    kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    with suppress(OSError):  # a container may forbid it; looking at intervals remains
        kernel.bind((0, _GROUPS))
    kernel.settimeout(_LOOK_S)
    return kernel


def _hear(kernel: socket.socket, ended: Event) -> None:
    try:
        kernel.recv(_DATAGRAM)
        ended.wait(0.5)  # changes come in bursts: one look after each is enough
    except TimeoutError:
        pass
    except OSError:
        ended.wait(_LOOK_S)  # a burst was lost, or there is no netlink
