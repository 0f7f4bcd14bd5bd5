"""How a passphrase comes in: an empty one is said to be, and the environment serves for every key that is opened."""

from pathlib import Path

import click
import pytest

from data.errors import InputError
from tests.support.command_line import Waypost
from ui.options import read_passphrase

OF_KEYS = ("root-1", "root-2", "root-3", "targets-1")


def test_the_environment_opens_every_key_that_one_command_asks_for(waypost: Waypost, hq: Path) -> None:
    done = waypost("hq", "keys", "check", "--medium", hq / "offline")
    assert done.code == 0 and all(f"{key} (" in done.out for key in OF_KEYS)


def test_the_passphrase_of_the_home_is_none_of_a_holders_key(waypost: Waypost, hq: Path) -> None:
    done = waypost("hq", "policy", "set", "--home", hq, "--old-after", 24, "--medium", hq / "offline", "--yes")
    assert done.code == 1 and "No passphrase was given for targets-1" in done.err
    assert "Give --key-passphrase-file; WAYPOST_PASSPHRASE was used for the home" in done.err


def test_a_new_key_never_gets_the_passphrase_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_PASSPHRASE", "old")
    with click.Context(click.Command("x")):
        assert read_passphrase(None, of="root-1") == "old"
        assert read_passphrase(None, of="root-2") == "old"
        with pytest.raises(InputError, match="No passphrase"):
            read_passphrase(None, of="root-1", new=True)


def test_an_empty_passphrase_is_said_to_be_empty(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\nsecond line")
    done = waypost("lists", "--home", kit, "--passphrase-file", tmp_path / "secret")
    assert done.code == 1 and "secret is empty" in done.err and "wrong" not in done.err
    done = waypost("lists", "--home", kit, passphrase="")
    assert done.code == 1 and "WAYPOST_PASSPHRASE is empty" in done.err


def test_enter_at_the_prompt_is_answered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed = iter(["", "right"])
    monkeypatch.delenv("WAYPOST_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: next(typed))
    assert read_passphrase(None) == "right"
    assert "Nothing was typed" in capsys.readouterr().err
