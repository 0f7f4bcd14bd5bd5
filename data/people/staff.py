"""A person of the roster, as headquarters signed it, and somebody who has proved to be one of them.

- A person is known by a service number, which headquarters gives once and never again.
- One human being may have two entries, for example after a change of service: `human` is equal in both, and the two
  count as one person wherever two different people are needed.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, PlainValidator

from data.errors import InputError
from data.json_codec import UtcTime
from data.people.secret_hash import check_secret_hash
from data.text import THE_VALUE, _

MOST_IN_A_NUMBER = 16
MOST_IN_A_NAME = 60
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
_HUMAN = re.compile(r"[0-9a-f]{16}")


class StaffRole(StrEnum):
    """What somebody works as. `appliance.people.permissions` says what each may do."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    TRAINEE = "trainee"
    SERVICE = "service"
    """A program that works without anybody present: another system's front end, a nightly batch."""


def normalize_service_number(text: str) -> str:
    """A service number in its one form: capitals, no blanks around it.

    Raises:
        InputError: this cannot be a service number.
    """
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number):
        raise InputError(
            _("This is not a service number"),
            do=_("Type 1 to {most} letters, digits and hyphens, as on your service card", most=MOST_IN_A_NUMBER),
        )
    return number


def check_number(text: str) -> str:
    """`text` if it is a service number in its one form; ValueError otherwise."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(_("{field} must be a service number", field=THE_VALUE))
    return text


def check_name(text: str) -> str:
    """`text` if it can be shown as a person's name; ValueError otherwise."""
    if not text.strip() or len(text) > MOST_IN_A_NAME or not text.isprintable():
        raise ValueError(_("{field} must be a name of at most {most} characters", field=THE_VALUE, most=MOST_IN_A_NAME))
    return text


def fold_name(name: str) -> str:
    """The name as names are compared: nobody becomes two by capitals, blanks or another form of the same letters."""
    return " ".join(normalize("NFKC", name).casefold().split())


def _check_human(text: str) -> str:
    if not _HUMAN.fullmatch(text):
        raise ValueError(_("{field} must be hexadecimal", field=THE_VALUE))
    return text


def _parse_roles(names: Any) -> tuple[StaffRole, ...]:
    """The roles that this version knows: one of a later version allows nothing here."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(_("{field} must be names of roles", field=THE_VALUE))
    return tuple(role for role in StaffRole if role.value in names)


def _check_hash(text: str) -> str:
    return check_secret_hash(text) if text else text


_SecretHash = Annotated[str, AfterValidator(_check_hash)]


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves who a person is: a PIN or password, perhaps a card as well; of each only what verifies it."""

    version: int
    """Headquarters counts each change and each reset."""
    secret: _SecretHash = field(repr=False)
    """Hash of the PIN or password (`data.people.secret_hash`)."""
    is_initial: bool = False
    """Given by somebody else: the person must change it at the first sign-in."""
    duress: _SecretHash = field(default="", repr=False)
    """Hash of the PIN under duress; empty where the person has none."""
    card: str = ""
    """SHA-256 of the public key (SubjectPublicKeyInfo) on the person's card, hexadecimal; empty where none is used."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody whom headquarters lets work at a post."""

    number: Annotated[str, AfterValidator(check_number)]
    name: Annotated[str, AfterValidator(check_name)]
    """As shown."""
    human: Annotated[str, AfterValidator(_check_human)]
    """16 hexadecimal digits, equal in every entry of one human being."""
    roles: Annotated[tuple[StaffRole, ...], PlainValidator(_parse_roles)]
    credential: Credential
    valid_from: UtcTime | None = None
    valid_until: UtcTime | None = None
    """The first moment at which the person may not work any more; None: no end is set."""

    def is_valid(self, now: datetime) -> bool:
        """Whether the person may work at this time."""
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)

    def has_role(self, role: StaffRole) -> bool:
        """Whether headquarters gave the person this role."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody as a record names them."""

    number: str
    """Service number; in records from before there was a roster, a name that somebody typed."""
    name: str
    human: str
    """As in `StaffMember`; empty where it is not known, as in such an old record."""

    def is_other_human(self, other: "Signatory | None") -> bool:
        """Whether these are certainly two human beings: who is not known may be anybody."""
        return other is not None and bool(self.human and other.human) and self.human != other.human


@dataclass(frozen=True, slots=True)
class Actor(Signatory):
    """Somebody who proved to be a person of the roster, in the role in which they work now.

    Only `appliance.people` makes one.
    """

    role: StaffRole
    session: str = ""
    """The id of the session in which they work; empty for a proof that serves one action."""
    via: str = ""
    """Service number of the program that asks in the name of this person, who did not prove anything to the kit."""
