"""Whom a candidate's record links to, by name and record.

An associate makes no hit: only names of the person are searched. One whose own record on this list is discreet is
left out, since the lane must not learn of it by way of somebody else.
"""

from dataclasses import replace

from appliance.matching.index import Fetch
from appliance.matching.reasons import plain
from data.errors import InputError
from data.persons.encoding import decode
from data.persons.notice import Action
from data.persons.person import Associate, Person

MOST = 5
"""That are shown of each kind."""


def associates(person: Person, fetch: Fetch | None) -> tuple[Associate, ...]:
    """Those that may be told, the ones with a record of their own first."""
    keys = [one.record.encode() for one in person.associates if one.record]
    bodies = fetch(keys) if fetch and keys else {}
    hidden = {key.decode() for key, body in bodies.items() if _is_discreet(body)}
    told = [replace(one, name=plain(one.name)) for one in person.associates if one.record not in hidden]
    return tuple(sorted(told, key=lambda one: not one.record)[:MOST])


def _is_discreet(body: bytes) -> bool:
    try:
        return decode(body).action is Action.DISCREET
    except InputError:
        return True
