"""All that reading one chip gave: what it says, how it was opened, what proves it, what could not be read.

Nothing here is written to disk; bytes and names stay out of the text that Python shows of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data.documents.travel_document import TravelDocument
from devices.chip.against_print import FieldComparison
from devices.chip.authenticity import Answer, Check, Outcome, outcome_of
from devices.chip.contents import Contents
from devices.chip.passive_authentication import PassiveAuthentication

PROOFS = ("mapping", "active", "chip")
"""Checks that tell a chip from its copy."""


class Opened(StrEnum):
    """By which protocol a chip was opened."""

    PACE = "pace"
    BAC = "bac"
    OPEN = "open"
    """It asked for no key."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a chip was opened."""

    opened: Opened
    protocol: str
    """In words: `PACE-ECDH-CAM with AES-128`, `BAC`, `no key asked`."""
    downgrades: tuple[str, ...] = ()
    """Why something better that the chip offers was not used, a sentence each."""


@dataclass(frozen=True, slots=True)
class ChipReading:
    """One chip, read and judged."""

    access: Access
    contents: Contents
    document: TravelDocument | None
    """DG1 as a document; None where it was not read or is no zone."""
    passive: PassiveAuthentication
    proofs: tuple[Check, ...]
    """`complete`, `offers`, `mapping`, `active`, `chip`."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Files that should be there and were not read, with a sentence why."""
    comparison: tuple[FieldComparison, ...] = ()
    """Chip against print; empty where no print was given or DG1 is no zone."""
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    """How long each stage took: `reach`, `access`, `DG2` …"""

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, passive authentication first."""
        return (*self.passive.checks, *self.proofs)

    @property
    def outcome(self) -> Outcome:
        """What all checks come to."""
        return outcome_of(self.checks)

    @property
    def original(self) -> Answer:
        """PASS when the chip proved that it is no copy, FAIL when it failed to, NOT_DONE when it offers no proof."""
        answers = {check.answer for check in self.proofs if check.name in PROOFS}
        if Answer.FAIL in answers:
            return Answer.FAIL
        return Answer.PASS if Answer.PASS in answers else Answer.NOT_DONE
