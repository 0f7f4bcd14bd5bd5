"""What an officer typed about a document or a person becomes the subject of a screening.

- Nothing is corrected: apart from blanks and small letters, a number stays as it was typed.
- Nothing stands in for what was not typed: an empty type is an unknown one, which is looked up as every type.
- A number counts as read only once it is confirmed: by its check digit, by a second entry, or by reading it back.
- What cannot be compared is refused, not left out: a number in Greek letters or with a `?` in it, half a
  character, a lost byte, a birth date without a name.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self

from appliance.counter.subject import RequestFault, Subject, check_access_number, find_request_fault
from data.documents.code_tables import canonical_country, may_be_type
from data.documents.mrz.fields import judge_digit
from data.documents.number import clean_number, describe_characters, number_as_weighed, unread_characters
from data.documents.travel_document import Capture, CheckDigit, Confirmation, MrzName, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex, is_in_future
from data.screenings import Traveller
from data.text import Message, _, in_context

MOST_CHARACTERS = 64
"""Characters of a name or a number; no document has more."""

_FIRST_YEAR = 1880
"""Nobody alive was born before."""
_NEWBORN = timedelta(days=1)
"""How far a birth may lie behind this kit's date, which is that of UTC: in the east the next day has begun."""
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
    "check_digit": _("check digit"),
    "number_again": _("document number, typed again"),
}
_NUMBERS = ("number", "number_again")
_SEXES = {"": Sex.UNKNOWN, "M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.UNKNOWN}
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: (_("No document number and no surname was typed"), _("Type at least one of them")),
    RequestFault.NO_NAME: (
        _("Given names, birth date, sex and nationality need a surname"),
        _("Type the surname too, or leave them empty; a person's only name goes into the surname"),
    ),
    RequestFault.NO_NUMBER: (
        _("Country, type and check digit need a document number"),
        _("Type the number too, or leave them empty"),
    ),
}


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """The fields as they were typed, empty where nothing was.

    A document, and its holder's surname::

        ManualEntry(number="ab12345", country="NOR", surname="Sample").to_subject(today)
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
    check_digit: str = ""
    """The digit that stands behind the number in the zone."""
    number_again: str | None = None
    """The number, typed a second time; None where it was typed once."""
    read_back: Confirmation = Confirmation.NONE
    """READ_BACK once the officer has compared the number with the document."""

    @classmethod
    def of_form(cls, fields: Mapping[str, Any], read_back: Confirmation = Confirmation.NONE) -> Self:
        """The fields of a form, by their names here."""
        return cls(**fields, read_back=read_back)

    def to_subject(self, today: date) -> Subject:
        """The document, the person, or both; `today` by the trusted clock.

        Raises:
            InputError: nothing was typed, or a field is not valid; it names the field.
        """
        entry = self._clean()
        if entry.can:
            check_access_number(entry.can)
            if not any(getattr(entry, name) for name in _FIELDS if name != "can"):
                return Subject(can=entry.can)
        entry._check_names_somebody()
        traveller = entry._traveller(today) if entry.surname else None
        documents = (entry._document(traveller),) if entry.number else ()
        return Subject(documents, traveller, can=entry.can)

    def _clean(self) -> "ManualEntry":
        """In capitals, with single blanks; InputError for what cannot be compared."""
        typed = {name: getattr(self, name) for name in _FIELDS}
        cleaned: dict[str, Any] = {
            name: " ".join(str(text).upper().split()) for name, text in typed.items() if text is not None
        }
        for name, text in cleaned.items():
            _check_typed_text(name, text)
            if name in _NUMBERS:
                _check_number(str(typed[name]))  # as typed: the capital of ß is SS
        return replace(self, **cleaned)

    def _check_names_somebody(self) -> None:
        fault = find_request_fault(
            self.number,
            self.surname,
            of_document=(self.country, self.type, self.check_digit, self.number_again or ""),
            of_person=(self.given, self.birth, self.sex, self.nationality),
        )
        if fault:
            what, do = _FAULT_SENTENCES[fault]
            raise InputError(what, do=do)

    def _document(self, traveller: Traveller | None) -> TravelDocument:
        document = typed_document(self.number, self.country, self.type)
        document = replace(document, digits=self._digits(), confirmation=self._confirmation)
        if traveller is None:
            return document
        return replace(
            document,
            name=MrzName(traveller.surname, traveller.given),
            nationality=traveller.nationality,
            birth=traveller.birth,
            sex=traveller.sex,
        )

    def _digits(self) -> tuple[CheckDigit, ...]:
        digit = self.check_digit
        if not digit:
            return ()
        if len(digit) != 1 or not (digit.isascii() and digit.isdecimal()):
            raise InputError(
                _("The check digit is not one digit"),
                do=_("Type the digit that stands behind the number in the zone, or leave it out"),
            )
        return (judge_digit("number", number_as_weighed(self.number, digit), digit),)

    @property
    def _confirmation(self) -> Confirmation:
        if self.number_again is not None:
            is_same = clean_number(self.number_again) == clean_number(self.number)
            return Confirmation.TYPED_TWICE if is_same else Confirmation.DIFFERS
        return self.read_back

    def _traveller(self, today: date) -> Traveller:
        if self.sex not in _SEXES:
            raise InputError(_("The sex is not M, F or X"), do=_("Type one of them, or leave it empty"))
        if self.nationality and canonical_country(self.nationality) is None:
            raise InputError(
                _("The nationality is not a known code"), do=_("Type its letters, like NOR, or leave it empty")
            )
        return Traveller(
            surname=self.surname,
            given=self.given,
            birth=_birth(self.birth, today),
            sex=_SEXES[self.sex],
            nationality=self.nationality,
        )


def typed_document(number: str, country: str, code: str) -> TravelDocument:
    """A document whose number an officer typed.

    Raises:
        InputError: the number has no letter or digit, the country is not known, or the type is no code of one.
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
    if code.strip() and not may_be_type(code):
        raise InputError(
            _("The type is not a code of a document"),
            do=_("Type P for a passport, I for an identity card, V for a visa, a code of the lists, or leave it empty"),
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


def _check_number(typed: str) -> None:
    if unread := unread_characters(typed):
        raise InputError(
            _(
                "The document number has characters that cannot be part of one: {characters}",
                characters=describe_characters(unread),
            ),
            do=_("Type what is printed, in A to Z and 0 to 9, or leave the number out and scan the document"),
        )


def _birth(text: str, today: date) -> PartialDate | None:
    if not text:
        return None
    try:
        birth = PartialDate.parse(text)
    except ValueError as error:
        raise InputError(
            _("The birth date cannot be read"),
            do=_("Type year-month-day like 1965-03-17, or 1965-03, or 1965"),
        ) from error
    if (birth.year or 0) < _FIRST_YEAR:
        raise InputError(_("No living person has this birth date"), do=_("Type it again, or leave it empty"))
    latest = today + _NEWBORN if birth.whole else today  # the day is known of whoever was born on it
    if is_in_future(birth, latest):
        raise InputError(
            _("The birth date is in the future: this kit's date is {date}", date=today.isoformat()),
            do=_("Type it again, or leave it empty; if the kit's date is wrong, tell the technician"),
        )
    return birth
