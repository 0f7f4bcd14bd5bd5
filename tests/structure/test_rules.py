"""The shape of the code is held by rules, and every rule can fail."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.structure import files_entered, rules
from tests.structure.rules import ProductModule, product_modules

Rule = Callable[[Iterable[ProductModule]], Iterator[str]]
MOST_MODULES, MOST_FILES_ENTERED = 430, 70


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(product_modules())) == []


def test_the_product_stays_small_enough_to_read() -> None:
    counted = [module for module in product_modules() if module.is_counted]
    assert 300 < len(counted) <= MOST_MODULES


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[ProductModule]]:
    """Makes a product of files with the given texts."""
    monkeypatch.setattr(rules, "ROOT", tmp_path)

    def make(**texts: str) -> list[ProductModule]:
        for name, text in texts.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
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
def test_imports_for_types_and_at_run_time_make_no_cycle(made: Make, second: str) -> None:
    assert not list(rules.import_cycles(made(data__first="from data.second import name\n", data__second=second)))


def test_one_check_passes_through_few_files(tmp_path: Path) -> None:
    code, entered = files_entered.check_listed_person(tmp_path)
    assert code == 20
    assert "ui/commands/check.py" in entered and "data/store.py" in entered
    assert len(entered) <= MOST_FILES_ENTERED
