"""The state of this kit for people: whether it may use its lists, and what its courier is doing.

- It says whether the lists may be used, since when, why, what to do, and how long the lease runs.
- Where the lease is shown, so is that it is advisory: without a TPM, whoever holds the machine can get round it.
- What the courier's service is doing fits the desk's first line, and takes one small file to read.
- `waypost check` uses this module, so it imports nothing of sync until the courier is asked about.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.standing_conditions import Condition, describe_condition
from data.clock import read_system_time
from data.lease.access import AccessState, Lease, ListAccess, format_duration
from data.text import EMPTY, Message, _, in_context, join
from ui.text.sanitize import safe

LEASE_ADVISORY = _("not tamper-proof: no TPM")
"""Shown with the lease: without a TPM, whoever holds the machine can delay it (docs/technician-card.md)."""
ACCESS_STATES: dict[str, Message] = {
    AccessState.GOOD: in_context("status of a kit", "good"),
    AccessState.SUSPENDED: in_context("status of a kit", "SUSPENDED"),
    AccessState.LOCKED: in_context("status of a kit", "LOCKED"),
    AccessState.ERASED: in_context("status of a kit", "ERASED"),
}
BAD = in_context("status of a kit", "BAD")
"""The kit may read its lists, but something keeps it from its work."""
_SENTENCE = 300


def kit_problems(access: ListAccess, conditions: Iterable[Condition]) -> tuple[Message, ...]:
    """What keeps the kit from its work besides headquarters' word: each is described. Empty where it works."""
    return tuple(describe_condition(condition) for condition in conditions if access.is_open and _is_bad(condition))


def kit_status_lines(
    access: ListAccess, conditions: Iterable[Condition] = (), more: Iterable[Message] = ()
) -> Iterator[Message]:
    """One line if all is well; otherwise what is wrong, what to do, and what comes next.

    `conditions` are the post's; `more` are clauses about what keeps the kit from its work besides.
    """
    state = ACCESS_STATES[access.state]
    if access.is_open:
        clauses = [*more]
        clauses += [condition.says for condition in conditions if _is_bad(condition)]
        if clauses:
            yield _("Kit status: {state}: {reasons}", state=BAD, reasons=join(clauses, "; "))
            yield _("  {lease}", lease=_lease_clause(access.lease))
        else:
            yield _("Kit status: {state}; {lease}", state=state, lease=_lease_clause(access.lease))
        if access.says:
            yield kit_status_warning(access)
        return
    if access.since:
        since = f"{access.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield _("Kit status: {state} since {time}. {reason}.", state=state, time=since, reason=_reason(access))
    else:
        yield _("Kit status: {state}. {reason}.", state=state, reason=_reason(access))
    if access.do:
        yield _("{sentence}.", sentence=access.do)
    if access.state is not AccessState.ERASED and access.lease:
        yield from _erasure_lines(access.lease)


def _is_bad(condition: Condition) -> bool:
    return not condition.is_warning


def kit_status_warning(access: ListAccess) -> Message:
    """What nobody may overlook, on one line; EMPTY if all is well."""
    return _("{reason}. {do}.", reason=_reason(access), do=access.do) if access.says else EMPTY


def _reason(access: ListAccess) -> str:
    return safe(access.says, _SENTENCE)


def _lease_clause(lease: Lease | None) -> Message:
    if lease is None:
        return _("no time limit: the lists never lock automatically")
    return _(
        "without contact with headquarters the lists lock in {time} ({advisory})",
        time=format_duration(lease.locks_in_s),
        advisory=LEASE_ADVISORY,
    )


def _erasure_lines(lease: Lease) -> Iterator[Message]:
    if lease.erases_in_s is not None and lease.locks_in_s <= 0:
        yield _(
            "They will be erased when this machine has run for another {time} without contact. If its clock is wrong, "
            "set it, and the count will be right again ({advisory}).",
            time=format_duration(lease.erases_in_s),
            advisory=LEASE_ADVISORY,
        )


def link_words(home: Path) -> Message:
    """`syncing`, `next try 14:05`, `no link, next try 14:05`; EMPTY where no service runs."""
    from sync.kit.watching import watch_state  # a headless check loads nothing of sync

    service = watch_state.read_state(home)
    if service is None or not watch_state.is_running(home):
        return EMPTY
    if service.state == "syncing":
        return _("syncing")
    if not service.next_at:
        return EMPTY
    if service.failures:
        return _("no link, next try {time}", time=clock_time(service.next_at))
    return _("next try {time}", time=clock_time(service.next_at))


def clock_time(time: str) -> str:
    """An ISO time by this machine's clock: `14:05`; with its date if it is 20 hours away or more."""
    try:
        at = datetime.fromisoformat(time).astimezone()
    except (ValueError, OverflowError):
        return "?"
    near = abs(at - read_system_time()) < timedelta(hours=20)
    return f"{at:%H:%M}" if near else f"{at:%Y-%m-%d %H:%M}"
