"""`waypost stick`: carries lists and reports between headquarters and kits. The home decides which end this is.

Headquarters' end is imported only where the home is headquarters': it needs the extra `hq`, which a kit lacks.
"""

from contextlib import closing
from pathlib import Path

import click

from data.errors import InputError, NoHome
from data.homes import HomeKind, find_home_kind
from data.text import _, join, plural
from data.witness.alarms import open_watched
from sync.kit.sticks import KitStickIn, KitStickOut, stick_in, stick_out
from sync.kit.watching.watch_state import note_run
from ui.options import any_home_option, emit, json_option, passphrase_option, read_passphrase
from ui.text.courier_report import ANOTHER_HISTORY, STICK_IS_FREE, print_problem, print_report
from ui.text.help import group, option
from ui.text.translation import say
from ui.wiring import open_kit_for_changes


class _Version(click.ParamType[tuple[str, int]]):
    """`LIST=VERSION`."""

    name = "list=version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """A list's name and a version; 0 means that the kit has none."""
        name, equals, version = str(value).partition("=")
        if not name or not equals or not version.isdecimal():
            self.fail(_("'{value}' is not of the form sltd=41.", value=value), param, ctx)
        return name, int(version)


@group(
    help=_(
        "Carry lists and reports on a USB stick.\n\n"
        "`stick out` writes to the stick, `stick in` reads from it. Both work at headquarters and at a kit: --home "
        "says which."
    )
)
def stick() -> None:
    pass


@stick.command(
    "in",
    help=_(
        "Read from the stick at DIR whatever it carries for this home.\n\n"
        "A kit takes lists and acknowledgements. Headquarters takes reports and leaves acknowledgements on the stick."
    ),
    examples=["waypost stick in /media/stick --home /var/lib/waypost"],
)
@any_home_option
@passphrase_option
@json_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def in_command(home: Path, passphrase_file: Path | None, as_json: bool, folder: Path) -> int:
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


@stick.command(
    "out",
    help=_(
        "Write to the stick at DIR whatever this home has to pass on.\n\n"
        "A kit writes its reports. Headquarters writes what brings the kits up to date, and nothing more."
    ),
    examples=[
        "waypost stick out /media/stick --home /var/lib/waypost",
        "waypost stick out /media/stick --home /srv/waypost --kit north-1",
    ],
)
@any_home_option
@passphrase_option
@option(
    "--kit", "kits", multiple=True, help=_("At headquarters: for this kit (repeatable). If not given: for every kit.")
)
@option(
    "--have",
    multiple=True,
    type=_Version(),
    help=_(
        "At headquarters: a list and the version that the kits have, like sltd=41 (repeatable). If not given: what "
        "the kits last reported."
    ),
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
    if not _is_kit(home):
        from ui.commands.stick_headquarters import fill

        fill(home, read_passphrase(passphrase_file), folder, kits, dict(have), as_json=as_json)
        return
    if kits or have:
        raise InputError(_("--kit and --have work only at headquarters, and this is a kit"), do=_("Leave them out"))
    with closing(open_watched(home, read_passphrase(passphrase_file), "courier")) as kit:
        reports = stick_out(kit, folder)
    (emit if as_json else _print_kit_out)(reports)


def _is_kit(home: Path) -> bool:
    if kind := find_home_kind(home):
        return kind is HomeKind.KIT
    raise NoHome(_("{folder} is neither a kit nor headquarters", folder=home), do=_("Check --home"))


def _print_kit_in(delivery: KitStickIn) -> None:
    if delivery.lists is not None:
        print_report(delivery.lists)
    elif not delivery.problems:
        say(_("no lists on this stick"))
    for problem in delivery.problems:
        print_problem(problem)
    lines = [
        plural("{count} acknowledgement taken.", "{count} acknowledgements taken.", delivery.answers),
        plural("{count} entry not acknowledged yet.", "{count} entries not acknowledged yet.", delivery.sent.waiting),
    ]
    if delivery.sent.new_life:
        lines.append(ANOTHER_HISTORY)
    say(join([*lines, STICK_IS_FREE]))


def _print_kit_out(reports: KitStickOut) -> None:
    written = join(
        [
            plural(
                "{count} entry for headquarters (events, and reports of the kit's health)",
                "{count} entries for headquarters (events, and reports of the kit's health)",
                reports.entries,
            ),
            plural("{count} file", "{count} files", reports.files),
            plural("{count} byte", "{count} bytes", reports.bytes),
        ],
        ", ",
    )
    say(_("Written: {written}. {end}", written=written, end=STICK_IS_FREE))


def _delivery_json(delivery: KitStickIn) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in KitStickIn.__dataclass_fields__}
