"""What a run of the courier or a stick did, for a person: printed by `waypost courier` and `waypost stick`."""

import click

from data.errors import Problem
from sync.kit.reports.dispatch import SendResult
from sync.kit.run_report import CourierReport, ListSyncResult
from ui.text.courier_status import problem_in_words, sync_method_in_words, versions_in_words
from ui.text.sanitize import pluralize

ENTRIES = ("entry", "entries")
STICK_IS_FREE = "The stick may be pulled out now."


def print_report(report: CourierReport) -> None:
    """What a run did, for a person."""
    if report.unreached:
        click.echo("Headquarters was not reached; a neighbour answered.", err=True)
        print_problem(report.unreached)
    for result in report.lists:
        click.echo(_list_line(result))
        for problem in (result.error, result.postponed):
            if problem:
                print_problem(problem)
    for problem in report.problems:
        print_problem(problem)
    for name in report.no_longer_carried:
        click.echo(f"{name}: this kit carries this list no more; it is not searched, what is here stays", err=True)
    if report.sent and (report.sent.entries or report.sent.postponed or report.sent.refused):
        click.echo(sent_in_words(report.sent))
        if report.sent.refused:
            print_problem(report.sent.refused)
    line = f" ({report.wire_bytes} over the line)" if report.wire_bytes else ""
    click.echo(f"{report.bytes} bytes{line} in {report.seconds:.1f} s")


def sent_in_words(sent: SendResult) -> str:
    """What became of the kit's reports."""
    again = " This journal was put back from a copy; headquarters was told." if sent.new_life else ""
    waiting = f", {sent.waiting} wait" if sent.waiting else ""
    entries = pluralize(sent.entries, *ENTRIES)
    postponed = f" {sent.postponed}" if sent.postponed else ""
    return f"reported: {entries}, {sent.bytes} bytes, {sent.acknowledged} acknowledged{waiting}.{postponed}{again}"


def _list_line(result: ListSyncResult) -> str:
    versions = versions_in_words(result.before, result.after)
    method = sync_method_in_words(result.way, failed=bool(result.error), postponed=bool(result.postponed))
    removed = f", {result.removed} removed" if result.removed else ""
    return f"{result.name}: {versions}, {method}{removed}, {result.bytes} bytes"


def print_problem(problem: Problem) -> None:
    """What went wrong, in the words of its error."""
    click.echo(f"  {problem_in_words(problem)}", err=True)
