"""`waypost courier`: the kit fetches its lists, once or as a service that watches for a link or a stick.

- SIGTERM and SIGINT end the service within a second. SIGUSR1 makes it look for new lists now.
- A thread of its own reads signals from a wake-up descriptor, which is written at once whatever runs. A Python handler
  would wait until the main thread has finished its computation.
- The service runs with low priority: a traveller at the counter never waits for a list that is being applied.
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

from data.clock import read_system_time
from data.errors import Busy, LinkError, TrustError, WaypostError
from data.kit.home import KitHome
from data.log.error_log import suppress_logged
from data.text import Message, _, join
from sync.kit.connections.transfer_limiter import LimitMode
from sync.kit.courier import RunOptions, run
from sync.kit.reports.uplink_refusal import AskUplink
from sync.kit.run_report import CourierReport
from sync.kit.watching.watch import Watch
from sync.kit.watching.watch_state import note_run
from sync.link import Source, SourceKind
from sync.trust.metadata import CHECK_SOURCE
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.courier_report import print_report
from ui.text.courier_status import (
    ProgressLine,
    courier_status_lines,
    read_courier_status,
)
from ui.text.help import group, option
from ui.text.translation import say
from ui.wiring import lists_of, open_kit_for_changes

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
COURTESY = 10
"""Niceness of the service."""


class ServiceControl(Protocol):
    """A service that obeys signals."""

    def request(self) -> None:
        """Look for new lists now."""

    def stop_at_once(self, ended: Event) -> None:
        """End within a second; `ended` is set once the main thread has ended."""


@contextmanager
def handle_signals(service: ServiceControl) -> Iterator[None]:
    """Pass signals to `service` while the block runs. Call it in the main thread."""
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
    """Do nothing: the listening thread does the work."""


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


@group(
    help=_(
        "Fetch lists from headquarters, or from a folder.\n\n"
        "`courier run` fetches once. `courier watch` is the service that does so whenever it can."
    )
)
def courier() -> None:
    pass


@courier.command(
    "run",
    help=_(
        "Fetch, verify and apply new lists once, and send reports.\n\n"
        "Exit code 1: something went wrong; lists that failed stay as they were."
    ),
    examples=[
        "waypost courier run --home /var/lib/waypost",
        "waypost courier run --home /var/lib/waypost --source /media/stick",
    ],
)
@kit_home_option
@passphrase_option
@option("--source", default="", help=_("Folder or URL to fetch from this time, instead of the one in kit.toml."))
@option(
    "--now",
    "at_once",
    is_flag=True,
    help=_("Download large files too, whatever kit.toml says about hours, rate and budget."),
)
@json_option
def run_command(home: Path, passphrase_file: Path | None, source: str, at_once: bool, as_json: bool) -> int:
    with (
        closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "courier")) as kit,
        ProgressLine() as line,
    ):
        options = RunOptions(
            on_progress=line.show,
            limit_mode=LimitMode.SET_ASIDE if at_once else LimitMode.KEEP,
            ask_uplink=AskUplink.AT_ONCE,
        )
        try:
            report = run(kit, source=_source(source), options=options)
        except Busy:
            raise  # the other courier reports
        except WaypostError as error:
            if source and error.do == CHECK_SOURCE:
                error.do = _("Check --source; if it is right, tell headquarters")
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


@courier.command(
    "watch",
    help=_(
        "Run the service: fetch whenever a link, a stick or a neighbouring kit appears, and at intervals.\n\n"
        "`waypost courier status` says what it is doing. SIGUSR1 makes it look now; SIGTERM stops it."
    ),
    examples=["waypost courier watch --home /var/lib/waypost --passphrase-file secret"],
)
@kit_home_option
@passphrase_option
def watch_command(home: Path, passphrase_file: Path | None) -> None:
    with suppress_logged(OSError):
        os.nice(COURTESY)
    with closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "courier")) as kit:
        watch = Watch(kit, say=_log_line)
        say(
            _(
                "Watching for new lists for {kit}. `waypost courier status` shows its progress.",
                kit=kit.settings.kit,
            ),
            to_stderr=True,
        )
        with handle_signals(watch):
            watch.run()


@courier.command(
    "status",
    help=_(
        "Show what the service is doing, what it is waiting for and until when.\n\n"
        "Needs no passphrase. Exit code 1: the service is not running."
    ),
    examples=["waypost courier status --home /var/lib/waypost"],
)
@kit_home_option
@json_option
def status_command(home: Path, as_json: bool) -> int:
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
            say(line)
    return 0 if status.running else 1


def _log_line(text: Message) -> None:
    say(join([f"{read_system_time().astimezone():%H:%M:%S}", text]), to_stderr=True)


def _source(words: str) -> str | Source:
    """A folder that somebody names counts as a stick: its files came by hand, not over a metered link."""
    source = Source.of(words) if words else None
    if source and not source.is_metered:
        return Source(source.words, SourceKind.STICK)
    return source or ""


def _print_ages(kit: KitHome) -> None:
    """How old the kit's lists are: the officer's next question when headquarters cannot be reached."""
    states = lists_of(kit).states()
    if states:
        say(_("Lists on this kit:"), to_stderr=True)
    for state in states:
        line = _("  {list}: updated {age}", list=state.name, age=state.words)
        if state.edition is None:
            line = _("  {list}: {state}", list=state.name, state=state.words)
        say(line, to_stderr=True)


def _report_json(report: CourierReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in CourierReport.__dataclass_fields__}
