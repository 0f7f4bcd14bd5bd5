"""Who may sign in on this kit: the roster of its post, with what changed here since headquarters signed it.

- A roster that is kept ends, in the same change, the sessions of those whom it does not have any more, who lost the
  role they work in, or who got a new first PIN.
- A PIN that was changed here counts at once, and goes up to headquarters; it is forgotten when a roster says something
  newer of that person.
- People whom the post added itself count until their end, unless the roster names their number.
- Without a roster only the technician counts who was named at enrolment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.errors import Damaged
from data.json_codec import UtcTime, complete_in_json, decode, decode_or_none, encode_canonical
from data.kit.home import ENROLMENT, KitHome
from data.kit.vault import Vault
from data.log.error_log import log_error
from data.people.roster import MOST_PEOPLE, Roster, decode_roster, encode_roster
from data.people.secret_hash import check_secret_hash
from data.people.sessions import SESSIONS, Session, SessionEnd, end_sessions
from data.people.staff import Credential, StaffMember, StaffRole
from data.text import _

ROSTER = "roster"
"""Name in the vault."""
CHANGED_SECRETS = "changed-secrets"
"""Vault: PINs that were changed here, by service number, until a roster says something newer."""
LOCAL_PEOPLE = "local-people"
"""Vault: whom the post added itself."""
MOST_LOCAL_PEOPLE = 32
_DURESS = "*"


@dataclass(frozen=True, slots=True)
class ChangedSecret:
    """A PIN or password that was chosen or given here."""

    replaces: int
    """Version of the credential that it replaces; of any other one it says nothing."""
    secret: Annotated[str, AfterValidator(check_secret_hash)] = field(repr=False)
    is_initial: bool
    """Given by a supervisor: the person must change it."""
    at: UtcTime


_ChangedSecrets = dict[str, ChangedSecret]


@complete_in_json
@dataclass(frozen=True, slots=True)
class LocalPerson:
    """Somebody whom two people of the post let work there until headquarters decides."""

    person: StaffMember
    """With an end."""
    added_by: str
    """Service number."""
    second: str


_LocalPeople = Annotated[tuple[LocalPerson, ...], Field(max_length=MOST_LOCAL_PEOPLE)]


class _Technician(BaseModel):
    """Of an enrolment: who may sign in before there is a roster."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    number: str
    name: str
    secret: str


class _EnrolmentWithTechnician(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    technician: _Technician | None = None


def keep_roster(home: KitHome, roster: Roster, also: Mapping[str, bytes] | None = None) -> None:
    """From now on these people work here, and nobody else. The caller has verified the roster.

    `also` is kept in the vault in the same change.
    """

    def change(values: Mapping[str, bytes | None]) -> dict[str, bytes]:
        before, local = _read_own(values)
        people = {each.person.number: each.person for each in local} | {each.number: each for each in roster.people}
        changed = {
            number: each for number, each in before.items() if _still_counts(each, people.get(number.rstrip(_DURESS)))
        }
        known = {each.number: each for each in _combine(roster, changed, local)}
        return {
            **(also or {}),
            ROSTER: encode_roster(roster),
            CHANGED_SECRETS: encode_canonical(changed),
            LOCAL_PEOPLE: encode_canonical(local),
            SESSIONS: end_sessions(
                values[SESSIONS],
                lambda session: _is_ended(session, known.get(session.number), changed),
                SessionEnd.PERSON_ENDED,
            ),
        }

    home.vault.change_together((CHANGED_SECRETS, LOCAL_PEOPLE, SESSIONS), change)


def _read_own(values: Mapping[str, bytes | None]) -> tuple[_ChangedSecrets, tuple[LocalPerson, ...]]:
    """What the kit keeps beside the roster; nothing where it cannot be read: the new roster is all that is known."""
    try:
        return _decode_changed(values[CHANGED_SECRETS]), decode_local_people(values[LOCAL_PEOPLE])
    except Damaged as error:
        log_error(error)
        return {}, ()


def end_everybody(home: KitHome, nobody: Roster, also: Mapping[str, bytes]) -> None:
    """From now on nobody works here, whom the post added itself neither; `nobody` is a roster without people."""

    def change(values: Mapping[str, bytes | None]) -> dict[str, bytes]:
        return {
            **also,
            ROSTER: encode_roster(nobody),
            CHANGED_SECRETS: encode_canonical({}),
            LOCAL_PEOPLE: encode_canonical(()),
            SESSIONS: end_sessions(values[SESSIONS], lambda _session: True, SessionEnd.PERSON_ENDED),
        }

    home.vault.change_together((SESSIONS,), change)


def read_roster(home: KitHome) -> Roster | None:
    """Who works here, as headquarters says; None before it said so. Damaged where it cannot be read."""
    content = home.vault.get(ROSTER)
    return None if content is None else decode_roster(content)


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Everybody who may sign in on a kit at this moment, by what its vault has."""

    roster: Roster | None
    people: tuple[StaffMember, ...]
    """Of the roster, and those the post added itself; without a roster, the technician of the enrolment."""
    local: frozenset[str] = frozenset()
    """Service numbers of those whom the post added itself."""

    def find(self, number: str) -> StaffMember | None:
        """The person with this service number."""
        return next((person for person in self.people if person.number == number), None)

    def find_human(self, number: str) -> StaffMember | None:
        """The same, but no program: programs sign in nowhere."""
        person = self.find(number)
        return None if person is None or StaffRole.SERVICE in person.roles else person


class PeopleReader:
    """Reads who may sign in on a kit: decodes only what changed since it last looked."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._read: tuple[tuple[bytes | None, ...], KnownPeople] | None = None

    def read(self) -> KnownPeople:
        """Everybody who may sign in here now. Damaged where the roster cannot be read."""
        content = tuple(map(self._vault.get, (ROSTER, CHANGED_SECRETS, LOCAL_PEOPLE)))
        if content[0] is None:
            return self._decode(*content)  # one person at most
        if self._read is None or self._read[0] != content:
            self._read = content, self._decode(*content)
        return self._read[1]

    def _decode(self, roster_content: bytes | None, changed_content: bytes | None, local: bytes | None) -> KnownPeople:
        changed = _decode_changed(changed_content)
        if roster_content is None:
            technician = read_enrolled_technician(self._vault)
            return KnownPeople(None, (_with_changed(technician, changed),) if technician else ())
        roster, added = decode_roster(roster_content), decode_local_people(local)
        numbers = frozenset(each.person.number for each in added if roster.find(each.person.number) is None)
        return KnownPeople(roster, tuple(_combine(roster, changed, added)), numbers)


def read_enrolled_technician(vault: Vault) -> StaffMember | None:
    """Who was named at enrolment, to sign in with a one-time code while there is no roster."""
    content = vault.get(ENROLMENT)
    enrolment = decode_or_none(_EnrolmentWithTechnician, content) if content else None
    if enrolment is None or enrolment.technician is None:
        return None
    technician = enrolment.technician
    human = sha256(technician.number.encode()).hexdigest()[:16]
    credential = Credential(0, technician.secret, is_initial=True)
    return StaffMember(technician.number, technician.name, human, (StaffRole.TECHNICIAN,), credential)


def keep_changed_secret(vault: Vault, number: str, changed: ChangedSecret, *, is_duress: bool = False) -> None:
    """From now on this is the person's PIN or password; a first one ends the sessions under the one before.

    `is_duress`: it is the one under duress, here alone, until the person's real one is changed.
    """

    def change(values: Mapping[str, bytes | None]) -> dict[str, bytes]:
        secrets = {**_decode_changed(values[CHANGED_SECRETS]), _duress_key(number) if is_duress else number: changed}
        values_after: dict[str, bytes] = {CHANGED_SECRETS: encode_canonical(secrets)}
        if changed.is_initial:
            values_after[SESSIONS] = end_sessions(
                values[SESSIONS], lambda session: session.number == number, SessionEnd.PERSON_ENDED
            )
        return values_after

    vault.change_together((CHANGED_SECRETS, SESSIONS), change)


def add_local_person(vault: Vault, local: LocalPerson, now: datetime, refuse: Callable[[], NoReturn]) -> None:
    """The post added somebody; those whose time is over are forgotten, and so is the PIN of whoever had this number.

    `refuse` raises where there are too many.
    """

    def change(values: Mapping[str, bytes | None]) -> dict[str, bytes]:
        current = [each for each in decode_local_people(values[LOCAL_PEOPLE]) if each.person.is_valid(now)]
        if len(current) >= MOST_LOCAL_PEOPLE:
            refuse()
        secrets = _decode_changed(values[CHANGED_SECRETS])
        for number in (local.person.number, _duress_key(local.person.number)):
            secrets.pop(number, None)
        return {
            LOCAL_PEOPLE: encode_canonical((*current, local)),
            CHANGED_SECRETS: encode_canonical(secrets),
            SESSIONS: end_sessions(
                values[SESSIONS], lambda session: session.number == local.person.number, SessionEnd.PERSON_ENDED
            ),
        }

    vault.change_together((LOCAL_PEOPLE, CHANGED_SECRETS, SESSIONS), change)


def decode_local_people(content: bytes | None) -> tuple[LocalPerson, ...]:
    """Whom the post added. Damaged where it cannot be read."""
    return decode(_LocalPeople, content, lambda _why: _damaged()) if content else ()


def _combine(roster: Roster, changed: _ChangedSecrets, local: tuple[LocalPerson, ...]) -> list[StaffMember]:
    theirs = [each.person for each in local if roster.find(each.person.number) is None]
    return [_with_changed(person, changed) for person in (*roster.people, *theirs[:MOST_PEOPLE])]


def _with_changed(person: StaffMember, changed: _ChangedSecrets) -> StaffMember:
    credential = person.credential
    newer, duress = changed.get(person.number), changed.get(_duress_key(person.number))
    if duress is not None and duress.replaces == person.credential.version:
        credential = replace(credential, duress=duress.secret)
    if newer is not None and newer.replaces == person.credential.version:
        credential = replace(credential, secret=newer.secret, is_initial=newer.is_initial)
    return person if credential is person.credential else replace(person, credential=credential)


def _duress_key(number: str) -> str:
    """Where the vault has what was chosen under duress: no service number ends so."""
    return number + _DURESS


def _still_counts(changed: ChangedSecret, person: StaffMember | None) -> bool:
    return person is not None and changed.replaces >= person.credential.version


def _is_ended(session: Session, person: StaffMember | None, changed: _ChangedSecrets) -> bool:
    if person is None or person.human != session.human or not person.has_role(session.role):
        return True
    until = person.valid_until
    ends_earlier = until is not None and (session.valid_until is None or until < session.valid_until)
    return ends_earlier or (person.credential.is_initial and person.number not in changed)


def _decode_changed(content: bytes | None) -> _ChangedSecrets:
    """Damaged where it cannot be read: else a PIN that was given up would count again."""
    return decode(_ChangedSecrets, content, lambda _why: _damaged()) if content else {}


def _damaged() -> Damaged:
    return Damaged(
        _("The kit's record of changed PINs and added people cannot be read"),
        means=_("Nobody can sign in until headquarters' roster was fetched again."),
        do=_("Run `waypost courier run`; who changed a PIN here needs a new first PIN"),
    )
