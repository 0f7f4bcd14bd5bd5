"""What `waypost courier watch` does and waits for, in a file that anybody on the machine may read.

It names sources, lists, versions and sizes, which lie open in kit.toml and on the disk anyhow: nothing of what a
list says, and no key. It is written over and over and never forced to the disk: what it tells is only true while
the service runs, which `running` finds out by the service's lock.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from fcntl import LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import Any

from data.plain import canonical

FILE = "courier.json"
HEADQUARTERS = "headquarters"
"""The source where none is named."""
LOCK = "watch.lock"
"""Held by the service as long as it runs."""
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class WatchState:
    """The service at one moment; times are ISO 8601 in UTC."""

    state: str
    """waiting, syncing or stopped."""
    says: str
    """What it does or waits for, in a sentence."""
    at: str
    """When this was written."""
    next_at: str = ""
    """When it tries again by itself; empty while it syncs."""
    source: str = ""
    """Where it fetches from, or will."""
    failures: int = 0
    """Tries in a row that failed."""
    not_before: str = ""
    """The server asked not to be asked before this; empty for no."""
    progress: dict[str, Any] | None = None
    """While it syncs: current, done, total (bytes), bytes_s, seconds_left, lists."""
    last: dict[str, Any] | None = None
    """The last run: at, source, ok, says, bytes, wire_bytes, seconds, lists."""
    neighbours: tuple[str, ...] = ()
    """Kits on the local network that share."""
    pid: int = 0
    standing: dict[str, Any] | None = None
    """Whether the kit may read its lists, and for how long yet (`data.standing.facts_of`)."""


def write(home: Path, state: WatchState) -> None:
    """Put the state where readers find it whole."""
    beside = home / f".{FILE}.new"
    with suppress(OSError):  # a full disk must not stop the service that may mend it
        beside.write_bytes(canonical(state))
        beside.replace(home / FILE)


def read(home: Path) -> WatchState | None:
    """The state last written; None where there is none that can be read."""
    try:
        with (home / FILE).open("rb") as file:
            facts = json.loads(file.read(_MOST_BYTES))
        known = {name: facts[name] for name in WatchState.__slots__ if name in facts}
        for name in ("last", "standing"):
            if not isinstance(known.get(name), dict):
                known[name] = None
        known["neighbours"] = tuple(map(str, known.get("neighbours", ())))
        return WatchState(**known)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def running(home: Path) -> bool:
    """Whether a service holds this kit now."""
    try:
        with (home / LOCK).open("rb") as file:
            flock(file, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
