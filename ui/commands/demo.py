"""`waypost demo`: everything on one machine, with invented people.

In a terminal it opens the Desk. Elsewhere the simulated reader presents the travellers, and each verdict is printed.
"""

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory

import click

from appliance.counter.counter import Counter
from appliance.counter.reader_loop import ReaderAdvice, ReaderChanged, ReaderEvent, ReaderLoop, ReadingArrived
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningResult
from data.documents.barcodes import Barcode
from data.errors import InputError
from data.journal.journal import DESK_CHAIN
from data.log.error_log import destination
from data.people.sessions import Place, SessionKind
from data.people.staff import Actor
from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceState, DocumentReader
from ui.commands.desk import run_desk
from ui.demo.build import PASSPHRASE, build
from ui.demo.staff import PEOPLE, describe_people
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say, translate
from ui.verdict_style import VERDICT_STYLES
from ui.wiring import open_counter, people_of

QUIET_S = 5.0
"""When the reader presents nothing for so long, the shift is over."""


def present_travellers(counter: Counter, reader: DocumentReader, officer: Actor) -> None:
    """Screen every traveller of the shift, through the real port, pipeline and journal."""
    events: SimpleQueue[ReaderEvent] = SimpleQueue()
    loop = ReaderLoop(reader, events.put)
    loop.start()
    try:
        _take_events(counter, officer, loop, events)
    finally:
        loop.stop()
        loop.wait_until_stopped()


def _take_events(counter: Counter, officer: Actor, loop: ReaderLoop, events: SimpleQueue[ReaderEvent]) -> None:
    codes: tuple[Barcode, ...] = ()  # presented before the document they belong to
    last_fault: FaultReason | None = None
    while True:
        try:
            event = events.get(timeout=QUIET_S)
        except Empty:
            return
        match event:
            case ReadingArrived(reading):
                subject = Subject.from_reading(reading, counter.today()).with_codes(codes)
                codes = subject.codes if subject.is_only_codes else ()
                if not subject.is_only_codes:
                    _print_result(_screen(counter, officer, subject))
                last_fault = None
                loop.go_on()
            case ReaderAdvice(says):
                _print_device(says)
            case ReaderChanged(DeviceState(reason=FaultReason() as reason, hint=hint), what) if what:
                if reason != last_fault:  # a fault that lasts is printed once
                    _print_device(DeviceFault(reason, what, hint=hint).message)
                last_fault = reason


def _print_device(text: str) -> None:
    say(_("  DEVICE      {text}", text=safe(text, 200)))


def _screen(counter: Counter, officer: Actor, subject: Subject) -> ScreeningResult:
    counter.refresh_access()  # since the last traveller, lists may have been locked or replaced
    return counter.screen(ScreeningRequest(subject, officer))


def _print_result(result: ScreeningResult) -> None:
    style = VERDICT_STYLES[result.verdict]
    traveller = result.screening.traveller
    name = f"{traveller.surname}, {traveller.given}" if traveller else _("(no name was read)")
    click.echo(f"{style.shape} {translate(style.word):<11} {safe(name, 34):<34} {safe(result.says, 100)}")
    click.echo(f"  {'':<11} {safe(result.second_line, 150)}")


@command(
    help=_(
        "Try everything on this machine, with invented people.\n\n"
        "This builds a headquarters and a kit from fictional lists, syncs them, and screens a morning's travellers. In "
        "a terminal it opens the desk; elsewhere it prints the verdicts."
    ),
    examples=["waypost demo", "waypost demo --keep /tmp/waypost-demo"],
)
@option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help=_(
        "Build it in this new folder and keep it there; the passphrase is `{passphrase}`. If not given, it is built "
        "in a temporary folder.",
        passphrase=PASSPHRASE,
    ),
)
def demo(keep: Path | None) -> None:
    if keep and keep.is_dir() and any(keep.iterdir()):
        raise InputError(
            _("{path} is not empty", path=keep), means=_("Nothing was changed."), do=_("Choose a new folder")
        )
    where = nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="waypost-demo-")
    with where as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        kit = build(Path(folder), lambda line: say(line, to_stderr=True))
        destination.home, destination.process = kit, "demo"
        say(_("The people of this post, who are invented as well:"), to_stderr=True)
        for line in describe_people():
            say(line, to_stderr=True)
        has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        with closing(open_counter(kit, PASSPHRASE, DESK_CHAIN if has_terminal else "check")) as counter:
            if has_terminal:
                run_desk(counter, kit)
            elif reader := counter.reader():
                people, first = people_of(counter), PEOPLE[0]
                proof = people.prove(first.number, first.pin)
                session = people.open_session(proof, first.roles[0], SessionKind.COMMAND_LINE, Place(counter.lane.name))
                present_travellers(counter, reader, session.actor)
                people.end_session(session)
        if keep:
            call = f"WAYPOST_PASSPHRASE={PASSPHRASE} waypost desk --home {kit}"
            say(_("It stays in {folder}; open its desk with `{command}`", folder=keep, command=call), to_stderr=True)
            again = _(
                "Its reader presents the same travellers every time the desk opens. Whoever was admitted is CHECK "
                "then: the kit remembers that they were here."
            )
            say(again, to_stderr=True)
