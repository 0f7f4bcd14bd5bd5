"""What headquarters refuses names what is there, and what would be allowed; nothing is published to find out."""

from pathlib import Path

import pytest

from tests.support.command_line import Waypost


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("rebuild", "--list", "un", "--version", "9", "--out", "/nowhere/x"), "Give a version from 1 to 1"),
        (("rebuild", "--list", "zz", "--version", "1", "--out", "/nowhere/x"), "Lists here: "),
        (("approve", "--list", "zz"), "Lists here: "),
        (("policy", "set", "--list", "un", "--old-after", "500", "--yes"), "expire (168 h) before it is old (500 h)"),
        (("policy", "set", "--list", "un", "--old-after", "0", "--yes"), "more than 0 and at most 87600 hours"),
        (("policy", "set", "--list", "un", "--adds", "99999999999", "--yes"), "a number from 0 to 4294967296"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_named(waypost: Waypost, hq: Path, command: tuple[str, ...], says: str) -> None:
    done = waypost("hq", *command, "--home", hq)
    assert done.code == 1 and says in done.err
    assert "publish" not in done.err and "kit" not in done.err


def test_a_source_is_a_whole_path_and_one_that_is_not_here_is_said_to_be(
    waypost: Waypost, hq: Path, tmp_path: Path
) -> None:
    enrol = ("hq", "enrol", "--home", hq, "--kit", "far", "--out", tmp_path / "far.secret", "--source")
    relative = waypost(*enrol, "public")
    assert relative.code == 1 and "is a relative path" in relative.err and not (tmp_path / "far.secret").exists()
    elsewhere = waypost(*enrol, tmp_path / "public")
    assert elsewhere.code == 0 and "is not on this machine" in elsewhere.err


def test_a_change_of_a_kit_is_answered_with_what_changed(waypost: Waypost, hq: Path) -> None:
    done = waypost(
        "hq", "kits", "set", "north-1", "--home", hq, "--suspend", "being repaired", "--lease-days", 30, "--yes"
    )
    assert done.code == 0 and "north-1 from now on: suspended (being repaired), lease 30 days." in done.out
    done = waypost("hq", "kits", "set", "north-1", "--home", hq, "--resume", "--lists", "un", "--sign-anew", "--yes")
    assert "lists un, not suspended, a new signature on its envelope." in done.out


def test_times_at_headquarters_say_that_they_are_in_utc(waypost: Waypost, hq: Path, kit: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    waypost("stick", "out", "--home", kit, stick)
    assert waypost("stick", "in", "--home", hq, stick).code == 0
    for command in ("report", "kits"):
        assert " UTC" in waypost("hq", command, "--home", hq).out
