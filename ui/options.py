"""Options that several commands share, how a passphrase comes in, and how JSON goes out.

A passphrase comes from a file (systemd's LoadCredential), from WAYPOST_PASSPHRASE, or from a prompt; never
from an argument, which every process can read. Children never inherit it.
"""

import gc
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from data.errors import InputError
from data.homes import must_be_kit
from data.json_codec import to_json_value
from data.kit import home_files
from data.log.error_log import destination, suppress_logged
from data.passphrase import MOST_CHARACTERS, normalize_new_passphrase
from data.process_hardening import PASSPHRASE_VARIABLE, take_passphrase
from data.store_key import StoreKey, begin_unlocking
from data.text import Message, _
from ui.text.help import option
from ui.text.translation import say, translate

_F = TypeVar("_F", bound=Callable[..., Any])
KIT = "kit"
"""In place of a reader's URL: the one that kit.toml names."""
_TAKEN = "waypost.passphrases"
"""In click's context: what came from the environment, by whether it was a key's; the environment has it no more."""
_MOST_BYTES = 4 * MOST_CHARACTERS + 8
"""Of the first line of a file with a passphrase; one that is longer is refused."""
_KIT_HOME = _("The kit's folder.")
_HEADQUARTERS_HOME = _("Headquarters' folder.")
_ANY_HOME = _("The folder of the kit or of headquarters.")


def log_in_home(context: click.Context, parameter: click.Parameter, home: Path | None) -> Path | None:
    """From now on errors are logged in this home, under the command's name."""
    destination.home, destination.process = home, context.command_path.partition(" ")[2]
    return home


def kit_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME, of a kit."""
    return _home_option(_KIT_HOME, required=True)(command)


def headquarters_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME, of headquarters."""
    return _home_option(_HEADQUARTERS_HOME, required=True)(command)


def any_home_option(command: _F) -> _F:
    """`--home DIR` or WAYPOST_HOME, of a kit or of headquarters."""
    return _home_option(_ANY_HOME, required=True)(command)


def kit_group_home_option(command: _F) -> _F:
    """The same for a group whose subcommands have `--home` of their own: see `require_home`."""
    return _home_option(_KIT_HOME, required=False)(command)


def headquarters_group_home_option(command: _F) -> _F:
    """The same for a group whose subcommands have `--home` of their own: see `require_home`."""
    return _home_option(_HEADQUARTERS_HOME, required=False)(command)


def require_home(context: click.Context, home: Path | None) -> Path:
    """The home that a group needs when it is called without a subcommand. MissingParameter where it was not given."""
    if home is None:
        parameter = next(parameter for parameter in context.command.params if parameter.name == "home")
        raise click.MissingParameter(ctx=context, param=parameter)
    return home


def _home_option(help: Message, *, required: bool) -> Callable[[_F], _F]:
    return option(
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
    return option(
        "--passphrase-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=_(
            "File whose first line is the passphrase. Without it, {variable} is used, or you are asked.",
            variable=PASSPHRASE_VARIABLE,
        ),
    )(command)


def credential_option(command: _F) -> _F:
    """`--credential-file FILE`, of a program that runs unattended."""
    return option(
        "--credential-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=_(
            "For a program that runs unattended: file with its service number and its credential, in two lines, as "
            "`waypost hq people program` prints them. If not given, the person who signed in acts."
        ),
    )(command)


def radio_option(command: _F) -> _F:
    """`--radio`: the second person is at headquarters."""
    return option(
        "--radio",
        "is_remote",
        is_flag=True,
        help=_("The second person is at headquarters, and reads a code by radio or telephone."),
    )(command)


def json_option(command: _F) -> _F:
    """`--json`."""
    return option("--json", "as_json", is_flag=True, help=_("Print JSON, for programs."))(command)


def read_passphrase(file: Path | None, *, new: bool = False, of: str = "", option: str = "--passphrase-file") -> str:
    """The passphrase of a home; asked for twice when it is new. `of` names a key when it is not the home's.

    `option` is the one by which the command takes a file with it. A passphrase of a key from the environment is
    reused for every existing key, never for a new one; the home's passphrase is never used for a key.
    """
    if file is not None:
        return _first_line(file)
    passphrase = take_passphrase()
    if passphrase == "":
        raise InputError(
            _("{variable} is empty", variable=PASSPHRASE_VARIABLE), do=_("Set it to the passphrase, or unset it")
        )
    context = click.get_current_context(silent=True)
    taken: dict[bool, str] = context.meta.setdefault(_TAKEN, {}) if context else {}
    if passphrase is not None:
        taken[bool(of)] = passphrase
        return passphrase
    if of and not new and True in taken:
        return taken[True]
    if not sys.stderr.isatty():
        what = _("No passphrase was given for {key}", key=of) if of else _("No passphrase was given")
        if taken:  # of the home: no key of a holder has the same
            raise InputError(
                what,
                do=_("Give {option}; {variable} was used for the home", variable=PASSPHRASE_VARIABLE, option=option),
            )
        raise InputError(what, do=_("Set {variable}, or give {option}", variable=PASSPHRASE_VARIABLE, option=option))
    return _ask_passphrase(_("Passphrase for {key}", key=of) if of else _("Passphrase"), new=new)


@contextmanager
def unlocking_kit(home: Path, passphrase: str) -> Iterator[Callable[[], StoreKey]]:
    """Derive the store key of a kit while the block imports what will use it; yields the call that waits for the key.

    Nothing that the block loads is garbage: no collection looks for some, then or later.

    Raises:
        InputError, NoHome, Damaged: see `KitHome.open`.
    """
    if not home_files.SETTINGS.within(home).exists():
        must_be_kit(home)  # says what else the folder is
    wait_for_key = begin_unlocking(home, passphrase)
    gc.disable()
    try:
        yield wait_for_key
    finally:
        gc.enable()
    gc.freeze()


def _ask_passphrase(prompt: Message, *, new: bool) -> str:
    while True:
        passphrase: str = click.prompt(
            translate(prompt), default="", show_default=False, hide_input=True, confirmation_prompt=new, err=True
        )
        if not passphrase:
            say(_("Nothing was typed. Type the passphrase, or press Ctrl+C to stop."), to_stderr=True)
            continue
        try:
            return normalize_new_passphrase(passphrase) if new else passphrase
        except InputError as error:  # another try costs nothing
            say(error.message, to_stderr=True)


def _first_line(file: Path) -> str:
    try:
        warn_of_open_file(file)
        with file.open("rb") as content:
            line = content.readline(_MOST_BYTES).decode("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeError) as error:
        raise InputError(
            _("{file} cannot be read as text", file=file),
            do=_("Give a UTF-8 file that this user may read"),
        ) from error
    if not line:
        raise InputError(_("The first line of {file} is empty", file=file), do=_("Write the passphrase into it"))
    return line


def warn_of_open_file(file: Path) -> None:
    """Print a warning where users other than its own may read the secret in `file`."""
    with suppress_logged(OSError):  # who reads the file says what is wrong with it
        status = file.stat()
        _warn_of_mode(file, status)


def _warn_of_mode(file: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        say(
            _(
                "waypost: other users of this machine can read {file}, which holds a secret. Stop that with "
                "`chmod 600`; if somebody may have read it, replace the secret.",
                file=file,
            ),
            to_stderr=True,
        )


def emit(value: Any, *, on_one_line: bool = False) -> None:
    """Print a value as JSON on stdout, in UTF-8 whatever the terminal's encoding.

    Messages in it stay English, whatever language people read. A lone surrogate, which UTF-8 lacks, is `?`.
    """
    text = json.dumps(to_json_value(value), ensure_ascii=False, indent=None if on_one_line else 2)
    click.echo(text.encode("utf-8", "replace"))
