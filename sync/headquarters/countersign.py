"""Headquarters is the second person for a kit, by radio: seven digits for a case, and a record of who answered.

- The digits are given only for a kit that is in force and stands at a post: no other one has the key.
- Whoever answers has proved who they are (`staff_sign_in`), and does not work at the post of the kit.
- The answer is recorded before it is given.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.clock import read_system_time
from data.errors import Denied, InputError
from data.people.countersign_code import RemoteAnswer, compute_code, is_nonce
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.staff_sign_in import ProvenStaff, must_be_own_secret
from sync.headquarters.store import staff_table, tables
from sync.headquarters.store.kit_table import countersign_key, get_kit

MOST_CHARACTERS = 60
_countersignatures = tables.countersignatures


@dataclass(frozen=True, slots=True)
class Countersignature:
    """One answer."""

    at: datetime
    kit: str
    case: str
    nonce: str
    answer: RemoteAnswer
    who: str


def countersign(home: HeadquartersHome, kit: str, case: str, nonce: str, answer: RemoteAnswer, by: ProvenStaff) -> str:
    """Record the answer and return its seven digits.

    Raises:
        InputError: the kit is not known, not in force or at no post, or the code that it read cannot be one.
        Denied: whoever answers works at the kit's post as well, or must change their first PIN.
    """
    must_be_own_secret(by)
    case = _check(case, "CASE")
    if not is_nonce(nonce):
        raise _refusal(_("No kit shows the code {code}", code=repr(nonce[:20])), _("Have it read again"))
    with home.changing(), home.store.transaction() as connection:
        known = get_kit(connection, kit)
        if not known.is_in_force or known.post is None:
            raise _refusal(
                _("{kit} is not in force, or stands at no post", kit=kit),
                _("Whoever calls may have a kit that was lost: make sure who it is"),
            )
        _must_not_work_there(connection, by, known.post)
        record = insert(_countersignatures).values(
            at=read_system_time().isoformat(),
            kit=kit,
            case=case,
            nonce=nonce.upper(),
            answer=answer.value,
            who=by.signature,
        )
        connection.execute(record)
        return compute_code(countersign_key(connection, known), kit, case, answer, nonce)


def list_countersignatures(home: HeadquartersHome) -> tuple[Countersignature, ...]:
    """Every answer, the oldest first."""
    with home.store.reading() as connection:
        rows = connection.execute(select(_countersignatures).order_by(_countersignatures.c.number)).all()
    return tuple(
        Countersignature(
            datetime.fromisoformat(row.at), row.kit, row.case, row.nonce, RemoteAnswer(row.answer), row.who
        )
        for row in rows
    )


def _must_not_work_there(connection: Connection, by: ProvenStaff, post: str) -> None:
    for person in staff_table.staff_by_post(connection).get(post, ()):
        if person.human == by.person.human:
            raise Denied(
                _("{name} works at {post} as well, as {number}", name=person.name, post=post, number=person.number),
                means=_("No answer was given: the second person must be somebody else."),
                do=_("Let somebody else of headquarters answer"),
            )


def _check(text: str, what: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > MOST_CHARACTERS or not words.isprintable():
        raise _refusal(
            _("{what} is missing, too long, or has characters that cannot be shown", what=what),
            _("Give at most {most} characters in one line", most=MOST_CHARACTERS),
        )
    return words


def _refusal(what: Message, do: Message) -> InputError:
    return InputError(what, means=_("No answer was given."), do=do)
