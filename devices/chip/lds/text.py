"""Text, dates and tag lists as data groups write them: UTF-8 with `<` as filler, digits as ASCII or as BCD."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import Element, elements
from data.persons.person import PartialDate
from data.untrusted_text import clean

_TEXT_LIMIT = 500
_MOST_ELEMENTS = 200


def text(value: bytes) -> str:
    """Readable text, safe to show; bytes that are no UTF-8 are taken as Latin-1, as early chips wrote."""
    try:
        words = value.decode("utf-8")
    except UnicodeDecodeError:
        words = value.decode("latin-1")
    return clean(words, _TEXT_LIMIT)


def name(value: bytes) -> tuple[str, str]:
    """Surname and given names of `SURNAME<<GIVEN<NAMES`; without `<<` all is the surname."""
    surname, _, given = text(value).partition("<<")
    return _plain(surname), _plain(given)


def lines(value: bytes) -> tuple[str, ...]:
    """Parts that `<` separates: street, town, country."""
    return tuple(part for part in (_plain(part) for part in text(value).split("<")) if part)


def digits(value: bytes, count: int, what: str) -> str:
    """`count` digits, written in ASCII or two to a byte."""
    written = value.decode("ascii", "replace") if len(value) == count else value.hex()
    if len(written) != count or not (written.isascii() and written.isdigit()):
        raise Malformed(f"{what} is not made of {count} digits")
    return written


def date(value: bytes, what: str) -> PartialDate:
    """A date of eight digits; month and day may be 00 where they are not known."""
    written = digits(value, 8, what)
    year, month, day = int(written[:4]), int(written[4:6]), int(written[6:])
    try:
        return PartialDate(year or None, month or None, day or None)
    except ValueError as problem:
        raise Malformed(f"{what} is no date") from problem


def members(data: bytes, what: str) -> list[Element]:
    """The elements of a template, as many as an honest one may have."""
    inside = []
    for element in elements(data):
        inside.append(element)
        if len(inside) > _MOST_ELEMENTS:
            raise Malformed(f"{what} holds more than {_MOST_ELEMENTS} elements")
    return inside


def _plain(words: str) -> str:
    return " ".join(words.replace("<", " ").split())
