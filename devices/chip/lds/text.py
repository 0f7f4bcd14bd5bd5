"""Text, dates and tag lists in the encodings of data groups: UTF-8 with `<` as filler, digits as ASCII or BCD."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import Element, elements
from data.persons.person import PartialDate
from data.text import _
from data.untrusted_text import clean

_TEXT_LIMIT = 500
_MOST_ELEMENTS = 200


def text(value: bytes) -> str:
    """Readable text, safe to show. Bytes that are not UTF-8 are read as Latin-1, which early chips use."""
    try:
        words = value.decode("utf-8")
    except UnicodeDecodeError:
        words = value.decode("latin-1")
    return clean(words, _TEXT_LIMIT)


def filled_text(value: bytes) -> str:
    """Readable text of a field that is not cut into parts: fillers in it are blanks, those around it nothing."""
    return _plain(text(value))


def name(value: bytes) -> tuple[str, str]:
    """Surname and given names of `SURNAME<<GIVEN<NAMES`; without `<<` all is the surname."""
    surname, _fillers, given = text(value).partition("<<")
    return _plain(surname), _plain(given)


def lines(value: bytes) -> tuple[str, ...]:
    """The parts between `<`: street, town, country."""
    return tuple(part for part in (_plain(part) for part in text(value).split("<")) if part)


def digits(value: bytes, count: int, what: str) -> str:
    """`count` digits, in ASCII or two to a byte; Malformed if they are something else."""
    written = value.decode("ascii", "replace") if len(value) == count else value.hex()
    if len(written) != count or not (written.isascii() and written.isdigit()):
        raise Malformed(_("{field} must have exactly {number} digits", field=what, number=count))
    return written


def date(value: bytes, what: str) -> PartialDate:
    """A date of eight digits; month and day may be 00 if they are unknown."""
    written = digits(value, 8, what)
    year, month, day = int(written[:4]), int(written[4:6]), int(written[6:])
    try:
        return PartialDate(year or None, month or None, day or None)
    except ValueError as problem:
        raise Malformed(_("{field} is not a date", field=what)) from problem


def members(data: bytes, what: str) -> list[Element]:
    """The elements of a template; Malformed if there are more than a genuine one has."""
    inside = []
    for element in elements(data):
        inside.append(element)
        if len(inside) > _MOST_ELEMENTS:
            raise Malformed(_("{file} has more than {number} elements", file=what, number=_MOST_ELEMENTS))
    return inside


def _plain(words: str) -> str:
    return " ".join(words.replace("<", " ").split())
