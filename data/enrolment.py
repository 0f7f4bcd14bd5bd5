"""What a kit's enrolment means at the counter: which lists it carries, and since when time is certain.

Headquarters says both, sync verifies and keeps them in the vault; here they are read.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from data.clock import Clock
from data.errors import Damaged
from data.home import KitHome
from data.lists.age import AgePolicy

CARRIED = "carried"
"""Vault: lists of this kit, as JSON: [{"name": …, "kind": …, "mandatory": …}, …]."""
FLOOR = "floor"
"""Vault: newest verified signed time, ISO 8601."""
POLICY = "policy"
"""Vault: the verified policy.json of headquarters; its shape is in `sync.policy`."""
CONTACT = "contact"
"""Vault: when this kit last saw fresh metadata of headquarters, ISO 8601, by its own clock."""


@dataclass(frozen=True, slots=True)
class CarriedList:
    """A list that headquarters gave this kit a key for; it may not have arrived yet."""

    name: str
    kind: str
    """Name of a module in `data.lists.kinds`."""
    mandatory: bool
    """Whether CLEAR needs it."""


def carried(home: KitHome) -> tuple[CarriedList, ...]:
    """The lists of this kit's enrolment; none before the first sync."""
    kept = home.vault.get(CARRIED)
    if kept is None:
        return ()
    try:
        return tuple(CarriedList(entry["name"], entry["kind"], entry["mandatory"]) for entry in json.loads(kept))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's note of the carried lists cannot be read", do="Run `waypost courier run`") from error


def clock(home: KitHome) -> Clock:
    """The machine's clock over the newest signed time that this kit has verified."""
    kept = home.vault.get(FLOOR)
    return Clock().not_before(datetime.fromisoformat(kept.decode())) if kept else Clock()


def last_contact(home: KitHome) -> datetime | None:
    """When this kit last saw fresh metadata of headquarters; None before the first sync."""
    kept = home.vault.get(CONTACT)
    return datetime.fromisoformat(kept.decode()) if kept else None


def age_policy(home: KitHome, list_name: str) -> AgePolicy:
    """The age bands headquarters gave a list; the built-in ones before its policy arrived."""
    kept = home.vault.get(POLICY)
    if kept is None:
        return AgePolicy()
    try:
        bands = json.loads(kept)["lists"]
        chosen = bands.get(list_name) or bands["default"]
        return AgePolicy(float(chosen["old_after_h"]), float(chosen["expired_after_h"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's policy cannot be read", do="Run `waypost courier run`") from error
