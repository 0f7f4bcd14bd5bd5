"""What a kit reports of its people to headquarters: PINs that were changed here, and whom the post added itself.

Reports wait in the outbox, which is encrypted, and travel sealed to headquarters. Nothing here has a PIN: of one, its
hash.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, Field

from data.journal.chains import Stream
from data.json_codec import UtcTime
from data.people.kit_roster import ChangedSecret, LocalPerson
from data.people.secret_hash import check_pin_hash
from data.people.staff import check_name, check_number

CREDENTIAL_CHANGED = "credential_changed"
"""Kind of the entry in the stream of receipts."""
LOCAL_PERSON_ADDED = "local_person_added"
"""Kind of the entry in the stream of cases: somebody at headquarters must decide about the person."""
_Number = Annotated[str, AfterValidator(check_number)]


@dataclass(frozen=True, slots=True)
class ReportedCredential:
    """A PIN or password that was changed on a kit."""

    number: _Number
    replaces: Annotated[int, Field(ge=1, lt=1 << 53)]
    """Version of the credential that it replaces."""
    secret: Annotated[str, AfterValidator(check_pin_hash)] = field(repr=False)
    at: UtcTime
    initial: bool = False
    """Given by two people of the post: the person must change it."""


@dataclass(frozen=True, slots=True)
class ReportedLocalPerson:
    """Somebody whom a post added itself."""

    number: _Number
    name: Annotated[str, AfterValidator(check_name)]
    roles: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=16)]
    until: UtcTime
    by: _Number
    second: _Number
    at: UtcTime


class ReportOutbox(Protocol):
    """What of an outbox is needed here (`data.journal.outgoing.Outbox`)."""

    def report(self, stream: Stream, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        """Enter something for headquarters."""


def report_changed_secret(outbox: ReportOutbox, number: str, changed: ChangedSecret) -> None:
    """Headquarters is to hear of a PIN that was changed here; not of a person whom it does not know (version 0)."""
    if changed.replaces:
        facts = {"number": number, "replaces": changed.replaces, "secret": changed.secret}
        outbox.report(Stream.RECEIPTS, CREDENTIAL_CHANGED, changed.at, {**facts, "initial": changed.is_initial})


def report_local_person(outbox: ReportOutbox, local: LocalPerson, at: datetime) -> None:
    """Headquarters is to hear of somebody whom the post added itself."""
    person = local.person
    facts = {
        "number": person.number,
        "name": person.name,
        "roles": [role.value for role in person.roles],
        "until": person.valid_until,
        "by": local.added_by,
        "second": local.second,
    }
    outbox.report(Stream.CASES, LOCAL_PERSON_ADDED, at, facts)
