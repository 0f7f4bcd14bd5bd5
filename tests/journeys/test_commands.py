"""Every command explains itself, and no traceback ever reaches a person."""

import errno
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.support.command_line import process
from ui.cli import run, waypost


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(("path", "command"), list(commands(waypost)), ids=lambda value: str(value))
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help, f"waypost {' '.join(path)} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"waypost {' '.join(path)} {parameter.opts[0]} has no help"


@pytest.mark.parametrize(("path", "command"), list(commands(waypost)), ids=lambda value: str(value))
def test_the_home_is_asked_for_in_the_same_words(path: tuple[str, ...], command: click.Command) -> None:
    whose = {"hq": "Headquarters' folder", "stick": "The folder of the kit or of headquarters"}.get(
        path[0], "The kit's folder"
    )
    for option in command.params:
        if isinstance(option, click.Option) and "--home" in option.opts:
            assert (option.help or "").startswith(whose)
            assert (option.envvar, option.show_envvar) == ("WAYPOST_HOME", True)


def test_the_command_starts_as_a_process() -> None:
    done = process("--help")
    assert done.returncode == 0 and "demo" in done.stdout and done.stderr == ""


def test_what_the_system_refuses_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "/MUSTERMANN")

    monkeypatch.setattr("ui.commands.lists.KitHome.open", refuse)
    monkeypatch.setenv("WAYPOST_PASSPHRASE", "x")
    assert run(["lists", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "Read-only file system" in said and "MUSTERMANN" not in said and "unexpected" not in said


def test_an_unforeseen_error_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("MUSTERMANN 123")

    monkeypatch.delenv("WAYPOST_DEBUG", raising=False)
    monkeypatch.setattr(waypost, "main", broken)
    assert run(["check", "--mrz", "x"]) == 30
    said = capsys.readouterr().err
    assert "unexpected error." in said
    assert not any(word in said for word in ("MUSTERMANN", "RuntimeError", "Traceback"))
