"""Commands, groups and options of click whose help is a `Message`, translated when it is shown.

    @command(help=_("Show each list: version, age, size, state."), examples=["waypost lists --home KIT"])
    @option("--since", help=_("Only what is newer than this date."))
    def lists(since: str) -> None: ...

- Subcommands of a group are such commands too.
- The first paragraph of a command's help is its line in the list of commands.
- Examples are commands as they are typed: nobody translates them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from data.text import EMPTY, Message, _, plural
from ui.text.translation import translate

_F = TypeVar("_F", bound=Callable[..., Any])

_LOOKED_UP_BY_CLICK = (_("required"),)
"""Words that click translates by way of a variable, where the template would miss them."""


@contextmanager
def _swapped(owner: click.Command | click.Option, **values: Any) -> Iterator[None]:
    """Give `owner` other attributes for as long as click reads them: they stay English otherwise."""
    english = {name: getattr(owner, name) for name in values}
    vars(owner).update(values)
    try:
        yield
    finally:
        vars(owner).update(english)


class Command(click.Command):
    """A command whose help is a message."""

    def __init__(self, *arguments: Any, help: Message = EMPTY, examples: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*arguments, **{**more, "help": help})
        self.examples = tuple(examples)
        self._message = help

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help."""
        with _swapped(self, help=translate(self._message)):
            super().format_help_text(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on lines of its own."""
        if self.examples:
            heading = plural("Example", "Examples", len(self.examples))
            with formatter.section(translate(heading)):
                for example in self.examples:
                    for line in example.splitlines():
                        formatter.write(f"{'':{formatter.current_indent}}{line}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options; click keeps the text of `--help` in the language in which it was first shown."""
        if help_option := self.get_help_option(ctx):
            help_option.help = translate(_("Show this message and exit."))
        super().format_options(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first paragraph, for the list of commands, where it is wrapped and not cut."""
        return translate(self._message).partition("\n\n")[0]


class CommandGroup(Command, click.Group):
    """A group whose help is a message, and the help of its subcommands too."""

    command_class = Command
    group_class = type


class Option(click.Option):
    """An option whose help is a message; `show_default` may be one."""

    def __init__(self, *arguments: Any, help: Message = EMPTY, **more: Any) -> None:
        super().__init__(*arguments, **{**more, "help": help})
        self._message = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its names, and what it does."""
        default = self.show_default
        with _swapped(
            self,
            help=translate(self._message),
            show_default=translate(default) if isinstance(default, str) else default,
        ):
            return super().get_help_record(ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The option with its environment variable, for a message that it is missing or wrong."""
        hint = super(click.Option, self).get_error_hint(ctx)
        if not (self.show_envvar and self.envvar):
            return hint
        return translate(_("{option} (environment variable {name})", option=hint, name=self.envvar))


def command(
    name: str | None = None, *, help: Message, examples: Sequence[str] = (), **more: Any
) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; `help` is what `--help` says."""
    return click.command(name, cls=Command, help=help, examples=examples, **more)


def group(
    name: str | None = None, *, help: Message, examples: Sequence[str] = (), **more: Any
) -> Callable[[Callable[..., Any]], CommandGroup]:
    """Make a group of a function; `help` is what `--help` says."""
    return click.group(name, cls=CommandGroup, help=help, examples=examples, **more)


def option(*names: str, help: Message, **more: Any) -> Callable[[_F], _F]:
    """Give a command an option; `help` is its text in `--help`."""
    return click.option(*names, cls=Option, help=help, **more)
