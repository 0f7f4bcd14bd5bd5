"""`waypost desk`: the officer's screen."""

import getpass
import sys
from contextlib import closing
from pathlib import Path

import click

from appliance.counter.counter import Counter
from data.errors import InputError
from ui.options import home_option, passphrase_option, read_passphrase
from ui.wiring import open_counter


@click.command()
@home_option
@passphrase_option
@click.option(
    "--officer", default=getpass.getuser, show_default="login name", help="Who works here; kept in the journal."
)
def desk(home: Path, passphrase_file: Path | None, officer: str) -> None:
    """The officer's screen: travellers from the reader, from a keyboard-wedge scanner, or typed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("The desk needs a terminal", do="Use `waypost check` where there is none")
    with closing(open_counter(home, read_passphrase(passphrase_file), "desk")) as counter:
        run_desk(counter, officer, home)


def run_desk(counter: Counter, officer: str, home: Path) -> None:
    """Show the desk of an open counter until the officer leaves."""
    from ui.desk_wiring import desk_port
    from ui.screens.app import DeskApp

    DeskApp(desk_port(counter, officer, home)).run()
