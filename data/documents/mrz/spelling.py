"""Names as the name field prints them, cut where they do not fit (Doc 9303-4 section 4.2.3).

A cut field ends in a letter, so that a reader sees it was cut, and shows part of the given names as well.
"""

import re

from data.documents.transliteration import mrz_words

_LAST_LONG_WORD = re.compile("(.*[A-Z])[A-Z]((?:<[A-Z])*)")
_LEAST_GIVEN = 7
"""Characters of the given names that a long surname leaves room for."""


def name_field(surname: str, given: str, width: int, issuer: str = "") -> str:
    """Surname, `<<` and given names as `issuer` spells them, in exactly `width` characters."""
    first, second = "<".join(mrz_words(surname, issuer)), "<".join(mrz_words(given, issuer))
    if not second:
        return _fit(first, width)
    room = width - 2 - min(len(second), _LEAST_GIVEN)
    if len(first) > room and len(first) + 2 + len(second) > width:
        first = _fit(first, room)
    start = f"{first}<<"
    return start + _fit(second, width - len(start))


def name_part(name: str, width: int, issuer: str = "") -> str:
    """Surname or given names alone, as on the French card, in exactly `width` characters."""
    return _fit("<".join(mrz_words(name, issuer)), width)


def _fit(text: str, width: int) -> str:
    """Filled up or cut to `width`; where the cut falls on a filler, a letter before it makes room for one after it."""
    if len(text) <= width:
        return text.ljust(width, "<")
    if text[width - 1] == "<" and (shorter := _LAST_LONG_WORD.fullmatch(text[: width - 1])):
        return f"{shorter[1]}{shorter[2]}<{text[width]}"
    return text[:width]
