"""`waypost desk`: the officer's screen, over the counter of one kit."""

import getpass
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.chips.read_job import ChipReadStep
from appliance.counter.counter import Counter
from appliance.counter.decisions import DecisionKey, DecisionRecord
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningProgress, ScreeningResult
from data.errors import InputError
from data.lists.edition import format_age
from data.screenings import Decision
from devices.ports import DeviceState
from ui.desk.desk_port import DeskPort, PostState, Workplace
from ui.options import kit_home_option, passphrase_option, read_passphrase
from ui.text.kit_status import kit_status_lines, link_words
from ui.wiring import open_counter


@click.command()
@kit_home_option
@passphrase_option
@click.option(
    "--officer", default=getpass.getuser, show_default="login name", help="Who works here; kept in the journal."
)
def desk(home: Path, passphrase_file: Path | None, officer: str) -> None:
    """The officer's screen: travellers from the reader, from a keyboard-wedge scanner, or typed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("The desk needs a terminal", do="Use `waypost check` where there is none")
    with closing(open_counter(home, read_passphrase(passphrase_file), "desk")) as counter:
        run_desk(counter, officer, home)


def run_desk(counter: Counter, officer: str, home: Path) -> None:
    """Show the desk of an open counter until the officer leaves."""
    from ui.screens.app import DeskApp

    DeskApp(make_desk_port(counter, officer, home)).run()


def make_desk_port(counter: Counter, officer: str, home: Path | None = None) -> DeskPort:
    """Everything the desk may ask; `home` is the kit's folder, where the courier's service writes its state."""
    lane, chips, calls = counter.lane, counter.chips, _OfficerCalls(counter, officer, home)
    if chips:
        chips.open()
    return DeskPort(
        place=Workplace(lane.kit, lane.post, lane.name, lane.direction, officer),
        screen=calls.screen,
        decide=calls.decide,
        post_state=calls.post_state,
        open_work=counter.open_work,
        today=counter.today,
        reader=counter.reader(),
        forget_chip=chips.forget if chips else None,
        simulated=bool(chips and chips.simulated),
    )


@dataclass(frozen=True, slots=True)
class _OfficerCalls:
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
