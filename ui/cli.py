"""The command `waypost`: its subcommands by name, and what a person sees when one fails.

A command's module is imported when it is called, so that `check` starts without the screen, the screen without
headquarters, and `--help` without any of them. No traceback reaches a user; stdout is data, stderr is talk.
"""

import gc
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from data.errors import IncompleteSource, InputError, StoreError, WaypostError, describe_os_error
from data.installation import install_command
from data.process_hardening import harden_process
from data.text import EMPTY, _, join
from ui.text.help import CommandGroup, Option
from ui.text.translation import say, translate, use_language

COMMANDS = {
    "demo": ("ui.commands.demo:demo", _("Try everything on this machine, with invented people.")),
    "desk": ("ui.commands.desk:desk", _("Open the officer's screen.")),
    "check": ("ui.commands.check:check", _("Screen one traveller, or many.")),
    "people": ("ui.commands.people:people", _("Sign in and out; see, unlock and add people of the post.")),
    "counter": ("ui.commands.counter:counter", _("Let other programs of this machine screen.")),
    "lists": ("ui.commands.lists:lists", _("Show each list: version, age, size, state.")),
    "courier": ("ui.commands.courier:courier", _("Fetch lists from headquarters, or from a folder.")),
    "stick": ("ui.commands.stick:stick", _("Carry lists and reports on a USB stick.")),
    "journal": ("ui.commands.journal:journal", _("Verify the kit's record of screenings and decisions.")),
    "kit": ("ui.commands.kit:kit", _("Set up a kit, tune it for its post, test its devices.")),
    "hq": ("ui.commands.hq:hq", _("Run headquarters: lists, kits, keys and policy.")),
}
"""Where a command is, and its line in `waypost --help`, which is printed without loading it."""

INCOMPLETE = 4
"""Exit code: the files of a list seem to be incomplete, and nothing was imported."""
EXTRAS = {"alembic": "hq", "defusedxml": "hq", "polars": "hq", "sqlalchemy": "hq", "starlette": "hq", "uvicorn": "hq"}
"""Which extra installs a package that only some commands import."""


class _Lazy(CommandGroup):
    """Finds a subcommand's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        is_new = module not in sys.modules
        with _without_garbage_collection():
            command: click.Command = getattr(import_module(module), name)
            if "logging" in sys.modules:
                _take_foreign_logs(cmd_name)
            if is_new:
                gc.freeze()  # what was loaded stays: no later collection looks through it either
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(translate(_("Commands"))):
            formatter.write_dl([(name, translate(summary)) for name, (_module, summary) in COMMANDS.items()])


def _take_foreign_logs(command: str) -> None:
    """`check` takes what nobody else does, at no cost; with a reader it takes the rest too (`ui.wiring`)."""
    import logging

    from data.log import foreign_loggers

    if command == "check":
        logging.lastResort = foreign_loggers.WithoutWords(logging.WARNING)
    else:
        foreign_loggers.take_foreign_logs()


def _show_warning(*warning: Any) -> None:
    from data.log.foreign_loggers import take_foreign_warning

    take_foreign_warning(*warning)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Nothing that is being loaded is garbage: looking for some takes a twentieth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_(
        "Offline-first screening for border posts.\n\n"
        "`waypost demo` shows everything on this machine: headquarters, a kit, travellers and the desk."
    ),
    examples=["waypost demo", "waypost check --help"],
)
@click.version_option(
    package_name="waypost", message="%(prog)s %(version)s", cls=Option, help=_("Show the version and exit.")
)
def waypost() -> None:
    """The command line itself, which only has subcommands."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: 1 where it failed, 30 where `check` did, 2 for wrong usage.

    4: the files of a list seem to be incomplete.
    """
    failure = 30 if arguments[:1] == ["check"] else 1
    try:
        code = waypost.main(list(arguments), prog_name="waypost", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        _answer_in_json(error.format_message(), arguments)
        vars(error)["message"] = translate(join([error.message]))  # click declares it final
        try:
            error.show()
        except OSError as unprinted:  # a full disk takes no output
            _log_error(unprinted)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say(_("Stopped."), to_stderr=True)
        return failure
    except BrokenPipeError:
        _discard_output()
        return failure
    except InputError as error:
        _report_failure(error, arguments)
        return INCOMPLETE if isinstance(error, IncompleteSource) else failure
    except WaypostError as error:
        _log_error(error)
        _report_failure(error, arguments)
        return failure
    except ModuleNotFoundError as error:
        if os.environ.get("WAYPOST_DEBUG"):
            raise
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        _log_error(error)
        _report_failure(_missing_extra(extra) if extra else _unexpected_error(arguments), arguments)
        return failure
    except Exception as error:
        if os.environ.get("WAYPOST_DEBUG"):
            raise
        _log_error(error)
        reason = describe_os_error(error, EMPTY)
        _report_failure(_system_error(reason) if reason else _unexpected_error(arguments), arguments)
        return failure


def _discard_output() -> None:
    """Send further output nowhere: its reader has gone, or it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_failure(error: WaypostError, arguments: Sequence[str]) -> None:
    """For a person; where `check` answers in JSON, for a program as well."""
    _answer_in_json(str(error), arguments)
    try:
        say(join(["waypost:", error.message]), to_stderr=True)
    except OSError as unprinted:
        _log_error(unprinted)


def _answer_in_json(error: str, arguments: Sequence[str]) -> None:
    """Print why nobody was screened where `check` answers in JSON: a program never has to do without an answer."""
    options = {argument.partition("=")[0] for argument in arguments}
    try:
        if arguments[:1] == ["check"] and options & {"--json", "--batch"}:
            from ui.options import emit

            emit({"verdict": "cannot_say", "error": error}, on_one_line=True)
    except OSError as unprinted:  # a full disk takes no output
        _log_error(unprinted)


def _log_error(error: BaseException) -> None:
    from data.log.error_log import log_error  # a command that fails may take the time to load it

    log_error(error)


def _log_uncaught(failure: "threading.ExceptHookArgs | sys.UnraisableHookArgs") -> None:
    if failure.exc_value is not None:
        _log_error(failure.exc_value)


def _system_error(reason: str) -> WaypostError:
    return StoreError(
        _("The system could not use a file or a device ({reason})", reason=reason),
        means=_("This command did not finish. Everything recorded in the journal is kept."),
        do=_("Check that the disk is not full or read-only and that this user may write to it, then try again"),
    )


def _missing_extra(extra: str) -> WaypostError:
    return WaypostError(
        _("This command needs the extra `{extra}`, which is not installed", extra=extra),
        means=_("Nothing was changed."),
        do=_("Install it with: `{command}`", command=install_command(extra)),
    )


def _unexpected_error(arguments: Sequence[str]) -> WaypostError:
    # The message of a foreign error may hold a traveller's data: nothing of it is shown.
    return WaypostError(
        _("Waypost ran into an unexpected error"),
        means=_("This command did not finish. Everything recorded in the journal is kept."),
        do=_(
            "Try again. If it happens again, `waypost {end} logs` shows the technician where",
            end="hq" if arguments[:1] == ["hq"] else "kit",
        ),
    )


def _open_closed_descriptors() -> None:
    """Nobody reads or writes what the parent process closed, and no file of ours may take its place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")


def main() -> None:
    """Run the console script's command line, in the person's language."""
    harden_process()
    # Nothing here multiplies large matrices, and threads that numpy would start for that are a twentieth of the start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Python's own would print what ended a thread, or what failed where nobody could catch it, with its message.
    threading.excepthook = sys.unraisablehook = _log_uncaught
    if not os.environ.get("WAYPOST_DEBUG"):
        warnings.showwarning = _show_warning  # type: ignore[assignment]
    _open_closed_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a symbol or a letter shows its number instead: no answer is lost.
            stream.reconfigure(errors="backslashreplace")
    use_language()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:  # said already; Python would say it again and exit with 120
        _discard_output()
    sys.exit(code)


if __name__ == "__main__":
    main()
