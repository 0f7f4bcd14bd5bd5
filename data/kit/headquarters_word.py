"""What headquarters said to this kit: its status, the lists it carries, since when time is certain, what is newest.

`sync` verifies it and keeps it in the vault; here it is read, and here are the names under which it is kept that the
counter reads too.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from data.clock import Clock
from data.errors import Damaged
from data.json_codec import UtcTime, ZonedTime, complete_in_json, decode, encode_canonical
from data.kit.home import KitHome
from data.lists.edition import Edition
from data.text import _

CARRIED = "carried"
"""Vault: lists of this kit, as JSON: [{"name": …, "kind": …, "mandatory": …}, …]."""
FLOOR = "floor"
"""Vault: newest verified signed time, ISO 8601."""
CONTACT = "contact"
"""Vault: when this kit last saw fresh metadata of headquarters, ISO 8601, by its own clock."""
LIST_CONTACTS = "list-words"
"""Vault: list to when headquarters last signed that this kit's version of it is the newest, ISO 8601."""
LIST_VERSIONS = "list-versions"
"""Vault: list to the newest version of it that came here, and how many rows that had, as JSON."""
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
_ShortText = Annotated[str, AfterValidator(lambda text: text[:_MAX_TEXT])]


@complete_in_json
@dataclass(frozen=True, slots=True)
class KitStatus:
    """Whether headquarters lets a kit work."""

    state: _ShortText = IN_FORCE
    """`in_force`, `suspended`, `revoked`, `wiped`, or a word of a later headquarters, which is not in force either."""
    reason: _ShortText = ""
    lease_until: UtcTime | None = None
    """Without word from headquarters by then, the lists lock; None: no lease."""
    erase_after: UtcTime | None = None
    """Without word from headquarters by then, the lists are erased; None: they stay, locked."""
    signed: UtcTime | None = None
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


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version of a list that was here."""

    version: int
    count: int
    """Of its rows."""


def read_carried_lists(home: KitHome) -> tuple[CarriedList, ...]:
    """The lists of this kit's enrolment; none before the first sync."""
    content = home.vault.get(CARRIED)
    if content is None:
        return ()
    return decode(
        tuple[CarriedList, ...],
        content,
        lambda _why: Damaged(
            _("The vault's record of this kit's lists cannot be read"), do=_("Run `waypost courier run`")
        ),
    )


def read_status(home: KitHome) -> KitStatus:
    """Whether headquarters lets this kit work; in force before it said otherwise."""
    content = home.vault.get(STATUS)
    if content is None:
        return KitStatus()
    return decode(
        KitStatus,
        content,
        lambda _why: Damaged(
            _("The vault's record of the kit's status cannot be read"), do=_("Run `waypost courier run`")
        ),
        build=check_status,
    )


def check_status(status: KitStatus) -> KitStatus:
    """`status`; ValueError unless signed, locked and erased follow in this order.

    A slip at headquarters must not erase what its kits have.
    """
    times = [time for time in (status.signed, status.lease_until, status.erase_after) if time is not None]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError(_("the times are not in order"))
    return status


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
    if list_name not in contacts or contacts[list_name] < signed:
        home.vault.change(
            LIST_CONTACTS, lambda content: encode_canonical(_parse_list_contacts(content) | {list_name: signed})
        )


def read_list_contact(home: KitHome, edition: Edition) -> datetime:
    """When headquarters signed its newest word about a list: that version, or later that there is no newer one."""
    known = _parse_list_contacts(home.vault.get(LIST_CONTACTS)).get(edition.list)
    return max(edition.published, known) if known else edition.published


def record_list_version(home: KitHome, edition: Edition) -> None:
    """Note that a version of a list came here; an older one changes nothing.

    The vault keeps it beside the witness file and the list itself: where both are lost, nothing older is taken.
    """
    known = _parse_list_versions(home.vault.get(LIST_VERSIONS)).get(edition.list)
    if known is None or known.version < edition.version:
        newest = {edition.list: ListVersion(edition.version, edition.count)}
        home.vault.change(LIST_VERSIONS, lambda content: encode_canonical(_parse_list_versions(content) | newest))


def read_list_version(home: KitHome, list_name: str) -> ListVersion | None:
    """The newest version of a list that is known to have been here, whatever became of its files."""
    known, head = (
        _parse_list_versions(home.vault.get(LIST_VERSIONS)).get(list_name),
        home.witness.read().lists.get(list_name),
    )
    if head is None or (known and known.version >= head.version):
        return known
    return ListVersion(head.version, head.count)


def _parse_list_versions(content: bytes | None) -> dict[str, ListVersion]:
    if content is None:
        return {}
    return decode(
        dict[str, ListVersion],
        content,
        lambda _why: Damaged(_("The vault's record of list versions cannot be read"), do=_("Ask a technician")),
    )


def _parse_list_contacts(content: bytes | None) -> dict[str, datetime]:
    if content is None:
        return {}
    return decode(
        dict[str, ZonedTime],
        content,
        lambda _why: Damaged(_("The vault's record of contacts cannot be read"), do=_("Run `waypost courier run`")),
    )
