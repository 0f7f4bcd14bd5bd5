"""What an officer typed about a document or a person becomes what is screened.

- Nothing is corrected: blanks and small letters aside, a number stays as it was typed.
- What cannot be compared is refused, not left out: a number in Greek letters, half a character, a lost byte.
"""

import unicodedata
from dataclasses import dataclass, field, replace

from appliance.intake import typed
from data.documents.codes import Code
from data.documents.countries import canonical
from data.documents.travel_document import MrzName, TravelDocument
from data.errors import InputError
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from data.screenings import Traveller

MOST = 64
"""Characters of a name or a number; no document has more."""

CAN_DIGITS = 6
_YEARS = range(1880, 2101)
"""Birth years that are believed. The kit's clock is not asked: it may be wrong, and a newborn must not be refused."""
_LOST = "\ufffd"
"""What a decoder leaves of a byte it could not read."""
_UNREADABLE = ("Cc", "Cs", "Co", "Cn")

_SEXES = {"": Sex.UNKNOWN, "M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.UNKNOWN}


@dataclass(frozen=True, slots=True)
class TypedIn:
    """The fields as they were typed; empty where nothing was."""

    number: str = ""
    country: str = ""
    type: str = ""
    surname: str = ""
    given: str = ""
    birth: str = ""
    sex: str = ""
    nationality: str = ""
    can: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a screening is about: documents, the person where one is known, and codes that were read along."""

    documents: tuple[TravelDocument, ...] = ()
    traveller: Traveller | None = None
    codes: tuple[Code, ...] = ()
    can: str = field(default="", repr=False)
    """Card access number, where it was typed: it opens the chip of the document that is on the desk."""

    @property
    def only_number(self) -> bool:
        """Whether it is nothing but an access number for the document that is there already."""
        return bool(self.can and not self.documents and self.traveller is None)

    @classmethod
    def of(cls, document: TravelDocument, codes: tuple[Code, ...] = ()) -> "Subject":
        """A document that was read, and the person printed on it."""
        return cls((document,), Traveller.of(document), codes)


def subject_of(entry: TypedIn) -> Subject:
    """The document, the person, or both.

    Raises:
        InputError: nothing was typed, or a field cannot be; it names the field.
    """
    fields = {name: " ".join(getattr(entry, name).upper().split()) for name in TypedIn.__dataclass_fields__}
    for name, value in fields.items():
        _must_be_typed(name, value)
    if fields["can"]:
        _must_be_access_number(fields["can"])
    if fields["can"] and not any(value for name, value in fields.items() if name != "can"):
        return Subject(can=fields["can"])
    if not fields["number"] and not fields["surname"]:
        raise InputError("Neither a document number nor a surname was typed", do="Type at least one of them")
    traveller = _traveller(fields) if fields["surname"] else None
    documents = (_document(fields, traveller),) if fields["number"] else ()
    return Subject(documents, traveller, can=fields["can"])


def _must_be_access_number(text: str) -> None:
    if not (text.isascii() and text.isdigit() and len(text) == CAN_DIGITS):
        raise InputError(
            "A card access number has six digits", do="Type the six digits printed on the front, or inside a passport"
        )


def _must_be_typed(name: str, value: str) -> None:
    if len(value) > MOST or "<" in value:
        raise InputError(
            f"The {name} looks like a scanned line", do="Close this page and scan there, or type the field alone"
        )
    if any(char == _LOST or unicodedata.category(char) in _UNREADABLE for char in value):
        raise InputError(
            f"The {name} holds characters that cannot be read", do="Type it again; a file must be in UTF-8"
        )
    if name == "number" and any(char.isalnum() and not char.isascii() for char in unicodedata.normalize("NFKC", value)):
        raise InputError(
            "The number holds letters or digits of another script", do="Type it in A to Z and 0 to 9, or scan it"
        )


def _document(fields: dict[str, str], traveller: Traveller | None) -> TravelDocument:
    document = typed(fields["number"], fields["country"], fields["type"] or "P")
    if traveller is None:
        return document
    return replace(
        document,
        name=MrzName(traveller.surname, traveller.given),
        nationality=traveller.nationality,
        birth=traveller.birth,
        sex=traveller.sex,
    )


def _traveller(fields: dict[str, str]) -> Traveller:
    if fields["sex"] not in _SEXES:
        raise InputError("The sex is none of M, F and X", do="Type one of them, or leave it empty")
    if fields["nationality"] and canonical(fields["nationality"]) is None:
        raise InputError("The nationality is not a known code", do="Type its letters, like UTO, or leave it empty")
    return Traveller(
        surname=fields["surname"],
        given=fields["given"],
        birth=_birth(fields["birth"]),
        sex=_SEXES[fields["sex"]],
        nationality=fields["nationality"],
    )


def _birth(text: str) -> PartialDate | None:
    if not text:
        return None
    try:
        birth = PartialDate.parse(text)
    except ValueError as error:
        raise InputError(
            "The birth date cannot be read", do="Type year-month-day like 1965-03-17, or 1965-03, or 1965"
        ) from error
    if birth.year not in _YEARS:
        raise InputError("The birth date is of no living person", do="Type it again, or leave it empty")
    return birth
