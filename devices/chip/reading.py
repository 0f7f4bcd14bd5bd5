"""The result of reading one chip: what its files say, how it was opened, what proves it, how the print compares.

- Each file is parsed by itself: a malformed one does not affect the others.
- The zone on the chip is compared with the printed one field by field. A difference is only reported: the print may be
  misread, and neither side is changed to fit the other.
- Nothing here is written to disk; bytes and names are left out of `repr`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from data.certificates.malformed import Malformed
from data.documents.travel_document import TravelDocument
from data.text import EMPTY, Message, join
from devices.chip.authentication.passive_authentication import PassiveAuthentication
from devices.chip.authenticity import (
    Authenticity,
    AuthenticityAnswer,
    AuthenticityCheck,
    AuthenticityReason,
    overall_authenticity,
)
from devices.chip.lds.com import Com, read_com
from devices.chip.lds.dg1 import Dg1, read_dg1
from devices.chip.lds.dg2 import Dg2, read_dg2
from devices.chip.lds.dg3 import Dg3, read_dg3
from devices.chip.lds.dg11 import Dg11, read_dg11
from devices.chip.lds.dg12 import Dg12, read_dg12
from devices.chip.lds.dg14 import Dg14, read_dg14
from devices.chip.lds.dg15 import Dg15, read_dg15
from devices.chip.lds.dg16 import Dg16, read_dg16
from devices.chip.lds.displayed import DisplayedPictures, read_dg7

_COMPARED_FIELDS: dict[str, Callable[[TravelDocument], str]] = {
    "code": lambda document: document.code,
    "issuer": lambda document: document.issuer,
    "number": lambda document: document.number,
    "name": lambda document: str(document.name or ""),
    "nationality": lambda document: document.nationality,
    "birth": lambda document: str(document.birth or ""),
    "sex": lambda document: document.sex.value if document.format else "",
    "expiry": lambda document: str(document.expiry or ""),
    "optional": lambda document: document.optional,
}
_MAY_BE_EMPTY = frozenset({"optional", "name"})
"""Fields that may be empty in a zone that was read in full, so that an empty one can differ."""

_T = TypeVar("_T")

PROOFS = ("mapping", "active", "chip")
"""Checks that distinguish a chip from its copy."""


class PrintAgreement(StrEnum):
    """How a field on the chip compares with the same field in print."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"
    """One side does not have the field."""


@dataclass(frozen=True, slots=True)
class PrintComparison:
    """One field on both sides."""

    name: str
    """`number`, `birth` and so on, as the attributes of a TravelDocument."""
    agreement: PrintAgreement
    chip: str = field(repr=False)
    printed: str = field(repr=False)


def compare_with_print(chip: TravelDocument, printed: TravelDocument) -> tuple[PrintComparison, ...]:
    """Every field of the two documents, in the order of a zone."""
    both_read = bool(chip.raw and printed.raw)
    values = ((name, get(chip), get(printed)) for name, get in _COMPARED_FIELDS.items())
    return tuple(
        PrintComparison(name, _field_agreement(name, ours, theirs, both_read=both_read), ours, theirs)
        for name, ours, theirs in values
    )


def differing_fields(comparisons: tuple[PrintComparison, ...]) -> tuple[str, ...]:
    """Names of the fields that differ."""
    return tuple(comparison.name for comparison in comparisons if comparison.agreement is PrintAgreement.DIFFERS)


@dataclass(frozen=True, slots=True)
class ChipContents:
    """Files as they were read, and their parsed contents; None if a file is absent or malformed."""

    groups: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    """Whole data groups by number."""
    sod: bytes = field(default=b"", repr=False)
    com: Com | None = None
    dg1: Dg1 | None = field(default=None, repr=False)
    dg2: Dg2 | None = None
    dg3: Dg3 | None = None
    dg7: DisplayedPictures | None = None
    dg11: Dg11 | None = field(default=None, repr=False)
    dg12: Dg12 | None = field(default=None, repr=False)
    dg14: Dg14 | None = None
    dg15: Dg15 | None = None
    dg16: Dg16 | None = field(default=None, repr=False)
    faults: Mapping[str, Message] = field(default_factory=dict)
    """Why a file could not be understood, by its name."""


def read_contents(groups: Mapping[int, bytes], sod: bytes, com: bytes) -> ChipContents:
    """The parsed contents of these files; never raises for what is in them."""
    faults: dict[str, Message] = {}

    def parse(name: str, data: bytes, reader: Callable[[bytes], _T]) -> _T | None:
        try:
            return reader(data) if data else None
        except Malformed as problem:
            faults[name] = problem.what
            return None

    def group(number: int, reader: Callable[[bytes], _T]) -> _T | None:
        return parse(f"DG{number}", groups.get(number, b""), reader)

    return ChipContents(
        dict(groups),
        sod,
        com=parse("EF.COM", com, read_com),
        dg1=group(1, read_dg1),
        dg2=group(2, read_dg2),
        dg3=group(3, read_dg3),
        dg7=group(7, read_dg7),
        dg11=group(11, read_dg11),
        dg12=group(12, read_dg12),
        dg14=group(14, read_dg14),
        dg15=group(15, read_dg15),
        dg16=group(16, read_dg16),
        faults=faults,
    )


class AccessKind(StrEnum):
    """The kind of protocol by which a chip was opened."""

    PACE = "pace"
    BAC = "bac"
    OPEN = "open"
    """It asked for no key."""


@dataclass(frozen=True, slots=True)
class ChipAccess:
    """How a chip was opened."""

    kind: AccessKind
    protocol: Message
    """`PACE-ECDH-CAM with AES-128`, `BAC`, `no key asked`."""
    downgrades: tuple[Message, ...] = ()
    """Why something better that the chip offers was not used, one sentence each."""


@dataclass(frozen=True, slots=True)
class ChipReading:
    """One chip, read and judged."""

    access: ChipAccess
    contents: ChipContents
    document: TravelDocument | None
    """DG1 as a document; None if it was not read or is not a zone."""
    passive: PassiveAuthentication
    proofs: tuple[AuthenticityCheck, ...]
    """`complete`, `offers`, `mapping`, `active`, `chip`."""
    unread: Mapping[str, Message] = field(default_factory=dict)
    """Why each file that should be there was not read, by its name."""
    comparison: tuple[PrintComparison, ...] = ()
    """Chip against print; empty if there is no print, or DG1 is not a zone."""
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    """How long each stage took: `reach`, `access`, `DG2` …"""

    @property
    def is_locked(self) -> bool:
        """Whether the chip opened, but gives its files only to terminals that its issuer authorised."""
        return any(check.reason is AuthenticityReason.FORBIDDEN for check in self.proofs)

    @property
    def unclear(self) -> dict[str, Message]:
        """What this kit does not understand of the files that were read, by file: of the whole file, or of a field."""
        details = {"DG11": self.contents.dg11, "DG12": self.contents.dg12}
        of_fields = {name: join(group.faults, "; ") for name, group in details.items() if group and group.faults}
        return {**self.contents.faults, **of_fields}

    def why_not(self, file: str) -> Message:
        """Why this file says nothing: it was not read or not understood; EMPTY if it does."""
        return self.unread.get(file) or self.unclear.get(file) or EMPTY

    @property
    def checks(self) -> tuple[AuthenticityCheck, ...]:
        """Every check, passive authentication first."""
        return (*self.passive.checks, *self.proofs)

    @property
    def outcome(self) -> Authenticity:
        """The overall result of all checks."""
        return overall_authenticity(self.checks)

    @property
    def original(self) -> AuthenticityAnswer:
        """PASS if the chip proved that it is no copy, FAIL if it failed to, NOT_DONE if it offers no proof."""
        answers = {check.answer for check in self.proofs if check.name in PROOFS}
        if AuthenticityAnswer.FAIL in answers:
            return AuthenticityAnswer.FAIL
        return AuthenticityAnswer.PASS if AuthenticityAnswer.PASS in answers else AuthenticityAnswer.NOT_DONE


def _field_agreement(name: str, chip: str, printed: str, *, both_read: bool) -> PrintAgreement:
    if not (chip and printed) and not (both_read and name in _MAY_BE_EMPTY):
        return PrintAgreement.NOT_COMPARED
    return PrintAgreement.SAME if chip == printed else PrintAgreement.DIFFERS
