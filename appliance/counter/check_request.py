"""A question about one traveller, from options or from a line of JSON, and the screening request made of it."""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, model_validator

from appliance.counter.manual_entry import ManualEntry
from appliance.counter.subject import RequestFault, ScreeningRequest, Subject, find_request_fault
from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from data.json_codec import convert, decode, decode_or_none
from data.json_errors import JsonError, JsonProblem
from data.people.staff import Actor
from data.screenings import Direction
from data.text import THE_VALUE, _

_UNREADABLE = re.compile("[\ufffd\ud800-\udfff]")
"""What a decoder puts in place of bytes that it could not read, and halves of characters: answers would look alike."""
_HEXADECIMAL = re.compile(r"([0-9a-fA-F]{2})*")


def _check_code(text: str) -> str:
    if not text or len(text) > 2 * LARGEST_BYTES or not _HEXADECIMAL.fullmatch(text):
        raise ValueError(_("{field} must be hexadecimal, of at most {most} bytes", most=LARGEST_BYTES, field=THE_VALUE))
    return text


def _parse_id(value: object) -> str | int | None:
    if value is not None and type(value) not in (str, int):
        raise ValueError(_("{field} must be text or a whole number", field=THE_VALUE))
    if isinstance(value, str) and _UNREADABLE.search(value):
        raise ValueError(_("{field} has characters that cannot be read", field=THE_VALUE))
    return cast("str | int | None", value)


def _parse_check_digit(value: object) -> str:
    """As text; a number of JSON is as good, and is judged as what was typed."""
    if type(value) not in (str, int):
        raise ValueError(_("{field} must be a digit", field=THE_VALUE))
    return str(value)


_Code = Annotated[str, AfterValidator(_check_code)]
_CheckDigit = Annotated[str, PlainValidator(_parse_check_digit)]
_Id = Annotated[str | int | None, PlainValidator(_parse_id)]

_NOBODY = _("Nobody was screened.")
_PRESENTED = "presented"
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: _("it has no mrz, number or name"),
    RequestFault.NO_NAME: _("born, sex and nationality need a name"),
    RequestFault.NO_NUMBER: _("country, type, check_digit and number_again need a number"),
}


class CheckRequest(BaseModel):
    """One traveller: a zone, or a typed number, or a typed person, or several of them.

    A program that scanned the document gives the zone. A number was typed, and counts as read only with its check digit
    or a second entry (docs/screening.md, "Document numbers").
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: _Id = None
    mrz: str | None = None
    number: str | None = None
    """None where none was given; one that is given and blank could not be read."""
    country: str = ""
    type: str = ""
    """Empty: not known, so every type is searched."""
    check_digit: _CheckDigit = ""
    number_again: str | None = None
    name: str = ""
    """`SURNAME, GIVEN`; without a comma all of it is the surname."""
    born: str = ""
    sex: str = ""
    nationality: str = ""
    direction: Literal["", "entry", "exit", "transit"] = ""
    party: str = Field("", max_length=100)
    codes: tuple[_Code, ...] = Field((), max_length=MOST_CODES, strict=False)
    """Bytes of the bar codes that were presented with it, in hexadecimal."""

    @model_validator(mode="after")
    def _asks_something(self, info: ValidationInfo) -> "CheckRequest":
        is_presented = self.mrz is not None or bool(info.context and info.context.get(_PRESENTED))
        fault = find_request_fault(
            (self.number or "").strip(),
            self.name.strip(),
            of_document=self._document_details if self.number is None else (),
            of_person=(self.born, self.sex, self.nationality),
            is_presented=is_presented,
        )
        if fault:
            raise ValueError(_FAULT_SENTENCES[fault])
        return self

    @classmethod
    def from_options(cls, **options: str | tuple[str, ...]) -> "CheckRequest":
        """From options; InputError says what is wrong with them and does not repeat their values."""
        return convert(cls, options, _refuse_options)

    @classmethod
    def with_device(cls, **options: str | tuple[str, ...]) -> "CheckRequest":
        """From options that may be empty, because a device gives the document."""
        return convert(cls, options, _refuse_options, context={_PRESENTED: True})

    @classmethod
    def from_json(cls, line: bytes) -> "CheckRequest":
        """From one line of a batch; InputError says what is wrong with it and does not repeat its values."""
        return decode(cls, line, _refuse_line, keys_shown=True)  # the answer goes to who wrote the line

    def screening_request(
        self, officer: Actor, today: date, presented: Subject | None = None, can: str = ""
    ) -> ScreeningRequest:
        """The request to the counter.

        `presented` is what a device read, in place of the zone; `can` opens the chip of the document.

        Raises:
            InputError: a date, a country or a sex is not valid.
        """
        subject = presented or (Subject() if self.mrz is None else Subject.from_zone(self.mrz, today))
        if self.number is not None or self.name.strip():
            subject = subject.with_entry(self._typed(today))
        direction = Direction(self.direction) if self.direction else None
        subject = replace(subject, can=can or subject.can)
        return ScreeningRequest(subject.with_codes(self._codes()), officer, direction, self.party)

    def _codes(self) -> tuple[Barcode, ...]:
        return tuple(Barcode(Symbology.UNKNOWN, bytes.fromhex(content)) for content in self.codes)

    @property
    def _document_details(self) -> tuple[str, ...]:
        return self.country, self.type, self.check_digit, self.number_again or ""

    def _typed(self, today: date) -> Subject:
        """What was typed. A number that is blank is a document whose number was not read, never no document."""
        surname, _, given = self.name.partition(",")
        person = ManualEntry(surname=surname, given=given, birth=self.born, sex=self.sex, nationality=self.nationality)
        if self.number is None or self.number.strip():
            return replace(
                person,
                number=self.number or "",
                country=self.country,
                type=self.type,
                check_digit=self.check_digit,
                number_again=self.number_again,
            ).to_subject(today)
        unread = TravelDocument(self.type.strip().upper(), self.country.strip().upper(), "", capture=Capture.TYPED)
        traveller = person.to_subject(today).traveller if self.name.strip() else None
        return Subject((unread,), traveller)


class _Label(BaseModel):
    """The `id` of a line, whatever else is wrong with the line."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: _Id = None


def request_id(line: bytes) -> str | int | None:
    """The `id` of a batch line that could not be screened, also if it is not UTF-8; None where it cannot be read."""
    label = decode_or_none(_Label, line.decode("utf-8", "replace"))  # an id with such a byte is none: `_parse_id`
    return label.id if label else None


def _refuse_options(why: JsonError) -> InputError:
    return InputError(_("These options cannot be used ({why})", why=why.says), means=_NOBODY)


def _refuse_line(why: JsonError) -> InputError:
    if why.reason is JsonProblem.SYNTAX:  # each line is one JSON text: the line that Python names is always the first
        return InputError(_("This line is not JSON"), means=_NOBODY)
    return InputError(_("This line cannot be screened ({why})", why=why.says), means=_NOBODY)
