"""What `waypost courier watch` does and waits for, and what the last run came to, in a file that anybody may read.

- It names sources, lists, versions and sizes, which anybody can see in kit.toml and on the disk anyway: nothing of what
  a list says, and no key. Of the kit's status it says what the desk shows as well.
- It is written over and over and never forced to the disk: what it says is only true while the service runs, which
  `is_running` finds out by the service's lock.
- The last run is the service's own or one that somebody made; the newest of them counts.
"""

from dataclasses import dataclass, replace
from fcntl import LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from data.clock import read_system_time
from data.errors import WaypostError
from data.json_codec import StoredText, complete_in_json, decode, encode_canonical, to_json_value
from data.json_errors import JsonError
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.lease import enforcement
from data.log.error_log import log_error, suppress_logged
from data.text import EMPTY, decode_text
from sync.kit.run_report import CourierReport
from sync.kit.watching.retry_schedule import RunEnding, run_ending

STATE_FILE = "courier.json"
HEADQUARTERS = "headquarters"
"""The source where none is named."""
WATCH_LOCK = "watch.lock"
"""Held by the service as long as it runs."""
_MOST_BYTES = 1 << 20


def _decode_run(run: dict[str, Any] | None) -> dict[str, Any] | None:
    """A run from the file, with messages where it has texts."""
    if not run:
        return run
    try:
        run = {**run, "says": decode_text(run.get("says", ""))}
        if "lists" in run:
            run["lists"] = [_decode_problems(result, "error", "postponed") for result in run["lists"]]
        if sent := run.get("sent"):
            run["sent"] = {**_decode_problems(sent, "refused"), "postponed": decode_text(sent["postponed"])}
    except (TypeError, AttributeError, LookupError) as error:
        raise ValueError("must be a run") from error
    return run


def _decode_problems(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    problems = {name: facts[name] for name in names if facts.get(name)}
    texts = {name: {part: decode_text(text) for part, text in problem.items()} for name, problem in problems.items()}
    return {**facts, **texts}


def _decode_access(access: dict[str, Any] | None) -> dict[str, Any] | None:
    return access and {**access, **{name: decode_text(access[name]) for name in ("says", "do") if name in access}}


@complete_in_json
@dataclass(frozen=True, slots=True)
class WatchState:
    """The service at one moment; times are ISO 8601 in UTC."""

    state: str
    """waiting, syncing or stopped."""
    says: StoredText
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
    last: Annotated[dict[str, Any] | None, AfterValidator(_decode_run)] = None
    """The last run: at, source, ok, says, bytes, wire_bytes, seconds, lists."""
    neighbours: tuple[str, ...] = ()
    """Kits on the local network that share."""
    pid: int = 0
    standing: Annotated[dict[str, Any] | None, AfterValidator(_decode_access)] = None
    """Whether the kit may read its lists, and for how long yet (`data.lease.enforcement.access_to_json`)."""


def write_state(home: Path, state: WatchState) -> None:
    """Put the state where readers find it whole."""
    unfinished = home / f".{STATE_FILE}.new"
    with suppress_logged(OSError):  # a full disk must not stop the service
        unfinished.write_bytes(encode_canonical(state))
        unfinished.replace(home / STATE_FILE)


def read_state(home: Path) -> WatchState | None:
    """The state last written; None where it is missing or cannot be read."""
    try:
        with (home / STATE_FILE).open("rb") as file:
            return decode(WatchState, file.read(_MOST_BYTES), lambda why: why)
    except FileNotFoundError:
        return None
    except (OSError, JsonError) as error:
        log_error(error)
        return None


def is_running(home: Path) -> bool:
    """Whether a service holds this kit now."""
    try:
        with (home / WATCH_LOCK).open("rb") as file:
            flock(file, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    except OSError as error:
        log_error(error)
        return False
    return False


def run_facts(source: str, result: CourierReport | WaypostError, ending: RunEnding) -> dict[str, Any]:
    """A run that just ended."""
    facts: dict[str, Any] = {
        "at": to_json_value(read_system_time()),
        "source": source,
        "outcome": ending.outcome.value,
        "ok": isinstance(result, CourierReport) and result.ok,
        "says": ending.says,
    }
    if isinstance(result, CourierReport):
        facts |= {name: getattr(result, name) for name in ("bytes", "wire_bytes", "seconds")}
        facts["lists"], facts["sent"] = _keep_texts(result.lists), _keep_texts(result.sent)
    return facts


def _keep_texts(value: object) -> Any:
    """As JSON values, but with messages as they are: whoever writes or prints them decides on their form."""
    return to_json_value(value, encode_message=lambda message: message)


def note_run(kit: KitHome, source: str, result: CourierReport | WaypostError) -> None:
    """Record a run that somebody started by hand; a running service takes the record over."""
    before = read_state(kit.path) or WatchState("stopped", EMPTY, "")
    last = run_facts(source or HEADQUARTERS, result, run_ending(result))
    now = enforcement.access_to_json(enforcement.read_access(kit, headquarters_word.read_clock(kit)))
    write_state(kit.path, replace(before, at=last["at"], last=last, standing=now))


def with_newest_run(state: WatchState, written: WatchState | None) -> WatchState:
    """The service's state with the newest run, whoever made it."""
    if written is None or not written.last:
        return state
    ours = str((state.last or {}).get("at", ""))
    return replace(state, last=written.last) if str(written.last.get("at", "")) > ours else state
