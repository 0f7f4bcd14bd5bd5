"""From a chip's reading to what the officer is told: one table per rule, worst first.

- REFER: somebody made or changed what the issuer did not sign, or the chip is a copy. Looking settles nothing there.
- CHECK: issuers themselves are known to make this mistake, so the officer looks at the document closely.
- A missing country signing certificate is a lack of the kit, never a fault of the document.
- What no table knows is referred, never waved through.
"""

from appliance.checks.observation import Observation
from data.documents.travel_document import Capture, TravelDocument
from data.findings import State
from devices.chip.against_print import FieldComparison, differing
from devices.chip.authenticity import Answer, Check, Outcome, Reason
from devices.chip.reading import ChipReading

BY_LOOKING = frozenset({
    Reason.MALFORMED,
    Reason.STRUCTURE,
    Reason.NOT_VALID_AT_ISSUE,
    Reason.CSCA_NOT_VALID_AT_ISSUE,
})  # fmt: skip
"""Faults that honest documents have, since issuers made them so."""
_TOLD_BESIDE = frozenset({Reason.NO_CRL, Reason.CRL_EXPIRED, Reason.STATE_UNKNOWN, Reason.NOT_OFFERED})
_NO_CSCA = frozenset({Reason.NO_CSCA_KEY, Reason.NO_CSCA_STATE})
COPIED = frozenset({Reason.UNPROVED, Reason.PROOF_WITHHELD})
"""Faults of a chip that is not the one the issuer made."""

GUARDED = ("number", "birth", "expiry")
"""Fields with a check digit of their own; they also open the chip, so a chip that opened has them as printed."""
NAMES = {
    "code": "document code",
    "issuer": "issuing state",
    "number": "document number",
    "name": "name",
    "nationality": "nationality",
    "birth": "date of birth",
    "sex": "sex",
    "expiry": "date of expiry",
    "optional": "optional data",
}


def genuine(reading: ChipReading) -> Observation:
    """Whether the chip is what its issuer made: PASS, NOTICE, HIT, or NOT_DONE with what could not be checked."""
    match reading.outcome:
        case Outcome.NOT_GENUINE:
            return _not_genuine(reading)
        case Outcome.NO_CSCA:
            return Observation(State.NOT_DONE, "no_csca", f"Chip: {_plain(_first(reading, _NO_CSCA))}")
        case Outcome.INCOMPLETE:
            says = "; ".join(_plain(check) for check in reading.checks if _kept_back(check))
            return Observation(State.NOT_DONE, "chip_incomplete", f"Chip: not all could be checked: {says}")
        case Outcome.GENUINE:
            return _genuine(reading)


def _not_genuine(reading: ChipReading) -> Observation:
    faults = [check for check in reading.checks if check.answer is Answer.FAIL]
    worst = next((check for check in faults if check.reason not in BY_LOOKING), None)
    if worst is None:
        says = f"Chip: {_plain(faults[0])}: look at the document closely"
        return Observation(State.NOTICE, faults[0].reason.value, says)
    what = "The chip is not the issuer's own" if worst.reason in COPIED else "The chip is not genuine"
    return Observation(State.HIT, worst.reason.value, f"{what}: {_plain(worst)}")


def _genuine(reading: ChipReading) -> Observation:
    copied = "and no copy" if reading.original is Answer.PASS else "it offers no proof against copying"
    joint = " " if reading.original is Answer.PASS else "; "
    says = f"The chip is genuine{joint}{copied} ({reading.access.protocol})"
    if reading.access.downgrades:
        says = f"{says}; opened in a weaker way than it offers"
        return Observation(State.PASS, "genuine_downgraded", says)
    return Observation(State.PASS, "genuine" if reading.original is Answer.PASS else "genuine_unproved", says)


def as_printed(comparison: tuple[FieldComparison, ...], printed: TravelDocument) -> Observation:
    """Whether the chip says what the print says. A difference is told, never decided by changing one side."""
    differs = differing(comparison)
    if not comparison:
        return Observation(State.NOT_DONE, "zone_unread", "Chip: its zone was not read, so the print is not compared")
    if not differs:
        return Observation(State.PASS, "as_printed", "The chip says what is printed")
    fields = ", ".join(NAMES.get(name, name) for name in differs)
    if any(_certain(printed, name) for name in differs):
        return Observation(State.HIT, "not_as_printed", f"The chip belongs to another print: {fields} differ")
    says = f"Chip and print differ: {fields}: compare with the printed page"
    return Observation(State.NOTICE, "differs_from_print", says)


def _certain(printed: TravelDocument, field: str) -> bool:
    """Whether the printed side was read by a machine and its own digit is right."""
    digit = printed.digit(field) if field in GUARDED else None
    return printed.capture is Capture.MACHINE and digit is not None and digit.ok and field not in printed.doubtful


def _kept_back(check: Check) -> bool:
    return check.answer is Answer.NOT_DONE and check.reason not in _TOLD_BESIDE


def _first(reading: ChipReading, reasons: frozenset[Reason]) -> Check:
    return next(check for check in reading.checks if check.answer is Answer.NOT_DONE and check.reason in reasons)


def _plain(check: Check) -> str:
    return check.says.rstrip(".")
