"""The shape of the code is held by rules (`make check`), and every rule can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.structure import files_entered, marked_texts, product, rules
from tests.structure.product import ProductModule, product_modules

MOST_MODULES, MOST_FILES_ENTERED = 575, 113


def test_the_product_stays_small_enough_to_read() -> None:
    counted = [module for module in product_modules() if module.is_counted]
    assert 300 < len(counted) <= MOST_MODULES


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[ProductModule]]:
    """Makes a product of files with the given texts."""
    monkeypatch.setattr(product, "ROOT", tmp_path)

    def make(**texts: str) -> list[ProductModule]:
        for name, text in texts.items():
            path = tmp_path / (name.replace("__", "/").replace("/init/", "__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return product_modules()

    return make


Make = Callable[..., list[ProductModule]]


def test_two_public_classes_of_one_name_are_refused(made: Make) -> None:
    (broken,) = rules.shared_class_names(made(data__first="class Card: ...\n", ui__second="class Card: ...\n"))
    assert broken == "class Card is defined in data/first.py, ui/second.py"


def test_private_classes_may_share_a_name(made: Make) -> None:
    assert not list(rules.shared_class_names(made(data__first="class _Card: ...\n", ui__second="class _Card: ...\n")))


def test_a_module_name_may_occur_twice_and_not_three_times(made: Make) -> None:
    two = made(data__keys="", ui__keys="")
    assert not list(rules.frequent_module_names(two))
    (broken,) = rules.frequent_module_names(made(data__chip__keys=""))
    assert broken.startswith("module name keys occurs 3 times")


def test_modules_that_implement_one_interface_may_recur(made: Make) -> None:
    assert not list(rules.frequent_module_names(made(data__kit="", sync__kit="", ui__commands__kit="")))


def test_a_module_of_more_than_four_hundred_lines_is_refused(made: Make) -> None:
    assert not list(rules.long_modules(made(data__long="pass\n" * 400)))
    assert list(rules.long_modules(made(data__long="pass\n" * 401)))


def test_tables_may_be_long(made: Make) -> None:
    assert not list(rules.long_modules(made(data__tables__states="pass\n" * 5000)))


def test_a_folder_of_more_than_sixteen_modules_is_refused(made: Make) -> None:
    assert not list(rules.crowded_folders(made(**{f"data__m{number}": "" for number in range(16)})))
    assert list(rules.crowded_folders(made(data__one_more="")))


def test_modules_that_import_each_other_are_refused(made: Make) -> None:
    (broken,) = rules.import_cycles(
        made(data__first="from data.second import name\n", data__second="from data import first\n")
    )
    assert broken.startswith("import cycle:") and "data.first" in broken and "data.second" in broken


@pytest.mark.parametrize(
    "second",
    [
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from data import first\n",
        "def late() -> None:\n    from data import first\n",
    ],
)
def test_imports_for_types_and_inside_functions_make_a_cycle_too(made: Make, second: str) -> None:
    (broken,) = rules.import_cycles(made(data__first="from data.second import name\n", data__second=second))
    assert broken == "import cycle: data.first imports data.second; data.second imports data.first"


def test_every_cycle_is_listed_with_all_its_modules(made: Make) -> None:
    ring = made(data__a="import data.b", data__b="import data.c", data__c="import data.a", data__d="import data.a")
    pair = made(ui__a="import ui.b\nimport data.d", ui__b="import ui.a")
    assert len(list(rules.import_cycles(ring))) == 1
    first, second = rules.import_cycles(pair)
    assert "data.c imports data.a" in first and "data.d" not in first
    assert second == "import cycle: ui.a imports ui.b; ui.b imports ui.a"


def test_a_cycle_with_a_reason_is_allowed_as_long_as_it_is_there(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MUTUAL_IMPORTS", {("data.a", "data.b"): "a reason"})
    assert not list(rules.import_cycles(made(data__a="import data.b", data__b="import data.a")))
    (broken,) = rules.import_cycles(made(data__a=""))
    assert broken == "no import cycle any more, so no exception: data.a, data.b"


def test_a_long_file_of_a_package_is_a_module_with_the_name_of_the_package(made: Make) -> None:
    comments = '"""What it is."""\n\n# Why.\n'
    (short,) = made(data__kinds____init__=comments + "name = 1\n" * 15)
    assert not short.is_counted
    (long,) = made(data__kinds____init__=comments + "name = 1\n" * 16)
    assert long.is_counted and long.name == "kinds" and long.dotted == "data.kinds"


@pytest.mark.parametrize(
    "text",
    [
        "from urllib.request import urlopen",
        "def late():\n    import urllib.request",
        "from urllib import request",
        "import asyncio\n\nasyncio.open_connection('host', 80)",
        "loop.create_server(make, 'host', 80)",
    ],
)
def test_only_sync_talks_to_the_network(made: Make, text: str) -> None:
    assert not list(rules.network_outside_sync(made(sync__link=text)))
    assert len(list(rules.network_outside_sync(made(devices__camera=text)))) == 1


def test_addresses_may_be_parsed_and_open_sockets_used_anywhere(made: Make) -> None:
    text = "from urllib.parse import quote\nfrom urllib import parse\n\nasyncio.open_connection(sock=ours)\n"
    assert not list(rules.network_outside_sync(made(devices__isolation=text)))


@pytest.mark.parametrize(
    "text",
    [
        "import json\n\njson.loads('1')",
        "import json\n\njson.load(file)",
        "import json\n\njson.JSONDecoder()",
        "from json import loads",
        "import json as j\n\nj.loads('1')",
        "import json.decoder\n\njson.decoder.JSONDecoder()",
        "import pydantic_core\n\npydantic_core.from_json('1')",
        "import pydantic_core as core\n\ncore.from_json('1')",
        "response.json()",
        "import orjson",
        "import orjson as fast",
        "from simplejson import dumps",
        "from json.decoder import JSONDecoder",
        "from pydantic_core import from_json",
        "Model.model_validate_json('1')",
        "TypeAdapter(int).validate_json('1')",
    ],
)
def test_only_the_codec_decodes_json(made: Make, text: str) -> None:
    assert not list(rules.json_decoded_elsewhere(made(data__json_codec=text)))
    assert len(list(rules.json_decoded_elsewhere(made(data__json_codec=text, sync__formats=text)))) == 1


def test_json_may_be_written_and_toml_read_anywhere(made: Make) -> None:
    text = "import json, tomllib\n\njson.dumps(tomllib.loads('')), Settings.load(path)\n"
    assert not list(rules.json_decoded_elsewhere(made(sync__formats=text)))


@pytest.mark.parametrize(
    "text",
    [
        "found = 1",
        "_found = 1",
        "def look(found): ...",
        "def look(*, found=1): ...",
        "lambda found: 1",
        "def found(): ...",
        "async def found(): ...",
        "for found in (): ...",
        "[found for found in ()]",
        "with name as found: ...",
        "if (found := 1): ...",
        "self.found = 1",
        "class Card:\n    found: int",
        "import name as found",
        "match name:\n    case [found]: ...",
    ],
)
def test_names_that_fit_everything_are_refused(made: Make, text: str) -> None:
    assert list(rules.empty_names(made(data__cards=text)))


def test_names_that_fit_everything_may_be_read_and_be_part_of_a_name(made: Make) -> None:
    assert not list(rules.empty_names(made(data__cards="print(digit.found, one)\nfound_digits = 1\n")))


def test_a_name_of_a_contract_is_allowed_as_long_as_it_is_there(made: Make) -> None:
    assert not list(rules.empty_names(made(data__documents__travel_document="class CheckDigit:\n    found: str\n")))
    (broken,) = rules.empty_names(made(data__documents__travel_document=""))
    assert broken == "data/documents/travel_document.py binds no found any more, so no exception"


def test_functions_called_by_a_participle_are_refused(made: Make) -> None:
    modules = made(data__cards="def _judged(): ...\n\n\nclass Card:\n    def opened(self): ...\n")
    assert [line.rpartition("function ")[2] for line in rules.participles(modules)] == [
        "_judged is no verb",
        "opened is no verb",
    ]


def test_one_check_passes_through_few_files(tmp_path: Path) -> None:
    code, entered = files_entered.check_listed_person(tmp_path)
    assert code == 20
    assert "ui/commands/check.py" in entered and "data/store.py" in entered
    assert len(entered) <= MOST_FILES_ENTERED


@pytest.mark.parametrize(
    "text",
    [
        'click.echo("Stopped")',
        'click.echo(f"{count} lists")',
        'click.echo("Lists: " + names)',
        'click.echo("%s is old" % name)',
        'click.echo("{} is old".format(name))',
        'click.echo(", ".join(f"list {name}" for name in names))',
        'click.echo(safe("Stopped"))',
        'click.echo("Stopped" if stopped else "")',
        'click.option("--all", help="Every list")',
        'click.prompt("Passphrase")',
        'raise InputError("Nothing was typed")',
        'raise InputError(_("Nothing was typed"), do="Type it")',
        'raise click.UsageError("Nothing was typed")',
        'class Torn(InputError):\n    def __init__(self):\n        super().__init__("Nothing was typed")',
        'class Torn(InputError): ...\n\n\nraise Torn("Nothing was typed")',
        'Static("none read")',
        'Label("Name")',
        'Input(placeholder="as printed")',
        'page.border_title = "Keys"',
        'self.notify("Stopped")',
        'line.update(f"Link: {link}")',
        'Text("Late answers", "bold")',
        'Content.styled("CHECKS", "bold")',
        'Content.assemble(name, ("SIMULATED", "bold"))',
        'table.add_column("list")',
        'table.add_row("reader", state)',
        'Binding("f1", "help", "help")',
        'Binding("f1", "help", _("help"), tooltip="Every key")',
        'join(["Lists", names])',
        'sys.stderr.write(f"waypost: {line}\\n")',
        'sys.stdout.write("Stopped")',
        'stderr.write("Stopped")',
        '@click.command()\ndef lists():\n    """Each list."""',
    ],
)
def test_texts_that_nobody_can_translate_are_refused(made: Make, text: str) -> None:
    modules = made(ui__page=text, data__errors="class WaypostError: ...\n\n\nclass InputError(WaypostError): ...\n")
    assert len(list(marked_texts.unmarked_texts(modules))) == 1


@pytest.mark.parametrize(
    "text",
    [
        'click.echo(_("Stopped"))',
        'click.echo(f"{count}: {name}")',
        'click.echo(", ".join(names))',
        'click.echo(b"Stopped")',
        'raise InputError(_("Nothing was typed"), do=_("Type it"))',
        'raise KeyError("for engineers")',
        'Static("", markup=False, classes="error")',
        'Content.styled(translate(heading), "bold $ink")',
        'Text(f"{number}. {step}", "bold")',
        'Binding("f1", "help", _("help"), id="desk.help")',
        'names.update(other="name")',
        'join([first, second], "; ")',
        'file.write("Stopped")',
        "sys.stdout.write(text)",
        '@command(help=_("Each list."))\ndef lists():\n    """For engineers."""',
    ],
)
def test_marked_texts_and_what_is_no_text_are_allowed(made: Make, text: str) -> None:
    modules = made(ui__page=text, data__errors="class WaypostError: ...\n\n\nclass InputError(WaypostError): ...\n")
    assert not list(marked_texts.unmarked_texts(modules))


def test_a_text_with_a_reason_is_allowed_as_long_as_it_is_there(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_texts, "EXCEPTIONS", {("ui/page.py", "apdu {}"): "a reason"})
    assert not list(marked_texts.unmarked_texts(made(ui__page='click.echo(f"apdu {raw}")')))
    (broken,) = marked_texts.unmarked_texts(made(ui__page=""))
    assert broken == "ui/page.py has no 'apdu {}' any more, so no exception"


def test_only_so_many_texts_are_exceptions(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    exceptions = {("ui/other.py", str(number)): "a reason" for number in range(3)}
    monkeypatch.setattr(marked_texts, "EXCEPTIONS", exceptions)
    monkeypatch.setattr(marked_texts, "MOST_EXCEPTIONS", 3)
    assert not list(marked_texts.unmarked_texts(made(ui__page="")))
    monkeypatch.setattr(marked_texts, "MOST_EXCEPTIONS", 2)
    assert list(marked_texts.unmarked_texts(made(ui__page=""))) == ["3 texts are exceptions; 2 are the most"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("_(heading)", "is no literal"),
        ('_(f"{count} lists")', "is no literal"),
        ('in_context(KEY, "help")', "is no literal"),
        ('plural("{count} list", several, 3)', "is no literal"),
        ("f\"{_('Stopped')}\"", "inside an f-string"),
    ],
)
def test_marks_that_translators_do_not_see_are_refused(made: Make, text: str, reason: str) -> None:
    (broken,) = marked_texts.unreadable_marks(made(ui__page=f"from data.text import _, in_context, plural\n\n{text}\n"))
    assert reason in broken
    assert not list(marked_texts.unreadable_marks(made(ui__page=f"{text}\n")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('_("FAULT {fault}", fault="was changed")', "'was changed'"),
        ('_("FAULT {fault}", fault=f"{place}: was changed")', "'{}: was changed'"),
        ('plural("{count} {what}", "{count} {what}", 3, what="old lists" if old else "")', "'old lists'"),
        ('in_context("state", "{what}", what=str(f"event {number}"))', "'event {}'"),
    ],
)
def test_values_that_are_words_are_refused(made: Make, text: str, words: str) -> None:
    (broken,) = marked_texts.unmarked_values(made(ui__page=f"from data.text import _, in_context, plural\n\n{text}\n"))
    assert broken == f"ui/page.py:3 fills a text in with words that nobody can translate: {words}"


@pytest.mark.parametrize(
    "value",
    ['"DG11"', 'f"{chain} {number}"', '_("was changed")', "name", "', '.join(names)", 'f"{pip} --no-deps {name}"'],
)
def test_values_that_are_names_or_marked_are_allowed(made: Make, value: str) -> None:
    modules = made(ui__page=f"from data.text import _\n\n_('FAULT {{fault}}', fault={value})\n")
    assert not list(marked_texts.unmarked_values(modules))
