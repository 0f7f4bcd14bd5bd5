"""Is the chip genuine, and is it the one the issuer made: passive authentication, the chip's own proofs, downgrades.

Where the post expects a chip, one that was not read is NOT_DONE. Where it does not, a document without one is an
ordinary document, and a chip that is there and cannot be read is something to look at.
"""

from collections.abc import Iterator

from appliance.checks.chip_not_asked import NAME
from appliance.checks.observation import Observation
from appliance.chips import judgement
from appliance.chips.carrier import carrier, is_expected
from appliance.chips.station import ChipStation
from appliance.chips.visit import Asked, NoChip, Visit
from appliance.standing import ConditionKind
from data.chip_settings import Expected
from data.documents.travel_document import TravelDocument
from data.errors import InputError, Locked, WaypostError
from data.findings import Evidence, Finding, State
from data.screenings import Screening
from devices.chip.errors import ReadingCancelled
from devices.chip.reading import ChipReading
from devices.faults import DeviceFault

ENDED = "chip_ended"
"""Reason: the traveller was done before the chip was."""
GRACE_S = 0.5
"""An answer of the station comes so long before the deadline of the check."""
TRUST = "trust"
"""Fact: the age of each list that vouched, in words."""


class ChipCheck:
    """The chip of the document that was presented."""

    name = NAME
    mandatory = True

    def __init__(self, station: ChipStation, expected: Expected) -> None:
        self._station = station
        self._expected = expected
        self.deadline_s = station.waits.whole_s + 1

    def run(self, screening: Screening) -> Finding:
        """PASS `genuine…`; NOTICE or HIT with the reason of what is wrong; NOT_DONE or NOT_APPLICABLE with why."""
        document = carrier(screening.documents)
        if document is None:
            return _finding(Observation(State.NOT_APPLICABLE, "no_carrier", "No document with a chip was presented"))
        try:
            reading = visit_of(self._station, screening, document).wait(self.deadline_s - GRACE_S)
        except Locked:
            raise  # what vouches lies in a list: the reason is told as for every other
        except WaypostError as error:
            return _finding(_unread(error, expected=self._expects(document)))
        seen = judgement.genuine(reading)
        if seen.reason == "no_csca" and not self._expects(document):
            seen = seen._replace(state=State.NOT_APPLICABLE)
        elif seen.state is State.NOT_DONE and not self._expects(document):
            seen = seen._replace(state=State.NOTICE)
        return _finding(seen, _facts(reading) | self._ages(screening))

    def _expects(self, document: TravelDocument) -> bool:
        return is_expected(document, self._expected)

    def _ages(self, screening: Screening) -> dict[str, str]:
        ages = self._station.trust.trusted().ages(screening.at)
        return {TRUST: ages or "no list of signing certificates"}


def visit_of(station: ChipStation, screening: Screening, document: TravelDocument) -> Visit:
    """The visit that was begun with the screening; one begun now where nobody did."""
    found = station.of(screening.id)
    if found is None:
        found = station.begin_for(screening.id, Asked(document))
    return found


def _unread(error: WaypostError, *, expected: bool) -> Observation:
    if isinstance(error, ReadingCancelled):
        return Observation(State.NOT_DONE, ENDED, "Chip: not read to its end, the traveller was done before")
    state = State.NOT_DONE if expected else State.NOTICE
    if isinstance(error, NoChip | InputError | DeviceFault):
        state = State.NOT_DONE if expected else State.NOT_APPLICABLE
    reason = _REASONS.get(type(error).__name__, "chip_unread")
    return Observation(state, reason, f"Chip: {error.what.rstrip('.')}{_then(error)}")


_REASONS = {
    "DeviceFault": ConditionKind.READER_DEAD.value,  # the whole post's, told once in its status line
    "NoChip": "no_chip",
    "InputError": "no_chip_key",
    "ChipGone": "chip_lifted",
    "ChipSlow": "chip_slow",
    "ChipRefused": "chip_refused",
    "AccessRefused": "chip_key_refused",
    "ChipMalformed": "chip_malformed",
    "ChannelBroken": "chip_channel_broken",
    "Damaged": "trust_damaged",
}


def _then(error: WaypostError) -> str:
    return f". {error.do}" if error.do else ""


def _facts(reading: ChipReading) -> dict[str, str]:
    """How each step ended, as codes: nothing of what the chip says about its holder."""
    facts = {"opened": reading.access.protocol, "outcome": reading.outcome.value, "original": reading.original.value}
    return facts | dict(_checks(reading))


def _checks(reading: ChipReading) -> Iterator[tuple[str, str]]:
    for check in reading.checks:
        yield f"chip.{check.name}", f"{check.answer.value} {check.reason.value}"


def _finding(seen: Observation, facts: dict[str, str] | None = None) -> Finding:
    return Finding(NAME, seen.state, seen.reason, seen.says, True, Evidence(facts=facts or {}))
