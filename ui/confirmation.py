"""The question before a step that cannot be taken back: asked in a terminal; without one, `--yes` answers it."""

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from data.errors import InputError
from data.text import Message, _
from ui.text.help import option
from ui.text.translation import say, translate

_F = TypeVar("_F", bound=Callable[..., Any])


def yes_option(command: _F) -> _F:
    """`--yes`."""
    return option("--yes", is_flag=True, help=_("Do not ask for confirmation."))(command)


def must_be_confirmed(question: Message, *, yes: bool, effects: Iterable[Message] = ()) -> None:
    """Go on only after somebody has read `effects` and agreed, or gave `--yes`.

    Raises:
        InputError: there is no terminal, and no `--yes`.
        click.Abort: the answer was no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(
            _("This step cannot be taken back, and nobody confirmed it"),
            means=_("Nothing was changed."),
            do=_("Run the command in a terminal, or add --yes"),
        )
    for line in effects:
        say(line, to_stderr=True)
    click.confirm(translate(question), abort=True, err=True)
