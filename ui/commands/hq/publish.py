"""`waypost hq import|publish|rebuild|serve`: lists on their way from their sources to the tree that kits read.

A malformed record is refused by itself, a list beyond its bounds waits for an approval; the others go on.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from data.clock import read_system_time
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.publishing.publisher import PublishReport, publish
from sync.headquarters.publishing.rebuild import rebuild_version
from sync.headquarters.service import LOOPBACK, serve
from sync.headquarters.sources import FORMATS
from sync.headquarters.store.list_table import Urgency
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.sanitize import pluralize, safe

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


@click.command("import")
@headquarters_home_option
@passphrase_option
@click.option("--list", "name", required=True, help="Name of the list, like sltd or un.")
@click.option("--format", "format_name", required=True, type=click.Choice(FORMATS), help="Format of the files.")
@click.option("--as-of", type=_Time(), help="When the list was taken from its source; default: now.")
@click.option("--allow-mass-removal", is_flag=True, help="Take an import that removes most of the list.")
@click.option("--clock-is-right", is_flag=True, help="Take it though the import before was made in the future.")
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
    """Make a list what the files at PATHS hold: what they lack is withdrawn.

    A malformed record is refused with its place and reason, and the import goes on; a file of another format
    is refused whole.
    """
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
        click.echo(f"refused {safe(refusal.where)}: {safe(refusal.why)}", err=True)
    if len(report.refused) > SHOWN_REFUSALS:
        click.echo(f"… and {len(report.refused) - SHOWN_REFUSALS} more refused (--json lists all)", err=True)
    for what, count in report.skipped.items():
        click.echo(f"left out: {what} ({count})", err=True)
    click.echo(
        f"{report.list}: added {report.added}, changed {report.changed}, removed {report.removed}, "
        f"unchanged {report.unchanged}, refused {len(report.refused)}"
    )


@click.command("publish")
@headquarters_home_option
@passphrase_option
@click.option("--clock-is-right", is_flag=True, help="Sign though the clock is far from the last publication.")
@click.option("--urgent", is_flag=True, help="Only take away what is no longer listed: a few bytes that go first.")
@json_option
def publish_command(home: Path, passphrase_file: Path | None, clock_is_right: bool, urgent: bool, as_json: bool) -> int:
    """Sign and write what was imported into HOME/public, a static tree that any web server can carry.

    A list that changes beyond its bounds is refused until the offline keys approve it; the others go on (exit
    code 1).
    """
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
    """An approval names version and digest, so both are printed as it writes them."""
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
        what = (
            f"added {publication.added}, changed {publication.changed}, removed {publication.removed}"
            if publication.new
            else "no new version"
        )
        sizes = f"snapshot {publication.snapshot_bytes} bytes" + (
            f", delta {publication.delta_bytes} bytes" if publication.delta_bytes else ""
        )
        click.echo(f"{publication.name} version {publication.version}: {what}; {publication.rows} rows, {sizes}")
    for refusal in report.refused:
        click.echo(f"refused: {refusal.what}. {refusal.means} {refusal.do}.", err=True)
    new = sum(publication.new for publication in report.lists)
    refused = f", {len(report.refused)} waiting for an approval" if report.refused else ""
    click.echo(f"Published: {pluralize(len(report.lists), 'list')}, {pluralize(new, 'new version')}{refused}.")


@click.command("rebuild")
@headquarters_home_option
@passphrase_option
@click.option("--list", "name", required=True, help="Name of the list.")
@click.option("--version", type=click.IntRange(min=1), required=True, help="The version, as it was published.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@json_option
def rebuild_command(
    home: Path, passphrase_file: Path | None, name: str, version: int, out: Path, as_json: bool
) -> None:
    """Write any version that was ever published as it was: JSON lines, row by row, in clear. Keep the file safe."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        edition = rebuild_version(headquarters, name, version, out)
    if as_json:
        emit({"list": name, "version": version, "rows": edition.count, "digest": f"{edition.digest:064x}", "out": out})
    else:
        click.echo(f"{name} version {version}: {edition.count} rows, as signed, in {out}")


@click.command("serve")
@headquarters_home_option
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
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        serve(home, host=host, port=port, ready=ready, ingest=Ingest(headquarters))
