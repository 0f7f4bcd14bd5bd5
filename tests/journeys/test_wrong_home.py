"""A folder that is the other end's, no home at all, or not empty: said at once, and nothing is written into it."""

from pathlib import Path

import pytest

from tests.support.command_line import Waypost

KIT_COMMANDS = (
    ("lists",),
    ("journal", "verify"),
    ("check", "--name", "X, Y"),
    ("courier", "run"),
    ("courier", "status"),
    ("kit", "tune"),
    ("kit", "bench", "--seconds", "0"),
    ("kit", "logs"),
)
HEADQUARTERS_COMMANDS = (("hq", "report"), ("hq", "publish"), ("hq", "serve", "--port", "0"), ("hq", "logs"))


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize("command", KIT_COMMANDS, ids=" ".join)
def test_a_kit_command_refuses_a_headquarters(waypost: Waypost, hq: Path, command: tuple[str, ...]) -> None:
    before = contents(hq)
    done = waypost(*command, "--home", hq)
    assert done.code in (1, 30) and "is a headquarters, not a kit" in done.err and "Check --home" in done.err
    assert contents(hq) == before


@pytest.mark.parametrize("command", HEADQUARTERS_COMMANDS, ids=" ".join)
def test_a_headquarters_command_refuses_a_kit(waypost: Waypost, kit: Path, command: tuple[str, ...]) -> None:
    before = contents(kit)
    done = waypost(*command, "--home", kit)
    assert done.code == 1 and "is a kit, not a headquarters" in done.err and "Check --home" in done.err
    assert contents(kit) == before


@pytest.mark.parametrize("command", [("lists",), ("courier", "status"), ("kit", "bench")], ids=" ".join)
def test_where_there_is_no_kit_the_folder_is_named(waypost: Waypost, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = waypost(*command, "--home", tmp_path)
    assert done.code == 1 and f"no kit in {tmp_path}" in done.err and not contents(tmp_path)


def test_a_kit_that_lost_its_settings_is_not_told_to_be_made_anew(waypost: Waypost, kit: Path) -> None:
    (kit / "kit.toml").unlink()
    done = waypost("lists", "--home", kit)
    assert done.code == 1 and "kit.toml is missing" in done.err and "kit init" not in done.err
    assert waypost("kit", "logs", "--home", kit).code == 0


def test_the_demonstration_is_built_into_a_new_folder_only(waypost: Waypost, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    done = waypost("demo", "--keep", tmp_path)
    assert done.code == 1 and "is not empty" in done.err and "Choose a new folder" in done.err
    assert contents(tmp_path) == {"thesis.txt"}
