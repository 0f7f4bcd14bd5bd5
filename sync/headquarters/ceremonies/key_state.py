"""What of headquarters' signatures expires when, which keys are in force, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection
from tuf.api.metadata import Key, Metadata, Root, Snapshot, Targets, Timestamp

from data.clock import read_system_time
from data.text import EMPTY, Message, _
from sync.headquarters.ceremonies.signing import key_name
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import raw_key_id
from sync.headquarters.store import metadata_in_force
from sync.headquarters.store.metadata_in_force import lists_key_ids, read_metadata
from sync.limits import LIMITS


class RenewalUrgency(StrEnum):
    """How soon somebody has to do something."""

    OK = "ok"
    SOON = "soon"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class RoleState:
    """One role of headquarters."""

    role: str
    version: int
    """0 for `kits`, whose envelopes have serials of their own."""
    expires: datetime | None
    needed: int
    """Signatures."""
    keys: tuple[str, ...]
    """What people call them."""
    urgency: RenewalUrgency
    do: Message
    """What to do; empty where nothing is."""


def read_key_state(home: HeadquartersHome, now: datetime | None = None) -> tuple[RoleState, ...]:
    """Every role: offline ones first."""
    with home.store.transaction() as connection:
        return _State(home, connection, now or read_system_time()).roles()


_RENEWALS = {
    "root": {
        RenewalUrgency.SOON: _("Bring two root holders together and run `waypost hq keys propose --renew root`"),
        RenewalUrgency.NOW: _(
            "Kits accept nothing new until two root holders sign. Run `waypost hq keys propose --renew root`"
        ),
    },
    "targets": {
        RenewalUrgency.SOON: _("Ask the targets holder to sign and run `waypost hq keys propose --renew targets`"),
        RenewalUrgency.NOW: _(
            "Kits accept nothing new until the targets holder signs. Run `waypost hq keys propose --renew targets`"
        ),
    },
}


class _State:
    def __init__(self, home: HeadquartersHome, connection: Connection, now: datetime) -> None:
        self._home = home
        self._connection = connection
        self._now = now
        self._root = metadata_in_force.read_root(connection).signed
        self._targets = metadata_in_force.read_targets(connection).signed

    def roles(self) -> tuple[RoleState, ...]:
        return (
            self._offline("root", self._root),
            self._offline("targets", self._targets),
            self._online("lists", read_metadata(self._connection, "lists", Targets)),
            self._online("snapshot", read_metadata(self._connection, "snapshot", Snapshot)),
            self._online("timestamp", read_metadata(self._connection, "timestamp", Timestamp)),
            self._kits(),
        )

    def _offline(self, role: str, signed: Root | Targets) -> RoleState:
        urgency = self._urgency(signed.expires, LIMITS.offline_warning)
        do = _RENEWALS[role].get(urgency, EMPTY)
        if not do and self._home.offline.exists():
            do = _("Take the keys in {folder} away, each on a medium of its own", folder=self._home.offline)
            urgency = RenewalUrgency.SOON
        rule = self._root.roles[role]
        keys = tuple(key_name(self._root.keys[key_id]) for key_id in rule.keyids)
        return RoleState(role, signed.version, signed.expires, rule.threshold, keys, urgency, do)

    def _online(
        self, role: str, metadata: Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp] | None
    ) -> RoleState:
        expires = metadata.signed.expires if metadata else None
        urgency = self._urgency(expires, LIMITS.online_life / 3)
        do = EMPTY if urgency is RenewalUrgency.OK else _("Run `waypost hq publish`")
        keys = self._online_keys(role)
        if not all(self._home.keyring.holds(key.keyid) for key in keys):
            urgency, do = (
                RenewalUrgency.NOW,
                _(
                    "Its key is not here: restore it from the copy, or run `waypost hq keys propose --new {role}`",
                    role=role,
                ),
            )
        version = metadata.signed.version if metadata else 0
        return RoleState(role, version, expires, 1, tuple(map(key_name, keys)), urgency, do)

    def _kits(self) -> RoleState:
        key_id = raw_key_id(metadata_in_force.read_policy(self._connection).kits)
        if self._home.keyring.holds(key_id):
            return RoleState("kits", 0, None, 1, (key_id[:8],), RenewalUrgency.OK, EMPTY)
        do = _("Its key is not here: restore it from the copy, or run `waypost hq keys propose --new kits`")
        return RoleState("kits", 0, None, 1, (key_id[:8],), RenewalUrgency.NOW, do)

    def _online_keys(self, role: str) -> list[Key]:
        if role != "lists":
            return [self._root.keys[key_id] for key_id in self._root.roles[role].keyids]
        delegations = self._targets.delegations
        return [delegations.keys[key_id] for key_id in lists_key_ids(self._targets)] if delegations else []

    def _urgency(self, expires: datetime | None, before: timedelta) -> RenewalUrgency:
        if expires is None or expires <= self._now:
            return RenewalUrgency.NOW
        return RenewalUrgency.SOON if expires - self._now < before else RenewalUrgency.OK
