"""Valid MRZs from plain fields: for tests, demonstrations and training.

Digits are computed, names spelt and cut as Doc 9303 says. What cannot be written raises InputError: nothing is
shortened but a name.
"""

import re
from dataclasses import dataclass
from datetime import date

from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS, Layout
from data.documents.mrz.spelling import name_field, name_part
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from data.text import Message, _


@dataclass(frozen=True, slots=True)
class MrzFields:
    """What goes on a document. Names in any script; code, issuer, number and optional data in [A-Z0-9<]."""

    code: str
    issuer: str
    number: str
    surname: str
    given: str = ""
    nationality: str = ""
    """As the issuer's where empty."""
    birth: PartialDate | date | None = None
    sex: Sex = Sex.UNKNOWN
    expiry: PartialDate | date | None = None
    optional: str = ""
    second_optional: str = ""
    """TD1 only."""


def write_mrz(fields: MrzFields, format: MrzFormat) -> str:
    """The lines of an MRZ, joined by line feeds. InputError for a field that does not fit its format."""
    layout = LAYOUTS[format]
    cells = ["<"] * sum(layout.widths)
    _put(cells, layout.code, fields.code, _("document code"))
    _put(cells, layout.issuer, fields.issuer, _("issuer"))
    if layout.nationality:
        _put(cells, layout.nationality, fields.nationality or fields.issuer, _("nationality"))
    _put_optional(cells, layout, fields)
    _put_number(cells, layout, fields.number)
    if layout.birth:
        _put_date(cells, layout.birth, layout.birth_digit, fields.birth)
    if layout.expiry:
        _put_date(cells, layout.expiry, layout.expiry_digit, fields.expiry)
    if layout.sex:
        cells[layout.sex] = fields.sex.value.replace("X", "<")
    _put_name(cells, layout, fields)
    _put_last_digits(cells, layout)
    return "\n".join(layout.lines_of("".join(cells)))


def _put(cells: list[str], where: slice, text: str, what: Message) -> None:
    if not re.fullmatch("[A-Z0-9<]*", text):
        raise InputError(
            _("The {what} {text} has characters that are not allowed in an MRZ", what=what, text=repr(text)),
            do=_("Use A to Z, 0 to 9 and <"),
        )
    width = where.stop - where.start
    if len(text) > width:
        raise InputError(
            _(
                "The {what} {text} is longer than its field of {width} characters",
                what=what,
                text=repr(text),
                width=width,
            ),
            do=_("Shorten it"),
        )
    cells[where] = text.ljust(width, "<")


def _put_number(cells: list[str], layout: Layout, number: str) -> None:
    width = layout.number.stop - layout.number.start
    if len(number) <= width or not layout.continues:
        _put(cells, layout.number, number, _("document number"))
        if layout.number_digit:
            checked = cells[layout.number_prefix] + cells[layout.number]
            cells[layout.number_digit] = check_digit("".join(checked))
        return
    _put(cells, layout.number, number[:width], _("document number"))
    optional = "".join(cells[layout.continues]).rstrip("<")
    rest = number[width:] + check_digit(number)
    _put(cells, layout.continues, f"{rest}<{optional}" if optional else rest, _("rest of the document number"))
    if layout.number_digit:
        cells[layout.number_digit] = "<"


def _put_optional(cells: list[str], layout: Layout, fields: MrzFields) -> None:
    texts = [text for text in (fields.optional, fields.second_optional) if text]
    if len(texts) > len(layout.optional):
        has = ("no field", "one field")[len(layout.optional)]
        raise InputError(
            _("{format} has {has} of optional data", format=layout.format, has=has),
            do=_("Leave the extra fields empty"),
        )
    for where, text in zip(layout.optional, (fields.optional, fields.second_optional), strict=False):
        _put(cells, where, text, _("optional data"))


def _put_date(cells: list[str], where: slice, digit: int | None, when: PartialDate | date | None) -> None:
    day = PartialDate.of(when) if isinstance(when, date) else when
    parts = (day.year, day.month, day.day) if day else (None, None, None)
    text = "".join("<<" if part is None else f"{part % 100:02}" for part in parts)
    cells[where] = text
    if digit:
        cells[digit] = check_digit(text)


def _put_name(cells: list[str], layout: Layout, fields: MrzFields) -> None:
    width = layout.surname.stop - layout.surname.start
    if layout.given is None:
        cells[layout.surname] = name_field(fields.surname, fields.given, width, fields.issuer)
        return
    cells[layout.surname] = name_part(fields.surname, width, fields.issuer)
    cells[layout.given] = name_part(fields.given, layout.given.stop - layout.given.start, fields.issuer)


def _put_last_digits(cells: list[str], layout: Layout) -> None:
    if layout.optional_digit:
        cells[layout.optional_digit] = check_digit("".join(cells[layout.optional[0]]))
    if layout.composite_digit:
        checked = "".join("".join(cells[part]) for part in layout.composite)
        cells[layout.composite_digit] = check_digit(checked)
