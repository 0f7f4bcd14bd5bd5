"""`waypost hq import`: lists from their source files into headquarters' store.

One record that cannot be read is refused and everything else goes on; files that seem to be incomplete are refused
until somebody says why they are right.
"""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import IncompleteSource, InputError, UnvouchedSource
from data.lists.edition import format_age
from data.text import EMPTY, Message, _, plural
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, describe_left_out, import_list
from sync.headquarters.sources import FORMATS
from sync.headquarters.store.list_table import all_lists
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say

SHOWN_RECORDS = 20
"""Refusals, and records that are kept, that a person is shown."""
MOST_OF_NOTE = 400
"""Characters of a line about the files; a fingerprint has 64."""
SOME_REFUSED = 3
"""Exit code; that of files which seem incomplete is in `ui.cli`."""


class _Time(click.ParamType[datetime]):
    """A time in ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`2026-03-01`, `2026-03-01T12:00` or `2026-03-01T12:00:00Z`."""
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(_("'{value}' is not a time like 2026-03-01T12:00:00Z.", value=value), param, ctx)
        return time if time.tzinfo else time.replace(tzinfo=UTC)


@command(
    "import",
    help=_(
        "Import a list from the files at PATHS.\n\n"
        "The files are the whole list: records that they lack are withdrawn. A record that cannot be read is refused "
        "with its place and reason, what was known of it stays in force (`kept`), and the import goes on. If a refused "
        "line does not even say whose it is, nobody is withdrawn. A file in another format is refused whole.\n\n"
        "Files that seem to be incomplete are not imported: cut off, without the end mark or the companion files that "
        "they had, or with a list that falls by more than the policy's `max_fall`.\n\n"
        "Master lists need the root certificate of each state that signed one: name the roots with the files.\n\n"
        "Exit code: 0 imported, 3 imported, but records were refused or kept, 4 not imported because the files seem "
        "incomplete, 1 not imported for another reason, 2 wrong usage."
    ),
    examples=[
        "waypost hq import --home /srv/waypost --list un --format un-xml \\\n  consolidated.xml",
        "waypost hq import --home /srv/waypost --list ofac --format ofac-csv \\\n  sdn.csv alt.csv add.csv",
        "waypost hq import --home /srv/waypost --list csca --format master-list \\\n  list.ml root.cer",
    ],
)
@headquarters_home_option
@passphrase_option
@option("--list", "name", required=True, help=_("Name of the list, like sltd or un."))
@option("--format", "format_name", required=True, type=click.Choice(FORMATS), help=_("Format of the files."))
@option(
    "--as-of",
    type=_Time(),
    help=_("When the list was taken from its source; its age counts from there. If not given: now."),
)
@option(
    "--accept-incomplete",
    metavar="REASON",
    help=_(
        "Import although the files seem incomplete, or although lines do not say whose they are. What they lack is "
        "withdrawn. REASON says why that is right; it is journalled."
    ),
)
@option(
    "--accept-unvouched",
    metavar="REASON",
    help=_(
        "Import lists of certificates although no root that was given vouches for who signed them. Compare the "
        "fingerprints first. Kits show that nobody vouches for these certificates. REASON says why that is right; it "
        "is journalled."
    ),
)
@option(
    "--clock-is-right",
    is_flag=True,
    help=_("Import even if the last import has a later date than now, because the clock was wrong then."),
)
@yes_option
@json_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_command(
    home: Path,
    passphrase_file: Path | None,
    name: str,
    format_name: str,
    as_of: datetime | None,
    accept_incomplete: str | None,
    accept_unvouched: str | None,
    clock_is_right: bool,
    yes: bool,
    as_json: bool,
    paths: tuple[Path, ...],
) -> int:
    incomplete_reason = _check_reason("--accept-incomplete", accept_incomplete)
    unvouched_reason = _check_reason("--accept-unvouched", accept_unvouched)
    try:
        with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
            news = _confirm_new_list(headquarters, name, yes=yes)
            report = import_list(
                headquarters, name, format_name, paths, as_of,
                accept_incomplete=incomplete_reason, accept_unvouched=unvouched_reason,
                clock_is_right=clock_is_right,
            )  # fmt: skip
    except IncompleteSource as error:
        if as_json:
            emit({"list": name, "incomplete": error.signs, "notes": error.notes})
        else:
            _list_signs(error)
        raise
    except UnvouchedSource as error:
        if as_json:
            emit({"list": name, "unvouched": error.lists})
        raise
    if news:
        say(news, to_stderr=True)
    if as_json:
        emit(report)
    else:
        _print_import(report)
    return 0 if report.ok else SOME_REFUSED


def _confirm_new_list(headquarters: HeadquartersHome, name: str, *, yes: bool) -> Message:
    """A slip in the name of a list makes another one, which every kit gets and nobody keeps up to date.

    Asked before the import in a terminal. Returns what is said after it, EMPTY where the list is not new.
    """
    with headquarters.store.reading() as connection:
        names = [entry.name for entry in all_lists(connection)]
    if name in names:
        return EMPTY
    known = ", ".join(names) if names else _("none yet")
    news = _("{name} is a new list; lists here: {names}", name=safe(name), names=known)
    if names and sys.stdin.isatty():
        effects = [news, _("Kits that carry every list get it with the next publication, and a list cannot be ended.")]
        must_be_confirmed(_("Make the new list {name}?", name=safe(name)), yes=yes, effects=effects)
    return news


def _list_signs(error: IncompleteSource) -> None:
    """What was refused or left out, and the signs, each on its own line; the error itself then does not repeat them."""
    for note in error.notes:
        click.echo(safe(note, MOST_OF_NOTE), err=True)
    if len(error.signs) > 1:
        for sign in error.signs:
            say(_("incomplete: {sign}", sign=safe(sign, MOST_OF_NOTE)), to_stderr=True)
        error.what = _("The files seem to be incomplete")


_LONGEST_FILE_NAME = 255
"""Bytes; a longer text is no file that was named by mistake, and the system refuses to look for it."""


def _check_reason(name: str, reason: str | None) -> str:
    if reason is None:
        return ""
    if not reason.strip() or (len(reason.encode()) <= _LONGEST_FILE_NAME and Path(reason).exists()):
        raise InputError(
            _("{option} needs a reason, and {reason} is none", option=name, reason=repr(reason)),
            means=_("Nothing was imported."),
            do=_("Say in words why the files are right, in quotation marks and before the files"),
        )
    return reason.strip()


def _print_import(report: ImportReport) -> None:
    _print_records(report)
    _print_warnings(report)
    say(
        _(
            "{list}: added {added}, changed {changed}, removed {removed}, unchanged {unchanged}, refused {refused}, "
            "kept {kept}",
            list=report.list,
            added=report.added,
            changed=report.changed,
            removed=report.removed,
            unchanged=report.unchanged,
            refused=report.refused_count,
            kept=report.kept_count,
        )
    )


def _print_records(report: ImportReport) -> None:
    """Records to compare with the files: refused, kept in force, and removed beside refused ones."""
    for refusal in report.refused[:SHOWN_RECORDS]:
        say(_("refused {place}: {reason}", place=safe(refusal.where), reason=safe(refusal.why)), to_stderr=True)
    if (more := report.refused_count - SHOWN_RECORDS) > 0:
        say(
            plural(
                "… and {count} more was refused (--json names more)",
                "… and {count} more were refused (--json names more)",
                more,
            ),
            to_stderr=True,
        )
    for record in report.kept[:SHOWN_RECORDS]:
        say(_("kept {record}: what these files do not say of it stays in force", record=safe(record)), to_stderr=True)
    if (more := report.kept_count - SHOWN_RECORDS) > 0:
        say(
            plural(
                "… and {count} more was kept (--json names more)",
                "… and {count} more were kept (--json names more)",
                more,
            ),
            to_stderr=True,
        )
    for record in report.withdrawn[:SHOWN_RECORDS]:
        say(_("removed {record}: is it one of those that were refused?", record=safe(record)), to_stderr=True)
    if report.withdrawn and (more := report.removed - SHOWN_RECORDS) > 0:
        say(
            plural(
                "… and {count} more was removed (--json names more)",
                "… and {count} more were removed (--json names more)",
                more,
            ),
            to_stderr=True,
        )


def _print_warnings(report: ImportReport) -> None:
    """What somebody has to look at before the list is published."""
    for sign in report.accepted:
        say(_("accepted: {sign}", sign=safe(sign, MOST_OF_NOTE)), to_stderr=True)
    for what, count in report.skipped.items():
        say(describe_left_out(what, count, report.incomplete.get(what, ())), to_stderr=True)
    if report.is_first:
        say(
            plural(
                "The first import of a list has nothing to be compared with: check that {count} record is what its "
                "source states",
                "The first import of a list has nothing to be compared with: check that {count} records are what its "
                "source states",
                report.added,
            ),
            to_stderr=True,
        )
    if report.needs_approval:
        say(_describe_approval(report), to_stderr=True)
    if report.is_expired:
        say(
            _(
                "{list} has expired already: it was taken from its source {age}, and no kit that carries it says "
                "CLEAR. Import a newer state before you publish, or correct --as-of",
                list=report.list,
                age=format_age(read_system_time() - report.as_of),
            ),
            to_stderr=True,
        )


def _describe_approval(report: ImportReport) -> Message:
    if not report.total:
        return _(
            "{list} is empty now. `hq publish` publishes that, and kits answer CANNOT SAY with it until the holder of "
            "targets approves the version (`hq approve`)",
            list=report.list,
        )
    return _(
        "{list} falls by more than the policy allows in one version. `hq publish` holds it back until the holder of "
        "targets approves it (`hq approve --list {list}`)",
        list=report.list,
    )
