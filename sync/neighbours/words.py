"""Which kits on the local network share, as they say themselves: a few at most, the newest word counts.

A word is not signed: it says only where to ask, and that is always the sender's own address. Whoever answers there is
believed as far as its signatures go.
"""

import ipaddress
import json
from dataclasses import dataclass

from sync.limits import LIMITS

_MOST_VERSION = 1 << 40
_FORMAT = 1
HELLO_BYTES = 512


@dataclass(frozen=True, slots=True)
class Hello:
    """What a kit that shares says of itself."""

    kit: str
    """Random, anew at each start: a kit knows its own words by it."""
    port: int
    version: int
    """Of its newest timestamp: who has a newer one has something to give."""

    def to_bytes(self) -> bytes:
        """As it is sent."""
        return json.dumps({"waypost": _FORMAT, "kit": self.kit, "port": self.port, "version": self.version}).encode()


def hello_from(content: bytes) -> Hello | None:
    """What was heard, or None where it is no hello."""
    try:
        facts = json.loads(content[:HELLO_BYTES])
        kit, port, version = facts["kit"], facts["port"], facts["version"]
        proper = facts["waypost"] == _FORMAT and isinstance(kit, str) and len(kit) <= 32
        if proper and type(port) is int and type(version) is int and 0 < port < 65536 and 0 <= version < _MOST_VERSION:
            return Hello(kit, port, version)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def is_local(address: str) -> bool:
    """Whether an address belongs to a local network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return bool((mapped.is_private or mapped.is_link_local or mapped.is_loopback) and not mapped.is_unspecified)


class Neighbours:
    """The kits heard of."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    @property
    def urls(self) -> tuple[str, ...]:
        """Where they share, the last heard first."""
        return tuple(reversed(self._versions))

    def heard(self, sender: str, hello: Hello) -> str | None:
        """Remember a hello; the URL of its sender where it is on a local network."""
        if not is_local(sender):
            return None
        url = f"http://[{sender}]:{hello.port}" if ":" in sender else f"http://{sender}:{hello.port}"
        self._versions.pop(url, None)
        self._versions[url] = hello.version
        while len(self._versions) > LIMITS.neighbours:
            self._versions.pop(next(iter(self._versions)))
        return url
