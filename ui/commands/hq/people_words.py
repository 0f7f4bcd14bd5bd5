"""What commands of headquarters say of the people of posts."""

from datetime import datetime

from appliance.people.permissions import describe_roles
from data.people.staff import StaffRole
from data.text import Message, _, join
from sync.headquarters.ingest.people_reports import IgnoredCredential, KitLocalPerson
from sync.headquarters.publishing.changed_secrets import NOT_AT_POST, REPLACED, UNKNOWN_PERSON
from sync.headquarters.store.staff_table import StaffEntry
from ui.options import emit
from ui.text.sanitize import safe
from ui.text.translation import say

_SENTENCE = 120
_WHY = {
    REPLACED: _("somebody else changed it first, or headquarters gave another one"),
    NOT_AT_POST: _("the kit stands at no post of this person, or is not in force"),
    UNKNOWN_PERSON: _("nobody works under this number"),
}


def print_pin(number: str, pin: str, *, as_json: bool) -> None:
    """The first PIN of a person, once."""
    number = number.strip().upper()
    if as_json:
        emit({"number": number, "pin": pin})
        return
    say(
        _(
            "First PIN of {number}: {pin}. It is shown only now, and must be changed when it is first used.",
            number=safe(number),
            pin=pin,
        )
    )
    say_when()


def print_credential(number: str, credential: str, *, as_json: bool) -> None:
    """The credential of a program, once."""
    number = number.strip().upper()
    if as_json:
        emit({"number": number, "credential": credential})
        return
    say(
        _(
            "Credential of {number}: {credential}. It is shown only now.",
            number=safe(number),
            credential=credential,
        )
    )
    say_when()


def say_when() -> None:
    """When a change counts."""
    say(_("Kits hear of it after the next `waypost hq publish`."), to_stderr=True)


def person_facts(entry: StaffEntry) -> dict[str, object]:
    """A person for programs: no hash of a secret among it."""
    person, credential = entry.person, entry.person.credential
    return {
        "number": person.number,
        "name": person.name,
        "human": person.human,
        "roles": [role.value for role in person.roles],
        "posts": entry.posts,
        "from": person.valid_from,
        "until": person.valid_until,
        "ended": entry.ended,
        "reason": entry.reason,
        "credential": credential.version,
        "first_pin": credential.is_initial,
        "card": credential.card,
        "duress": bool(credential.duress),
    }


def person_line(entry: StaffEntry, now: datetime) -> Message:
    """A person on one line."""
    person = entry.person
    clauses = [
        _("{number}: {name}", number=person.number, name=safe(person.name)),
        describe_roles(person.roles),
        _("at {posts}", posts=", ".join(map(safe, entry.posts))),
    ]
    if entry.ended is not None:
        clauses.append(_("ended {date:%Y-%m-%d} ({reason})", date=entry.ended, reason=safe(entry.reason, _SENTENCE)))
        return join(clauses, ", ")
    if person.valid_from is not None and person.valid_from > now:
        clauses.append(_("from {time:%Y-%m-%d %H:%M} UTC", time=person.valid_from))
    if person.valid_until is not None:
        clauses.append(_("until {time:%Y-%m-%d %H:%M} UTC", time=person.valid_until))
    if person.credential.is_initial:
        clauses.append(_("first PIN not changed yet"))
    if person.credential.card:
        clauses.append(_("signs in with a card"))
    return join(clauses, ", ")


def local_person_facts(person: KitLocalPerson) -> dict[str, object]:
    """Somebody whom a post added itself, for programs."""
    return {
        "number": person.number,
        "name": person.name,
        "roles": person.roles,
        "until": person.until,
        "local": {"kit": person.kit, "by": person.by, "second": person.second, "at": person.at},
    }


def local_person_line(person: KitLocalPerson) -> Message:
    """The same on one line."""
    return join(
        [
            _("{number}: {name}", number=person.number, name=safe(person.name)),
            describe_roles(role for role in StaffRole if role.value in person.roles),
            _("LOCAL on {kit}", kit=safe(person.kit)),
            _("until {time:%Y-%m-%d %H:%M} UTC", time=person.until),
            _("added by {first} and {second}", first=person.by, second=person.second),
        ],
        ", ",
    )


def notice_line(notice: IgnoredCredential) -> Message:
    """A changed PIN that does not count."""
    return _(
        "{time:%Y-%m-%d %H:%M} NOTICE: the PIN of {number} that was changed on {kit} does not count: {why}",
        time=notice.at,
        number=notice.number,
        kit=safe(notice.kit),
        why=_WHY.get(notice.why, notice.why),
    )
