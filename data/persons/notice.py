"""Why a person is listed and what an officer is to do: one record of a person list.

An action, not a colour alone, decides verdict and words (domain.md): a missing child is protected,
not suspected; a sanctions entry is no border ground by itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.persons.person import Person


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
"""What a source's colour means unless headquarters says otherwise (domain.md, "Action, not colour alone")."""


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
    listed: date | None = None
    updated: date | None = None
    review: date | None = None
    """After this date the record no longer hits (carried, never derived)."""
