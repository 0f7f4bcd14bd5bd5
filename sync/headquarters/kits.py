"""What headquarters does with its kits, each in one go: looked up, changed, published.

- Whatever turns keys is published at once: until then the kit that is to be shut out reads on.
- A kit signs what it reports about its status, but its format is not trusted: what does not fit is not shown.
"""

from dataclasses import dataclass
from datetime import datetime

from data.text import EMPTY, Message, _, join, plural
from sync.formats.kit_health import KitHealth
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import last_health, last_seen
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import kit_table, staff_table
from sync.headquarters.store.kit_table import Kit, all_kits, get_kit

_STATES = {
    "good": _("lists in force"),
    "suspended": _("lists suspended"),
    "locked": _("lists LOCKED"),
    "erased": _("lists ERASED"),
}
_MOST_WORDS = 120


def describe_status(health: KitHealth | None) -> Message:
    """`lists in force, 41 days left`; empty where the kit did not say."""
    facts = health.standing if health else None
    if facts is None or facts.state not in _STATES:
        return EMPTY
    status = _STATES[facts.state]
    if facts.reason:
        is_short = len(facts.reason) <= _MOST_WORDS
        reason = facts.reason if is_short else join([facts.reason[:_MOST_WORDS]])
        status = _("{status} ({reason})", status=status, reason=reason)
    if facts.days_left is not None:
        return plural("{status}, {count} day left", "{status}, {count} days left", facts.days_left, status=status)
    return status


@dataclass(frozen=True, slots=True)
class KitSummary:
    """One kit, as a person at headquarters wants to see it."""

    name: str
    state: str
    reason: str
    enrolled: datetime
    incarnation: str
    """Which enrolment of the kit; the name of the field is the key in `--json`."""
    serial: int
    """Of its newest envelope."""
    lists: tuple[str, ...] | None
    """None: every list."""
    lease_days: int
    """0: none."""
    last_seen: str
    """When it last reported, ISO 8601; empty for a kit that never did."""
    post: str | None
    """Where it stands; None: nobody signs in there."""
    says: Message
    """What it last reported about its own status; empty where it reported nothing."""


@dataclass(frozen=True, slots=True)
class SetLease:
    """A lease to be set; 0 for none, None for the one of every kit."""

    days: int | None


@dataclass(frozen=True, slots=True)
class SetLists:
    """Lists to be carried; None for every list."""

    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class SetStatus:
    """A suspension, or (without a reason) its end."""

    suspended_because: str


@dataclass(frozen=True, slots=True)
class SetPost:
    """The post where it stands from now on; None for none, where nobody signs in."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SignAnew:
    """Its envelope is to be signed again: a fresh contact for a kit whose lists locked, though nothing else changed."""


KitChange = SetLease | SetLists | SetPost | SignAnew | SetStatus


def list_kits(home: HeadquartersHome) -> tuple[KitSummary, ...]:
    """Every kit, by name."""
    seen, health = last_seen(home), last_health(home)
    with home.store.reading() as connection:
        return tuple(
            _summarise(kit, seen.get(kit.name, ""), describe_status(health.get(kit.name)))
            for kit in all_kits(connection)
        )


def change_kit(home: HeadquartersHome, name: str, *changes: KitChange) -> tuple[str, ...]:
    """Change a kit and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit, list or post, or it was revoked.
    """
    turned: tuple[str, ...] = ()
    with home.changing(), home.store.transaction() as connection:
        for change in changes:
            kit = get_kit(connection, name)
            match change:
                case SetLease(days):
                    kit_table.set_lease(connection, kit, days)
                case SetLists(names):
                    turned += kit_table.set_lists(connection, kit, names)
                case SetPost(post):
                    kit_table.set_post(connection, kit, post and staff_table.get_post(connection, post).name)
                case SignAnew():
                    kit_table.sign_anew(connection, kit)
                case SetStatus(why) if why:
                    kit_table.suspend(connection, kit, why)
                case SetStatus():
                    kit_table.resume(connection, kit)
    publish(home)
    return turned


def revoke_kit(home: HeadquartersHome, name: str, why: str) -> tuple[str, ...]:
    """End a kit for good and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit, it was revoked already, or there is no reason.
    """
    with home.changing(), home.store.transaction() as connection:
        turned = kit_table.revoke(connection, get_kit(connection, name), why)
    publish(home)
    return turned


def wipe_kit(home: HeadquartersHome, name: str, why: str) -> tuple[str, ...]:
    """End a kit for good, order it to erase its lists and keys, and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit, it was wiped already, or there is no reason.
    """
    with home.changing(), home.store.transaction() as connection:
        turned = kit_table.wipe(connection, get_kit(connection, name), why)
    publish(home)
    return turned


def _summarise(kit: Kit, seen: str, says: Message) -> KitSummary:
    return KitSummary(
        name=kit.name,
        state=kit.state,
        reason=kit.reason,
        enrolled=kit.enrolled,
        incarnation=kit.enrolment_id,
        serial=kit.serial,
        lists=kit.lists,
        lease_days=kit.lease.days if kit.lease else 0,
        last_seen=seen,
        post=kit.post,
        says=says,
    )
