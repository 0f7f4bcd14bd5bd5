"""Plates, vehicle identification numbers (VIN) and engine numbers: the form that is compared, and the check digit.

- Only what is certain is refused: a VIN has 17 characters without I, O and Q (ISO 3779), and its ninth character is a
  check digit where the law of the maker's region says so: North America (49 CFR 565) and China (GB 16735). Elsewhere
  makers use that place as they like.
- A number with a character that stands for one which was not read (`?`, `*`, U+FFFD) or that no plate has was not read,
  and is no number at all: without that character it would be somebody else's.
- What is compared is a form that two spellings of one plate share: without blanks, marks and accents, with letters of
  other scripts that look like Latin ones as those. Folding never separates what is written alike.
"""

import re
import unicodedata
from enum import Enum
from string import digits

_VIN_LENGTH = 17
_CHECK_PLACE = 8
"""From 0."""
_VALUES = dict(
    zip(digits + "ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
"""What a character counts (49 CFR 565.15, table III)."""
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECKED_REGIONS = frozenset("12345L")
"""First characters of makers whose VINs have a check digit: the United States, Canada, Mexico; China."""
_MARKS = frozenset("-./\\,:'()\t\u00ad\u00b7\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2212\u2018\u2019\u30fb")
"""What lists and hands put between the characters of a plate, with dashes, apostrophes and dots of print."""
_ORDINARY = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc", "Zs"})
"""Unicode's categories of what stands in a plate: letters, digits, accents, blanks."""
_NOT_COMPARED = re.compile("[^A-Z0-9]+")
_UNREAD = re.compile(r"[^A-Za-z0-9 \t./\\,:'()-]")
_LIKE_DIGITS = str.maketrans("IOQ", "100")
_LIKE_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX")


class VinCheck(Enum):
    """What the check digit of a VIN says."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"
    """The maker's region has none there."""


def normalize_plate(text: str) -> str:
    """A plate, or an engine number, as it is compared: `мк 123-аб` and `MK123AB` are one. Empty where it was not read.

    Letters of every script stay, digits of every script become 0 to 9.
    """
    if text.isascii():  # nearly all of them; a full list has 200,000
        return "" if _UNREAD.search(text) else _NOT_COMPARED.sub("", text.upper())
    if any(character not in _MARKS and unicodedata.category(character) not in _ORDINARY for character in text):
        return ""
    letters = (_fold_character(character) for character in unicodedata.normalize("NFKD", text).upper())
    return "".join(letters).translate(_LIKE_LATIN)


def normalize_vin(text: str) -> str:
    """A VIN as it is compared: like a plate, and with 1 and 0 for I, O and Q, which no VIN has."""
    return normalize_plate(text).translate(_LIKE_DIGITS)


def is_vin(text: str) -> bool:
    """Whether the text, in capitals and without blanks, can be a VIN."""
    return len(text) == _VIN_LENGTH and all(character in _VALUES for character in text)


def check_vin(vin: str) -> VinCheck:
    """What the check digit of a VIN says (`is_vin`)."""
    if vin[0] not in _CHECKED_REGIONS:
        return VinCheck.NONE
    total = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True))
    return VinCheck.RIGHT if vin[_CHECK_PLACE] == "0123456789X"[total % 11] else VinCheck.WRONG


def _fold_character(character: str) -> str:
    if not character.isalnum():  # blanks, marks, and accents, which NFKD sets apart
        return ""
    return str(unicodedata.decimal(character, character))
