"""A question about one traveller, from options or from a line of JSON, and the screening request made of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

from appliance.counter.manual_entry import ManualEntry
from appliance.counter.subject import RequestFault, ScreeningRequest, Subject, find_request_fault
from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from data.errors import InputError
from data.screenings import Direction
from data.text import Message, _, join

_Hexadecimal = Annotated[str, Field(pattern="^([0-9a-fA-F]{2})+$", max_length=2 * LARGEST_BYTES)]

_PRESENTED = "presented"
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: _("give mrz, number or name"),
    RequestFault.NO_NAME: _("born, sex and nationality need a name"),
    RequestFault.NO_NUMBER: _("country and type need a number"),
}


class CheckRequest(BaseModel):
    """One traveller: a zone, or a typed number, or a typed person, or several of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str | int | None = None
    mrz: str | None = None
    number: str = ""
    country: str = ""
    type: str = ""
    name: str = ""
    """`SURNAME, GIVEN`; without a comma all of it is the surname."""
    born: str = ""
    sex: str = ""
    nationality: str = ""
    direction: str = Field("", pattern="^(entry|exit|transit)?$")
    party: str = Field("", max_length=100)
    codes: tuple[_Hexadecimal, ...] = Field((), max_length=MOST_CODES, strict=False)
    """Bytes of the bar codes that were presented with it, in hexadecimal."""

    @model_validator(mode="after")
    def _asks_something(self, info: ValidationInfo) -> "CheckRequest":
        is_presented = self.mrz is not None or bool(info.context and info.context.get(_PRESENTED))
        fault = find_request_fault(
            self.number,
            self.name,
            of_document=(self.country, self.type),
            of_person=(self.born, self.sex, self.nationality),
            is_presented=is_presented,
        )
        if fault:
            raise ValueError(_FAULT_SENTENCES[fault])
        return self

    @classmethod
    def from_options(cls, **options: str | tuple[str, ...]) -> "CheckRequest":
        """From options; InputError says what is wrong with them and does not repeat their values."""
        return cls._validate(options, {})

    @classmethod
    def with_device(cls, **options: str | tuple[str, ...]) -> "CheckRequest":
        """From options that may be empty, because a device gives the document."""
        return cls._validate(options, {_PRESENTED: True})

    @classmethod
    def _validate(cls, options: Mapping[str, object], context: Mapping[str, bool]) -> "CheckRequest":
        try:
            return cls.model_validate(options, context=context)
        except ValidationError as error:
            raise _fault(error) from None

    @classmethod
    def from_json(cls, line: str) -> "CheckRequest":
        """From one line of a batch; InputError says what is wrong with it and does not repeat its values."""
        try:
            return cls.model_validate_json(line)
        except ValidationError as error:
            raise _fault(error) from None

    def screening_request(
        self, officer: str, today: date, presented: Subject | None = None, can: str = ""
    ) -> ScreeningRequest:
        """The request to the counter.

        `presented` is what a device read, in place of the zone; `can` opens the chip of the document.

        Raises:
            InputError: a date, a country or a sex is not valid.
        """
        subject = presented or (Subject() if self.mrz is None else Subject.from_zone(self.mrz, today))
        if self.number or self.name:
            subject = subject.with_entry(self._entry().to_subject())
        direction = Direction(self.direction) if self.direction else None
        subject = replace(subject, can=can or subject.can)
        return ScreeningRequest(subject.with_codes(self._codes()), officer, direction, self.party)

    def _codes(self) -> tuple[Barcode, ...]:
        return tuple(Barcode(Symbology.UNKNOWN, bytes.fromhex(content)) for content in self.codes)

    def _entry(self) -> ManualEntry:
        surname, _, given = self.name.partition(",")
        return ManualEntry(self.number, self.country, self.type, surname, given, self.born, self.sex, self.nationality)


class _Label(BaseModel):
    """The `id` of a line, whatever else is wrong with the line."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: str | int | None = None


def request_id(line: str) -> str | int | None:
    """The `id` of a batch line that could not be screened; None where it cannot be read."""
    try:
        return _Label.model_validate_json(line).id
    except ValidationError:
        return None


def _fault(error: ValidationError) -> InputError:
    return InputError(join([_describe(fault) for fault in error.errors(include_input=False)], "; "))


def _describe(fault: ErrorDetails) -> Message:
    cause = fault.get("ctx", {}).get("error")
    text = cause.args[0] if isinstance(cause, ValueError) else fault["msg"]
    place = ".".join(map(str, fault["loc"]))
    return _("{field}: {fault}", field=place, fault=text) if place else join([text])
