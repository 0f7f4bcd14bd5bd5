"""`waypost desk`: the officer's screen, over the counter of one kit."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.chips.read_job import ChipReadStep
from appliance.counter.counter import Counter
from appliance.counter.decisions import DecisionKey, OfficerDecision, SupervisorOverride
from appliance.counter.details_openings import OpeningReason
from appliance.counter.past_travellers import TravellerOverview
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.people.post_people import PostPeople
from appliance.people.proof import HandOver
from appliance.people.remote_person import RemotePerson
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.standing_conditions import Condition
from data.errors import InputError, StoreError
from data.journal.journal import DESK_CHAIN
from data.lists.edition import format_age
from data.log.error_log import log_error
from data.people.sessions import Session
from data.people.staff import Actor
from data.screenings import Decision
from data.text import EMPTY, Message, _, join, plural
from devices.ports import DeviceState
from ui.desk.desk_people import DeskPeople
from ui.desk.desk_port import DeskPort, PostState, Workplace
from ui.desk.desk_start import DeskStart, IdleLimits
from ui.options import kit_home_option, passphrase_option, read_passphrase, unlocking_kit
from ui.text.help import command
from ui.text.kit_status import kit_status_lines, link_words
from ui.text.translation import say
from ui.wiring import open_unlocked_counter, people_of


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
def desk(home: Path, passphrase_file: Path | None) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(_("The desk needs a terminal"), do=_("Use `waypost check` where there is none"))
    with unlocking_kit(home, read_passphrase(passphrase_file)) as wait_for_key:
        import ui.screens.app  # noqa: F401  (`run_desk` needs it)
    with closing(open_unlocked_counter(home, wait_for_key(), DESK_CHAIN)) as counter:
        return run_desk(counter, home)


def run_desk(counter: Counter, home: Path) -> int:
    """Show the desk of an open counter until somebody leaves it; its exit code, 1 where an error closed it."""
    from ui.screens.app import DeskApp

    app = DeskApp(make_desk_start(counter, home))
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


def make_desk_start(counter: Counter, home: Path | None = None) -> DeskStart:
    """Everything the desk may ask before somebody works there; `home` is the kit's folder."""
    people, lane = people_of(counter), counter.lane
    settings = people.home.settings.desk

    def read_open(session: Session | None) -> HandOver:
        past = counter.past
        return HandOver(
            undecided=len(past.undecided_ids()),
            waiting=len(past.waiting()),
            open_work=tuple(str(override.condition.says) for override in counter.overrides),
            screened=past.count_screened(session.number, session.opened) if session else 0,
        )

    return DeskStart(
        place=Workplace(lane.kit, lane.post, lane.name, lane.direction, ""),
        people=people,
        now=counter.now,
        make_port=lambda session: make_desk_port(counter, session, home),
        post_state=lambda: _read_post_state(counter, home, {}),
        read_open=read_open,
        idle=IdleLimits(settings.warn_after_min * 60, settings.lock_after_min * 60),
    )


def make_desk_port(counter: Counter, session: Session, home: Path | None = None) -> DeskPort:
    """Everything the desk may call in a session; `home` is the kit's folder, where the courier's service writes."""
    lane, chips, past, people = counter.lane, counter.chips, counter.past, people_of(counter)
    calls = _OfficerCalls(counter, session, people, home)
    if chips:
        chips.open()
    return DeskPort(
        place=Workplace(lane.kit, lane.post, session.place.lane, session.place.direction, session.name),
        people=DeskPeople(people, RemotePerson(people, lane.kit), session),
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
        note_why=calls.note_why,
        leave=past.leave,
        simulated=bool(chips and chips.simulated),
    )


@dataclass(frozen=True, slots=True)
class _OfficerCalls:
    """The counter's calls of whoever works in this session, and the state of the post in words."""

    counter: Counter
    session: Session
    people: PostPeople
    home: Path | None

    @property
    def officer(self) -> Actor:
        return self.session.actor

    def screen(
        self, subject: Subject, tell: Callable[[ScreeningProgress], None], tell_chip: Callable[[ChipReadStep], None]
    ) -> ScreeningResult:
        place = self.session.place
        request = ScreeningRequest(subject, self.officer, place.direction, lane=place.lane)
        return self.counter.screen(request, tell, tell_chip)

    def decide(
        self, result: ScreeningResult | None, decision: Decision, pressed: DecisionKey, second: Actor | None
    ) -> OfficerDecision:
        return self.counter.decide(result, decision, officer=self.officer, key=pressed, second=second)

    def open_work(self, condition: Condition, supervisor: Actor, second: Actor | None) -> SupervisorOverride:
        return self.counter.open_work(condition, supervisor, second)

    def note_why(self, result: ScreeningResult) -> None:
        self.counter.openings.note(self.officer, str(result.screening.id), OpeningReason.WHY)

    def delete_expired_unscreened(self) -> int:
        return self.counter.past.delete_expired_unscreened(self.officer)

    def overview(self) -> TravellerOverview:
        return self.counter.past.overview(self.officer)

    def post_state(self, readers: Mapping[str, DeviceState]) -> PostState:
        self.people.sessions.get(self.session.id)
        return _read_post_state(self.counter, self.home, readers)


def _read_post_state(counter: Counter, home: Path | None, readers: Mapping[str, DeviceState]) -> PostState:
    post = counter.post_snapshot(readers)
    synced = _("synced {age}", age=format_age(post.now - post.last_contact)) if post.last_contact else _("never synced")
    link = join(filter(None, [synced, link_words(home) if home else EMPTY]), ", ")
    return PostState(
        post.lists,
        post.conditions,
        post.overrides,
        link,
        tuple(kit_status_lines(post.access, post.conditions)),
        post.undecided,
    )
