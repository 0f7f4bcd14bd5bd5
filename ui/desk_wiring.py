"""The desk's port, filled from a counter for one officer's shift."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.chips.read_job import ChipReadStep
from appliance.counter.counter import Counter
from appliance.counter.decisions import DecisionKey, DecisionRecord
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningProgress, ScreeningResult
from data.lists.edition import format_age
from data.screenings import Decision
from devices.ports import DeviceState
from ui.desk.desk_port import DeskPort, PostState, Workplace
from ui.text.kit_status import kit_status_lines, link_words


def desk_port(counter: Counter, officer: str, home: Path | None = None) -> DeskPort:
    """Everything the desk may ask; `home` is the kit's folder, where a courier's service leaves word."""
    lane, chips, at_desk = counter.lane, counter.chips, _AtDesk(counter, officer, home)
    if chips:
        chips.open()
    return DeskPort(
        place=Workplace(lane.kit, lane.post, lane.name, lane.direction, officer),
        screen=at_desk.screen,
        decide=at_desk.decide,
        post_state=at_desk.post_state,
        open_work=counter.open_work,
        today=counter.today,
        reader=counter.reader(),
        forget_chip=chips.forget if chips else None,
        simulated=bool(chips and chips.simulated),
    )


@dataclass(frozen=True, slots=True)
class _AtDesk:
    """The counter's calls with this officer's name, and the state of the post in words."""

    counter: Counter
    officer: str
    home: Path | None

    def screen(
        self, subject: Subject, tell: Callable[[ScreeningProgress], None], tell_chip: Callable[[ChipReadStep], None]
    ) -> ScreeningResult:
        return self.counter.screen(ScreeningRequest(subject, self.officer), tell, tell_chip)

    def decide(
        self, result: ScreeningResult | None, decision: Decision, pressed: DecisionKey, second: str
    ) -> DecisionRecord:
        return self.counter.decide(result, decision, officer=self.officer, key=pressed, second=second)

    def post_state(self, readers: Mapping[str, DeviceState]) -> PostState:
        post = self.counter.post_snapshot(readers)
        synced = f"synced {format_age(post.now - post.last_contact)}" if post.last_contact else "never synced"
        link = ", ".join(part for part in (synced, link_words(self.home) if self.home else "") if part)
        return PostState(post.lists, post.conditions, post.overrides, link, tuple(kit_status_lines(post.access)))
