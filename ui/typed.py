"""What an officer typed about a document or a person becomes what is screened.

Nothing is corrected: blanks and small letters aside, a number stays as it was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.documents.travel_document import Capture, MrzName, TravelDocument
from data.errors import InputError
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from data.screenings import Traveller

MOST = 64
"""Characters of a name or a number; no document has more."""

_SEXES = {"": Sex.UNKNOWN, "M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.UNKNOWN, "<": Sex.UNKNOWN}


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


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a screening is about: documents, and the person where one is known."""

    documents: tuple[TravelDocument, ...] = ()
    traveller: Traveller | None = None

    @classmethod
    def of(cls, document: TravelDocument) -> "Subject":
        """A document that was read, and the person printed on it."""
        return cls((document,), Traveller.of(document))


def subject_of(typed: TypedIn, canonical: Callable[[str], str | None]) -> Subject:
    """The document, the person, or both. `canonical` knows country codes (`data.documents.countries.canonical`).

    Raises:
        InputError: nothing was typed, or a field cannot be; it names the field.
    """
    fields = {name: " ".join(getattr(typed, name).upper().split()) for name in TypedIn.__dataclass_fields__}
    for name, value in fields.items():
        if len(value) > MOST:
            raise InputError(f"The {name} is longer than {MOST} characters", do="Type it as printed")
    if not fields["number"] and not fields["surname"]:
        raise InputError("Neither a document number nor a surname was typed", do="Type at least one of them")
    traveller = _traveller(fields, canonical) if fields["surname"] else None
    return Subject(_documents(fields, traveller, canonical), traveller)


def _documents(
    fields: dict[str, str], traveller: Traveller | None, canonical: Callable[[str], str | None]
) -> tuple[TravelDocument, ...]:
    if not fields["number"]:
        return ()
    if not fields["country"]:
        raise InputError("The document's country is missing", do="Type the code printed in its machine-readable zone")
    if not any(character.isalnum() for character in fields["number"]):
        raise InputError("The document number has no letter or digit", do="Type it as printed")
    return (
        TravelDocument(
            code=fields["type"] or "P",
            issuer=_country(fields["country"], "country", canonical),
            number=fields["number"],
            name=MrzName(traveller.surname, traveller.given) if traveller else None,
            nationality=traveller.nationality if traveller else "",
            birth=traveller.birth if traveller else None,
            sex=traveller.sex if traveller else Sex.UNKNOWN,
            capture=Capture.TYPED,
        ),
    )


def _traveller(fields: dict[str, str], canonical: Callable[[str], str | None]) -> Traveller:
    if fields["sex"] not in _SEXES:
        raise InputError("The sex is none of M, F and X", do="Type one of them, or leave it empty")
    return Traveller(
        surname=fields["surname"],
        given=fields["given"],
        birth=_birth(fields["birth"]),
        sex=_SEXES[fields["sex"]],
        nationality=_country(fields["nationality"], "nationality", canonical) if fields["nationality"] else "",
    )


def _birth(text: str) -> PartialDate | None:
    if not text:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise InputError(
            "The birth date cannot be read", do="Type year-month-day like 1965-03-17, or 1965-03, or 1965"
        ) from error


def _country(code: str, field: str, canonical: Callable[[str], str | None]) -> str:
    if canonical(code) is None:
        raise InputError(
            f"The {field} code is not known", do="Type the letters of the machine-readable zone, like UTO or D"
        )
    return code
