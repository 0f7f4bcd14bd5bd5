"""The state of this kit in words: whether it may read its lists, and what its courier is doing.

- It says whether the lists may be read, since when, why, what to do, and how long the lease still runs.
- What shows the lease says that it is advisory: a kit without a TPM cannot keep it from whoever holds the machine.
- What the courier's service does fits the desk's first line, and reads one small file.
- `waypost check` uses this module, so it imports nothing of sync until the courier is asked about.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.clock import read_system_time
from data.lease.access import AccessState, Lease, ListAccess, format_duration
from ui.text.sanitize import safe

LEASE_ADVISORY = "advisory: without a TPM, whoever holds this machine can put it off by its clock"
"""A kit without a TPM cannot keep its lease from its own thief; what shows the lease says so."""
_SENTENCE = 300


def kit_status_lines(access: ListAccess) -> Iterator[str]:
    """One line where all is well; else what is wrong, what to do, what comes next."""
    if access.is_open:
        yield f"Standing: good{_lease_words(access.lease)}"
        if access.says:
            yield f"{access.says}. {access.do}."
        return
    since = f" since {access.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if access.since else ""
    yield f"Standing: {access.state.value.upper()}{since}. {safe(access.says, _SENTENCE)}."
    if access.do:
        yield f"{access.do}."
    if access.state is not AccessState.ERASED and access.lease:
        yield from _erasure_lines(access.lease)


def kit_status_warning(access: ListAccess) -> str:
    """What nobody may overlook, in one line; empty where all is well."""
    return f"{safe(access.says, _SENTENCE)}. {access.do}." if access.says else ""


def _lease_words(lease: Lease | None) -> str:
    if lease is None:
        return "; no lease: the lists do not lock by themselves"
    return (
        f"; without contact with headquarters the lists lock in {format_duration(lease.locks_in_s)} ({LEASE_ADVISORY})"
    )


def _erasure_lines(lease: Lease) -> Iterator[str]:
    if lease.erases_in_s is not None and lease.locks_in_s <= 0:
        yield (
            f"They are erased when this machine has run for {format_duration(lease.erases_in_s)} more without contact. "
            f"If its clock is wrong, set it: then the time it counts is right again ({LEASE_ADVISORY})."
        )


def link_words(home: Path) -> str:
    """`syncing`, `next try 14:05`, `no line, next try 14:05`; empty where no service runs."""
    from sync.kit.watching import watch_state  # a headless check loads nothing of sync

    service = watch_state.read_state(home)
    if service is None or not watch_state.is_running(home):
        return ""
    if service.state == "syncing":
        return "syncing"
    trouble = "no line, " if service.failures else ""
    return f"{trouble}next try {clock_time(service.next_at)}" if service.next_at else ""


def clock_time(time: str) -> str:
    """An ISO time by this machine's clock: `14:05`, with its date where it is not near."""
    try:
        at = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return "?"
    near = abs(at - read_system_time()) < timedelta(hours=20)
    return f"{at:%H:%M}" if near else f"{at:%Y-%m-%d %H:%M}"
