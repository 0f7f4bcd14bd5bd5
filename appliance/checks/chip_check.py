"""Is the chip genuine and the one that the issuer made, and does it say what is printed.

- Genuine: passive authentication, the chip's own proofs, downgrades.
- Where the post expects a chip, one that was not read is NOT_DONE. Elsewhere a document without a chip is an ordinary
  document, and a chip that cannot be read is something to look at.
- Findings name the fields that differ from the print; their values stay in memory.
"""

from collections.abc import Iterator

from appliance.checks import chip_judgement
from appliance.checks.nothing_to_ask import CHIP_CHECK
from appliance.chips.read_job import ChipReadInput, ChipReadJob, NoChip
from appliance.chips.reader_service import ChipReaderService
from appliance.standing_conditions import ConditionKind
from appliance.verdict import Observation
from data.documents.known_deviations import DEVIATIONS_FACT, list_keys
from data.documents.travel_document import TravelDocument, find_chip_document
from data.errors import InputError, Locked, WaypostError
from data.kit.settings import ChipExpectation
from data.screenings import Evidence, Finding, Screening, State
from data.text import Message, _
from devices.chip.errors import AccessCause, AccessRefused, ChannelBroken, ChipRefused, ReadingCancelled
from devices.chip.reading import ChipReading, PrintAgreement
from devices.faults import DeviceFault

CHIP_ENDED = "chip_ended"
"""Reason: the traveller was done before the chip was read."""
DEADLINE_MARGIN_S = 0.5
"""The reader answers at least this long before the deadline of the check."""
TRUST_AGES_FACT = "trust"
"""Fact: the age of each list that vouched, in words."""


class ChipCheck:
    """The chip of the document that was presented."""

    name = CHIP_CHECK
    mandatory = True

    def __init__(self, service: ChipReaderService, expected: ChipExpectation) -> None:
        self._service = service
        self._expected = expected
        self.deadline_s = service.timeouts.whole_s + 1

    def run(self, screening: Screening) -> Finding:
        """PASS `genuine…`; NOTICE or HIT with the reason of what is wrong; NOT_DONE or NOT_APPLICABLE with why."""
        document = find_chip_document(screening.documents)
        if document is None:
            return _chip_finding(
                Observation(State.NOT_APPLICABLE, "no_carrier", _("No document with a chip was presented"))
            )
        try:
            reading = read_job_of(self._service, screening, document).wait(self.deadline_s - DEADLINE_MARGIN_S)
        except Locked:
            raise  # the trust lists are locked, which is reported as for every other list
        except WaypostError as error:
            return _chip_finding(_unread_observation(error, expected=self._expects(document)))
        observation = chip_judgement.judge_authenticity(reading)
        if observation.reason == "no_csca" and not self._expects(document):
            observation = observation._replace(state=State.NOT_APPLICABLE)
        elif observation.state is State.NOT_DONE and not self._expects(document):
            observation = observation._replace(state=State.NOTICE)
        return _chip_finding(observation, _chip_facts(reading) | self._ages(screening))

    def _expects(self, document: TravelDocument) -> bool:
        return self._expected.applies_to(document)

    def _ages(self, screening: Screening) -> dict[str, str]:
        trust = self._service.trust
        ages = trust.snapshot().ages(trust.age_time(screening.at))
        return {TRUST_AGES_FACT: ages or _("no list of signing certificates")}


def read_job_of(service: ChipReaderService, screening: Screening, document: TravelDocument) -> ChipReadJob:
    """The reading that was started with the screening; where none was, it starts now."""
    job = service.find_job(screening.id)
    if job is None:
        job = service.start_for(screening.id, ChipReadInput(document))
    return job


def _unread_observation(error: WaypostError, *, expected: bool) -> Observation:
    if isinstance(error, ReadingCancelled):
        return Observation(State.NOT_DONE, CHIP_ENDED, _("Chip: not fully read; the decision came first"))
    state = State.NOT_DONE if expected else State.NOTICE
    if isinstance(error, NoChip | InputError | DeviceFault):
        state = State.NOT_DONE if expected else State.NOT_APPLICABLE
    return Observation(state, _reason_of(error), _describe_unread(error))


def _reason_of(error: WaypostError) -> str:
    if isinstance(error, AccessRefused):
        is_last_try = error.cause is AccessCause.WRONG_KEY and error.tries_left == 1
        return "chip_last_try" if is_last_try else _KEY_REASONS[error.cause]
    if isinstance(error, ChipRefused | ChannelBroken) and error.is_forbidden:
        return "chip_forbidden"
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((_UNREAD_REASONS[name] for name in names if name in _UNREAD_REASONS), "chip_unread")


_KEY_REASONS = {
    AccessCause.WRONG_KEY: "chip_key_refused",
    AccessCause.BLOCKED: "chip_key_blocked",
    AccessCause.DELAYED: "chip_key_delayed",
    AccessCause.NOT_OFFERED: "chip_key_not_offered",
}


_UNREAD_REASONS = {
    "DeviceFault": ConditionKind.READER_DEAD.value,  # the whole post's, reported once in its status line
    "NoChip": "no_chip",
    "InputError": "no_chip_key",
    "ChipGone": "chip_lifted",
    "ChipSlow": "chip_slow",
    "ChipRefused": "chip_refused",
    "ChipMalformed": "chip_malformed",
    "ChannelBroken": "chip_channel_broken",
    "Damaged": "trust_damaged",
}


def _describe_unread(error: WaypostError) -> Message:
    if error.do:
        return _("Chip: {problem}. {advice}", problem=error.what, advice=error.do)
    return _("Chip: {problem}", problem=error.what)


def _chip_facts(reading: ChipReading) -> dict[str, str]:
    """How each step ended, as codes: nothing of what the chip says about its holder."""
    facts = {"opened": reading.access.protocol, "outcome": reading.outcome.value, "original": reading.original.value}
    if deviations := reading.passive.deviations:
        facts[DEVIATIONS_FACT] = list_keys(deviations)
    return facts | dict(_check_facts(reading))


def _check_facts(reading: ChipReading) -> Iterator[tuple[str, str]]:
    for check in reading.checks:
        yield f"chip.{check.name}", f"{check.answer.value} {check.reason.value}"


def _chip_finding(observation: Observation, facts: dict[str, str] | None = None) -> Finding:
    return Finding(
        CHIP_CHECK, observation.state, observation.reason, observation.says, True, Evidence(facts=facts or {})
    )


CHIP_PRINT_CHECK = "chip_print"
_NO_READING = Observation(State.NOT_APPLICABLE, "no_reading", _("Chip against print: no chip was read"))


class ChipPrintCheck:
    """The zone on the chip against the printed zone. Why a chip was not read is said by `ChipCheck`."""

    name = CHIP_PRINT_CHECK
    mandatory = True

    def __init__(self, service: ChipReaderService) -> None:
        self._service = service
        self.deadline_s = service.timeouts.whole_s + 1

    def run(self, screening: Screening) -> Finding:
        """PASS `judge_print`; NOTICE `differs_from_print`; HIT `not_as_printed`; NOT_DONE or NOT_APPLICABLE."""
        document = find_chip_document(screening.documents)
        if document is None:
            return _print_finding(_NO_READING)
        job = read_job_of(self._service, screening, document)
        try:
            reading = job.wait(self.deadline_s - DEADLINE_MARGIN_S)
        except WaypostError:
            return _print_finding(_NO_READING)
        printed = job.input.document
        if printed is None or not printed.raw:
            says = _("Chip against print: no printed zone was read")
            return _print_finding(Observation(State.NOT_APPLICABLE, "no_print", says))
        return _print_finding(chip_judgement.judge_print(reading, printed), _print_facts(reading))


def _print_facts(reading: ChipReading) -> dict[str, str]:
    fields = {
        agreement: " ".join(field.name for field in reading.comparison if field.agreement is agreement)
        for agreement in PrintAgreement
    }
    return {agreement.value: names for agreement, names in fields.items() if names}


def _print_finding(observation: Observation, facts: dict[str, str] | None = None) -> Finding:
    return Finding(
        CHIP_PRINT_CHECK, observation.state, observation.reason, observation.says, True, Evidence(facts=facts or {})
    )
