"""What headquarters said to this kit: its status, the lists it carries, since when time is certain, what is newest.

`sync` verifies it and keeps it in the vault; here it is read, and here are the names under which it is kept that the
counter reads too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from data.clock import Clock
from data.errors import Damaged
from data.json_codec import encode_canonical, to_json_value
from data.kit.home import KitHome
from data.lists.edition import Edition

CARRIED = "carried"
"""Vault: lists of this kit, as JSON: [{"name": …, "kind": …, "mandatory": …}, …]."""
FLOOR = "floor"
"""Vault: newest verified signed time, ISO 8601."""
CONTACT = "contact"
"""Vault: when this kit last saw fresh metadata of headquarters, ISO 8601, by its own clock."""
LIST_CONTACTS = "list-words"
"""Vault: list to when headquarters last signed that this kit's version of it is the newest, ISO 8601."""
LIST_KEYS = "list-keys"
"""Vault: serial of the newest envelope, who signed it, and the lists with their keys (`sync.kit.vault_entries`)."""
STATUS = "standing"
"""Vault: whether headquarters lets this kit work, as JSON."""
IN_FORCE = "in_force"
SUSPENDED = "suspended"
REVOKED = "revoked"
WIPED = "wiped"
"""The lists and their keys are to be erased at once."""
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class KitStatus:
    """Whether headquarters lets a kit work."""

    state: str = IN_FORCE
    """`in_force`, `suspended`, `revoked`, `wiped`, or a word of a later headquarters, which is not in force either."""
    reason: str = ""
    lease_until: datetime | None = None
    """Without word of headquarters until then the lists lock; None: no lease."""
    erase_after: datetime | None = None
    """Without word of headquarters until then they are erased; None: they stay, locked."""
    signed: datetime | None = None
    """When headquarters said so: the two times above are so far from there. None before it spoke."""

    @property
    def in_force(self) -> bool:
        """Whether the kit may work; the lease is another question."""
        return self.state == IN_FORCE


@dataclass(frozen=True, slots=True)
class CarriedList:
    """A list that headquarters gave this kit a key for; it may not have arrived yet."""

    name: str
    kind: str
    """Name of a module in `data.lists.kinds`."""
    mandatory: bool
    """Whether CLEAR needs it."""


def read_carried_lists(home: KitHome) -> tuple[CarriedList, ...]:
    """The lists of this kit's enrolment; none before the first sync."""
    content = home.vault.get(CARRIED)
    if content is None:
        return ()
    try:
        return tuple(CarriedList(entry["name"], entry["kind"], entry["mandatory"]) for entry in json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's note of the carried lists cannot be read", do="Run `waypost courier run`") from error


def read_status(home: KitHome) -> KitStatus:
    """Whether headquarters lets this kit work; in force before it said otherwise."""
    content = home.vault.get(STATUS)
    if content is None:
        return KitStatus()
    try:
        return status_from_json(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(
            "The vault's note of the kit's standing cannot be read", do="Run `waypost courier run`"
        ) from error


def status_from_json(facts: Mapping[str, Any]) -> KitStatus:
    """A status from JSON; ValueError, KeyError or TypeError when it is none."""
    state, reason = facts["state"], facts["reason"]
    if not isinstance(state, str) or not isinstance(reason, str):
        raise TypeError("a state or a reason that is no text")
    times = {name: _parse_time(facts[name]) for name in ("lease_until", "erase_after", "signed")}
    status = KitStatus(state[:_MAX_TEXT], reason[:_MAX_TEXT], **times)
    _check_order(status)
    return status


def _check_order(status: KitStatus) -> None:
    """Signed, locked, erased: a slip at headquarters must not erase what its kits have."""
    times = [time for time in (status.signed, status.lease_until, status.erase_after) if time is not None]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError("times that are not in their order")


def _parse_time(text: Any) -> datetime | None:
    time = None if text is None else datetime.fromisoformat(text)
    if time is not None and time.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return time and time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time beyond all calendars") from error


def read_clock(home: KitHome) -> Clock:
    """The machine's clock over the newest signed time that this kit has verified."""
    content = home.vault.get(FLOOR)
    return Clock().not_before(datetime.fromisoformat(content.decode())) if content else Clock()


def read_last_contact(home: KitHome) -> datetime | None:
    """When this kit last saw fresh metadata of headquarters; None before the first sync."""
    content = home.vault.get(CONTACT)
    return datetime.fromisoformat(content.decode()) if content else None


def record_list_contact(home: KitHome, list_name: str, signed: datetime) -> None:
    """Note that of a list the kit has what headquarters, at `signed`, said to be the newest."""
    contacts = _parse_list_contacts(home.vault.get(LIST_CONTACTS))
    if list_name not in contacts or datetime.fromisoformat(contacts[list_name]) < signed:
        home.vault.change(
            LIST_CONTACTS,
            lambda content: encode_canonical(_parse_list_contacts(content) | {list_name: to_json_value(signed)}),
        )


def read_list_contact(home: KitHome, edition: Edition) -> datetime:
    """When headquarters signed its newest word about a list: that version, or later that there is no newer one."""
    known = _parse_list_contacts(home.vault.get(LIST_CONTACTS)).get(edition.list)
    return max(edition.published, datetime.fromisoformat(known)) if known else edition.published


def _parse_list_contacts(content: bytes | None) -> dict[str, str]:
    return json.loads(content) if content else {}
