"""`waypost hq publish|rebuild|serve`: lists on their way from headquarters' store to the tree that kits read.

One list beyond its bounds waits for approval; everything else goes on.
"""

from contextlib import closing
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import WaypostError
from data.lists.edition import format_age
from data.text import Message, _, join, plural
from sync.headquarters.home import HeadquartersHome, public_folder
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.publishing.publisher import ExpiredList, PublishedList, PublishReport, publish
from sync.headquarters.publishing.rebuild import rebuild_version
from sync.headquarters.service import LOOPBACK, serve
from sync.headquarters.store.list_table import Urgency
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.translation import say


@command(
    "publish",
    help=_(
        "Sign what was imported and write it to HOME/public, a static tree that any web server can carry.\n\n"
        "A list that changes beyond its bounds is refused until it is approved; the others are published. Exit code 1: "
        "a list was refused. A list that has expired is published with a warning."
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
@yes_option
@json_option
def publish_command(
    home: Path, passphrase_file: Path | None, clock_is_right: bool, urgent: bool, yes: bool, as_json: bool
) -> int:
    urgency = Urgency.URGENT if urgent else Urgency.ORDINARY
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        if clock_is_right:
            must_be_confirmed(
                _("Is it {time:%Y-%m-%d %H:%M} UTC now, and shall that be signed?", time=read_system_time()),
                yes=yes,
                effects=[_("Kits take a signed time for the earliest that it can be. It cannot be taken back.")],
            )
        now = read_system_time() if clock_is_right else None
        report = publish(headquarters, now=now, urgency=urgency)
    if as_json:
        emit(
            {
                "lists": report.lists,
                "refused": _refusals(report),
                "expired": report.expired,
                "seconds": report.seconds,
                "ok": report.ok,
            }
        )
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
        if publication.needs_approval:
            say(_describe_empty(publication), to_stderr=True)
    for refusal in report.refused:
        problem = WaypostError(refusal.what, means=refusal.means, do=refusal.do).message
        say(_("refused: {problem}", problem=problem), to_stderr=True)
    for expired in report.expired:
        say(_describe_expired(expired), to_stderr=True)
    new = sum(publication.new for publication in report.lists)
    clauses = [
        plural("{count} list", "{count} lists", len(report.lists)),
        plural("{count} new version", "{count} new versions", new),
    ]
    if report.refused:
        clauses.append(_("{count} waiting for approval", count=len(report.refused)))
    say(_("Published: {counts}.", counts=join(clauses, ", ")))


def _describe_empty(publication: PublishedList) -> Message:
    return WaypostError(
        _("{list} version {version} is empty", list=publication.name, version=publication.version),
        means=_("With it, kits answer CANNOT SAY: nobody is looked up in a list that lost everybody."),
        do=_(
            "If this is right, have the offline keys approve it: "
            "`waypost hq approve --list {list} --version {version}`",
            list=publication.name,
            version=publication.version,
        ),
    ).message


def _describe_expired(expired: ExpiredList) -> Message:
    return WaypostError(
        _(
            "{list} version {version} has expired: it was taken from its source {age}, and the policy allows "
            "{hours:g} hours",
            list=expired.name,
            version=expired.version,
            age=format_age(read_system_time() - expired.as_of),
            hours=expired.expired_after_h,
        ),
        means=_("It is in force all the same, and no kit that carries it says CLEAR."),
        do=_(
            "Import a newer state and publish again. If its source changes less often, give it more hours: "
            "`waypost hq policy set --list {list} --expired-after HOURS`",
            list=expired.name,
        ),
    ).message


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
        folder = public_folder(home)
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
