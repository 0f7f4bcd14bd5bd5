"""`waypost journal`: is what this kit remembers whole."""

from pathlib import Path

import click

from data.journal.history import VerificationReport, verify_journal
from data.kit.home import KitHome
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase


@click.group()
def journal() -> None:
    """The kit's own memory: screenings, decisions, the audit chain."""


@journal.command("verify")
@kit_home_option
@passphrase_option
@json_option
def verify_command(home: Path, passphrase_file: Path | None, as_json: bool) -> int:
    """Check every link of the audit chain, offline. Exit code 1 when something was changed."""
    kit = KitHome.open(home, read_passphrase(passphrase_file), "check")
    try:
        report = verify_journal(kit.journal)
    finally:
        kit.close()
    if as_json:
        emit(report)
    else:
        _print_report(report)
    return 1 if report.faults else 0


def _print_report(report: VerificationReport) -> None:
    for chain, links in report.chains.items():
        click.echo(f"chain {chain}: {links} links")
    click.echo(
        f"{report.events} events, {report.outbox} waiting for headquarters, {report.purged} purged of personal data"
    )
    for fault in report.faults:
        click.echo(f"FAULT {fault}")
    click.echo("The journal is whole." if not report.faults else "The journal was changed. Tell headquarters.")
