"""Boarding passes: the text of a bar code in format M (IATA Resolution 792, "BCBP").

- Strict about where fields are, lenient about what airlines leave blank: any field but the name may be blanks.
- What an airline or a security office adds is passed over by the lengths the pass states; a length that points beyond
  the text refuses the whole pass.
- What a scanner sends around it (`data.documents.reader_frames`) is no part of it; two passes are not one.
- Nothing in a pass proves anything: anybody can print one. It is shown, and compared.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from data.documents.reader_frames import text_pieces
from data.errors import InputError
from data.text import Message, _

LONGEST = 1_000
"""Characters; four legs with everything an airline adds have fewer."""
_HEAD, _LEG = 23, 37
"""Characters before the first leg, and of each leg's fixed part."""
_NAME = 20
_TEXT = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight."""

    booking: str
    """The operating airline's booking code (PNR); may be empty, as may all that follow."""
    origin: str
    destination: str
    carrier: str
    flight: str
    """Without leading zeros."""
    day: int | None
    """Day of the year, 1 to 366. The pass does not say which year."""
    compartment: str
    seat: str
    """Without leading zeros."""
    sequence: str
    """Place in the order of check-in."""
    status: str

    def date(self, today: date) -> date | None:
        """The date of flight: of the years it may be, the one nearest to `today`."""
        if self.day is None:
            return None
        years = (today.year - 1, today.year, today.year + 1)
        days = [date(year, 1, 1) + timedelta(self.day - 1) for year in years]
        possible = [day for day, year in zip(days, years, strict=True) if day.year == year]
        return min(possible, key=lambda day: abs(day - today), default=None)


@dataclass(frozen=True, slots=True)
class BoardingPass:
    """A boarding pass."""

    surname: str
    given: str
    """With whatever title the airline appended: nothing separates the two."""
    name_is_full: bool
    """The name's field has no blank left, so the name may go on."""
    legs: tuple[Leg, ...]
    signed: bool
    """It carries a security field. Airlines' keys reach no border post: told, never checked."""

    def __str__(self) -> str:
        return f"{self.surname}/{self.given}" if self.given else self.surname


def parse_boarding_pass(content: bytes) -> BoardingPass:
    """The pass in a code's bytes.

    Raises:
        InputError: this is no boarding pass in format M, and why.
    """
    if len(content) > LONGEST:
        raise _no_pass(_("it has {count} characters", count=len(content)))
    texts = dict.fromkeys(filter(is_boarding_pass_start, text_pieces(content)))
    if not texts:
        raise _no_pass(_("it does not begin with M and one to four legs"))
    passes, faults = list[BoardingPass](), list[InputError]()
    for text in texts:
        try:
            passes.append(_parse_text(text))
        except InputError as fault:
            faults.append(fault)  # raised below, unless another line is the pass
    if len(passes) > 1:
        raise _no_pass(_("there are {count} of them", count=len(passes)))
    if not passes:
        raise faults[0]
    return passes[0]


def is_boarding_pass_start(text: str) -> bool:
    """Whether `text` begins like a pass: M and how many legs follow."""
    return text[:1] == "M" and text[1:2] in ("1", "2", "3", "4")


def _parse_text(text: str) -> BoardingPass:
    if not _TEXT.fullmatch(text):
        raise _no_pass(_("it has characters that are not allowed in a boarding pass"))
    surname, _slash, given = text[2 : 2 + _NAME].partition("/")
    if not surname.strip():
        raise _no_pass(_("it has no name"))
    legs, rest = _legs(text, int(text[1]))
    _refuse_rest(rest)
    full = not text[2 : 2 + _NAME].endswith(" ")
    return BoardingPass(surname.strip(), given.strip(), full, legs, rest[:1] == "^")


def _legs(text: str, count: int) -> tuple[tuple[Leg, ...], str]:
    """The legs, and what follows the last one."""
    at, legs = _HEAD, list[Leg]()
    for _number in range(count):
        fixed = text[at : at + _LEG]
        if len(fixed) < _LEG:
            raise _no_pass(_("it ends in the middle of a leg"))
        legs.append(_leg(fixed))
        at += _LEG + _size(fixed[35:37])
        if at > len(text):
            raise _no_pass(_("a length in it is beyond its end"))
    return tuple(legs), text[at:]


def _leg(fixed: str) -> Leg:
    day = fixed[21:24].strip()
    if day and not (day.isdigit() and 1 <= int(day) <= 366):
        raise _no_pass(_("its date is not a day of the year"))
    return Leg(
        booking=fixed[:7].strip(),
        origin=_airport(fixed[7:10]),
        destination=_airport(fixed[10:13]),
        carrier=fixed[13:16].strip(),
        flight=fixed[16:21].strip().lstrip("0"),
        day=int(day) if day else None,
        compartment=fixed[24].strip(),
        seat=fixed[25:29].strip().lstrip("0"),
        sequence=fixed[29:34].strip().lstrip("0"),
        status=fixed[34].strip(),
    )


def _airport(field: str) -> str:
    code = field.strip()
    if code and not (len(code) == 3 and code.isalpha() and code.isupper()):
        raise _no_pass(_("an airport code in it is not valid"))
    return code


def _refuse_rest(rest: str) -> None:
    """After the legs only a security field may follow: `^`, its kind, its length, its data; then blanks."""
    if not rest.strip():
        return
    size = _size(rest[2:4]) if rest[0] == "^" and len(rest) >= 4 else -1
    if not 0 <= size <= len(rest) - 4 or rest[4 + size :].strip():
        raise _no_pass(_("there is something after its last leg"))


def _size(field: str) -> int:
    if not re.fullmatch("[0-9A-Fa-f]{2}", field):
        raise _no_pass(_("a length in it is not a number"))
    return int(field, 16)


def _no_pass(why: Message) -> InputError:
    return InputError(
        _("This is not a boarding pass: {why}", why=why),
        means=_("Nothing from it was used."),
        do=_("Scan it again, or read the pass yourself"),
    )
