"""From a chip's reading to what the officer reads: one table per rule, worst first.

- REFER: somebody made or changed what the issuer did not sign, or the chip is a copy. Looking settles nothing there.
- CHECK: issuers themselves are known to make this mistake, so the officer looks at the document closely.
- A missing country signing certificate is a lack of the kit, never a fault of the document.
- What no table knows is referred, never waved through.
"""

from appliance.verdict import Observation
from data.documents.travel_document import Capture, TravelDocument
from data.screenings import State
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.reading import ChipReading, PrintComparison, differing_fields

KNOWN_ISSUER_FAULTS = frozenset({
    AuthenticityReason.MALFORMED,
    AuthenticityReason.STRUCTURE,
    AuthenticityReason.NOT_VALID_AT_ISSUE,
    AuthenticityReason.CSCA_NOT_VALID_AT_ISSUE,
})  # fmt: skip
"""Faults that honest documents have, since issuers made them so."""
_MINOR_REASONS = frozenset(
    {
        AuthenticityReason.NO_CRL,
        AuthenticityReason.CRL_EXPIRED,
        AuthenticityReason.STATE_UNKNOWN,
        AuthenticityReason.NOT_OFFERED,
    }
)
_NO_CSCA_REASONS = frozenset({AuthenticityReason.NO_CSCA_KEY, AuthenticityReason.NO_CSCA_STATE})
COPY_REASONS = frozenset({AuthenticityReason.UNPROVED, AuthenticityReason.PROOF_WITHHELD})
"""Faults of a chip that is not the one the issuer made."""

FIELDS_WITH_DIGIT = ("number", "birth", "expiry")
"""Fields with a check digit of their own; they also open the chip, so a chip that opened has them as printed."""
FIELD_NAMES = {
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


def judge_authenticity(reading: ChipReading) -> Observation:
    """Whether the chip is what its issuer made: PASS, NOTICE, HIT, or NOT_DONE with what could not be checked."""
    match reading.outcome:
        case Authenticity.NOT_GENUINE:
            return _judge_not_genuine(reading)
        case Authenticity.NO_CSCA:
            return Observation(State.NOT_DONE, "no_csca", f"Chip: {_sentence(_first(reading, _NO_CSCA_REASONS))}")
        case Authenticity.INCOMPLETE:
            says = "; ".join(_sentence(check) for check in reading.checks if _is_undone(check))
            return Observation(State.NOT_DONE, "chip_incomplete", f"Chip: not all could be checked: {says}")
        case Authenticity.GENUINE:
            return _judge_genuine(reading)


def _judge_not_genuine(reading: ChipReading) -> Observation:
    faults = [check for check in reading.checks if check.answer is AuthenticityAnswer.FAIL]
    worst = next((check for check in faults if check.reason not in KNOWN_ISSUER_FAULTS), None)
    if worst is None:
        says = f"Chip: {_sentence(faults[0])}: look at the document closely"
        return Observation(State.NOTICE, faults[0].reason.value, says)
    fault = "The chip is not the issuer's own" if worst.reason in COPY_REASONS else "The chip is not genuine"
    return Observation(State.HIT, worst.reason.value, f"{fault}: {_sentence(worst)}")


def _judge_genuine(reading: ChipReading) -> Observation:
    copied = "and no copy" if reading.original is AuthenticityAnswer.PASS else "it offers no proof against copying"
    joint = " " if reading.original is AuthenticityAnswer.PASS else "; "
    says = f"The chip is genuine{joint}{copied} ({reading.access.protocol})"
    if reading.access.downgrades:
        says = f"{says}; opened in a weaker way than it offers"
        return Observation(State.PASS, "genuine_downgraded", says)
    return Observation(
        State.PASS, "genuine" if reading.original is AuthenticityAnswer.PASS else "genuine_unproved", says
    )


def judge_print(comparison: tuple[PrintComparison, ...], printed: TravelDocument) -> Observation:
    """Whether the chip says what the print says. A difference is reported, never decided by changing one side."""
    differs = differing_fields(comparison)
    if not comparison:
        return Observation(State.NOT_DONE, "zone_unread", "Chip: its zone was not read, so the print is not compared")
    if not differs:
        return Observation(State.PASS, "as_printed", "The chip says what is printed")
    fields = ", ".join(FIELD_NAMES.get(name, name) for name in differs)
    if any(_is_certain(printed, name) for name in differs):
        return Observation(State.HIT, "not_as_printed", f"The chip belongs to another print: {fields} differ")
    says = f"Chip and print differ: {fields}: compare with the printed page"
    return Observation(State.NOTICE, "differs_from_print", says)


def _is_certain(printed: TravelDocument, field: str) -> bool:
    """Whether the printed side was read by a machine and its own digit is right."""
    digit = printed.digit(field) if field in FIELDS_WITH_DIGIT else None
    return printed.capture is Capture.MACHINE and digit is not None and digit.ok and field not in printed.doubtful


def _is_undone(check: AuthenticityCheck) -> bool:
    return check.answer is AuthenticityAnswer.NOT_DONE and check.reason not in _MINOR_REASONS


def _first(reading: ChipReading, reasons: frozenset[AuthenticityReason]) -> AuthenticityCheck:
    return next(
        check for check in reading.checks if check.answer is AuthenticityAnswer.NOT_DONE and check.reason in reasons
    )


def _sentence(check: AuthenticityCheck) -> str:
    return check.says.rstrip(".")
