"""People of a post in words: who may work there, who works now, who is locked."""

from collections.abc import Iterator

from appliance.people.permissions import ROLE_NAMES, describe_roles
from appliance.people.post_roll import PostRoll
from data.people.sessions import Session
from data.people.staff import StaffMember
from data.text import Message, _, join
from ui.text.sanitize import safe


def describe_person(person: StaffMember, roll: PostRoll) -> Message:
    """`N-104  R. Sample  officer, LOCKED`."""
    line = _(
        "{number}  {name}  {roles}", number=person.number, name=safe(person.name), roles=describe_roles(person.roles)
    )
    return join([line, *_describe_notes(person, roll)], ", ")


def describe_session(session: Session) -> Message:
    """`works since 06:02 UTC: R. Sample, officer, lane 2`."""
    return _(
        "works since {time} UTC: {name}, {role}, lane {lane}",
        time=f"{session.opened:%H:%M}",
        name=safe(session.name),
        role=ROLE_NAMES[session.role],
        lane=safe(session.place.lane) or "-",
    )


def _describe_notes(person: StaffMember, roll: PostRoll) -> Iterator[Message]:
    if person.number in roll.known.local:
        yield _("added by this post")
    if person.valid_until:
        yield _("until {date}", date=f"{person.valid_until:%Y-%m-%d %H:%M}")
    if person.number in roll.locked:
        yield _("LOCKED")
    if not person.is_valid(roll.at):
        yield _("may not work now")
