"""Why a person is listed and what an officer is to do: one record of a person list, and its canonical JSON.

- An action, not a colour alone, decides verdict and words (docs/screening.md, "Actions"): a missing child is protected,
  not suspected; a sanctions entry is no border ground by itself.
- The JSON is what headquarters stores and a kit's row carries. Empty fields are left out, keys are sorted, there are
  no spaces, letters stay as they are (UTF-8). The same notice always gives the same text, and the text gives back the
  same notice.
- Fields that this software does not know are passed over; an action, colour, quality or sex that it does not know is
  an error, since a guess there would change what an officer is told to do.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from data.errors import InputError
from data.json_codec import Day, decode
from data.json_errors import JsonError
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.text import _

_to_json_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Action(StrEnum):
    """What the post does when the person is confirmed."""

    DETAIN = "detain"
    REFUSE = "refuse"
    PROTECT = "protect"
    DISCREET = "discreet"
    IDENTIFY = "identify"
    SEIZE = "seize"
    INFORM = "inform"


class Colour(StrEnum):
    """INTERPOL's notice colours, and where none fits."""

    RED = "red"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    BLACK = "black"
    ORANGE = "orange"
    PURPLE = "purple"
    SILVER = "silver"
    UN_SPECIAL = "un_special"
    NONE = "none"


DEFAULT_ACTIONS: dict[Colour, Action] = {
    Colour.RED: Action.DETAIN,
    Colour.BLUE: Action.IDENTIFY,
    Colour.GREEN: Action.INFORM,
    Colour.YELLOW: Action.PROTECT,
    Colour.BLACK: Action.IDENTIFY,
    Colour.ORANGE: Action.DETAIN,
    Colour.PURPLE: Action.INFORM,
    Colour.SILVER: Action.INFORM,
    Colour.UN_SPECIAL: Action.REFUSE,
    Colour.NONE: Action.INFORM,
}
"""What a source's colour means unless headquarters says otherwise (docs/screening.md, "Actions")."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One record of a person list."""

    record: str
    """Identity of the record within its source, e.g. `2019/12345`, `QDi.001`, `OFAC-1234`."""
    person: Person
    action: Action
    colour: Colour = Colour.NONE
    owner: str = ""
    """Who issued it: an NCB, a committee, an agency."""
    reference: str = ""
    reason: str = ""
    """Charge, programme or comment, in the source's words."""
    cautions: tuple[str, ...] = ()
    listed: Day | None = None
    updated: Day | None = None
    review: Day | None = None
    """After this date the record no longer hits (carried, never derived)."""


def encode_notice(notice: Notice) -> str:
    """The notice as canonical JSON."""
    fields = {
        "colour": notice.colour.value if notice.colour is not Colour.NONE else "",
        "owner": notice.owner,
        "reference": notice.reference,
        "reason": notice.reason,
        "cautions": list(notice.cautions),
        "listed": _day(notice.listed),
        "updated": _day(notice.updated),
        "review": _day(notice.review),
        "person": _person(notice.person),
    }
    return _to_json_text({"record": notice.record, "action": notice.action.value} | _drop_empty(fields))


def decode_notice(text: str | bytes) -> Notice:
    """The notice in `text`; InputError if it is not a notice, or says something this software does not know."""
    return decode(Notice, text, _unreadable)


def _unreadable(_why: JsonError) -> InputError:
    return InputError(
        _("A record of a person list cannot be read"),
        means=_("Waypost on this machine is older than the list, or the record is damaged."),
        do=_("Update Waypost here; if the problem remains, import the source again at headquarters"),
    )


def _drop_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in ("", [], None)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _person(person: Person) -> dict[str, Any]:
    fields = {
        "births": [_birth(birth) for birth in person.births],
        "sex": person.sex.value if person.sex is not Sex.UNKNOWN else "",
        "nationalities": list(person.nationalities),
        "birth_places": list(person.birth_places),
        "documents": [_document(document) for document in person.documents],
        "father": person.father,
        "mother": person.mother,
        "marks": person.marks,
        "associates": [_associate(associate) for associate in person.associates],
    }
    return {"names": [_name(name) for name in person.names]} | _drop_empty(fields)


def _name(name: ListedName) -> dict[str, str]:
    quality = name.quality.value if name.quality is not NameQuality.PRIMARY else ""
    # An empty name would be left out like any empty field; `full` is what makes it a name.
    return {"full": name.full} | _drop_empty({"surname": name.surname, "given": name.given, "quality": quality})


def _document(document: HeldDocument) -> dict[str, str]:
    return {"number": document.number} | _drop_empty({"country": document.country, "type": document.type})


def _associate(associate: Associate) -> dict[str, str]:
    return {"name": associate.name} | _drop_empty({"relation": associate.relation, "record": associate.record})


def _birth(birth: PartialDate) -> str | list[int | bool | None]:
    """The text form, or the five parts where the text form would lose one (`????-05-17`)."""
    text = str(birth)
    try:
        exact = PartialDate.parse(text) == birth
    except ValueError:
        exact = False
    return text if exact else [birth.year, birth.month, birth.day, birth.about, birth.until]
