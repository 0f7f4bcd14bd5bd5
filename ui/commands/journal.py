"""`waypost journal`: verifies what this kit has recorded."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from data.journal.history import VerificationReport, continue_verification
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.text import _, join, plural
from data.witness.alarms import list_alarms
from data.witness.comparison import find_disagreements
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.help import group, option
from ui.text.kit_status import clock_time
from ui.text.translation import say


@group(help=_("Verify the kit's record of screenings and decisions."))
def journal() -> None:
    pass


@journal.command(
    "verify",
    help=_(
        "Check, offline, every link of the audit chain and whether each file of the kit is the one that was written "
        "last. It goes on from where the last one ended; once a week, and with `--all`, it begins at the first link."
        "\n\nExit code 1: something was changed."
    ),
    examples=[
        "waypost journal verify --home /var/lib/waypost",
        "waypost journal verify --home /var/lib/waypost --all",
    ],
)
@option("--all", "is_whole", is_flag=True, help=_("Verify everything again, from the first link on."))
@kit_home_option
@passphrase_option
@json_option
def verify_command(home: Path, passphrase_file: Path | None, is_whole: bool, as_json: bool) -> int:
    kit = KitHome.open(home, read_passphrase(passphrase_file), "check")
    with closing(kit):
        now = read_clock(kit).now()
        report, wrong = continue_verification(kit.journal, now, is_whole=is_whole), find_disagreements(kit)
        standing = list_alarms(kit.witness.read())
    files = [disagreement.says for disagreement in dict.fromkeys((*wrong, *standing))]
    report = replace(report, faults=(*report.faults, *files))
    if as_json:
        emit(report)
    else:
        _print_report(report)
    return 1 if report.faults else 0


def _print_report(report: VerificationReport) -> None:
    for chain, links in report.chains.items():
        say(plural("chain {name}: {count} link", "chain {name}: {count} links", links, name=chain))
    totals = [
        plural("{count} event", "{count} events", report.events),
        plural(
            "{count} entry waits for headquarters (events, and reports of the kit's health)",
            "{count} entries wait for headquarters (events, and reports of the kit's health)",
            report.outbox,
        ),
        _("{count} purged of personal data", count=report.purged),
    ]
    say(join(totals, ", "))
    if report.since:
        time = clock_time(report.since.isoformat())
        say(_("What was written before {time} was verified then; --all verifies it again.", time=time))
    for fault in report.faults:
        say(_("FAULT {fault}", fault=fault))
    if report.faults:
        say(_("The journal or another file of this kit was changed. Tell headquarters."))
    else:
        say(_("The journal is intact."))
