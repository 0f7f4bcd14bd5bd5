"""Every command in an invented language: what it says in English was never marked for translation.

Each command's help, its ordinary output and its errors are read word by word. A word without accents is a value (a
name, a code, an option, a path) or a fault. `--json` is the same in every language.
"""

import io
import itertools
import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from data.kit.home import KitHome
from data.text import Message, _
from tests.journeys.support.travellers import HONEST, STOLEN, WANTED
from tests.support.command_line import Done, runner
from tests.support.deployment import LISTS
from tests.support.pseudo_locale import LONGER, OPENING, accent, pseudo_locale, untranslated
from tests.support.staff import at_work, sign_in_at
from ui.cli import waypost
from ui.commands import demo
from ui.demo.build import PASSPHRASE, build
from ui.text.help import Command
from ui.text.translation import say
from ui.wiring import open_counter

LIST_NAMES = ("sltd", "notices", "un", "ofac", "signers", "revoked", "seal-signers")
NAMES = (
    *LIST_NAMES,
    "waypost",
    "demo-kit",
    "Demonstration",
    "crossing",
    "Sample",
    "kits",
    "lists",
    "snapshot",
    "timestamp",
    "root",
    "targets",
    "UTC",
    "MB",
    "KB",
)
"""Lists, kits and roles of keys, which have the same name in every language; units."""
FORMATS = ("csv", "json", "xml", "list", "sltd", "master", "crl", "pem", "ldif", "operations", "vehicles")
METAVARS = (
    "LIST",
    "DIR",
    "PATHS",
    "KIT",
    "OPTIONS",
    "COMMAND",
    "ARGS",
    "TEXT",
    "FILE",
    "FILENAME",
    "DIRECTORY",
    "INTEGER",
    "FLOAT",
    "RANGE",
)


@dataclass(frozen=True)
class Call:
    """A command line with its exit code, and the words of its output that are values."""

    line: str
    code: int = 0
    values: str = ""
    stdin: str = ""
    passphrase: str = PASSPHRASE

    def __str__(self) -> str:
        return self.line


CHIP = "HALLINGDAL RAGNHILDS XY AAA BBB PACE ECDH GM with ECDSA EC JPEG Norway"
SHIFT_NAMES = "MUEHLENBROCK JOERG NABHAN YASIR AL QURMUZI BARANOVEC VAN DER WAALSTRA MAAIKE JOLIJN"
READER = "Simulated page reader unplugged"
"""Its title in shift.toml, and the code of a fault."""
BATCH_ANSWER = "verdict error The batch is empty Nobody was screened Give one JSON object on each line"
LOG = "courier LinkError FileNotFoundError ENOENT tuf exceptions DownloadError refresh run open"
DISCOVERED = "Simulated reader"
"""A PC/SC reader that another test may have plugged in meanwhile."""
BENCH = (
    DISCOVERED
    + " "
    + (
        "PACE ECDH GM with apdu SELECT READ BINARY MANAGE SECURITY GENERAL INTERNAL AUTHENTICATE ms structure sound "
        "digests signature signed state validity chain revocation complete offers active proved chip"
    )
)
"""What the bench prints of a chip: commands of its protocol, checks and reasons by their codes."""
LAID_CHIP = """
[laid]
kind = "chip"
[[laid.presents]]
after_s = 0.0
document = { format = "TD1", code = "I", issuer = "EST", number = "AS8830145", surname = "Kuusemaa", given = "Taavi", nationality = "EST", birth = 1991-01-30, sex = "M", expiry = 2031-05-04 }
chip = { can = "204815" }
"""  # noqa: E501
WANTED_RECORD = (
    "Ignacio Ramiro ZOLTAVERDE QUINT IGNACIO RAMIRO NCB ARG Criminal association and aggravated smuggling Argentina "
    "associate of Dietmar Uwe KARVELMANN passport Puerto Lirio"
)
OFFLINE = " --medium {hq}/offline" + 4 * " --key-passphrase-file {tmp}/secret"
PROPOSE = "hq keys propose --home {hq} --out {tmp}/request --renew root"
ACCEPT = " && hq keys accept {tmp}/request --home {hq} --yes"
CHECK = "check --home {kit} "
CALLS = (
    Call(CHECK + "--mrz {honest}"),
    Call(CHECK + "--mrz {stolen}", 20, "FRA PAS ESP"),
    Call(CHECK + "--mrz {wanted}", 20, WANTED_RECORD),
    Call(CHECK + "--number 24FV38617 --country FRA", 30, "PAS ESP"),
    Call(CHECK + "--name 'ZOLTAVERDE QUINT, IGNACIO RAMIRO' --born 1979-04-23", 20, WANTED_RECORD),
    Call(CHECK + "--reader simulated://shift.toml#reader --chip kit", values=CHIP),
    Call(CHECK, 2),
    Call(CHECK + "--number X", 2),
    Call(CHECK + "--mrz x --reader serial:///x", 2),
    Call(CHECK + "--mrz x --can 123456", 2),
    Call(CHECK + "--chip kit", 2),
    Call(
        CHECK + "--batch - --code -",
        2,
        "verdict cannot_say error cannot be used with put the codes into its lines as in hexadecimal",
    ),
    Call(CHECK + "--mrz - --code -", 2),
    Call(CHECK + "--mrz x --json --plain", 2, "verdict cannot_say error Give or not both"),
    Call(CHECK + "--nonsense", 2),
    Call(CHECK + "--mrz x --wait many", 2, "float range"),
    Call(CHECK + "--mrz x --sex Q", 2),
    Call("check --mrz x", 2),
    Call(CHECK + "--batch -", 30, values=BATCH_ANSWER),
    Call(CHECK + "--mrz x --code -", 30),
    Call(CHECK + "--mrz x --born 1970", 30),
    Call(CHECK + "--mrz {honest} --passphrase-file {kit}/shift.toml", 30),
    Call("check --home {tmp}/none --mrz x", 30),
    Call("lists --home {kit}"),
    Call("lists", 2),
    Call("lists rollback un --home {kit} --reason B --yes", 1),
    Call("lists rollback --home {kit}", 2),
    Call("courier run --home {kit}"),
    Call("courier run --home {kit} --source http://127.0.0.1:9/", 1, "Connection refused"),
    Call("courier run --home {kit} --source {tmp}/none", 1),
    Call("courier status --home {kit}", 1),
    Call("courier status --home {tmp}/none", 1),
    Call(
        "courier run --home {kit} --source http://127.0.0.1:9/ && courier status --home {kit}", 1, "Connection refused"
    ),
    Call("stick out {tmp} --home {kit}"),
    Call("stick out {tmp} --home {hq}"),
    Call("stick out {tmp} --home {kit} --have x=1", 1),
    Call("stick out {tmp} --home {kit} --have x", 2),
    Call("stick in {tmp} --home {kit}", 1),
    Call("stick in {tmp} --home {hq}", 1),
    Call("stick out {tmp} --home {hq} && stick in {tmp} --home {kit}"),
    Call("stick out {tmp} --home {kit} && stick in {tmp} --home {hq}"),
    Call("stick out {tmp} --home {kit} && stick in {tmp} --home {hq} && hq report --home {hq}"),
    Call("stick out {tmp} --home {kit} && stick in {tmp} --home {hq} && hq kits --home {hq}"),
    Call(
        "hq revoke --home {hq} --kit demo-kit --why 1234 --yes && courier run --home {kit} --source {hq}/public",
        1,
    ),
    Call("stick in {tmp} --home {tmp}", 1),
    Call("journal verify --home {kit}", values="technician"),
    Call("journal show --home {kit} --to 2001-01-01", 1),
    Call("journal show --home {kit} --details", 2),
    Call("kit init --home {kit} --enrol {kit}/kit.toml", 1),
    Call("kit tune --home {kit}"),
    Call("kit bench --home {kit} --seconds 1", values="Simulated page reader"),
    Call("kit bench --home {kit} --chip simulated://chip.toml#laid --can 204815 --seconds 30", 0, BENCH),
    Call("kit bench --home {kit} --chip simulated://chip.toml#laid --can 123456 --seconds 30", 1, BENCH),
    Call(
        "kit bench --home {kit} --reader odd://x", 1, f"simulated serial wedge folder pictures replay pcsc {DISCOVERED}"
    ),
    Call("kit bench --home {kit} --seconds 2 --chip kit --can 204815", values="Simulated chip reader"),
    Call("kit bench --home {kit} --reader serial:///dev/none --seconds 0", 1, f"none unplugged {DISCOVERED}"),
    Call("kit logs --home {kit}"),
    Call("courier run --home {kit} --source {tmp}/none && kit logs --home {kit}", values=LOG),
    Call("kit logs --home {kit} --since later", 2),
    Call("hq logs --home {tmp}", 1),
    Call("desk --home {kit}", 1),
    Call("hq init --home {tmp}/new"),
    Call("hq init --home {hq}", 1),
    Call("hq init --home {tmp}/new --targets-medium {tmp}", 1),
    Call("hq recover --home {hq} --yes"),
    Call("hq import --home {hq} --list un --format un-xml {lists}/un.xml"),
    Call("hq import --home {hq} --list un --format un-xml {lists}/sltd.csv", 1, "syntax error line column"),
    Call("hq import --home {hq} --list un --format un-xml --as-of today {lists}/un.xml", 2),
    Call("hq import --home {hq} --list un --format odd {lists}/un.xml", 2, " ".join(FORMATS)),
    Call("hq publish --home {hq}"),
    Call("hq rebuild --home {hq} --list un --version 1 --out {tmp}/un.jsonl"),
    Call("hq rebuild --home {hq} --list un --version 9 --out {tmp}/un.jsonl", 1),
    Call("hq enrol --home {hq} --kit north-1 --source http://hq.example --out {tmp}/north-1.secret"),
    Call("hq enrol --home {hq} --kit demo-kit --again --yes --source http://hq.example --out {tmp}/north-1.secret"),
    Call("hq enrol --home {hq} --kit demo-kit --source http://hq.example --out {tmp}/north-1.secret", 1),
    Call("hq enrol --home {hq} --kit demo-kit --lists , --source x --out {tmp}/north-1.secret", 2),
    Call("hq kits --home {hq}"),
    Call("hq kits set demo-kit --home {hq} --suspend 1234"),
    Call("hq kits set demo-kit --home {hq}", 2),
    Call("kit passphrase --home {kit}", 1),
    Call("kit passphrase --home {kit} --new-passphrase-file docs/adr/0001-record-decisions.md"),
    Call("hq passphrase --home {hq} --new-passphrase-file docs/adr/0001-record-decisions.md"),
    Call("hq revoke --home {hq} --kit demo-kit --why 1234 --yes"),
    Call("hq revoke --home {hq} --kit demo-kit --why 1234 --wipe --yes"),
    Call("hq revoke --home {hq} --kit other-1 --why 1234 --yes", 1),
    Call("hq keys --home {hq}"),
    Call("hq keys make --medium {tmp} --name root-4"),
    Call("hq keys check --home {hq}" + OFFLINE),
    Call("hq keys check --medium {tmp} --home {tmp}", 1),
    Call(
        "hq keys passphrase --medium {hq}/offline"
        + 4 * " --key-passphrase-file {tmp}/secret --new-passphrase-file {tmp}/secret"
    ),
    Call("hq keys propose --home {hq} --out {tmp}/request --renew root"),
    Call("hq keys show {hq}/offline/root.json", 1, "format made says roots targets policy new"),
    Call(PROPOSE + " && hq keys show {tmp}/request"),
    Call(PROPOSE + " && hq keys sign {tmp}/request --yes" + OFFLINE),
    Call(PROPOSE + " && hq keys sign {tmp}/request --yes" + OFFLINE + ACCEPT),
    Call(PROPOSE + ACCEPT, 1),
    Call("hq policy show --home {hq}", values="default"),
    Call("hq policy propose --home {hq} --out {tmp}/request --list un --removes 50"),
    Call("hq policy propose --home {hq} --out {tmp}/request --removes many", 2),
    Call("hq policy set --home {hq} --list un --removes 50 --yes"),
    Call("hq policy set --home {hq} --list un --removes 50", 1, stdin="n\n"),
    Call("hq approve --home {hq} --list un", 1),
    Call("hq report --home {hq}"),
    Call("hq conflicts --home {hq}"),
    Call("hq conflicts show 1 --home {hq}", 1),
    Call("hq serve --home {hq}", 2),
    Call("nonsense", 2),
)
JSON_LINES = (
    CHECK + "--mrz {honest}",
    CHECK + "--number 24FV38617 --country FRA",
    CHECK + "--name 'ZOLTAVERDE QUINT, IGNACIO RAMIRO' --born 1979-04-23",
    CHECK + "--reader simulated://shift.toml#reader --chip kit",
    "lists --home {kit}",
    "courier run --home {kit}",
    "courier status --home {kit}",
    "stick out {tmp} --home {kit}",
    "stick out {tmp} --home {hq}",
    "stick out {tmp} --home {hq} && stick in {tmp} --home {kit}",
    "journal verify --home {kit}",
    "kit tune --home {kit}",
    "hq import --home {hq} --list un --format un-xml {lists}/un.xml",
    "hq publish --home {hq}",
    "hq kits --home {hq}",
    "hq keys --home {hq}",
    "hq keys check --home {hq}" + OFFLINE,
    "hq policy show --home {hq}",
    "hq report --home {hq}",
    "hq conflicts --home {hq}",
    "hq recover --home {hq} --yes",
    "kit logs --home {kit}",
    "check --home {kit} --mrz {honest} --born 1970",
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL_COMMANDS = dict(commands(waypost))


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the catalogue."""
    return tmp_path_factory.mktemp("language")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Headquarters and a kit."""
    folder = tmp_path_factory.mktemp("demonstration")
    build(folder, lambda message: None)
    sign_in_at(folder / "kit", PASSPHRASE)
    return folder


class Shell:
    """Runs command lines on a copy of the demonstration."""

    def __init__(
        self, original: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._original = original
        self.folder = folder
        self.start_over()
        self._patch = monkeypatch
        self._run = runner(capsys, monkeypatch)

    def start_over(self) -> None:
        """Go back to the demonstration as it was made."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._original, self.folder)
        (self.folder / "secret").write_text(PASSPHRASE)
        (self.folder / "kit" / "chip.toml").write_text(LAID_CHIP)

    def __call__(self, call: Call, *more: str) -> Done:
        """Run each of the command lines, with `more` at the end of the last one; returns what that one gave."""
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(call.stdin.encode())))
        places = dict(
            kit=self.folder / "kit",
            hq=self.folder / "headquarters",
            tmp=self.folder,
            lists=LISTS,
            honest=HONEST,
            stolen=STOLEN,
            wanted=WANTED,
        )
        *first, last = ([word.format_map(places) for word in shlex.split(line)] for line in call.line.split(" && "))
        for words in first:
            self._run(*words, passphrase=PASSPHRASE)
        return self._run(*last, *more, passphrase=call.passphrase)


@pytest.fixture
def shell(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(demonstration, tmp_path / "demo", monkeypatch, capsys)


@pytest.mark.parametrize(
    "text",
    ["No", "Try again", "Run `waypost kit init` with --home, then read kit.toml.", "{count} lists\n\nSee {name}"],
)
def test_the_invented_language_is_longer_and_keeps_what_is_no_word(text: str) -> None:
    assert len(accent(text)) >= (1 + LONGER) * len(text)
    assert untranslated(accent(text), ["count", "name"]) == []
    assert untranslated(text, ["count", "name"]) != []


def test_clicks_own_words_are_translated_and_english_comes_back(language: Path) -> None:
    with pseudo_locale(language):
        assert "⟦Úšáĝé" in CliRunner().invoke(waypost, ["--help"]).output
    assert OPENING not in CliRunner().invoke(waypost, ["--help"]).output


@pytest.mark.parametrize("path", ALL_COMMANDS, ids=lambda path: " ".join(path) or "waypost")
def test_help_is_translated(path: tuple[str, ...], language: Path) -> None:
    command = ALL_COMMANDS[path]
    with pseudo_locale(language):
        shown = CliRunner().invoke(waypost, [*path, "--help"], prog_name="waypost").output
    assert isinstance(command, Command)
    for line in (line for example in command.examples for line in example.splitlines()):
        shown = shown.replace(line, "")
    assert untranslated(shown, [*NAMES, *METAVARS, *path, *_values_in_help(command)]) == []


@pytest.mark.parametrize("command", ALL_COMMANDS.values(), ids=lambda command: command.name)
def test_examples_fit_a_terminal_and_their_options_exist(command: Command) -> None:
    for example in command.examples:
        assert max(map(len, example.splitlines())) <= 78, "with the indent, 80 columns"
        words = shlex.split(example.replace("\\\n", " ").partition("<")[0])
        path = tuple(itertools.takewhile(lambda word: not word.startswith("-"), words[1:]))
        named = next(ALL_COMMANDS[path[:end]] for end in range(len(path), -1, -1) if path[:end] in ALL_COMMANDS)
        options = {name: parameter for parameter in named.params for name in parameter.opts}
        given = {word for word in words if word.startswith("--") and word != "--help"}
        assert given <= options.keys()
        if "--help" not in words:
            assert {name for name, option in options.items() if option.required and name.startswith("--")} <= given


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_output_is_translated(call: Call, shell: Shell, language: Path) -> None:
    with pseudo_locale(language):
        done = shell(call)
    assert done.code == call.code, done
    assert (
        untranslated(done.out + done.err, [*NAMES, *METAVARS, *shlex.split(call.line), *call.values.split()]) == []
    ), done


def test_faults_of_a_journal_are_told_in_the_language(shell: Shell, language: Path) -> None:
    with closing(KitHome.open(shell.folder / "kit", PASSPHRASE, "check")) as kit, kit.journal.writing() as connection:
        connection.execute("UPDATE link SET outcome = 'x' WHERE seq = 1")
        connection.execute("INSERT INTO event VALUES ('id-1', 'decision', '', '', NULL, NULL, 'admit')")
        connection.execute("UPDATE outbox SET body = x'7b7d' WHERE seq = 1")
    with pseudo_locale(language):
        done = shell(Call("journal verify --home {kit}"))
    assert done.code == 1 and done.out.count(accent("FAULT")[1:6]) >= 3, done
    assert untranslated(done.out + done.err, [*NAMES, "technician", "receipts", "audit"]) == [], done


def test_what_is_wrong_with_a_report_is_told_in_the_language(
    shell: Shell, language: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(home: Path, *, say: Callable[[Message], None], **_rest: object) -> None:
        say(_("Stopped."))

    monkeypatch.setattr("ui.commands.hq.publish.serve", serve)
    with pseudo_locale(language):
        done = shell(Call("hq serve --home {hq} --port 0 --uplink"))
    assert done.code == 0 and done.err == f"{accent('waypost: {warning}').format(warning=accent('Stopped.'))}\n", done


@pytest.mark.parametrize("line", JSON_LINES)
def test_json_is_the_same_in_every_language(line: str, shell: Shell, language: Path) -> None:
    english = shell(Call(line), "--json")
    shell.start_over()
    with pseudo_locale(language):
        other = shell(Call(line), "--json")
    assert json.loads(english.out) is not None
    assert (other.code, steady(other.out)) == (english.code, steady(english.out))


def test_building_the_demonstration_is_told_in_the_language(
    language: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pseudo_locale(language):
        build(tmp_path, say)
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 7
    assert untranslated(said, [*NAMES, *FORMATS]) == []


def test_the_travellers_of_the_demonstration_are_shown_in_the_language(
    shell: Shell, language: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shift = shell.folder / "kit" / "shift.toml"
    shift.write_text(shift.read_text().replace("after_s = 0.5", "after_s = 0.0"))
    monkeypatch.setattr(demo, "QUIET_S", 1.0)
    with pseudo_locale(language), closing(open_counter(shell.folder / "kit", PASSPHRASE, "desk")) as counter:
        reader = counter.reader()
        assert reader
        demo.present_travellers(counter, reader, at_work(counter))
    said = capsys.readouterr().out
    assert len(said.splitlines()) > 10
    assert untranslated(said, [*NAMES, *_names_in(shift.read_text()), *f"{SHIFT_NAMES} {READER}".split()]) == []


def _names_in(shift: str) -> Iterator[str]:
    for name in re.findall(r'(?:surname|given) = "([^"]+)"', shift):
        yield from (name, name.upper())


def _values_in_help(command: click.Command) -> Iterator[str]:
    """Arguments, subcommands and choices, as they are typed; defaults."""
    yield from command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ()
    for parameter in command.params:
        yield str(parameter.human_readable_name)
        yield str(parameter.metavar)
        yield parameter.type.name.upper()
        yield from parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
        if isinstance(parameter.default, str):
            yield parameter.default


def steady(text: str) -> str:
    """`text` without what differs from run to run: durations, sizes, identifiers, times, ages."""
    text = re.sub(r'"(?:[0-9a-f-]{36}|[0-9a-f]{32,}|[\d-]{10}T[\d:.]+Z)"', '""', text)
    text = re.sub(r'("(?:elapsed_ms|revision|seconds|bytes|wire_bytes|\w+_bytes)"): [\d.]+', r"\1: 0", text)
    return re.sub(r"just now|\d+ (?:minute|second)s? ago", "AGE", text)
