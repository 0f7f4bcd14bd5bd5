"""`waypost courier`: the kit fetches its lists."""

from contextlib import closing
from pathlib import Path

import click

from appliance.matching import stored
from data.errors import LinkError, TrustError
from data.home import KitHome
from sync.courier import run
from sync.outbox import Sent
from sync.report import CourierReport, ListSynced, Problem
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.wiring import Counter


@click.group()
def courier() -> None:
    """Fetch lists from headquarters, or from a folder that carries its tree."""


@courier.command("run")
@home_option
@passphrase_option
@click.option("--source", default="", help="A folder or URL for this run, instead of the kit's own.")
@json_option
def run_command(home: Path, passphrase_file: Path | None, source: str, as_json: bool) -> int:
    """One run: fetch, verify, apply. Exit code 1 when something went wrong; lists that failed stay as they were."""
    with closing(KitHome.open(home, passphrase(passphrase_file), "courier")) as kit:
        kit.lists.companions["persons"] = stored.write
        try:
            report = run(kit, source=source)
        except (LinkError, TrustError):
            _tell_ages(Counter(kit))
            raise
    if as_json:
        emit({**_facts(report), "ok": report.ok})
    else:
        tell(report)
    return 0 if report.ok else 1


def _tell_ages(counter: Counter) -> None:
    """What the kit goes on with: an officer's next question when headquarters cannot be reached."""
    for state in counter.list_states():
        click.echo(f"{state.name}: as of {state.words}", err=True)


def _facts(report: CourierReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in CourierReport.__dataclass_fields__}


def tell(report: CourierReport) -> None:
    """What a run did, for a person."""
    for one in report.lists:
        click.echo(_line(one))
        if one.error:
            tell_problem(one.error)
    for problem in report.problems:
        tell_problem(problem)
    for name in report.no_longer_carried:
        click.echo(f"{name}: headquarters no longer names this list; it stays as it is", err=True)
    if report.sent and report.sent.entries:
        click.echo(sent_in_words(report.sent))
    click.echo(f"{report.bytes} bytes in {report.seconds:.1f} s")


def sent_in_words(sent: Sent) -> str:
    """What became of the kit's reports."""
    again = " This journal was put back from a copy; headquarters was told." if sent.new_life else ""
    waiting = f", {sent.waiting} wait" if sent.waiting else ""
    return f"reported: {sent.entries} entries, {sent.bytes} bytes, {sent.acknowledged} acknowledged{waiting}.{again}"


def _line(one: ListSynced) -> str:
    versions = f"version {one.after}" if one.before == one.after else f"version {one.before} → {one.after}"
    removed = f", {one.removed} removed" if one.removed else ""
    return f"{one.name}: {versions}, {one.way}{removed}, {one.bytes} bytes"


def tell_problem(problem: Problem) -> None:
    """What went wrong, in the words of its error."""
    click.echo(
        "  "
        + " ".join(
            part if part.endswith(".") else f"{part}." for part in (problem.what, problem.means, problem.do) if part
        ),
        err=True,
    )
