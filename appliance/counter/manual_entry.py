"""What an officer typed about a document or a person becomes the subject of a screening.

- Nothing is corrected: apart from blanks and small letters, a number stays as it was typed.
- What cannot be compared is refused, not left out: a number in Greek letters, half a character, a lost byte, a birth
  date without a name.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields, replace

from appliance.counter.subject import RequestFault, Subject, check_access_number, find_request_fault
from data.documents.code_tables import canonical_country
from data.documents.number import clean_number
from data.documents.travel_document import Capture, MrzName, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from data.screenings import Traveller
from data.text import Message, _, in_context

MOST_CHARACTERS = 64
"""Characters of a name or a number; no document has more."""

_YEARS = range(1880, 2101)
"""Plausible birth years. They do not depend on the kit's clock: it may be wrong, and a newborn must not be refused."""
_LOST = "\ufffd"
"""What a decoder puts in place of a byte that it could not read."""
_UNREADABLE = ("Cc", "Cs", "Co", "Cn")

_FIELDS: Mapping[str, Message] = {
    "number": _("document number"),
    "country": in_context("field of a form", "country"),
    "type": in_context("field of a form", "type"),
    "surname": in_context("field of a form", "surname"),
    "given": _("given names"),
    "birth": _("date of birth"),
    "sex": in_context("field of a form", "sex"),
    "nationality": in_context("field of a form", "nationality"),
    "can": _("card access number"),
}
_SEXES = {"": Sex.UNKNOWN, "M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.UNKNOWN}
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: (_("No document number and no surname was typed"), _("Type at least one of them")),
    RequestFault.NO_NAME: (
        _("Given names, birth date, sex and nationality need a surname"),
        _("Type the surname too, or leave them empty; a person's only name goes into the surname"),
    ),
    RequestFault.NO_NUMBER: (
        _("Country and type need a document number"),
        _("Type the number too, or leave them empty"),
    ),
}


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """The fields as they were typed, empty where nothing was.

    A document, and its holder's surname::

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
            InputError: nothing was typed, or a field is not valid; it names the field.
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
            raise InputError(_("The sex is not M, F or X"), do=_("Type one of them, or leave it empty"))
        if self.nationality and canonical_country(self.nationality) is None:
            raise InputError(
                _("The nationality is not a known code"), do=_("Type its letters, like NOR, or leave it empty")
            )
        return Traveller(
            surname=self.surname,
            given=self.given,
            birth=_birth(self.birth),
            sex=_SEXES[self.sex],
            nationality=self.nationality,
        )


def typed_document(number: str, country: str, code: str) -> TravelDocument:
    """A document whose number an officer typed.

    Raises:
        InputError: the number has no letter or digit, or the country is not known.
    """
    if not clean_number(number):
        raise InputError(_("The document number has no letter or digit"), do=_("Type it as printed"))
    if not country:
        raise InputError(
            _("The issuing country of the document number is missing"),
            do=_("Type its code as in the machine-readable zone, like NOR or D"),
        )
    if canonical_country(country) is None:
        raise InputError(
            _("The country code is not known"), do=_("Type the letters of the machine-readable zone, like NOR or D")
        )
    return TravelDocument(code=code.upper(), issuer=country.upper(), number=number.upper(), capture=Capture.TYPED)


def _check_typed_text(name: str, value: str) -> None:
    if len(value) > MOST_CHARACTERS or "<" in value:
        raise InputError(
            _("This looks like a scanned line ({field})", field=_FIELDS[name]),
            do=_("Close this page and then scan, or type only this field"),
        )
    if any(char == _LOST or unicodedata.category(char) in _UNREADABLE for char in value):
        raise InputError(
            _("There are characters that cannot be read ({field})", field=_FIELDS[name]),
            do=_("Type it again; a file must be in UTF-8"),
        )
    if name == "number" and any(char.isalnum() and not char.isascii() for char in unicodedata.normalize("NFKC", value)):
        raise InputError(
            _("The number has letters or digits of another script"),
            do=_("Type it in A to Z and 0 to 9, or scan it"),
        )


def _birth(text: str) -> PartialDate | None:
    if not text:
        return None
    try:
        birth = PartialDate.parse(text)
    except ValueError as error:
        raise InputError(
            _("The birth date cannot be read"),
            do=_("Type year-month-day like 1965-03-17, or 1965-03, or 1965"),
        ) from error
    if birth.year not in _YEARS:
        raise InputError(_("No living person has this birth date"), do=_("Type it again, or leave it empty"))
    return birth
