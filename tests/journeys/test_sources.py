"""A source that was given on the command line, or is a stick, is not blamed on kit.toml; nor are mistakes in kit.toml
passed over."""

from pathlib import Path

from tests.support.command_line import Waypost


def test_a_source_given_for_once_is_what_to_check(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    done = waypost("courier", "run", "--home", kit, "--source", tmp_path)
    assert done.code == 1 and "Check --source" in done.err and "kit.toml" not in done.err


def test_a_stick_without_lists_is_said_to_have_none(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert waypost("stick", "out", "--home", kit, stick).code == 0
    done = waypost("courier", "run", "--home", kit, "--source", stick)
    assert done.code == 1 and "This stick carries no lists" in done.err and "published tree" not in done.err


def test_the_lists_are_shown_and_a_mistake_in_the_settings_is_said(waypost: Waypost, kit: Path) -> None:
    settings = kit / "kit.toml"
    settings.write_text(settings.read_text().replace('direction = "entry"', 'direction = "in"'))
    done = waypost("lists", "--home", kit)
    assert done.code == 3 and "sltd: version 1" in done.out
    assert "kit.toml has settings that cannot be used" in done.err and "direction" in done.err


def test_no_reader_is_said_in_words(waypost: Waypost, kit: Path) -> None:
    settings = kit / "kit.toml"
    settings.write_text(settings.read_text().replace('profile = "development"', 'profile = "production"'))
    done = waypost("kit", "bench", "--home", kit, passphrase=None)
    assert "Found 0" not in done.out
    if "No readers were found." in done.out and "No chip readers were found." in done.out:
        assert "and none was found. Connect one" in done.out


def test_a_reader_that_was_never_there_may_be_named_wrongly(waypost: Waypost, kit: Path) -> None:
    done = waypost(
        "kit", "bench", "--home", kit, "--seconds", "0.3", "--reader", "serial:///dev/ttyS99", passphrase=None
    )
    assert done.code == 1 and "check its name in the URL" in done.out
