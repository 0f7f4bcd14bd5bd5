"""`waypost hq import|publish|rebuild|serve`: lists on their way from their sources to the tree that kits read.

One malformed record is refused, one list beyond its bounds waits for approval; everything else goes on.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import WaypostError
from data.text import Message, _, join, plural
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.publishing.publisher import PublishedList, PublishReport, publish
from sync.headquarters.publishing.rebuild import rebuild_version
from sync.headquarters.service import LOOPBACK, serve
from sync.headquarters.sources import FORMATS
from sync.headquarters.store.list_table import Urgency
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say

SHOWN_REFUSALS = 20


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
        "The files are the whole list: records that they lack are withdrawn. A malformed record is refused with its "
        "place and reason, and the import goes on. A file in another format is refused whole."
    ),
    examples=[
        "waypost hq import --home /srv/waypost --list un --format un-xml \\\n  consolidated.xml",
        "waypost hq import --home /srv/waypost --list ofac --format ofac-csv \\\n  sdn.csv alt.csv add.csv",
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
@option("--allow-mass-removal", is_flag=True, help=_("Import even if this removes most of the list."))
@option(
    "--clock-is-right",
    is_flag=True,
    help=_("Import even if the last import has a later date than now, because the clock was wrong then."),
)
@json_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_command(
    home: Path,
    passphrase_file: Path | None,
    name: str,
    format_name: str,
    as_of: datetime | None,
    allow_mass_removal: bool,
    clock_is_right: bool,
    as_json: bool,
    paths: tuple[Path, ...],
) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        report = import_list(
            headquarters, name, format_name, paths, as_of,
            allow_mass_removal=allow_mass_removal, clock_is_right=clock_is_right,
        )  # fmt: skip
    if as_json:
        emit(report)
    else:
        _print_import(report)


def _print_import(report: ImportReport) -> None:
    for refusal in report.refused[:SHOWN_REFUSALS]:
        say(_("refused {place}: {reason}", place=safe(refusal.where), reason=safe(refusal.why)), to_stderr=True)
    if (more := len(report.refused) - SHOWN_REFUSALS) > 0:
        say(
            plural(
                "… and {count} more was refused (--json lists all)",
                "… and {count} more were refused (--json lists all)",
                more,
            ),
            to_stderr=True,
        )
    for what, count in report.skipped.items():
        say(_("left out ({count}): {what}", count=count, what=what), to_stderr=True)
    say(
        _(
            "{list}: added {added}, changed {changed}, removed {removed}, unchanged {unchanged}, refused {refused}",
            list=report.list,
            added=report.added,
            changed=report.changed,
            removed=report.removed,
            unchanged=report.unchanged,
            refused=len(report.refused),
        )
    )


@command(
    "publish",
    help=_(
        "Sign what was imported and write it to HOME/public, a static tree that any web server can carry.\n\n"
        "A list that changes beyond its bounds is refused until it is approved; the others are published. Exit code 1: "
        "a list was refused."
    ),
    examples=["waypost hq publish --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@option(
    "--clock-is-right",
    is_flag=True,
    help=_("Sign even if this machine's clock is far from the time of the last publication."),
)
@option(
    "--urgent",
    is_flag=True,
    help=_("Only withdraw what is no longer listed. Kits fetch this first; it is only a few bytes."),
)
@json_option
def publish_command(home: Path, passphrase_file: Path | None, clock_is_right: bool, urgent: bool, as_json: bool) -> int:
    urgency = Urgency.URGENT if urgent else Urgency.ORDINARY
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        now = read_system_time() if clock_is_right else None
        report = publish(headquarters, now=now, urgency=urgency)
    if as_json:
        emit({"lists": report.lists, "refused": _refusals(report), "seconds": report.seconds, "ok": report.ok})
    else:
        _print_publication(report)
    return 0 if report.ok else 1


def _refusals(report: PublishReport) -> list[dict[str, object]]:
    """Version and digest as an approval names them."""
    return [
        {
            "list": refusal.name,
            "version": refusal.version,
            "digest": f"{refusal.digest:064x}",
            "what": refusal.what,
            "do": refusal.do,
        }
        for refusal in report.refused
    ]


def _print_publication(report: PublishReport) -> None:
    for publication in report.lists:
        say(_publication_line(publication))
    for refusal in report.refused:
        problem = WaypostError(refusal.what, means=refusal.means, do=refusal.do).message
        say(_("refused: {problem}", problem=problem), to_stderr=True)
    new = sum(publication.new for publication in report.lists)
    clauses = [
        plural("{count} list", "{count} lists", len(report.lists)),
        plural("{count} new version", "{count} new versions", new),
    ]
    if report.refused:
        clauses.append(_("{count} waiting for approval", count=len(report.refused)))
    say(_("Published: {counts}.", counts=join(clauses, ", ")))


def _publication_line(publication: PublishedList) -> Message:
    change = (
        _(
            "added {added}, changed {changed}, removed {removed}",
            added=publication.added,
            changed=publication.changed,
            removed=publication.removed,
        )
        if publication.new
        else _("no new version")
    )
    sizes = [
        plural("{count} row", "{count} rows", publication.rows),
        _("snapshot {bytes} bytes", bytes=publication.snapshot_bytes),
    ]
    if publication.delta_bytes:
        sizes.append(_("delta {bytes} bytes", bytes=publication.delta_bytes))
    return _(
        "{list} version {version}: {change}; {sizes}",
        list=publication.name,
        version=publication.version,
        change=change,
        sizes=join(sizes, ", "),
    )


@command(
    "rebuild",
    help=_(
        "Write a version that was once published to a file, exactly as it was.\n\n"
        "The file has one row as JSON on each line, unencrypted: keep it safe."
    ),
    examples=["waypost hq rebuild --home /srv/waypost --list un --version 3 --out un-3.jsonl"],
)
@headquarters_home_option
@passphrase_option
@option("--list", "name", required=True, help=_("Name of the list."))
@option("--version", type=click.IntRange(min=1), required=True, help=_("The version."))
@option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("The file to write."))
@json_option
def rebuild_command(
    home: Path, passphrase_file: Path | None, name: str, version: int, out: Path, as_json: bool
) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        edition = rebuild_version(headquarters, name, version, out)
    if as_json:
        emit({"list": name, "version": version, "rows": edition.count, "digest": f"{edition.digest:064x}", "out": out})
    else:
        say(
            plural(
                "{list} version {version}: {count} row, as signed, in {file}",
                "{list} version {version}: {count} rows, as signed, in {file}",
                edition.count,
                list=name,
                version=version,
                file=out,
            )
        )


@command(
    "serve",
    help=_(
        "Serve the published tree to kits until stopped.\n\n"
        "The tree is signed and sealed, so this needs no passphrase, except with --uplink."
    ),
    examples=["waypost hq serve --home /srv/waypost --host 0.0.0.0 --port 8080 --uplink"],
)
@headquarters_home_option
@passphrase_option
@option("--host", default=LOOPBACK, show_default=True, help=_("Address to listen on."))
@option("--port", type=click.IntRange(0, 65535), required=True, help=_("Port to listen on."))
@option("--uplink", is_flag=True, help=_("Also accept reports from kits, at /uplink; needs the passphrase."))
def serve_command(home: Path, passphrase_file: Path | None, host: str, port: int, uplink: bool) -> None:
    def ready(port: int) -> None:
        address = f"http://{host}:{port}/"
        folder = home / "public"
        message = (
            _("Serving {folder} and accepting reports on {address} (Ctrl+C stops)", folder=folder, address=address)
            if uplink
            else _(
                "Serving {folder} on {address}, without reports: those need --uplink (Ctrl+C stops)",
                folder=folder,
                address=address,
            )
        )
        say(message, to_stderr=True)

    if not uplink:
        serve(home, host=host, port=port, ready=ready)
        return
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        serve(home, host=host, port=port, ready=ready, ingest=Ingest(headquarters), say=_say_of_report)


def _say_of_report(text: Message) -> None:
    say(_("waypost: {warning}", warning=text), to_stderr=True)
