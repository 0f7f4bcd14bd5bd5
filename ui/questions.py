"""What is asked about one traveller, by options or by a line of JSON, and the screening it becomes."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from appliance.intake import Lane, document_from, screening
from data.documents.codes import LARGEST_BYTES, MOST_CODES, Code, Symbology
from data.documents.travel_document import Capture
from data.errors import InputError
from data.screenings import Direction, Screening
from data.settings import Settings
from ui.typed import Subject, TypedIn, subject_of

_Hexadecimal = Annotated[str, Field(pattern="^([0-9a-fA-F]{2})+$", max_length=2 * LARGEST_BYTES)]


class Question(BaseModel):
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
    """Bytes of bar codes that were presented along, in hexadecimal."""

    @model_validator(mode="after")
    def _asks_something(self) -> "Question":
        if self.mrz is None and not self.number and not self.name:
            raise ValueError("give mrz, number or name")
        if not self.name and (self.born or self.sex or self.nationality):
            raise ValueError("born, sex and nationality belong to a name")
        if not self.number and (self.country or self.type):
            raise ValueError("country and type belong to a number")
        return self

    @classmethod
    def of(cls, **given: str | tuple[str, ...]) -> "Question":
        """From options; InputError says what is wrong with them, without repeating their values."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise _fault(error) from None

    @classmethod
    def from_json(cls, line: str) -> "Question":
        """One line of a batch; InputError says what is wrong with it, without repeating its values."""
        try:
            return cls.model_validate_json(line)
        except ValidationError as error:
            raise _fault(error) from None

    def screening(self, settings: Settings, officer: str, now: datetime) -> Screening:
        """The screening this asks for. InputError for a date, a country or a sex that is none."""
        direction = Direction(self.direction) if self.direction else settings.direction
        subject = self._typed() if self.number or self.name else Subject()
        documents = list(subject.documents)
        if self.mrz is not None:
            documents.insert(0, document_from(self.mrz, capture=Capture.MACHINE, today=now.date()))
        lane = Lane(officer, direction, settings.lane, self.party)
        return screening(documents, lane, now, subject.traveller, self._codes())

    def _codes(self) -> tuple[Code, ...]:
        return tuple(Code(Symbology.UNKNOWN, bytes.fromhex(content)) for content in self.codes)

    def _typed(self) -> Subject:
        surname, _, given = self.name.partition(",")
        typed = TypedIn(self.number, self.country, self.type, surname, given, self.born, self.sex, self.nationality)
        return subject_of(typed)


class _Label(BaseModel):
    """What a line calls itself, whatever else is wrong with it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: str | int | None = None


def identity_of(line: str) -> str | int | None:
    """The `id` of a batch line that could not be screened; None where it cannot be read."""
    try:
        return _Label.model_validate_json(line).id
    except ValidationError:
        return None


def _fault(error: ValidationError) -> InputError:
    faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors(include_input=False)]
    said = [f"{place}: {what}" if place else what.removeprefix("Value error, ") for place, what in faults]
    return InputError("; ".join(said))
