"""`waypost stick`: carries things between headquarters and kits; the kind of home decides which.

Headquarters' side is loaded where the home is headquarters': a kit does not have what it needs installed (extra `hq`).
"""

from contextlib import closing
from pathlib import Path

import click

from data.errors import InputError, NoHome
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE
from sync import HEADQUARTERS_STORE
from sync.kit.sticks import KitStickIn, KitStickOut, stick_in, stick_out
from sync.kit.watching.watch_state import note_run
from ui.options import any_home_option, emit, json_option, passphrase_option, read_passphrase
from ui.text.courier_report import ENTRIES, STICK_IS_FREE, print_problem, print_report
from ui.text.sanitize import pluralize
from ui.wiring import open_kit_for_changes


class _Version(click.ParamType[tuple[str, int]]):
    """`LIST=VERSION`."""

    name = "list=version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """A list's name and a version, 0 for none."""
        name, equals, version = str(value).partition("=")
        if not name or not equals or not version.isdecimal():
            self.fail(f"{value!r} is not like sltd=41", param, ctx)
        return name, int(version)


@click.group()
def stick() -> None:
    """Carry lists, reports and acknowledgements on a stick, between headquarters and kits."""


@stick.command("in")
@any_home_option
@passphrase_option
@json_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def in_command(home: Path, passphrase_file: Path | None, as_json: bool, folder: Path) -> int:
    """Take what the stick at DIR carries for this home.

    A kit takes lists and acknowledgements; headquarters takes reports and leaves acknowledgements on the stick.
    """
    if not _is_kit(home):
        from ui.commands.stick_headquarters import take_in

        return take_in(home, read_passphrase(passphrase_file), folder, as_json=as_json)
    with closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "courier")) as kit:
        delivery = stick_in(kit, folder)
        if delivery.lists:
            note_run(kit, str(folder), delivery.lists)
    if as_json:
        emit({**_delivery_json(delivery), "ok": delivery.ok})
    else:
        _print_kit_in(delivery)
    return 0 if delivery.ok else 1


@stick.command("out")
@any_home_option
@passphrase_option
@click.option("--kit", "kits", multiple=True, help="At headquarters: for this kit (repeatable); default: all.")
@click.option(
    "--have",
    multiple=True,
    type=_Version(),
    help="At headquarters: what the kits have, like sltd=41 (repeatable), instead of what they last said.",
)
@json_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def out_command(
    home: Path,
    passphrase_file: Path | None,
    kits: tuple[str, ...],
    have: tuple[tuple[str, int], ...],
    as_json: bool,
    folder: Path,
) -> None:
    """Put on the stick at DIR what this home has to give.

    A kit puts its reports on it; headquarters puts the least on it that brings the kits up to date.
    """
    if not _is_kit(home):
        from ui.commands.stick_headquarters import fill

        fill(home, read_passphrase(passphrase_file), folder, kits, dict(have), as_json=as_json)
        return
    if kits or have:
        raise InputError("--kit and --have are for headquarters; this is a kit", do="Leave them out")
    with closing(KitHome.open(home, read_passphrase(passphrase_file), "courier")) as kit:
        reports = stick_out(kit, folder)
    (emit if as_json else _print_kit_out)(reports)


def _is_kit(home: Path) -> bool:
    if (home / SETTINGS_FILE).exists():
        return True
    if (home / HEADQUARTERS_STORE).exists():
        return False
    raise NoHome(f"{home} is no kit and no headquarters", do="Check --home")


def _print_kit_in(delivery: KitStickIn) -> None:
    if delivery.lists is not None:
        print_report(delivery.lists)
    elif not delivery.problems:
        click.echo("no lists on this stick")
    for problem in delivery.problems:
        print_problem(problem)
    again = " This journal was put back from a copy; it reports anew." if delivery.sent.new_life else ""
    answers = pluralize(delivery.answers, "acknowledgement")
    waiting = pluralize(delivery.sent.waiting, *ENTRIES)
    click.echo(f"{answers} taken, {waiting} not acknowledged yet.{again} {STICK_IS_FREE}")


def _print_kit_out(reports: KitStickOut) -> None:
    click.echo(
        f"{pluralize(reports.entries, *ENTRIES)} in {pluralize(reports.files, 'file')}, {reports.bytes} bytes. "
        f"{STICK_IS_FREE}"
    )


def _delivery_json(delivery: KitStickIn) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in KitStickIn.__dataclass_fields__}
