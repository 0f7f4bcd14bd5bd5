"""`waypost journal`: verifies what this kit has recorded, and shows or exports it for auditors.

- Details of travellers are shown only for a purpose, which the journal keeps.
- What was shown or exported is recorded first: where that cannot be written, nothing is shown.
- An export takes two people.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from appliance.people.permissions import GuardedAction
from data import durable_files
from data.errors import InputError
from data.journal.audit.checkpoints import CheckpointReason
from data.journal.audit.selection import EventFilter, JournalUse, ReadingPurpose, record_use, select_events
from data.journal.history import VerificationReport, continue_verification
from data.kit.headquarters_word import read_clock
from data.text import _, join, plural
from data.witness.alarms import list_alarms, open_watched
from data.witness.comparison import find_disagreements
from ui.identity import require_actor, require_two_actors
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.help import group, option
from ui.text.journal_text import event_lines, to_csv, to_json_lines
from ui.text.kit_status import clock_time
from ui.text.translation import say, translate
from ui.wiring import post_people_of

_F = TypeVar("_F", bound=Callable[..., Any])


class _Time(click.ParamType[datetime]):
    """A time in ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`2026-03-01`, `2026-03-01T12:00` or `2026-03-01T12:00:00Z`, in UTC."""
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(_("'{value}' is not a time like 2026-03-01T12:00:00Z.", value=value), param, ctx)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


@group(help=_("Verify, show or export the kit's record of screenings and decisions."))
def journal() -> None:
    pass


@journal.command(
    "verify",
    help=_(
        "Check, offline, every link of the audit chain and whether each file of the kit is the one that was written "
        "last; then sign where the chains stand. It goes on from where the last one ended; once a week, and with "
        "`--all`, it begins at the first link."
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
    kit = open_watched(home, read_passphrase(passphrase_file), "check")
    with closing(kit):
        now = read_clock(kit).now()
        wrong = find_disagreements(kit)  # before anything is written
        report = continue_verification(kit.journal, now, is_whole=is_whole)
        standing = list_alarms(kit.witness.read())
        files = [disagreement.says for disagreement in dict.fromkeys((*wrong, *standing))]
        report = replace(report, faults=(*report.faults, *files))
        if not report.faults:  # a signature over what was changed would only make it look whole
            kit.journal.sign_checkpoint(now, "kit", CheckpointReason.VERIFY)
    if as_json:
        emit(report)
    else:
        _print_report(report)
    return 1 if report.faults else 0


def _filter_options(command: _F) -> _F:
    """The options that say which events are meant."""
    for decorate in (
        option("--outcome", default="", help=_("Only this verdict or decision: clear, refer, admit …")),
        option("--screening", default="", help=_("Only events of the screening with this id.")),
        option("--kind", default="", help=_("Only events of this kind: screening, decision, opening …")),
        option("--person", default="", help=_("Only events of the person with this service number.")),
        option("--to", "until", type=_Time(), help=_("Only events before this time, in ISO 8601.")),
        option("--from", "since", type=_Time(), help=_("Only events from this time on, in ISO 8601.")),
    ):
        command = decorate(command)
    return command


@journal.command(
    "show",
    help=_(
        "Show what was recorded, one line an event, oldest first. Details of travellers are shown with `--details` and "
        "a `--purpose`. Each use is recorded with who, why, and which events."
    ),
    examples=[
        "waypost journal show --home /var/lib/waypost --kind decision",
        'waypost journal show --home /var/lib/waypost --details --purpose "Complaint 7"',
    ],
)
@kit_home_option
@passphrase_option
@_filter_options
@option("--most", type=click.IntRange(min=1), default=200, show_default=True, help=_("How many, the newest ones."))
@option("--details", "has_details", is_flag=True, help=_("Show details, also of travellers."))
@option("--purpose", default="", help=_("Why you need the details. The journal keeps it."))
def show_command(
    home: Path, passphrase_file: Path | None, most: int, has_details: bool, purpose: str, **filters: Any
) -> None:
    if has_details and not purpose.strip():
        raise click.UsageError(translate(_("--details needs a --purpose.")))
    wanted = EventFilter(**filters)
    with closing(open_watched(home, read_passphrase(passphrase_file), "check")) as kit:
        actor = require_actor(kit, GuardedAction.SEE_JOURNAL)
        events = select_events(kit.journal, wanted, most=most)
        use = ReadingPurpose(JournalUse.SHOWN, purpose.strip(), wanted, has_details)
        record_use(kit.journal, read_clock(kit).now(), [actor], use, len(events))
    for event in events:
        for line in event_lines(event, with_details=has_details):
            click.echo(line)
    if not events:
        say(_("No recorded event fits."))


@journal.command(
    "export",
    help=_(
        "Write what was recorded, with details of travellers, to the new file FILE, which only you can read: CSV, or "
        "JSON Lines where its name ends with .jsonl. It takes two people, and is recorded with who, why, and which "
        "events."
    ),
    examples=[
        'waypost journal export nov.csv --home /var/lib/waypost --purpose "Audit 2026"',
    ],
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@kit_home_option
@passphrase_option
@_filter_options
@option("--purpose", required=True, help=_("Why you need this file. The journal keeps it."))
def export_command(file: Path, home: Path, passphrase_file: Path | None, purpose: str, **filters: Any) -> None:
    if not purpose.strip():
        raise click.UsageError(translate(_("An export needs a --purpose.")))
    if file.exists():
        raise InputError(
            _("{file} exists already", file=file), means=_("Nothing was exported."), do=_("Choose another name")
        )
    wanted = EventFilter(**filters)
    with closing(open_watched(home, read_passphrase(passphrase_file), "check")) as kit:
        people = require_two_actors(post_people_of(kit), GuardedAction.EXPORT_JOURNAL, purpose)
        events = select_events(kit.journal, wanted)
        content = to_json_lines(events) if file.suffix == ".jsonl" else to_csv(events)
        use = ReadingPurpose(JournalUse.EXPORTED, purpose.strip(), wanted, has_details=True)
        record_use(kit.journal, read_clock(kit).now(), people, use, len(events))
    with durable_files.translate_os_errors():
        durable_files.write_durably(file, content)
    say(
        plural(
            "{count} event is in {file}. It names travellers: give it to nobody who may not see them.",
            "{count} events are in {file}. It names travellers: give it to nobody who may not see them.",
            len(events),
            file=file,
        )
    )


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
    _print_signed(report)
    if report.since:
        time = clock_time(report.since.isoformat())
        say(_("What was written before {time} was verified then; --all verifies it again.", time=time))
    for fault in report.faults:
        say(_("FAULT {fault}", fault=fault))
    if report.faults:
        say(_("The journal or another file of this kit was changed. Tell headquarters."))
    else:
        say(_("The journal is intact."))


def _print_signed(report: VerificationReport) -> None:
    if report.signed is None:
        say(_("The chains were not signed before."))
        return
    time = clock_time(report.signed.isoformat())
    say(
        plural(
            "The chains were signed at {time}; {count} link came after that.",
            "The chains were signed at {time}; {count} links came after that.",
            report.unsigned,
            time=time,
        )
    )
