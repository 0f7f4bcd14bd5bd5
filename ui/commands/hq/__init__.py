"""`waypost hq`: headquarters takes lists from their sources, signs, publishes, and looks after keys and kits.

A headquarters that was put back from a copy goes on with `recover`, which says what has to be done again.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import InputError
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.ingest.kit_reports import read_kit_reports
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.publishing.publisher import PublishReport, found_headquarters, publish
from sync.headquarters.publishing.rebuild import rebuild_version
from sync.headquarters.publishing.recovery import find_unknown_versions, recover
from sync.headquarters.service import LOOPBACK, serve
from sync.headquarters.sources import FORMATS
from sync.headquarters.store.list_table import Urgency
from ui.commands.hq.keys import keys
from ui.commands.hq.kits import enrol_command, kits, revoke_command
from ui.commands.hq.policy import approve_command, policy
from ui.commands.hq.reports import conflicts_command, kit_report_lines
from ui.commands.hq.signing import key_passphrases_option, passphrase_reader
from ui.options import emit, home_option, json_option, passphrase_option, read_passphrase
from ui.text.sanitize import counted, safe

_NO_SIGN = (
    "Neither its tree nor any kit said that this headquarters was behind. If it was put back from a copy, go on as "
    "below; if it was not, nothing is lost: numbers went up, and each list waits for its next import."
)


@click.command("recover")
@home_option
@passphrase_option
@json_option
def recover_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Go on after this headquarters was put back from a copy: pass over the numbers that were given since.

    What happened since the copy has to be done again; this says what.
    """
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        done = recover(headquarters)
    if as_json:
        emit({"lists": done.lists, "kits": dict(done.kits), "was_behind": done.was_behind})
        return
    if not done.was_behind:
        click.echo(_NO_SIGN, err=True)
    click.echo("Recovered. What was done since the copy was made has to be done again, in this order:")
    click.echo("1. Accept the signing requests that were accepted since (waypost hq keys accept FILE).")
    click.echo(
        "2. Revoke the kits that were revoked since, enrol again those that were enrolled. As the copy has them:"
    )
    for name, state in done.kits:
        click.echo(f"     {safe(name)}: {state.replace('_', ' ')}")
    click.echo("3. Import every list anew from its source, then publish; until then kits that are further keep theirs:")
    for name in done.lists:
        click.echo(f"     {safe(name)}")


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
    """Headquarters: import, publish, serve; its kits, its keys, its policy."""


for _command in (
    enrol_command,
    kits,
    revoke_command,
    keys,
    policy,
    approve_command,
    conflicts_command,
    recover_command,
):
    hq.add_command(_command)


@hq.command("init")
@home_option
@passphrase_option
@click.option(
    "--root-medium",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the medium for a root key; give three.",
)
@click.option(
    "--targets-medium",
    "targets",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the medium for the targets key.",
)
@key_passphrases_option
def init(
    home: Path, passphrase_file: Path | None, roots: tuple[Path, ...], targets: Path | None, key_files: tuple[Path, ...]
) -> None:
    """Make a headquarters: its keys, its store, and a first signed tree.

    Without media the four offline keys stay in HOME/offline, under its passphrase, until they are carried away.
    """
    secret = read_passphrase(passphrase_file, new=True)
    folders = (*roots, *filter(None, [targets]))
    ask = passphrase_reader(key_files, new=True)
    if folders and len(folders) != len(OFFLINE_KEY_NAMES):
        raise InputError(
            f"{len(folders)} media were given", do="Give three --root-medium and one --targets-medium, or none"
        )
    media = [Medium(folder, ask(name)) for name, folder in zip(OFFLINE_KEY_NAMES, folders, strict=False)]
    found_headquarters(home, secret, media).close()
    click.echo(f"Headquarters is ready. Kits read {home / 'public'}; next: waypost hq import, hq publish, hq enrol.")
    if not media:
        click.echo(f"Its offline keys are in {home / 'offline'}; carry each to a medium of its own.", err=True)


@hq.command("import")
@home_option
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
        _tell_import(report)


def _tell_import(report: ImportReport) -> None:
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


@hq.command("publish")
@home_option
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
        _tell_publication(report)
    return 0 if report.ok else 1


def _refusals(report: PublishReport) -> list[dict[str, object]]:
    """An approval names version and digest, so both are told as it writes them."""
    return [
        {"list": one.name, "version": one.version, "digest": f"{one.digest:064x}", "what": one.what, "do": one.do}
        for one in report.refused
    ]


def _tell_publication(report: PublishReport) -> None:
    for one in report.lists:
        what = f"added {one.added}, changed {one.changed}, removed {one.removed}" if one.new else "no new version"
        sizes = f"snapshot {one.snapshot_bytes} bytes" + (f", delta {one.delta_bytes} bytes" if one.delta_bytes else "")
        click.echo(f"{one.name} version {one.version}: {what}; {one.rows} rows, {sizes}")
    for refusal in report.refused:
        click.echo(f"refused: {refusal.what}. {refusal.means} {refusal.do}.", err=True)
    new = sum(one.new for one in report.lists)
    refused = f", {len(report.refused)} waiting for an approval" if report.refused else ""
    click.echo(f"Published: {counted(len(report.lists), 'list')}, {counted(new, 'new version')}{refused}.")


@hq.command("rebuild")
@home_option
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
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        serve(home, host=host, port=port, ready=ready, ingest=Ingest(headquarters))


@hq.command("report")
@home_option
@passphrase_option
@json_option
def report_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """What kits reported: when last, which versions of which lists, removals, gaps, conflicts."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        kits, lost = read_kit_reports(headquarters), find_unknown_versions(headquarters)
    if as_json:
        emit(kits)
    else:
        for one in lost:
            click.echo(
                f"BEHIND: {one.kit} has {one.list} version {one.version}, the newest here is {one.newest}. This "
                "headquarters was put back from a copy (waypost hq recover), or that kit does not tell the truth."
            )
        for kit in kits:
            for line in kit_report_lines(kit):
                click.echo(line)
        if not kits:
            click.echo("No kit can report yet. Enrol kits with `waypost hq enrol`.")
