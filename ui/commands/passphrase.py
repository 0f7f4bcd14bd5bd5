"""`waypost kit passphrase` and `waypost hq passphrase`: the passphrase of a home is replaced by another."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from data.homes import HomeKind, must_be_kit, refuse_other_home
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.process_hardening import take_passphrase
from data.store_key import change_passphrase
from data.text import Message, _
from ui.options import passphrase_option, read_passphrase
from ui.text.help import Command, command, option
from ui.text.translation import say, translate

PASSPHRASE_CHANGED = "passphrase_changed"  # noqa: S105  (a name)
"""Kind of the event in a kit's journal."""
_NEW_FILE = "--new-passphrase-file"
_OFFLINE = "offline"


def make_passphrase_command(
    kind: HomeKind, home_option: Callable[[Callable[..., None]], Callable[..., None]], example: str
) -> Command:
    """`passphrase` of a kit or of headquarters, whose folder `home_option` takes."""

    @command(
        "passphrase",
        help=_(
            "Change the passphrase of this folder. The old one stops working at once.\n\n"
            "The old one comes as for every command; then you are asked for the new one. Copies that were made of the "
            "folder before still open with the old one."
        ),
        examples=[example],
    )
    @home_option
    @passphrase_option
    @option(
        _NEW_FILE,
        "new_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=_("File whose first line is the new passphrase. Without it, you are asked."),
    )
    def passphrase_command(home: Path, passphrase_file: Path | None, new_file: Path | None) -> None:
        if kind is HomeKind.KIT:
            must_be_kit(home)
        else:
            refuse_other_home(home, kind)
        old = read_passphrase(passphrase_file)
        take_passphrase()  # what is in the environment is the old one
        name = translate(_("this folder (new)"))
        new = read_passphrase(new_file, new=True, of=name, option=_NEW_FILE)
        change_passphrase(home, old, new)
        if kind is HomeKind.KIT:
            _record_change(home, new)
        for line in _next_steps(home):
            say(line)

    return passphrase_command


def _record_change(home: Path, passphrase: str) -> None:
    with closing(KitHome.open(home, passphrase, "technician")) as kit:
        kit.journal.record(PASSPHRASE_CHANGED, read_clock(kit).now(), "technician", "changed", {})


def _next_steps(home: Path) -> list[Message]:
    lines = [
        _("The passphrase of {folder} is changed; the old one does not open it any more.", folder=home),
        _(
            "Next: change it wherever it is kept (a file for the courier's service, a sealed envelope), and destroy "
            "copies of this folder, which still open with the old one."
        ),
    ]
    if (home / _OFFLINE).is_dir():
        lines.append(
            _(
                "The offline keys in {folder} still have the old one: `waypost hq keys passphrase --medium {folder}`.",
                folder=home / _OFFLINE,
            )
        )
    return lines
