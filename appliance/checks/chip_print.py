"""Does the chip say what is printed, field by field. Which fields differ is told; the values stay in memory."""

from appliance.checks.chip import GRACE_S, visit_of
from appliance.checks.observation import Observation
from appliance.chips import judgement
from appliance.chips.carrier import carrier
from appliance.chips.station import ChipStation
from data.errors import WaypostError
from data.findings import Evidence, Finding, State
from data.screenings import Screening
from devices.chip.against_print import Likeness
from devices.chip.reading import ChipReading

NAME = "chip_print"
_UNREAD = Observation(State.NOT_APPLICABLE, "no_reading", "Chip against print: no chip was read")


class ChipPrintCheck:
    """The zone on the chip against the printed zone. Why a chip was not read is the other check's to say."""

    name = NAME
    mandatory = True

    def __init__(self, station: ChipStation) -> None:
        self._station = station
        self.deadline_s = station.waits.whole_s + 1

    def run(self, screening: Screening) -> Finding:
        """PASS `as_printed`; NOTICE `differs_from_print`; HIT `not_as_printed`; NOT_DONE or NOT_APPLICABLE."""
        document = carrier(screening.documents)
        if document is None:
            return _finding(_UNREAD)
        visit = visit_of(self._station, screening, document)
        try:
            reading = visit.wait(self.deadline_s - GRACE_S)
        except WaypostError:
            return _finding(_UNREAD)
        printed = visit.asked.document
        if printed is None or not printed.raw:
            says = "Chip against print: no zone was read in print"
            return _finding(Observation(State.NOT_APPLICABLE, "no_print", says))
        return _finding(judgement.as_printed(reading.comparison, printed), _facts(reading))


def _facts(reading: ChipReading) -> dict[str, str]:
    alike = {one: " ".join(field.name for field in reading.comparison if field.likeness is one) for one in Likeness}
    return {likeness.value: names for likeness, names in alike.items() if names}


def _finding(seen: Observation, facts: dict[str, str] | None = None) -> Finding:
    return Finding(NAME, seen.state, seen.reason, seen.says, True, Evidence(facts=facts or {}))
