"""What headquarters does with its kits, each in one go: looked up, changed, published.

Whatever turns keys is published at once: until then the kit that is to be shut out reads on.
"""

from dataclasses import dataclass
from datetime import datetime

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.reports.reported import last_health, last_seen
from sync.headquarters.reports.standing_told import standing_told
from sync.headquarters.store import kit_table
from sync.headquarters.store.kit_table import Kit, all_kits, kit_called


@dataclass(frozen=True, slots=True)
class KitLine:
    """One kit, as a person at headquarters wants to see it."""

    name: str
    state: str
    reason: str
    enrolled: datetime
    incarnation: str
    serial: int
    """Of its newest envelope."""
    lists: tuple[str, ...] | None
    """None: every list."""
    lease_days: int
    """0: none."""
    last_seen: str
    """When it last reported, ISO 8601; empty for a kit that never did."""
    says: str
    """What it last said of its own standing, in words; empty for nothing."""


@dataclass(frozen=True, slots=True)
class LeaseDays:
    """A lease to be set; 0 for none, None for the one of every kit."""

    days: int | None


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists to be carried; None for every list."""

    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A suspension, or (without a reason) its end."""

    suspended_because: str


@dataclass(frozen=True, slots=True)
class SignedAnew:
    """Its envelope to be signed anew: word for a kit whose lists locked, though nothing changed for it."""


Change = LeaseDays | Lists | SignedAnew | Standing


def kit_lines(home: HeadquartersHome) -> tuple[KitLine, ...]:
    """Every kit, by name."""
    seen, said = last_seen(home), last_health(home)
    with home.store.reading() as connection:
        return tuple(
            _line(kit, seen.get(kit.name, ""), standing_told(said.get(kit.name, {}))) for kit in all_kits(connection)
        )


def change_kit(home: HeadquartersHome, name: str, *changes: Change) -> tuple[str, ...]:
    """Change a kit and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit or list, or it was revoked.
    """
    turned: tuple[str, ...] = ()
    with home.changing(), home.store.transaction() as connection:
        for change in changes:
            kit = kit_called(connection, name)
            match change:
                case LeaseDays(days):
                    kit_table.set_lease(connection, kit, days)
                case Lists(names):
                    turned += kit_table.set_lists(connection, kit, names)
                case SignedAnew():
                    kit_table.sign_anew(connection, kit)
                case Standing(why) if why:
                    kit_table.suspend(connection, kit, why)
                case Standing():
                    kit_table.resume(connection, kit)
    publish(home)
    return turned


def revoke_kit(home: HeadquartersHome, name: str, why: str) -> tuple[str, ...]:
    """End a kit for good and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit, it was revoked already, or there is no reason.
    """
    with home.changing(), home.store.transaction() as connection:
        turned = kit_table.revoke(connection, kit_called(connection, name), why)
    publish(home)
    return turned


def wipe_kit(home: HeadquartersHome, name: str, why: str) -> tuple[str, ...]:
    """End a kit for good, tell it to erase its lists and keys, and publish; returns the lists whose key turned.

    Raises:
        InputError: there is no such kit, it was wiped already, or there is no reason.
    """
    with home.changing(), home.store.transaction() as connection:
        turned = kit_table.wipe(connection, kit_called(connection, name), why)
    publish(home)
    return turned


def _line(kit: Kit, seen: str, says: str) -> KitLine:
    return KitLine(
        name=kit.name,
        state=kit.state,
        reason=kit.reason,
        enrolled=kit.enrolled,
        incarnation=kit.incarnation,
        serial=kit.serial,
        lists=kit.lists,
        lease_days=kit.lease.days if kit.lease else 0,
        last_seen=seen,
        says=says,
    )
