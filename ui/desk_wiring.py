"""The desk's port, filled from a counter: screening, deciding, the state of the post, opened work."""

from collections.abc import Callable, Mapping

from appliance.checks.chip_not_asked import NAME as CHIP
from appliance.chips.carrier import carrier
from appliance.chips.steps import ChipStep
from appliance.chips.visit import Asked
from appliance.decisions import DecisionMade, Pressed, decide
from appliance.intake import Lane, screening
from appliance.openings import Opening, open_work, still_open
from appliance.post_state import conditions
from appliance.result import Progress, Result
from appliance.standing import Condition
from data.enrolment import last_contact
from data.lists.age import age_in_words
from data.screenings import Decision
from devices.faults import DeviceFault
from devices.ports import DocumentReader
from devices.states import DeviceState
from devices.unusable import UnusableReader
from ui.link_words import link_words
from ui.screens.desk_port import DeskPort, Place, PostState
from ui.standing_words import standing_lines
from ui.typed import Subject
from ui.wiring import Counter


class DeskWork:
    """What a desk does with its counter during one shift."""

    def __init__(self, counter: Counter, officer: str) -> None:
        self._counter = counter
        self._officer = officer
        self._openings: tuple[Opening, ...] = ()

    def port(self) -> DeskPort:
        """Everything the desk may ask."""
        settings, chips = self._counter.kit.settings, self._counter.chips
        if chips:
            chips.open()
        return DeskPort(
            place=Place(settings.kit, settings.post, settings.lane, settings.direction, self._officer),
            screen=self._screen,
            decide=self._decide,
            post_state=self._post_state,
            open_work=self._open_work,
            today=lambda: self._counter.clock.now().date(),
            reader=self._reader(),
            forget_chip=chips.forget if chips else None,
            simulated=bool(chips and chips.simulated),
        )

    def _reader(self) -> DocumentReader | None:
        try:
            return self._counter.reader()
        except DeviceFault as fault:
            return UnusableReader(self._counter.kit.settings.reader, fault)

    def _screen(
        self, subject: Subject, tell: Callable[[Progress], None], tell_chip: Callable[[ChipStep], None]
    ) -> Result:
        settings = self._counter.kit.settings
        lane = Lane(self._officer, settings.direction, settings.lane)
        now = self._counter.clock.now()
        asked = screening(subject.documents, lane, now, subject.traveller, subject.codes)
        chips, document = self._counter.chips, carrier(subject.documents)
        if chips and document:
            chips.begin_for(asked.id, Asked(document, subject.can), tell_chip)
        return self._counter.screener.screen(asked, tell)

    def _decide(self, result: Result | None, decision: Decision, pressed: Pressed, second: str) -> DecisionMade:
        now = self._counter.clock.now()
        made = decide(
            result,
            decision,
            officer=self._officer,
            now=now,
            pressed=pressed,
            second=second,
            openings=self._openings,
        )
        made.append_to(self._counter.kit.journal)
        return made

    def _post_state(self, readers: Mapping[str, DeviceState]) -> PostState:
        access = self._counter.look()
        self._counter.screener.prepare()  # between travellers, so that no screening waits for a new version
        states, time = self._counter.screened_states(), self._counter.clock.trusted()
        standing = conditions(states, time, {**readers, **self._chip_readers()}, access)
        self._openings = still_open(self._openings, standing, time.now)
        contact = last_contact(self._counter.kit)
        synced = f"synced {age_in_words(time.now - contact)}" if contact else "never synced"
        link = ", ".join(part for part in (synced, link_words(self._counter.kit.path)) if part)
        return PostState(states, standing, self._openings, link, tuple(standing_lines(access)))

    def _chip_readers(self) -> dict[str, DeviceState]:
        """The chip reader, as its check calls it; one that was not opened yet is not away."""
        chips = self._counter.chips
        return {CHIP: chips.state} if chips and chips.state.reason else {}

    def _open_work(self, condition: Condition, supervisor: str, second: str) -> Opening:
        opening = open_work(condition, supervisor=supervisor, now=self._counter.clock.now(), second=second)
        opening.append_to(self._counter.kit.journal)
        self._openings = (*self._openings, opening)
        return opening
