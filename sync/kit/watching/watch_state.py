"""What `waypost courier watch` does and waits for, and the result of the last run, in a file that anybody may read.

- It names sources, lists, versions and sizes, which anybody can see in kit.toml and on the disk anyway: nothing of what
  a list says, and no key. Of the kit's status it says what the desk shows as well.
- It is written over and over and never forced to the disk: what it says is only true while the service runs, which
  `is_running` finds out by the service's lock.
- The last run is the service's own or one that somebody made; the newest of them counts.
"""

import os
from dataclasses import dataclass, replace
from fcntl import LOCK_NB, LOCK_SH, flock
from pathlib import Path

from data.clock import read_system_time
from data.durable_files import open_regular, replace_file
from data.errors import WaypostError
from data.json_codec import complete_in_json, decode, encode_canonical, to_json_value
from data.json_errors import JsonError
from data.kit import headquarters_word, home_files
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.enforcement import AccessFacts
from data.log.error_log import log_error, suppress_logged
from data.text import EMPTY, Message
from sync.kit.reports.dispatch import SendResult
from sync.kit.run_report import CourierReport, ListProgress, ListSyncResult, SyncProgress
from sync.kit.watching.retry_schedule import RunEnding, RunOutcome, run_ending

STATE_FILE = home_files.COURIER_STATE.path
HEADQUARTERS = "headquarters"
"""The source if the run names no other."""
WATCH_LOCK = home_files.WATCH_LOCK.path
"""Held by the service as long as it runs."""
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    """How far a run is."""

    current: str
    """The list that is loading or being applied; empty while metadata is read."""
    lists: tuple[ListProgress, ...]
    bytes_s: float
    done: int
    """Bytes of all lists."""
    total: int
    seconds_left: float | None
    """At the rate measured; None while there is none."""

    @property
    def measured(self) -> SyncProgress:
        """The progress that these facts are about."""
        return SyncProgress(self.current, self.lists, self.bytes_s)


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run that ended."""

    at: str
    """ISO 8601 in UTC."""
    source: str
    outcome: RunOutcome
    ok: bool
    says: Message
    bytes: int = 0
    """Received in all."""
    wire_bytes: int = 0
    """Both ways over a metered line."""
    seconds: float | None = None
    """None where it ended with an error, as do the fields below."""
    lists: tuple[ListSyncResult, ...] = ()
    sent: SendResult | None = None


@complete_in_json
@dataclass(frozen=True, slots=True)
class WatchState:
    """The service at one moment; times are ISO 8601 in UTC."""

    state: str
    """waiting, syncing or stopped."""
    says: Message
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
    progress: ProgressFacts | None = None
    """While it syncs."""
    last: LastRun | None = None
    neighbours: tuple[str, ...] = ()
    """Kits on the local network that share."""
    pid: int = 0
    standing: AccessFacts | None = None
    """Whether the kit may read its lists, and for how long yet."""


def write_state(home: Path, state: WatchState) -> None:
    """Put the state where readers find it whole."""
    with suppress_logged(OSError):  # a full disk must not stop the service
        replace_file(home / STATE_FILE, encode_canonical(state))


def read_state(home: Path) -> WatchState | None:
    """The state last written; None where it is missing or cannot be read."""
    try:
        with os.fdopen(open_regular(home / STATE_FILE, os.O_RDONLY), "rb") as file:
            return decode(WatchState, file.read(_MOST_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, JsonError) as error:
        log_error(error)
        return None


def is_running(home: Path) -> bool:
    """Whether a service holds this kit now."""
    try:
        with os.fdopen(open_regular(home / WATCH_LOCK, os.O_RDONLY), "rb") as file:
            flock(file, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    except OSError as error:
        log_error(error)
        return False
    return False


def run_facts(source: str, result: CourierReport | WaypostError, ending: RunEnding) -> LastRun:
    """A run that just ended."""
    at = to_json_value(read_system_time())
    if not isinstance(result, CourierReport):
        return LastRun(at, source, ending.outcome, ok=False, says=ending.says)
    return LastRun(
        at,
        source,
        ending.outcome,
        result.ok,
        ending.says,
        result.bytes,
        result.wire_bytes,
        result.seconds,
        result.lists,
        result.sent,
    )


def note_run(kit: KitHome, source: str, result: CourierReport | WaypostError) -> None:
    """Record a run that somebody started by hand; a running service takes the record over."""
    before = read_state(kit.path) or WatchState("stopped", EMPTY, "")
    last = run_facts(source or HEADQUARTERS, result, run_ending(result))
    now = AccessFacts.of(enforcement.read_access(kit, headquarters_word.read_clock(kit)))
    write_state(kit.path, replace(before, at=last.at, last=last, standing=now))


def with_newest_run(state: WatchState, written: WatchState | None) -> WatchState:
    """The service's state with the newest run, its own or one made by hand."""
    if written is None or not written.last:
        return state
    ours = state.last.at if state.last else ""
    return replace(state, last=written.last) if written.last.at > ours else state
