"""Decides about PINs that were changed on kits, before their posts' people are published.

- One counts where the kit is in force, stands at a post of the person, and the person's PIN is still the one that it
  replaces: whoever was faster, or headquarters itself, wins, and every kit hears the same.
- A kit that changed a PIN twice before it heard of its first change says twice that it replaces the same one: the
  second counts as well, if nobody else changed the PIN in between. So does the first once more after a power cut, and
  the second after it.
- A program has a credential that only headquarters gives.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from data.people.staff import StaffRole
from sync.headquarters.ingest.people_reports import APPLIED, WaitingCredential
from sync.headquarters.store import staff_table
from sync.headquarters.store.kit_table import Kit, all_kits
from sync.headquarters.store.staff_table import SecretOrigin, StaffEntry

NOT_AT_POST = "not_at_post"
REPLACED = "replaced"
UNKNOWN_PERSON = "unknown_person"


def apply_changed_secrets(connection: Connection, waiting: Iterable[WaitingCredential]) -> dict[int, str]:
    """Let those PINs count that do, in the caller's transaction; by id what became of each."""
    kits = {kit.name: kit for kit in all_kits(connection)}
    return {change.id: _apply(connection, kits.get(change.kit), change) for change in waiting}


def _apply(connection: Connection, kit: Kit | None, change: WaitingCredential) -> str:
    entry = staff_table.find_staff(connection, change.number)
    if entry is None or entry.ended is not None or entry.person.has_role(StaffRole.SERVICE):
        return UNKNOWN_PERSON
    if kit is None or not kit.is_in_force or kit.post not in entry.posts:
        return NOT_AT_POST
    origin = SecretOrigin(change.kit, change.replaces)
    if change.replaces != entry.person.credential.version and entry.origin != origin:
        return REPLACED
    staff_table.change_staff(connection, _with_secret(entry, change, origin))
    return APPLIED


def _with_secret(entry: StaffEntry, change: WaitingCredential, origin: SecretOrigin) -> StaffEntry:
    before = entry.person.credential
    after = replace(before, version=before.version + 1, secret=change.secret, is_initial=change.is_initial)
    return replace(entry, person=replace(entry.person, credential=after), origin=origin)
