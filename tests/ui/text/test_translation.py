"""Messages are shown in the language in use, and in English where a translation is missing or wrong."""

import gettext
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from data.text import _, in_context, join, plural
from tests.support.catalogue import write_catalogue
from tests.support.waiting import GUARD_S
from ui import cli
from ui.text.help import command, group, option
from ui.text.translation import say, translate, use_language

Add = Callable[..., None]


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Add]:
    """Adds a German text to the catalogue in use."""
    monkeypatch.setenv("TEXTDOMAINDIR", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "de")
    catalogue = Catalog(locale="de")
    number = 0

    def add(id: str | tuple[str, str], text: str | tuple[str, str], context: str | None = None) -> None:
        nonlocal number
        number += 1
        catalogue.add(id, text, context=context)
        folder = tmp_path / str(number)  # gettext keeps what it has read under a path
        write_catalogue(folder, "de", catalogue)
        monkeypatch.setenv("TEXTDOMAINDIR", str(folder))
        use_language()

    yield add
    monkeypatch.undo()
    use_language("en")
    os.environ.pop("LANGUAGE")
    use_language()


def test_values_and_their_own_texts_are_translated(german: Add) -> None:
    german("The list {name} is {age} old.", "{age} alt ist die Liste {name}.")
    german(("{count} day", "{count} days"), ("{count} Tag", "{count} Tage"))
    text = _("The list {name} is {age} old.", name="documents", age=plural("{count} day", "{count} days", 3))
    assert translate(text) == "3 Tage alt ist die Liste documents."
    assert translate(join([text, "NORTH"], "; ")) == "3 Tage alt ist die Liste documents.; NORTH"
    assert str(text) == "The list documents is 3 days old."


def test_a_context_chooses_among_meanings(german: Add) -> None:
    german("look", "ansehen", context="state of a check")
    assert translate(in_context("state of a check", "look")) == "ansehen"
    assert translate(_("look")) == "look"


@pytest.mark.parametrize(
    "wrong",
    [
        "{nmae}",
        "{name",
        "{0}",
        "{name:.x}",
        "",
        "{name:.0}",
        "{name.x}",
        "{name[x]}",
        "{name:999999999999}",
        "{name!r}",
    ],
)
def test_a_wrong_translation_falls_back_to_english(german: Add, wrong: str) -> None:
    german("The list {name}.", f"Die Liste {wrong}.")
    assert translate(_("The list {name}.", name="documents")) == "The list documents."


def test_text_that_is_no_message_and_the_empty_one_stay(german: Add) -> None:
    german("NORTH", "NORD")
    assert translate("NORTH") == "NORTH"
    assert translate(_("")) == ""


def test_help_and_the_words_of_click_are_translated(german: Add) -> None:
    @group(help=_("Lists of this kit."))
    def lists() -> None:
        pass

    @lists.command("age", help=_("How old they are."))
    @option("--days", default=3, show_default=True, help=_("At most so many days."))
    def age(days: int) -> None:
        say(plural("{count} day", "{count} days", days))

    @command(help=_("Something else."))
    def other() -> None:
        raise click.UsageError("x")

    german("Lists of this kit.", "Listen dieses Geräts.")
    german("How old they are.", "Wie alt sie sind.")
    german("At most so many days.", "Höchstens so viele Tage.")
    german("Commands", "Befehle")
    german(("{count} day", "{count} days"), ("{count} Tag", "{count} Tage"))
    run = CliRunner().invoke
    listing, detail = run(lists, ["--help"]).output, run(lists, ["age", "--help"]).output
    assert "Listen dieses Geräts." in listing
    assert "Wie alt sie sind." in listing
    assert "Befehle" in listing
    assert "Höchstens so viele Tage.  [default: 3]" in detail
    assert run(lists, ["age"]).output == "3 Tage\n"
    assert run(other, []).exit_code == 2


def test_without_a_catalogue_there_is_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEXTDOMAINDIR", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "xx")
    use_language()
    assert translate(_("Nothing found")) == "Nothing found"
    assert gettext.gettext("Usage") == "Usage"


def test_a_translation_cannot_leave_out_the_verdict(german: Add) -> None:
    german("{verdict}: {reason}", "{reason}")
    text = _("{verdict}: {reason}", verdict=_("REFER"), reason=_("Listed"))
    assert translate(text) == "REFER: Listed"


def test_a_value_cannot_move_the_cursor_or_begin_a_line(german: Add) -> None:
    german("{file} is read:\n{what}", "{what}\nsteht in {file}")
    hostile = "a\x1b[2J\x1b]0;pwn\x07\x9b1m\u202e\nREFER\r\t.csv"
    harmless = "a[2J]0;pwn1m REFER  .csv"
    for value in (hostile, Path(hostile), join([hostile])):
        text = _("{file} is read:\n{what}", file=value, what=_("It has {age}", age=hostile))
        assert translate(text) == f"It has {harmless}\nsteht in {harmless}"
        assert translate(join([text, hostile], "\n")).splitlines() == [*translate(text).splitlines(), harmless]


def test_numbers_and_dates_keep_their_format() -> None:
    text = _("{size:,} bytes on {day:%d %B}", size=1234, day=date(2025, 3, 2))
    assert translate(text) == "1,234 bytes on 02 March"


@pytest.mark.parametrize("added", ["\x1b[8m", "\x9b8m", "\r", "\n"])
def test_a_translation_adds_no_control_characters(german: Add, added: str) -> None:
    german("Nothing found", f"{added}Nichts gefunden")
    german("A line\nand another", "Eine Zeile\nund noch eine")
    german("Left and right", "\u200fLinks und rechts")
    assert translate(_("Nothing found")) == "Nothing found"
    assert translate(_("A line\nand another")) == "Eine Zeile\nund noch eine"
    assert translate(_("Left and right")) == "\u200fLinks und rechts"


def test_what_click_says_of_an_argument_cannot_move_the_cursor(capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["--\x1b[2J"],
        ["lists", "--home", ".", "un\x1b[2J"],
        ["courier", "status", "--home", ".", "\x1b[2J\nx"],
    ):
        assert cli.run(arguments) == 2
    assert "\x1b" not in (shown := capfd.readouterr().err) and "[2J x" in shown


@pytest.mark.parametrize("blank", ["", " ", "\u3000\n"])
def test_a_translation_cannot_be_blank(german: Add, blank: str) -> None:
    german("Nothing found", blank)
    assert translate(_("Nothing found")) == "Nothing found"


@pytest.mark.parametrize(
    ("clear", "refer"),
    [("GEHT", "GEHT"), ("Weiter", "WEITER"), ("REFER", "HALT"), ("REFER", "CLEAR"), ("DURCH", "clear")],
)
def test_a_catalogue_in_which_one_verdict_reads_like_another_is_not_used(german: Add, clear: str, refer: str) -> None:
    german("Nothing found", "Nichts gefunden")
    german("CLEAR", clear, "verdict")
    german("REFER", refer, "verdict")
    assert translate(in_context("verdict", "CLEAR")) == "CLEAR"
    assert translate(in_context("verdict", "REFER")) == "REFER"
    assert translate(_("Nothing found")) == "Nothing found"


def test_a_catalogue_translates_verdicts(german: Add) -> None:
    german("CLEAR", "FREI", "verdict")
    german("REFER", "ZWEITE LINIE", "verdict")
    assert translate(in_context("verdict", "CLEAR")) == "FREI"
    assert translate(in_context("verdict", "REFER")) == "ZWEITE LINIE"


def test_a_count_may_be_in_words(german: Add) -> None:
    german(("{count} list of {kit}", "{count} lists of {kit}"), ("eine Liste von {kit}", "{count} Listen von {kit}"))
    assert (
        translate(plural("{count} list of {kit}", "{count} lists of {kit}", 1, kit="north")) == "eine Liste von north"
    )


def test_who_prefers_english_gets_it(german: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    german("Nothing found", "Nichts gefunden")
    for preferred, shown in [("en_GB:de", "Nothing found"), ("fr:de", "Nichts gefunden"), ("C", "Nothing found")]:
        monkeypatch.setenv("LANGUAGE", preferred)
        use_language()
        assert translate(_("Nothing found")) == shown


@pytest.mark.parametrize("rule", ["1/(n-n)", "1/(n-200)", "1/(n-1000)", "n/0"])
def test_a_catalogue_that_cannot_count_leaves_english(german: Add, tmp_path: Path, rule: str) -> None:
    catalogue = Catalog(locale="de")
    catalogue._num_plurals, catalogue._plural_expr = 2, rule
    catalogue.add(("{count} day", "{count} days"), ("{count} Tag", "{count} Tage"))
    write_catalogue(tmp_path / "zero", "de", catalogue)
    os.environ["TEXTDOMAINDIR"] = str(tmp_path / "zero")
    use_language("de")
    for count in (0, 200, 1000):
        assert translate(plural("{count} day", "{count} days", count)) in (f"{count} days", f"{count} Tag")
    assert translate(plural("{count} day", "{count} days", 1000)) == "1000 days"
    assert CliRunner().invoke(click.Command("x"), ["--wrong"]).exit_code == 2


def test_a_pipe_in_place_of_a_catalogue_is_not_waited_for(tmp_path: Path) -> None:
    for code in ("de", "de_CH"):
        write_catalogue(tmp_path, code, Catalog(locale="de"))
    pipe = tmp_path / "de" / "LC_MESSAGES" / "waypost.mo"
    pipe.unlink()
    os.mkfifo(pipe)
    for code in ("de", "de_CH"):
        environment = {**os.environ, "TEXTDOMAINDIR": str(tmp_path), "LANGUAGE": code}
        called = subprocess.run(
            [sys.executable, "-c", "from ui.cli import main; main()", "--wrong"],
            env=environment,
            capture_output=True,
            timeout=GUARD_S,
        )
        assert called.returncode == 2 and b"--wrong" in called.stderr


@pytest.mark.parametrize("content", [b"", b"no catalogue at all", b"\xde\x12\x04\x95" + bytes(16) + b"\xff" * 8])
def test_a_damaged_catalogue_is_as_none(german: Add, tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "damaged"
    write_catalogue(folder, "de", Catalog(locale="de"))
    (folder / "de" / "LC_MESSAGES" / "waypost.mo").write_bytes(content)
    os.environ["TEXTDOMAINDIR"] = str(folder)
    use_language("de")
    assert translate(_("Nothing found")) == "Nothing found"
    assert CliRunner().invoke(click.Command("x"), ["--wrong"]).exit_code == 2
