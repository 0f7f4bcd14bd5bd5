"""`waypost hq`: headquarters takes lists from their sources, signs, publishes, and enrols kits."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from data.sources import FORMATS
from sync.headquarters.enrolment import enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.ingest import Ingest
from sync.headquarters.publisher import PublishReport, found_headquarters, publish
from sync.headquarters.reported import reported
from sync.headquarters.service import LOOPBACK, serve
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.reported import lines_of
from ui.say import safe

SHOWN_REFUSALS = 20


class _Time(click.ParamType[datetime]):
    """A time in ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`2026-03-01`, `2026-03-01T12:00` or `2026-03-01T12:00:00Z`."""
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time like 2026-03-01T12:00:00Z", param, ctx)
        return time if time.tzinfo else time.replace(tzinfo=UTC)


@click.group()
def hq() -> None:
    """Headquarters: import, publish, enrol, serve."""


@hq.command("init")
@home_option
@passphrase_option
def init(home: Path, passphrase_file: Path | None) -> None:
    """Make a headquarters: its keys, its store, and a first signed tree."""
    found_headquarters(home, passphrase(passphrase_file, new=True)).close()
    click.echo(f"Headquarters is ready. Kits read {home / 'public'}; next: waypost hq import, hq publish, hq enrol.")


@hq.command("import")
@home_option
@passphrase_option
@click.option("--list", "name", required=True, help="Name of the list, like sltd or un.")
@click.option("--format", "format_name", required=True, type=click.Choice(FORMATS), help="Format of the files.")
@click.option("--as-of", type=_Time(), help="When the list was taken from its source; default: now.")
@click.option("--allow-mass-removal", is_flag=True, help="Take an import that removes most of the list.")
@json_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_command(
    home: Path,
    passphrase_file: Path | None,
    name: str,
    format_name: str,
    as_of: datetime | None,
    allow_mass_removal: bool,
    as_json: bool,
    paths: tuple[Path, ...],
) -> None:
    """Make a list what the files at PATHS hold: what they lack is withdrawn.

    A malformed record is refused with its place and reason, and the import goes on; a file of another format
    is refused whole.
    """
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        report = import_list(headquarters, name, format_name, paths, as_of, allow_mass_removal=allow_mass_removal)
    if as_json:
        emit(report)
    else:
        _tell_import(report)


def _tell_import(report: ImportReport) -> None:
    for refusal in report.refused[:SHOWN_REFUSALS]:
        click.echo(f"refused {safe(refusal.where)}: {safe(refusal.why)}", err=True)
    if len(report.refused) > SHOWN_REFUSALS:
        click.echo(f"… and {len(report.refused) - SHOWN_REFUSALS} more refused (--json lists all)", err=True)
    for what, count in report.skipped.items():
        click.echo(f"left out: {count} {what}", err=True)
    click.echo(
        f"{report.list}: added {report.added}, changed {report.changed}, removed {report.removed}, "
        f"unchanged {report.unchanged}, refused {len(report.refused)}"
    )


@hq.command("publish")
@home_option
@passphrase_option
@json_option
def publish_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Sign and write what was imported into HOME/public, a static tree that any web server can carry."""
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        report = publish(headquarters)
    if as_json:
        emit(report)
    else:
        _tell_publication(report)


def _tell_publication(report: PublishReport) -> None:
    for one in report.lists:
        what = f"added {one.added}, changed {one.changed}, removed {one.removed}" if one.new else "no new version"
        sizes = f"snapshot {one.snapshot_bytes} bytes" + (f", delta {one.delta_bytes} bytes" if one.delta_bytes else "")
        click.echo(f"{one.name} version {one.version}: {what}; {one.rows} rows, {sizes}")
    click.echo(f"Published {len(report.lists)} lists.")


@hq.command("enrol")
@home_option
@passphrase_option
@click.option("--kit", required=True, help="Name of the new kit.")
@click.option("--source", required=True, help="Where the kit will fetch: a folder, or the URL of this headquarters.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The secret file to write.")
def enrol_command(home: Path, passphrase_file: Path | None, kit: str, source: str, out: Path) -> None:
    """Make the secret file a technician carries to a new kit."""
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        enrolled = enrol(headquarters, kit, source, out)
    click.echo(
        f"{enrolled.kit} is enrolled. Carry {enrolled.out} to it by hand, keep it secret, destroy it afterwards."
    )


@hq.command("serve")
@home_option
@passphrase_option
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="Port to listen on.")
@click.option("--uplink", is_flag=True, help="Also take in what kits report, at /uplink; needs the passphrase.")
def serve_command(home: Path, passphrase_file: Path | None, host: str, port: int, uplink: bool) -> None:
    """Serve the published tree until stopped: signed and sealed, so it needs no passphrase by itself."""

    def ready(port: int) -> None:
        also = " and taking in reports" if uplink else ""
        click.echo(f"Serving {home / 'public'}{also} on http://{host}:{port}/ (Ctrl+C stops)", err=True)

    if not uplink:
        serve(home, host=host, port=port, ready=ready)
        return
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        serve(home, host=host, port=port, ready=ready, ingest=Ingest(headquarters))


@hq.command("report")
@home_option
@passphrase_option
@json_option
def report_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """What kits reported: when last, which versions of which lists, removals, gaps, conflicts."""
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        kits = reported(headquarters)
    if as_json:
        emit(kits)
    else:
        for kit in kits:
            for line in lines_of(kit):
                click.echo(line)
        if not kits:
            click.echo("No kit can report yet. Enrol kits with `waypost hq enrol`.")
