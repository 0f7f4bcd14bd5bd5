"""The health of a kit, reported to headquarters: lists and their ages, clock, disk, what waits, what failed.

Facts about the machine alone, nothing about a traveller; a few hundred bytes, every six hours at most unless another
thing goes wrong. The heads of the audit chains are among them: headquarters remembers what it has seen, so a chain that
was cut shows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from data.clock import Clock
from data.errors import WaypostError
from data.journal.audit.typed_queries import find_notable_days
from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.json_codec import ZonedTime, decode_or_none, to_json_value
from data.kit import headquarters_word
from data.kit.disk_space import DiskCondition, DiskState, read_disk_state
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.access import ListAccess
from data.lease.enforcement import AccessFacts
from data.log.error_log import log_error
from data.text import Message, join
from sync.formats.kit_health import (
    HEALTH_KIND,
    AccessHealth,
    AuditHead,
    ClockHealth,
    KitHealth,
    ListHealth,
    TypingHealth,
)
from sync.limits import LIMITS

_MOST_PROBLEMS = 10
_MOST_WORDS = 200
_MOST_TYPING = 20


def enter_health(home: KitHome, clock: Clock, problems: Sequence[Message]) -> None:
    """Put how the kit is into the outbox, unless the same was reported within the last hours.

    `problems` travel as ids with values, so that people at headquarters read them in their own language. A new problem
    is reported at once: where headquarters was restored from a copy, problems at the kits are the first sign of it. So
    is a disk that begins to fill: there is time to act while lists still come.
    """
    outgoing, now = Outbox(home.journal), clock.now()
    shown = tuple(_shorten(problem) for problem in problems[:_MOST_PROBLEMS])
    disk = read_disk_state(home.path)
    if not _is_due(outgoing, now, shown, disk):
        return
    trusted = clock.trusted_time()
    heads, access = outgoing.audit_heads().items(), enforcement.read_access(home, clock)
    health = KitHealth(
        waypost=_version(),
        lists={name: _list_health(home, name, access.ages_from or now) for name in home.lists.names()[: LIMITS.lists]},
        clock=ClockHealth(to_json_value(clock.read()), to_json_value(clock.floor), trusted.is_behind),
        contact=to_json_value(headquarters_word.read_last_contact(home)),
        free_disk_mb=disk.free_bytes >> 20 if disk else None,
        disk=disk.condition.value if disk else "",
        waiting={stream.value: count for stream, count in outgoing.waiting().items()},
        audit={stream: AuditHead(head.seq, head.hash.hex()) for stream, head in heads},
        typing=_typing_health(home, now),
        standing=_access_health(access),
        problems=shown,
    )
    facts = {part.name: getattr(health, part.name) for part in fields(health)}
    outgoing.report(Stream.RECEIPTS, HEALTH_KIND, now, facts)


@dataclass(frozen=True, slots=True)
class _LastHealth:
    """The facts of an earlier report that decide whether to send another."""

    at: ZonedTime
    problems: tuple[Message, ...] = ()
    """Absent where the report was too large for the outbox."""
    disk: str = ""


def _is_due(outgoing: Outbox, now: datetime, problems: Sequence[str], disk: DiskState | None) -> bool:
    entry = outgoing.last(Stream.RECEIPTS, HEALTH_KIND)
    last = decode_or_none(_LastHealth, entry.body) if entry else None
    if last is None or set(map(_kind_of, problems)) - set(map(_kind_of, last.problems)):
        return True
    if disk and disk.condition is not DiskCondition.GOOD and disk.condition != last.disk:
        return True
    return not last.at <= now < last.at + LIMITS.health_every  # a clock that was put back must not silence a kit


def _kind_of(problem: str) -> str:
    """The problem without its numbers: a line that breaks off at another byte each time is no other problem."""
    return re.sub(r"\d+", "", problem)


def _shorten(problem: Message) -> Message:
    """Unchanged where it is short enough; else the beginning of its English text, which no language translates."""
    return problem if len(problem) <= _MOST_WORDS else join([problem[:_MOST_WORDS]])


def _list_health(home: KitHome, name: str, now: datetime) -> ListHealth:
    try:
        with home.lists.open(name).read() as view:  # edition() alone would not look at the files
            edition = view.edition
    except WaypostError as error:
        log_error(error, list_name=name)
        return ListHealth(problem=_shorten(error.what))
    if edition is None:
        return ListHealth(version=0)
    age_h = round((now - edition.as_of).total_seconds() / 3600, 1)
    return ListHealth(edition.version, to_json_value(edition.as_of), age_h, edition.count)


def _access_health(access: ListAccess) -> AccessHealth:
    """Whether the lists may be read, why not, and for how long without contact with headquarters."""
    facts = AccessFacts.of(access)
    return AccessHealth(facts.state, facts.reason, facts.since, facts.days_left, facts.silent_days)


def _typing_health(home: KitHome, now: datetime) -> tuple[TypingHealth, ...]:
    with home.journal.reading() as connection:
        days = find_notable_days(connection, now)[:_MOST_TYPING]
    return tuple(TypingHealth(day.day.isoformat(), day.person, day.typed, day.undecided) for day in days)


def _version() -> str:
    try:
        return version("waypost")
    except PackageNotFoundError:
        return "not installed"
