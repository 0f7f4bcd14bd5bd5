"""What opens a chip: its machine-readable zone, or the card access number printed on it (Doc 9303-11, 4.3, 4.4)."""

from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha1
from typing import Self

from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.text import _

_LEAST_NUMBER = 9
"""Characters of the document number in the key; shorter numbers are padded."""


class PasswordReference(IntEnum):
    """Which kind of key opens a chip; the values are those of PACE."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True)
class MrzKey:
    """Document number, date of birth, date of expiry, each with its check digit."""

    information: str = field(repr=False)
    reference = PasswordReference.MRZ

    @classmethod
    def of(cls, number: str, birth: str, expiry: str) -> Self:
        """The key from the fields as printed: `L898902C`, `690806`, `940623`. InputError for other characters."""
        parts = (number.ljust(_LEAST_NUMBER, "<"), birth, expiry)
        digits = [check_digit(part) for part in parts]
        if not all(digits) or [len(part) for part in parts[1:]] != [6, 6]:
            raise InputError(
                _("The document number or a date is not in the form of a machine-readable zone"),
                means=_("The chip cannot be opened with it"),
                do=_("Type number, birth and expiry (YYMMDD) as they are in the zone"),
            )
        return cls("".join(part + digit for part, digit in zip(parts, digits, strict=True)))

    @classmethod
    def of_document(cls, document: TravelDocument) -> Self:
        """The key from a zone as it was read; InputError if the zone lacks a part of it.

        The check digits are calculated: a misread field gives a key that the chip does not accept.
        """
        layout = LAYOUTS[document.format] if document.format else None
        if layout is None or layout.birth is None or layout.expiry is None:
            raise InputError(
                _("This document has no zone that opens a chip"), do=_("Use the card access number, if one is printed")
            )
        flat = document.raw.replace("\n", "")
        return cls.of(document.number, flat[layout.birth], flat[layout.expiry])

    @property
    def secret(self) -> bytes:
        """PACE derives its key from this; the first 16 bytes are the seed of basic access control."""
        return sha1(self.information.encode("ascii"), usedforsecurity=False).digest()


CAN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CanKey:
    """The card access number: six digits on the front of a card, or inside a passport (Doc 9303-11, 4.3)."""

    number: str = field(repr=False)
    reference = PasswordReference.CAN

    def __post_init__(self) -> None:
        """InputError unless the number has six digits, 0 to 9: the only rule, whoever gives the number."""
        if not (self.number.isascii() and self.number.isdigit() and len(self.number) == CAN_DIGITS):
            raise InputError(
                _("A card access number has six digits"),
                do=_("Type the six digits printed on the front of a card, or inside a passport"),
            )

    @property
    def secret(self) -> bytes:
        """PACE derives its key from this."""
        return self.number.encode("ascii")


AccessKey = MrzKey | CanKey
