"""`waypost courier`: the kit fetches its lists; once, or as a service that watches for a line or a stick."""

import os
from contextlib import closing, suppress
from pathlib import Path

import click

from appliance.matching import stored
from data.clock import system_time
from data.errors import Busy, LinkError, TrustError, WaypostError
from data.home import KitHome
from sync.courier import Means, run
from sync.lines.gate import Rules
from sync.lines.source import Source, SourceKind
from sync.report import CourierReport, ListSynced, Problem
from sync.uplink.outbox import Sent
from sync.watching.last_run import note_run
from sync.watching.watch import Watch
from ui.courier_status import status_facts, status_lines
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.progress_line import ProgressLine
from ui.say import counted
from ui.signals import obeying_signals
from ui.synced_words import versions_in_words, way_in_words
from ui.wiring import lists_of

COURTESY = 10
"""Niceness of the service: a traveller at the counter never waits for a list that is applied."""


@click.group()
def courier() -> None:
    """Fetch lists from headquarters, or from a folder that carries its tree."""


@courier.command("run")
@home_option
@passphrase_option
@click.option("--source", default="", help="A folder or URL for this run, instead of the kit's own.")
@click.option("--now", "at_once", is_flag=True, help="Load large files too, whatever hours, rate and budget say.")
@json_option
def run_command(home: Path, passphrase_file: Path | None, source: str, at_once: bool, as_json: bool) -> int:
    """One run: fetch, verify, apply. Exit code 1 when something went wrong; lists that failed stay as they were."""
    with closing(_opened(home, passphrase_file)) as kit, ProgressLine() as line:
        means = Means(told=line.show, rules=Rules.SET_ASIDE if at_once else Rules.KEEP)
        try:
            report = run(kit, source=_source(source), means=means)
        except Busy:
            raise  # the other one tells
        except WaypostError as error:
            note_run(kit, source, error)
            if isinstance(error, LinkError | TrustError):
                line.clear()
                _tell_ages(kit)
            raise
        note_run(kit, source, report)
    if as_json:
        emit({**_facts(report), "ok": report.ok})
    else:
        tell(report)
    return 0 if report.ok else 1


@courier.command("watch")
@home_option
@passphrase_option
def watch_command(home: Path, passphrase_file: Path | None) -> None:
    """Serve: fetch whenever a line, a stick or a neighbour comes, and by the clock. SIGUSR1: look now; SIGTERM: stop.

    `waypost courier status` says what it does and waits for.
    """
    with suppress(OSError):
        os.nice(COURTESY)
    with closing(_opened(home, passphrase_file)) as kit:
        watch = Watch(kit, say=lambda words: click.echo(f"{system_time().astimezone():%H:%M:%S} {words}", err=True))
        click.echo(f"Watching for news for {kit.settings.kit}. `waypost courier status` tells how it goes.", err=True)
        with obeying_signals(watch):
            watch.run()


@courier.command("status")
@home_option
@json_option
def status_command(home: Path, as_json: bool) -> int:
    """What the service does, what it waits for and until when. Needs no passphrase. Exit code 1: it does not run."""
    facts = status_facts(home)
    if as_json:
        emit(
            {
                "running": facts.running,
                "service": facts.service,
                "spent": facts.spent,
                "settings": facts.settings.model_dump(mode="json"),
            }
        )
    else:
        for line in status_lines(facts):
            click.echo(line)
    return 0 if facts.running else 1


def _opened(home: Path, passphrase_file: Path | None) -> KitHome:
    kit = KitHome.open(home, passphrase(passphrase_file), "courier")
    kit.lists.companions["persons"] = stored.write
    return kit


def _source(words: str) -> str | Source:
    """A folder that is named by hand is a stick, or as good as one: what lies there travelled."""
    source = Source.of(words) if words else None
    if source and not source.metered:
        return Source(source.words, SourceKind.STICK)
    return source or ""


def _tell_ages(kit: KitHome) -> None:
    """What the kit goes on with: an officer's next question when headquarters cannot be reached."""
    for state in lists_of(kit).states():
        click.echo(f"{state.name}: as of {state.words}", err=True)


def _facts(report: CourierReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in CourierReport.__dataclass_fields__}


def tell(report: CourierReport) -> None:
    """What a run did, for a person."""
    if report.unreached:
        click.echo("Headquarters was not reached; a neighbour answered.", err=True)
        tell_problem(report.unreached)
    for one in report.lists:
        click.echo(_line(one))
        for problem in (one.error, one.postponed):
            if problem:
                tell_problem(problem)
    for problem in report.problems:
        tell_problem(problem)
    for name in report.no_longer_carried:
        click.echo(f"{name}: this kit carries this list no more; it is not searched, what is here stays", err=True)
    if report.sent and (report.sent.entries or report.sent.postponed):
        click.echo(sent_in_words(report.sent))
    line = f" ({report.wire_bytes} over the line)" if report.wire_bytes else ""
    click.echo(f"{report.bytes} bytes{line} in {report.seconds:.1f} s")


def sent_in_words(sent: Sent) -> str:
    """What became of the kit's reports."""
    again = " This journal was put back from a copy; headquarters was told." if sent.new_life else ""
    waiting = f", {sent.waiting} wait" if sent.waiting else ""
    entries = counted(sent.entries, "entry", "entries")
    postponed = f" {sent.postponed}" if sent.postponed else ""
    return f"reported: {entries}, {sent.bytes} bytes, {sent.acknowledged} acknowledged{waiting}.{postponed}{again}"


def _line(one: ListSynced) -> str:
    versions = versions_in_words(one.before, one.after)
    way = way_in_words(one.way, failed=bool(one.error), postponed=bool(one.postponed))
    removed = f", {one.removed} removed" if one.removed else ""
    return f"{one.name}: {versions}, {way}{removed}, {one.bytes} bytes"


def tell_problem(problem: Problem) -> None:
    """What went wrong, in the words of its error."""
    click.echo(
        "  "
        + " ".join(
            part if part.endswith(".") else f"{part}." for part in (problem.what, problem.means, problem.do) if part
        ),
        err=True,
    )
