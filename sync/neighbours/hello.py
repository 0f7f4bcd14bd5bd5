"""Kits on one local network find each other: a word by UDP multicast, now and then, on every interface.

The group is of the administratively scoped kind (RFC 2365) and the word travels one hop: no router passes it on.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from time import monotonic

from sync.neighbours.words import HELLO_BYTES, Hello, hello_from

GROUP, PORT = "239.255.87.80", 8644
EACH_S = 60.0
_SLICE_S = 1.0
_MOST_ANSWERED = 64
"""Kits that are new in one life of the service; a flood of invented ones makes no flood of answers."""


def tell_and_hear(own: Callable[[], Hello | None], heard: Callable[[str, Hello], None], ended: Event) -> None:
    """Say `own` word each minute, whenever it changes or somebody is new, and pass on what others say, until `ended`.

    Where `own` gives None this kit only listens.
    """
    said: Hello | None = None
    said_at = float("-inf")
    known: set[str] = set()
    with _socket() as line:
        while not ended.is_set():
            word = own()
            if word and (word != said or monotonic() - said_at > EACH_S):
                _say(line, word)
                said, said_at = word, monotonic()
            for sender, hello in _hear(line):
                if word is None or hello.kit != word.kit:
                    heard(sender, hello)
                    if hello.kit not in known and len(known) < _MOST_ANSWERED:
                        known.add(hello.kit)
                        said = None  # whoever has just begun to listen has not heard our last word


@contextmanager
def _socket() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        line.bind((GROUP, PORT))
        line.settimeout(_SLICE_S)
        _join(line)
        yield line


def _join(line: socket.socket) -> None:
    for index, _ in socket.if_nameindex():
        with suppress(OSError):  # joined already, or an interface that knows no multicast
            line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, _on(index))


def _say(line: socket.socket, word: Hello) -> None:
    _join(line)  # an interface may have come since
    for index, _ in socket.if_nameindex():
        with suppress(OSError):
            line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _on(index))
            line.sendto(word.to_bytes(), (GROUP, PORT))


def _hear(line: socket.socket) -> Iterator[tuple[str, Hello]]:
    try:
        content, (sender, _) = line.recvfrom(HELLO_BYTES + 1)
    except TimeoutError:
        return
    if (hello := hello_from(content)) is not None:
        yield sender, hello


def _on(index: int) -> bytes:
    """`struct ip_mreqn` (linux/in.h): group, any address, this interface."""
    return struct.pack("=4s4si", socket.inet_aton(GROUP), bytes(4), index)
