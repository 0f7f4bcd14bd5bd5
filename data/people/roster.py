"""The people of one post, as headquarters says them to one kit: `{serial, post, duress, countersign, people}`.

- It travels in an envelope of that kit alone, whole each time: who is not in it does
  not work here.
- `serial` never falls.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, Field

from data.errors import Damaged, WaypostError
from data.json_codec import Hexadecimal, complete_in_json, decode, encode_canonical
from data.json_errors import JsonError
from data.people.staff import StaffMember
from data.text import THE_VALUE, _

MOST_BYTES = 4 << 20
MOST_PEOPLE = 5_000
"""At one post; the largest airports have fewer officers."""
KEY_BYTES = 32


def _check_unique(people: tuple[StaffMember, ...]) -> tuple[StaffMember, ...]:
    if len({person.number for person in people}) != len(people):
        raise ValueError(_("{field} must not name a person twice", field=THE_VALUE))
    return people


@complete_in_json
@dataclass(frozen=True, slots=True)
class Roster:
    """Who works at one post."""

    serial: int
    post: str
    """The post's name at headquarters."""
    has_duress: bool
    """Whether people of this post may have a PIN under duress."""
    countersign_key: Annotated[Hexadecimal, Field(min_length=KEY_BYTES, max_length=KEY_BYTES)] = field(repr=False)
    """The secret that this kit shares with headquarters for codes that are read by radio."""
    people: Annotated[tuple[StaffMember, ...], Field(max_length=MOST_PEOPLE), AfterValidator(_check_unique)]

    def find(self, number: str) -> StaffMember | None:
        """The person with this service number; None where nobody of this post has it."""
        return next((person for person in self.people if person.number == number), None)

    def __iter__(self) -> Iterator[StaffMember]:
        return iter(self.people)


def encode_roster(roster: Roster) -> bytes:
    """As it travels and as it lies in the kit's vault."""
    return encode_canonical(roster)


def decode_roster(content: bytes) -> Roster:
    """A roster from its JSON; Damaged where it cannot be read."""
    return decode(Roster, content, _damaged, most_bytes=MOST_BYTES)


def _damaged(_why: JsonError) -> WaypostError:
    return Damaged(
        _("The roster of this post cannot be read"),
        means=_("Nobody can sign in."),
        do=_("Run `waypost courier run`; if that does not help, tell headquarters"),
    )
