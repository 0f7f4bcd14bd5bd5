"""From a chip's reading to what the officer reads: one table per rule, worst first.

- REFER: somebody changed what the issuer signed, or made it up, or the chip is a copy. Looking settles nothing.
- CHECK: issuers make this mistake themselves, so the officer looks at the document closely. A mistake that a table
  knows of this issuer (`data.documents.known_deviations`) is told beside "genuine" and is never CHECK by itself.
- A missing country signing certificate is a gap in the kit, never a fault of the document.
- What no table knows is referred, never waved through.
"""

from appliance.answer.wording import name_fields
from appliance.verdict import Observation
from data.documents.known_deviations import describe_deviations
from data.documents.travel_document import Capture, TravelDocument
from data.screenings import State
from data.text import _, join
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.reading import ChipReading, differing_fields

KNOWN_ISSUER_FAULTS = frozenset({
    AuthenticityReason.MALFORMED,
    AuthenticityReason.STRUCTURE,
    AuthenticityReason.NOT_VALID_AT_ISSUE,
    AuthenticityReason.CSCA_NOT_VALID_AT_ISSUE,
})  # fmt: skip
"""Faults in genuine documents, made by their issuers."""
_MINOR_REASONS = frozenset(
    {
        AuthenticityReason.NO_CRL,
        AuthenticityReason.CRL_EXPIRED,
        AuthenticityReason.STATE_UNKNOWN,
        AuthenticityReason.NOT_OFFERED,
    }
)
_NO_CSCA_REASONS = frozenset({AuthenticityReason.NO_CSCA_KEY, AuthenticityReason.NO_CSCA_STATE})
_MAY_PASS = frozenset({AuthenticityReason.UNREAD, AuthenticityReason.NO_GROUPS, AuthenticityReason.PROOF_INCOMPLETE})
"""Reasons that another reading may end."""
COPY_REASONS = frozenset({AuthenticityReason.UNPROVED, AuthenticityReason.PROOF_WITHHELD})
"""Faults of a chip that is not the one that the issuer made."""

_ZONE_FILE = "DG1"
FIELDS_WITH_DIGIT = ("number", "birth", "expiry")
"""Fields with a check digit of their own; they also open the chip, so a chip that opened has them as printed."""


def judge_authenticity(reading: ChipReading) -> Observation:
    """Whether the chip is what its issuer made: PASS, NOTICE, HIT, or NOT_DONE with what could not be checked."""
    match reading.outcome:
        case Authenticity.NOT_GENUINE:
            return _judge_not_genuine(reading)
        case Authenticity.NO_CSCA:
            says = _("Chip: {reason}", reason=_first(reading, _NO_CSCA_REASONS).says)
            return Observation(State.NOT_DONE, "no_csca", says)
        case Authenticity.INCOMPLETE:
            return _judge_incomplete(reading)
        case Authenticity.GENUINE:
            return _judge_genuine(reading)


def _judge_incomplete(reading: ChipReading) -> Observation:
    """NOT_DONE with what could not be checked; the reason says whether reading the chip again could help."""
    undone = [check for check in reading.checks if _is_undone(check)]
    forbidden = next((check for check in undone if check.reason is AuthenticityReason.FORBIDDEN), None)
    if forbidden is not None:
        return Observation(State.NOT_DONE, "chip_forbidden", _("Chip: {reason}", reason=forbidden.says))
    reason = "chip_incomplete" if any(check.reason in _MAY_PASS for check in undone) else "chip_not_judged"
    causes = [check for check in undone if check.reason is not AuthenticityReason.NOT_REACHED] or undone
    says = _("Chip: not everything could be checked: {reasons}", reasons=join([check.says for check in causes], "; "))
    return Observation(State.NOT_DONE, reason, says)


def _judge_not_genuine(reading: ChipReading) -> Observation:
    faults = [check for check in reading.checks if check.answer is AuthenticityAnswer.FAIL]
    worst = next((check for check in faults if check.reason not in KNOWN_ISSUER_FAULTS), None)
    if worst is None:
        says = _("Chip: {fault}: look at the document closely", fault=faults[0].says)
        return Observation(State.NOTICE, faults[0].reason.value, says)
    if worst.reason is AuthenticityReason.UNPROVED:
        says = _("The chip is a copy: it does not have the key that it was issued with")
    elif worst.reason in COPY_REASONS:
        says = _("The chip may be a copy: {fault}", fault=worst.says)
    else:
        says = _("The chip is not genuine: {fault}", fault=worst.says)
    return Observation(State.HIT, worst.reason.value, says)


def _judge_genuine(reading: ChipReading) -> Observation:
    protocol = reading.access.protocol
    if reading.original is AuthenticityAnswer.PASS:
        reason, says = "genuine", _("The chip is genuine and not a copy ({protocol})", protocol=protocol)
    else:
        says = _("The chip is genuine; it offers no proof against copying ({protocol})", protocol=protocol)
        reason = "genuine_unproved"
    if reading.passive.check("chain").reason is AuthenticityReason.CHAINED_UNVOUCHED:
        says = _("{finding}; only the list that brought its state's certificate vouches for that", finding=says)
        reason = "genuine_unvouched"
    if deviations := reading.passive.deviations:
        says = _("{finding}; {deviations}", finding=says, deviations=describe_deviations(deviations))
    if reading.access.downgrades:
        says = _("{finding}; it was opened by a weaker protocol than it offers", finding=says)
        return Observation(State.PASS, "genuine_downgraded", says)
    return Observation(State.PASS, reason, says)


def judge_print(reading: ChipReading, printed: TravelDocument) -> Observation:
    """Whether the chip says what the print says. A difference is reported, never decided by changing one side."""
    comparison = reading.comparison
    differs = differing_fields(comparison)
    if not comparison and reading.is_locked:
        says = _("Chip against print: the chip gives its zone only to authorised terminals")
        return Observation(State.NOT_APPLICABLE, "chip_forbidden", says)
    if not comparison:
        why = reading.why_not(_ZONE_FILE) or _("it does not fit this document")
        says = _("Chip: its zone was not read, so it was not compared with the print: {reason}", reason=why)
        return Observation(State.NOT_DONE, "zone_unread", says)
    if not differs:
        return Observation(State.PASS, "as_printed", _("The chip matches the printed page"))
    fields = name_fields(differs)
    if any(_is_certain(printed, name) for name in differs):
        says = _("The chip belongs to a different page; these differ: {fields}", fields=fields)
        return Observation(State.HIT, "not_as_printed", says)
    says = _("Chip and print differ: {fields}; compare with the printed page", fields=fields)
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
