"""Commands, groups and options of click whose help is a `Message`, translated when it is shown.

    @command(help=_("Each list: version, age, size, state."))
    @option("--since", help=_("Only what is newer than this date."))
    def lists(since: str) -> None: ...

Subcommands of a group are such commands too.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from data.text import EMPTY, Message, _
from ui.text.translation import translate

_F = TypeVar("_F", bound=Callable[..., Any])


class Command(click.Command):
    """A command whose help is a message."""

    def __init__(self, *arguments: Any, help: Message = EMPTY, **more: Any) -> None:
        super().__init__(*arguments, **{**more, "help": help})
        self._message = help

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help."""
        self.help = translate(self._message)
        super().format_help_text(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` itself; click keeps its text in the language in which it was first shown."""
        option = super().get_help_option(ctx)
        if option:
            option.help = translate(_("Show this message and exit."))
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, for the list of commands."""
        self.help = translate(self._message)
        return super().get_short_help_str(limit)


class CommandGroup(Command, click.Group):
    """A group whose help is a message, and the help of its subcommands too."""

    command_class = Command
    group_class = type


class Option(click.Option):
    """An option whose help is a message."""

    def __init__(self, *arguments: Any, help: Message = EMPTY, **more: Any) -> None:
        super().__init__(*arguments, **{**more, "help": help})
        self._message = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its names, and what it does."""
        self.help = translate(self._message)
        return super().get_help_record(ctx)


def command(name: str | None = None, *, help: Message, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; `help` is what `--help` says."""
    return click.command(name, cls=Command, help=help, **more)


def group(name: str | None = None, *, help: Message, **more: Any) -> Callable[[Callable[..., Any]], CommandGroup]:
    """Make a group of a function; `help` is what `--help` says."""
    return click.group(name, cls=CommandGroup, help=help, **more)


def option(*names: str, help: Message, **more: Any) -> Callable[[_F], _F]:
    """Give a command an option; `help` is what `--help` says of it."""
    return click.option(*names, cls=Option, help=help, **more)
