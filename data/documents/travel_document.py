"""A travel document as it was read: fields, raw text, and separate judgements about them.

Nothing here is corrected. A wrong check digit or an unknown state is a judgement beside the
field, never an error and never a changed field (Doc 9303-3; a swap such as G/6 is invisible to
every check digit, so a silently "repaired" number could belong to somebody else's passport).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.persons.person import RecordedDate, Sex


class Capture(StrEnum):
    """How the document reached the kit."""

    MACHINE = "machine"
    """A reader delivered the MRZ."""
    TYPED = "typed"
    """An officer typed it."""


class Confirmation(StrEnum):
    """How a typed document number was confirmed, apart from a check digit that was typed with it."""

    NONE = ""
    """It was typed once."""
    TYPED_TWICE = "typed_twice"
    """Typed a second time, and the same."""
    READ_BACK = "read_back"
    """The officer compared it with the document, character by character."""
    DIFFERS = "typed_differently"
    """Typed a second time, and not the same."""


class MrzFormat(StrEnum):
    """Layouts of Doc 9303 parts 4 to 7, the old French identity card, and driving licences with a zone."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"
    FR_ID = "FR-ID"
    FR_DL = "FR-DL"
    CH_DL = "CH-DL"


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check digit: the field it guards, the digit found, the digit it should be."""

    field: str
    """`number`, `birth`, `expiry`, `optional` or `composite`."""
    found: str
    expected: str
    ok: bool
    """True also where Doc 9303 allows `<` for a digit over an empty field."""


@dataclass(frozen=True, slots=True)
class FieldRepair:
    """What a field most likely says where a reader took a letter for a digit or a digit for a letter.

    Kept beside the field, which stays as read. Never of the document number: that has `candidates`.
    """

    field: str
    """`birth`, `expiry`, `issuer`, `nationality`, `name`; `surname` and `given` on the French card."""
    read: str
    """The field as read, fillers included."""
    means: str
    """The same field as it is meant, of the same length."""


class MrzProblem(StrEnum):
    """What else is wrong with an MRZ, apart from check digits."""

    UNKNOWN_STATE = "unknown_state"
    UNKNOWN_NATIONALITY = "unknown_nationality"
    ILLEGAL_CHARACTERS = "illegal_characters"
    IMPOSSIBLE_BIRTH = "impossible_birth"
    IMPOSSIBLE_EXPIRY = "impossible_expiry"
    UNKNOWN_SEX = "unknown_sex"
    NO_NAME = "no_name"
    JOINED_NAME = "joined_name"
    """The only name may be a surname and a given name whose fillers were read as letters."""
    NO_NUMBER = "no_number"
    UNUSUAL_CODE = "unusual_code"


@dataclass(frozen=True, slots=True)
class MrzName:
    """The name field. `truncated` when the field was full, so the name may go on."""

    surname: str
    given: str
    truncated: bool = False

    def __str__(self) -> str:
        return f"{self.surname}, {self.given}" if self.given else self.surname


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a reading came from."""

    device: str
    driver: str
    at: datetime
    raw_hash: str
    simulated: bool = False
    doubts: tuple[int, ...] = ()
    """Places among the zone's characters, line breaks left out, that the reader was not sure of."""
    agreeing: int = 1
    """Pictures in which the reader read the same."""


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """One document of a traveller."""

    code: str
    """Document code as printed, without filler: `P`, `PD`, `I`, `AC`, `V` …"""
    issuer: str
    """Issuing state or organisation as printed: `D`, `UTO`, `XXA` …"""
    number: str
    """Document number as printed, without filler (long numbers joined)."""
    name: MrzName | None = None
    nationality: str = ""
    birth: RecordedDate | None = None
    sex: Sex = Sex.UNKNOWN
    expiry: RecordedDate | None = None
    optional: str = ""
    format: MrzFormat | None = None
    raw: str = ""
    """The MRZ lines joined by line feeds; empty for a typed number."""
    digits: tuple[CheckDigit, ...] = ()
    problems: tuple[MrzProblem, ...] = ()
    repairs: tuple[FieldRepair, ...] = ()
    """What misread fields most likely say (`data.documents.mrz.repair`)."""
    doubtful: tuple[str, ...] = ()
    """Fields that the reader was not sure of: `number`, `name`, `birth` … (`Provenance.doubts`)."""
    candidates: tuple[str, ...] = ()
    """Other numbers this one may be in truth, to be looked up beside it (`data.documents.mrz.fields`)."""
    capture: Capture = Capture.TYPED
    confirmation: Confirmation = Confirmation.NONE
    """Of a number that was typed without a zone."""
    provenance: Provenance | None = None

    def digit(self, field: str) -> CheckDigit | None:
        """The check digit over `field`, if this format has one."""
        return next((digit for digit in self.digits if digit.field == field), None)

    @property
    def number_is_certain(self) -> bool:
        """Read beyond doubt with its own digit right, or typed and confirmed: the ground for an exact hit to REFER.

        The rule is in docs/screening.md, "Document numbers".
        """
        digit = self.digit("number")
        if digit is not None:
            return digit.ok and "number" not in self.doubtful and self.confirmation is not Confirmation.DIFFERS
        return self.confirmation in (Confirmation.TYPED_TWICE, Confirmation.READ_BACK)

    @property
    def is_typed_number(self) -> bool:
        """Whether an officer typed its number, or was to type it, without a zone."""
        return self.capture is Capture.TYPED and not self.raw

    @property
    def is_place_typed(self) -> bool:
        """Whether country and type were typed and not compared: a check digit and a second entry confirm neither."""
        return self.is_typed_number and self.confirmation is not Confirmation.READ_BACK


_FORMATS_WITHOUT_CHIP = frozenset({MrzFormat.MRV_A, MrzFormat.MRV_B, MrzFormat.FR_DL, MrzFormat.CH_DL})
"""Layouts of documents that never have a chip which a zone opens."""


def find_chip_document(documents: Sequence[TravelDocument]) -> TravelDocument | None:
    """The first document that may have a chip; None where there is none."""
    return next(filter(may_have_chip, documents), None)


def may_have_chip(document: TravelDocument) -> bool:
    """Whether documents of this kind have chips at all: a visa has none."""
    return document.format not in _FORMATS_WITHOUT_CHIP and document.code[:1] != "V"
