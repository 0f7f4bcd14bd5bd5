"""What one run of the courier came to, for `courier status`: the service's own runs and those that somebody makes.

It lies beside what the service does, in a file that anybody on the machine may read; of the kit's standing that is what
the desk shows as well, and no key.
"""

from dataclasses import replace
from typing import Any

from data import enrolment, standing
from data.clock import system_time
from data.errors import WaypostError
from data.home import KitHome
from data.plain import plain
from sync.report import CourierReport
from sync.watching import state as watch_state
from sync.watching.ending import Ending, ending_of
from sync.watching.state import WatchState


def facts_of_run(source: str, result: CourierReport | WaypostError, ending: Ending) -> dict[str, Any]:
    """A run that just ended."""
    facts: dict[str, Any] = {
        "at": plain(system_time()),
        "source": source,
        "outcome": ending.outcome.value,
        "ok": isinstance(result, CourierReport) and result.ok,
        "says": ending.says,
    }
    if isinstance(result, CourierReport):
        facts |= {name: getattr(result, name) for name in ("bytes", "wire_bytes", "seconds")}
        facts["lists"], facts["sent"] = plain(result.lists), plain(result.sent)
    return facts


def note_run(kit: KitHome, source: str, result: CourierReport | WaypostError) -> None:
    """Tell of a run that somebody made; a service that runs as well takes it over."""
    before = watch_state.read(kit.path) or WatchState("stopped", "", "")
    last = facts_of_run(source or watch_state.HEADQUARTERS, result, ending_of(result))
    now = standing.facts_of(standing.access(kit, enrolment.clock(kit)))
    watch_state.write(kit.path, replace(before, at=last["at"], last=last, standing=now))


def newest(state: WatchState, written: WatchState | None) -> WatchState:
    """The service's state with the newest run, whoever made it."""
    if written is None or not written.last:
        return state
    ours = str((state.last or {}).get("at", ""))
    return replace(state, last=written.last) if str(written.last.get("at", "")) > ours else state
