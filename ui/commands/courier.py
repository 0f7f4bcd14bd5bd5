"""`waypost courier`: the kit fetches its lists; once, or as a service that watches for a line or a stick.

- SIGTERM and SIGINT end the service within a second, SIGUSR1 makes it look for news now.
- A thread of its own learns of signals through a wake-up descriptor, written the moment they come, in whichever thread
  of whichever library: a handler of Python's would wait for whatever the main thread computes.
- The service is nice to others: a traveller at the counter never waits for a list that is applied.
"""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Protocol

import click

from data.clock import read_system_time
from data.errors import Busy, LinkError, TrustError, WaypostError
from data.kit.home import KitHome
from data.log.error_log import suppress_logged
from sync.kit.connections.transfer_limiter import LimitMode
from sync.kit.courier import RunOptions, run
from sync.kit.run_report import CourierReport
from sync.kit.watching.watch import Watch
from sync.kit.watching.watch_state import note_run
from sync.link import Source, SourceKind
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.courier_report import print_report
from ui.text.courier_status import (
    ProgressLine,
    courier_status_lines,
    read_courier_status,
)
from ui.wiring import lists_of, open_kit_for_changes

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
COURTESY = 10
"""Niceness of the service: a traveller at the counter never waits for a list that is applied."""


class ServiceControl(Protocol):
    """A service that obeys signals."""

    def request(self) -> None:
        """Look for news now."""

    def stop_at_once(self, ended: Event) -> None:
        """End within a second; `ended` says that the main thread has."""


@contextmanager
def handle_signals(service: ServiceControl) -> Iterator[None]:
    """Pass signals to `service` while the block runs, which is in the main thread."""
    ended = Event()
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    with receiver, sender:
        before = {number: signal.signal(number, _ignore) for number in _SIGNALS}
        old_wakeup = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        Thread(target=_listen_for_signals, args=(receiver, service, ended), name="signals", daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            signal.set_wakeup_fd(old_wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)


def _ignore(number: int, frame: FrameType | None) -> None:
    """The thread that listens does the work."""


def _listen_for_signals(receiver: socket.socket, service: ServiceControl, ended: Event) -> None:
    receiver.settimeout(0.5)
    while not ended.is_set():
        try:
            numbers = receiver.recv(16)
        except TimeoutError:
            continue
        except OSError:
            return
        for number in numbers:
            if number == signal.SIGUSR1:
                service.request()
            elif number in (signal.SIGTERM, signal.SIGINT):
                service.stop_at_once(ended)


@click.group()
def courier() -> None:
    """Fetch lists from headquarters, or from a folder that carries its tree."""


@courier.command("run")
@kit_home_option
@passphrase_option
@click.option("--source", default="", help="A folder or URL for this run, instead of the kit's own.")
@click.option("--now", "at_once", is_flag=True, help="Load large files too, whatever hours, rate and budget say.")
@json_option
def run_command(home: Path, passphrase_file: Path | None, source: str, at_once: bool, as_json: bool) -> int:
    """One run: fetch, verify, apply. Exit code 1 when something went wrong; lists that failed stay as they were."""
    with (
        closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "courier")) as kit,
        ProgressLine() as line,
    ):
        options = RunOptions(on_progress=line.show, limit_mode=LimitMode.SET_ASIDE if at_once else LimitMode.KEEP)
        try:
            report = run(kit, source=_source(source), options=options)
        except Busy:
            raise  # the other courier reports
        except WaypostError as error:
            note_run(kit, source, error)
            if isinstance(error, LinkError | TrustError):
                line.clear()
                _print_ages(kit)
            raise
        note_run(kit, source, report)
    if as_json:
        emit({**_report_json(report), "ok": report.ok})
    else:
        print_report(report)
    return 0 if report.ok else 1


@courier.command("watch")
@kit_home_option
@passphrase_option
def watch_command(home: Path, passphrase_file: Path | None) -> None:
    """Serve: fetch whenever a line, a stick or a neighbour comes, and by the clock. SIGUSR1: look now; SIGTERM: stop.

    `waypost courier status` says what it does and waits for.
    """
    with suppress_logged(OSError):
        os.nice(COURTESY)
    with closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "courier")) as kit:
        watch = Watch(
            kit, say=lambda words: click.echo(f"{read_system_time().astimezone():%H:%M:%S} {words}", err=True)
        )
        click.echo(f"Watching for news for {kit.settings.kit}. `waypost courier status` tells how it goes.", err=True)
        with handle_signals(watch):
            watch.run()


@courier.command("status")
@kit_home_option
@json_option
def status_command(home: Path, as_json: bool) -> int:
    """What the service does, what it waits for and until when. Needs no passphrase. Exit code 1: it does not run."""
    status = read_courier_status(home)
    if as_json:
        emit(
            {
                "running": status.running,
                "service": status.service,
                "spent": status.spent,
                "settings": status.settings.model_dump(mode="json"),
            }
        )
    else:
        for line in courier_status_lines(status):
            click.echo(line)
    return 0 if status.running else 1


def _source(words: str) -> str | Source:
    """A folder that is named by hand is a stick, or as good as one: what lies there travelled."""
    source = Source.of(words) if words else None
    if source and not source.is_metered:
        return Source(source.words, SourceKind.STICK)
    return source or ""


def _print_ages(kit: KitHome) -> None:
    """What the kit goes on with: an officer's next question when headquarters cannot be reached."""
    for state in lists_of(kit).states():
        click.echo(f"{state.name}: as of {state.words}", err=True)


def _report_json(report: CourierReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in CourierReport.__dataclass_fields__}
