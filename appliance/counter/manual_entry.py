"""What an officer typed about a document or a person becomes what is screened.

- Nothing is corrected: blanks and small letters aside, a number stays as it was typed.
- What cannot be compared is refused, not left out: a number in Greek letters, half a character, a lost byte, a birth
  date without a name.
"""

import unicodedata
from dataclasses import astuple, dataclass, field, fields, replace

from appliance.counter.subject import RequestFault, Subject, check_access_number, find_request_fault
from data.documents.code_tables import canonical_country
from data.documents.number import clean_number
from data.documents.travel_document import Capture, MrzName, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from data.screenings import Traveller

MOST_CHARACTERS = 64
"""Characters of a name or a number; no document has more."""

_YEARS = range(1880, 2101)
"""Birth years that are believed. The kit's clock is not asked: it may be wrong, and a newborn must not be refused."""
_LOST = "\ufffd"
"""What a decoder leaves of a byte it could not read."""
_UNREADABLE = ("Cc", "Cs", "Co", "Cn")

_SEXES = {"": Sex.UNKNOWN, "M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.UNKNOWN}
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: ("Neither a document number nor a surname was typed", "Type at least one of them"),
    RequestFault.NO_NAME: (
        "Given names, birth date, sex and nationality belong to a surname",
        "Type the surname too, or leave them empty; somebody with one name has it as surname",
    ),
    RequestFault.NO_NUMBER: (
        "Country and type belong to a document number",
        "Type the number too, or leave them empty",
    ),
}


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """The fields as they were typed; empty where nothing was::

    ManualEntry(number="ab12345", country="NOR", surname="Sample").to_subject()
    """

    number: str = ""
    country: str = ""
    type: str = ""
    surname: str = ""
    given: str = ""
    birth: str = ""
    sex: str = ""
    nationality: str = ""
    can: str = field(default="", repr=False)

    def to_subject(self) -> Subject:
        """The document, the person, or both.

        Raises:
            InputError: nothing was typed, or a field cannot be; it names the field.
        """
        entry = self._clean()
        if entry.can:
            check_access_number(entry.can)
            if not any(astuple(replace(entry, can=""))):
                return Subject(can=entry.can)
        entry._check_names_somebody()
        traveller = entry._traveller() if entry.surname else None
        documents = (entry._document(traveller),) if entry.number else ()
        return Subject(documents, traveller, can=entry.can)

    def _clean(self) -> "ManualEntry":
        """In capitals, with single blanks; InputError for what cannot be compared."""
        cleaned = ManualEntry(*(" ".join(str(text).upper().split()) for text in astuple(self)))
        for entry_field, text in zip(fields(cleaned), astuple(cleaned), strict=True):
            _check_typed_text(entry_field.name, text)
        return cleaned

    def _check_names_somebody(self) -> None:
        fault = find_request_fault(
            self.number,
            self.surname,
            of_document=(self.country, self.type),
            of_person=(self.given, self.birth, self.sex, self.nationality),
        )
        if fault:
            what, do = _FAULT_SENTENCES[fault]
            raise InputError(what, do=do)

    def _document(self, traveller: Traveller | None) -> TravelDocument:
        document = typed_document(self.number, self.country, self.type or "P")
        if traveller is None:
            return document
        return replace(
            document,
            name=MrzName(traveller.surname, traveller.given),
            nationality=traveller.nationality,
            birth=traveller.birth,
            sex=traveller.sex,
        )

    def _traveller(self) -> Traveller:
        if self.sex not in _SEXES:
            raise InputError("The sex is none of M, F and X", do="Type one of them, or leave it empty")
        if self.nationality and canonical_country(self.nationality) is None:
            raise InputError("The nationality is not a known code", do="Type its letters, like UTO, or leave it empty")
        return Traveller(
            surname=self.surname,
            given=self.given,
            birth=_birth(self.birth),
            sex=_SEXES[self.sex],
            nationality=self.nationality,
        )


def typed_document(number: str, country: str, code: str) -> TravelDocument:
    """A document of which an officer typed the number.

    Raises:
        InputError: the number has no letter or digit, or the country is none.
    """
    if not clean_number(number):
        raise InputError("The document number has no letter or digit", do="Type it as printed")
    if not country:
        raise InputError(
            "The issuing country of the document number is missing",
            do="Type its code as in the machine-readable zone, like UTO or D",
        )
    if canonical_country(country) is None:
        raise InputError(
            "The country code is not known", do="Type the letters of the machine-readable zone, like UTO or D"
        )
    return TravelDocument(code=code.upper(), issuer=country.upper(), number=number.upper(), capture=Capture.TYPED)


def _check_typed_text(name: str, value: str) -> None:
    if len(value) > MOST_CHARACTERS or "<" in value:
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
