"""Options that several commands share, and how a passphrase comes in.

A passphrase comes from a file (systemd's LoadCredential), from WAYPOST_PASSPHRASE, or from a prompt; never
from an argument, which every process can read. Children never inherit it.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from data.errors import InputError
from data.json_codec import to_json_value
from data.log.error_log import destination

_F = TypeVar("_F", bound=Callable[..., Any])
KIT = "kit"
"""In place of a reader's URL: the one that kit.toml names."""
_ENVIRONMENT = "WAYPOST_PASSPHRASE"


def log_in_home(context: click.Context, parameter: click.Parameter, home: Path | None) -> Path | None:
    """From now on errors are logged in this home, under the command's name."""
    destination.home, destination.process = home, context.command_path.partition(" ")[2]
    return home


def kit_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME: a kit."""
    return _home_option("The kit's folder.", required=True)(command)


def headquarters_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME: a headquarters."""
    return _home_option("Headquarters' folder.", required=True)(command)


def any_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME, for commands of both ends."""
    return _home_option("The kit's or headquarters' folder.", required=True)(command)


def kit_group_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME of a group of commands, which may each have it instead."""
    return _home_option("The kit's folder.", required=False)(command)


def headquarters_group_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME of a group of commands, which may each have it instead."""
    return _home_option("Headquarters' folder.", required=False)(command)


def _home_option(help: str, *, required: bool) -> Callable[[_F], _F]:
    return click.option(
        "--home",
        envvar="WAYPOST_HOME",
        required=required,
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        callback=log_in_home,
        help=help,
    )


def passphrase_option(command: _F) -> _F:
    """`--passphrase-file FILE`."""
    return click.option(
        "--passphrase-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=f"File whose first line is the passphrase; else {_ENVIRONMENT}, else you are asked.",
    )(command)


def json_option(command: _F) -> _F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def read_passphrase(file: Path | None, *, new: bool = False, of: str = "", option: str = "--passphrase-file") -> str:
    """The passphrase of a home; asked for twice when it is new. `of` names a key when it is not the home's.

    `option` is the one by which the command takes a file with it.
    """
    if file is not None:
        return _first_line(file)
    passphrase = os.environ.pop(_ENVIRONMENT, None)
    if passphrase is not None:
        return passphrase
    if not sys.stderr.isatty():
        what = f"There is no passphrase of {of}" if of else "There is no passphrase"
        raise InputError(what, do=f"Set {_ENVIRONMENT} or give {option}")
    typed_passphrase: str = click.prompt(
        f"Passphrase of {of}" if of else "Passphrase", hide_input=True, confirmation_prompt=new, err=True
    )
    return typed_passphrase


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig").split("\n", 1)[0]
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file} cannot be read as text", do="Give a file in UTF-8 that this user may read") from error


def emit(value: Any) -> None:
    """Print a value as JSON on stdout."""
    click.echo(json.dumps(to_json_value(value), ensure_ascii=False, indent=2))
