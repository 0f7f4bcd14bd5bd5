"""The command `waypost`: its subcommands by name, and what a person sees when one fails.

A command's module is imported when it is called, so that `check` starts without the screen, the screen without
headquarters, and `--help` without any of them. No traceback reaches a user; stdout is data, stderr is talk.
"""

import gc
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click

from data.errors import InputError, StoreError, WaypostError
from data.installation import install_command
from data.text import _
from ui.text.help import CommandGroup
from ui.text.translation import use_language

COMMANDS = {
    "demo": ("ui.commands.demo:demo", "Everything on this machine, with invented people."),
    "desk": ("ui.commands.desk:desk", "The officer's screen."),
    "check": ("ui.commands.check:check", "Screen one traveller, or many."),
    "lists": ("ui.commands.lists:lists", "Each list: version, age, size, state."),
    "courier": ("ui.commands.courier:courier", "Fetch lists from headquarters, or from a folder."),
    "stick": ("ui.commands.stick:stick", "Carry lists and reports on a stick."),
    "journal": ("ui.commands.journal:journal", "Screenings, decisions, the audit chain."),
    "kit": ("ui.commands.kit:kit", "Make a kit, set it for its post, try its devices."),
    "hq": ("ui.commands.hq:hq", "Headquarters: import, publish, serve; kits, keys, policy."),
}
"""Where a command is, and its line in `waypost --help`, which is printed without loading it."""

EXTRAS = {"alembic": "hq", "sqlalchemy": "hq", "starlette": "hq", "uvicorn": "hq"}
"""Which extra installs a package that only some commands import."""


class _Lazy(CommandGroup):
    """Finds a subcommand's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        with _without_garbage_collection():
            command: click.Command = getattr(import_module(module), name)
            if cmd_name != "check" and "logging" in sys.modules:  # `check` loads it with a reader only (`ui.wiring`)
                import_module("data.log.foreign_loggers").take_foreign_logs()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """What is being loaded is no garbage: looking for some takes a twentieth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="waypost", message="%(prog)s %(version)s")
def waypost() -> None:
    """Offline-first screening for border posts.

    `waypost demo` shows everything on this machine: headquarters, a kit, travellers and the desk.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code (docs/architecture.md, "Commands")."""
    failure = 30 if arguments[:1] == ["check"] else 1
    try:
        code = waypost.main(list(arguments), prog_name="waypost", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return failure
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is left to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failure
    except InputError as error:
        _print_error(error)
        return failure
    except WaypostError as error:
        _log_error(error)
        _print_error(error)
        return failure
    except ModuleNotFoundError as error:
        if os.environ.get("WAYPOST_DEBUG"):
            raise
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        _log_error(error)
        _print_error(_missing_extra(extra) if extra else _unexpected_error(arguments))
        return failure
    except Exception as error:
        if os.environ.get("WAYPOST_DEBUG"):
            raise
        _log_error(error)
        reason = error.strerror if isinstance(error, OSError) else ""
        _print_error(_system_error(reason) if reason else _unexpected_error(arguments))
        return failure


def _log_error(error: BaseException) -> None:
    from data.log.error_log import log_error  # a command that fails may take the time to load it

    log_error(error)


def _log_uncaught(failure: "threading.ExceptHookArgs | sys.UnraisableHookArgs") -> None:
    if failure.exc_value is not None:
        _log_error(failure.exc_value)


def _print_error(error: WaypostError) -> None:
    click.echo(f"waypost: {error}", err=True)


def _system_error(reason: str) -> WaypostError:
    return StoreError(
        f"The system refused a file or a device ({reason})",
        means="Nothing was confirmed; what is in the journal stays.",
        do="Look whether the disk is full or read-only and whether this user may write; then try again",
    )


def _missing_extra(extra: str) -> WaypostError:
    return WaypostError(
        f"This command needs the extra '{extra}', which is not installed",
        means="Nothing was changed.",
        do=f"Install it with: {install_command(extra)}",
    )


def _unexpected_error(arguments: Sequence[str]) -> WaypostError:
    # The message of a foreign error may hold a traveller's data: nothing of it is shown.
    return WaypostError(
        "Something happened that Waypost did not foresee",
        means="Nothing was confirmed; what is in the journal stays.",
        do=_("Try again; `waypost {end} logs` shows where it happened", end="hq" if arguments[:1] == ["hq"] else "kit"),
    )


def main() -> None:
    """The console script."""
    # Python's own would print what ended a thread, or what failed where nobody could catch it, words and all.
    threading.excepthook = sys.unraisablehook = _log_uncaught
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # closed by whoever started us: nothing to read
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a mark or a letter shows its number: an answer is never lost over it.
            stream.reconfigure(errors="backslashreplace")
    use_language()
    sys.exit(run(sys.argv[1:]))
