"""`waypost demo`: everything on one machine, with invented people.

In a terminal it ends in the Desk; elsewhere the simulated reader presents the travellers, and one verdict each is
printed.
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
from data.log.error_log import destination
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceState, DocumentReader
from ui.commands.desk import run_desk
from ui.demo.build import PASSPHRASE, build
from ui.text.sanitize import safe
from ui.verdict_style import VERDICT_STYLES
from ui.wiring import open_counter

OFFICER = "demonstration"
QUIET_S = 5.0
"""A reader that brings nothing for so long has come to the end of the shift."""


def present_travellers(counter: Counter, reader: DocumentReader) -> None:
    """One pass over the shift, through the real port, pipeline and journal."""
    events: SimpleQueue[ReaderEvent] = SimpleQueue()
    loop = ReaderLoop(reader, events.put)
    loop.start()
    try:
        _take_events(counter, loop, events)
    finally:
        loop.stop()
        loop.wait_until_stopped()


def _take_events(counter: Counter, loop: ReaderLoop, events: SimpleQueue[ReaderEvent]) -> None:
    codes: tuple[Barcode, ...] = ()  # laid down before the document they belong to
    last_fault = ""
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
                    _print_result(_screen(counter, subject))
                last_fault = ""
                loop.go_on()
            case ReaderAdvice(says):
                _print_device(says)
            case ReaderChanged(DeviceState(reason=FaultReason() as reason, hint=hint), what) if what:
                fault = str(DeviceFault(reason, what, hint=hint))
                if fault != last_fault:  # one that lasts is told once
                    _print_device(fault)
                last_fault = fault


def _print_device(says: str) -> None:
    click.echo(f"  DEVICE      {safe(says, 200)}")


def _screen(counter: Counter, subject: Subject) -> ScreeningResult:
    counter.refresh_access()  # lists may have been locked, or come anew, since the traveller before
    return counter.screen(ScreeningRequest(subject, OFFICER))


def _print_result(result: ScreeningResult) -> None:
    style = VERDICT_STYLES[result.verdict]
    traveller = result.screening.traveller
    name = safe(f"{traveller.surname}, {traveller.given}", 34) if traveller else "(no name was read)"
    click.echo(f"{style.shape} {style.word:<11} {name:<34} {safe(result.says, 100)}")
    click.echo(f"  {'':<11} {safe(result.second_line, 150)}")


@click.command()
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build it in this new folder and leave it there (passphrase: demonstration); default: a temporary one.",
)
def demo(keep: Path | None) -> None:
    """Build a headquarters and a kit from fictional lists, sync them, and screen a morning's travellers.

    In a terminal it ends in the Desk; elsewhere it prints the verdicts.
    """
    where = nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="waypost-demo-")
    with where as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        kit = build(Path(folder), lambda line: click.echo(line, err=True))
        destination.home, destination.process = kit, "demo"
        with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
            if sys.stdin.isatty() and sys.stdout.isatty():
                run_desk(counter, "demonstration", kit)
            elif reader := counter.reader():
                present_travellers(counter, reader)
        if keep:
            click.echo(f"Kept in {keep}: WAYPOST_PASSPHRASE={PASSPHRASE} waypost desk --home {kit}", err=True)
