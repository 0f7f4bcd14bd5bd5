"""`waypost desk`: the officer's screen, over the counter of one kit."""

import getpass
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.chips.read_job import ChipReadStep
from appliance.counter.counter import Counter
from appliance.counter.decisions import DecisionKey, OfficerDecision, SupervisorOverride
from appliance.counter.past_travellers import TravellerOverview
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.standing_conditions import Condition
from data.errors import InputError, StoreError
from data.journal.journal import DESK_CHAIN
from data.lists.edition import format_age
from data.log.error_log import log_error
from data.people.staff import Actor, StaffRole
from data.screenings import Decision
from data.text import EMPTY, Message, _, join, plural
from devices.ports import DeviceState
from ui.desk.desk_port import DeskPort, PostState, Workplace
from ui.desk.typed_people import make_typed_person
from ui.options import kit_home_option, passphrase_option, read_passphrase, unlocking_kit
from ui.text.help import command, option
from ui.text.kit_status import kit_status_lines, link_words
from ui.text.translation import say
from ui.wiring import open_unlocked_counter


@command(
    help=_(
        "Open the officer's screen.\n\n"
        "Travellers come from the reader, from a scanner that types like a keyboard, or are typed in. Needs a "
        "terminal; `waypost check` does not."
    ),
    examples=["waypost desk --home /var/lib/waypost"],
)
@kit_home_option
@passphrase_option
@option(
    "--officer",
    default=getpass.getuser,
    show_default=_("login name"),
    help=_("Who works here; recorded in the journal."),
)
def desk(home: Path, passphrase_file: Path | None, officer: str) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(_("The desk needs a terminal"), do=_("Use `waypost check` where there is none"))
    with unlocking_kit(home, read_passphrase(passphrase_file)) as wait_for_key:
        import ui.screens.app  # noqa: F401  (`run_desk` needs it)
    with closing(open_unlocked_counter(home, wait_for_key(), DESK_CHAIN)) as counter:
        return run_desk(counter, officer, home)


def run_desk(counter: Counter, officer: str, home: Path) -> int:
    """Show the desk of an open counter until the officer leaves; its exit code, 1 where an error closed it."""
    from ui.screens.app import DeskApp

    app = DeskApp(make_desk_port(counter, officer, home))
    app.run()
    for line in open_work_lines(counter):
        say(line, to_stderr=True)
    counter.past.leave()
    return app.return_code or 0


def open_work_lines(counter: Counter) -> Iterator[Message]:
    """What is not done when the desk is left: it is in the journal, and the next desk shows it."""
    past = counter.past
    try:
        undecided, waiting = len(past.undecided_ids()), past.waiting()
    except StoreError as error:
        log_error(error)
        yield _(
            "Whether travellers have no decision yet, or documents are unscreened, is not known: {reason}",
            reason=error.what,
        )
        return
    if undecided:
        yield plural(
            "{count} traveller has no decision yet: open the desk and press F9.",
            "{count} travellers have no decision yet: open the desk and press F9.",
            undecided,
        )
    if waiting:
        yield plural(
            "{count} document is unscreened since {time} UTC. The kit keeps it until it has run for 12 hours, or "
            "signed time proves them; the desk shows it when it opens.",
            "{count} documents are unscreened since {time} UTC. The kit keeps them until it has run for 12 hours, or "
            "signed time proves them; the desk shows them when it opens.",
            len(waiting),
            time=f"{waiting[0].since:%H:%M}",
        )


def make_desk_port(counter: Counter, officer: str, home: Path | None = None) -> DeskPort:
    """Everything the desk may call; `home` is the kit's folder, where the courier's service writes its state."""
    lane, chips, past = counter.lane, counter.chips, counter.past
    calls = _OfficerCalls(counter, make_typed_person(officer), home)
    if chips:
        chips.open()
    return DeskPort(
        place=Workplace(lane.kit, lane.post, lane.name, lane.direction, officer),
        screen=calls.screen,
        decide=calls.decide,
        post_state=calls.post_state,
        open_work=calls.open_work,
        today=counter.today,
        reader=counter.reader(),
        forget_chip=chips.forget if chips else None,
        now=counter.now,
        keep=past.keep,
        keep_codes=past.keep_codes,
        discard=past.discard,
        delete_expired_unscreened=calls.delete_expired_unscreened,
        find_unscreened=past.waiting,
        overview=calls.overview,
        call_back=past.call_back,
        leave=past.leave,
        simulated=bool(chips and chips.simulated),
    )


@dataclass(frozen=True, slots=True)
class _OfficerCalls:
    """The counter's calls with this officer's name, and the state of the post in words."""

    counter: Counter
    officer: Actor
    home: Path | None

    def screen(
        self, subject: Subject, tell: Callable[[ScreeningProgress], None], tell_chip: Callable[[ChipReadStep], None]
    ) -> ScreeningResult:
        return self.counter.screen(ScreeningRequest(subject, self.officer), tell, tell_chip)

    def decide(
        self, result: ScreeningResult | None, decision: Decision, pressed: DecisionKey, second: str
    ) -> OfficerDecision:
        agrees = make_typed_person(second) if second else None
        return self.counter.decide(result, decision, officer=self.officer, key=pressed, second=agrees)

    def open_work(self, condition: Condition, supervisor: str, second: str) -> SupervisorOverride:
        agrees = make_typed_person(second) if second else None
        return self.counter.open_work(condition, make_typed_person(supervisor, StaffRole.SUPERVISOR), agrees)

    def delete_expired_unscreened(self) -> int:
        return self.counter.past.delete_expired_unscreened(self.officer)

    def overview(self) -> TravellerOverview:
        return self.counter.past.overview(self.officer)

    def post_state(self, readers: Mapping[str, DeviceState]) -> PostState:
        post = self.counter.post_snapshot(readers)
        synced = (
            _("synced {age}", age=format_age(post.now - post.last_contact)) if post.last_contact else _("never synced")
        )
        link = join(filter(None, [synced, link_words(self.home) if self.home else EMPTY]), ", ")
        return PostState(
            post.lists,
            post.conditions,
            post.overrides,
            link,
            tuple(kit_status_lines(post.access, post.conditions)),
            post.undecided,
        )
