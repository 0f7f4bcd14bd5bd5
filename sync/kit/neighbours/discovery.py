"""Kits on one local network find each other: a hello by UDP multicast, now and then, on every interface.

- The group is of the administratively scoped kind (RFC 2365) and a hello travels one hop: no router passes it on.
- A hello is not signed: it says only where to ask, and that is always the sender's own address. What answers there
  is believed only as far as its signatures go.
- A few kits at most are remembered, and of each the newest hello.
"""

import ipaddress
import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Annotated

from pydantic import Field

from data.json_codec import decode_or_none, exactly
from sync.limits import LIMITS

_MOST_VERSION = 1 << 40
_FORMAT = 1
HELLO_BYTES = 512

MULTICAST_GROUP, MULTICAST_PORT = "239.255.87.80", 8644
HELLO_EACH_S = 60.0
_SLICE_S = 1.0
_MOST_ANSWERED = 64
"""Kits that are new in one life of the service; a flood of invented ones makes no flood of answers."""


@dataclass(frozen=True, slots=True)
class Hello:
    """How a kit that shares announces itself."""

    kit: str
    """Random, new at each start: a kit recognises its own hellos by it."""
    port: int
    version: int
    """Of its newest timestamp: who has a newer one has something to give."""

    def to_bytes(self) -> bytes:
        """As it is sent."""
        return json.dumps({"waypost": _FORMAT, "kit": self.kit, "port": self.port, "version": self.version}).encode()


@dataclass(frozen=True, slots=True)
class _HelloFacts:
    """A hello as it is sent."""

    waypost: Annotated[int, exactly(_FORMAT)]
    kit: Annotated[str, Field(max_length=32)]
    port: Annotated[int, Field(ge=1, lt=65536)]
    version: Annotated[int, Field(ge=0, lt=_MOST_VERSION)]


def hello_from(content: bytes) -> Hello | None:
    """What was heard, or None where it is no hello."""
    facts = decode_or_none(_HelloFacts, content, most_bytes=HELLO_BYTES)
    return Hello(facts.kit, facts.port, facts.version) if facts else None


def is_local(address: str) -> bool:
    """Whether an address belongs to a local network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return bool((mapped.is_private or mapped.is_link_local or mapped.is_loopback) and not mapped.is_unspecified)


class NeighbourTable:
    """The kits heard of."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    @property
    def urls(self) -> tuple[str, ...]:
        """Where they share, the last heard first."""
        return tuple(reversed(self._versions))

    def add_hello(self, sender: str, hello: Hello) -> str | None:
        """Remember a hello; the URL of its sender where it is on a local network."""
        if not is_local(sender):
            return None
        url = f"http://[{sender}]:{hello.port}" if ":" in sender else f"http://{sender}:{hello.port}"
        self._versions.pop(url, None)
        self._versions[url] = hello.version
        while len(self._versions) > LIMITS.neighbours:
            self._versions.pop(next(iter(self._versions)))
        return url


def exchange_hellos(
    make_hello: Callable[[], Hello | None], on_hello: Callable[[str, Hello], None], ended: Event
) -> None:
    """Send our hello each minute, when it changes or somebody is new; pass others' to `on_hello`; until `ended`.

    Where `make_hello` gives None this kit only listens.
    """
    last_hello: Hello | None = None
    last_sent_s = float("-inf")
    known: set[str] = set()
    with _socket() as line:
        while not ended.is_set():
            own = make_hello()
            if own and (own != last_hello or monotonic() - last_sent_s > HELLO_EACH_S):
                _send(line, own)
                last_hello, last_sent_s = own, monotonic()
            for sender, hello in _receive(line):
                if own is None or hello.kit != own.kit:
                    on_hello(sender, hello)
                    if hello.kit not in known and len(known) < _MOST_ANSWERED:
                        known.add(hello.kit)
                        last_hello = None  # a kit that has just begun to listen has not heard our last hello


@contextmanager
def _socket() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        line.bind((MULTICAST_GROUP, MULTICAST_PORT))
        line.settimeout(_SLICE_S)
        _join(line)
        yield line


def _join(line: socket.socket) -> None:
    for index, _ in socket.if_nameindex():
        with suppress(OSError):  # joined already, or an interface that knows no multicast
            line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, _on(index))


def _send(line: socket.socket, hello: Hello) -> None:
    _join(line)  # an interface may have come since
    for index, _ in socket.if_nameindex():
        with suppress(OSError):
            line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _on(index))
            line.sendto(hello.to_bytes(), (MULTICAST_GROUP, MULTICAST_PORT))


def _receive(line: socket.socket) -> Iterator[tuple[str, Hello]]:
    try:
        content, (sender, _) = line.recvfrom(HELLO_BYTES + 1)
    except TimeoutError:
        return
    if (hello := hello_from(content)) is not None:
        yield sender, hello


def _on(index: int) -> bytes:
    """`struct ip_mreqn` (linux/in.h): group, any address, this interface."""
    return struct.pack("=4s4si", socket.inet_aton(MULTICAST_GROUP), bytes(4), index)
