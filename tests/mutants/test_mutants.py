"""Every row of docs/threats.md has a control that is removed by a patch which applies, with tests that exist."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.mutants.__main__ import judge
from tests.mutants.controls import MUTANTS
from tests.mutants.mutant import PAGE, TOP, Mutant, full_threat, table, threats


@cache
def test_names(file: str) -> set[str]:
    """The names of the tests in a file."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse((TOP / file).read_text("utf-8"))) if isinstance(node, functions)}


test_names.__test__ = False  # type: ignore[attr-defined]  # it is none


def test_every_row_of_the_page_has_a_mutant() -> None:
    assert len(threats()) > 20
    assert set(threats()) == {full_threat(mutant) for mutant in MUTANTS}


def test_no_two_mutants_share_a_name() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_its_patch_applies_and_its_tests_exist(mutant: Mutant, tmp_path: Path) -> None:
    (tmp_path / mutant.file).parent.mkdir(parents=True)
    (tmp_path / mutant.file).write_text((TOP / mutant.file).read_text("utf-8"), "utf-8")
    mutant.apply(tmp_path)
    ast.parse((tmp_path / mutant.file).read_text("utf-8"))
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert not name or name.partition("[")[0] in test_names(file), test
        assert (TOP / file).is_file(), test


def test_the_page_names_the_test_of_each_control() -> None:
    assert PAGE.read_text("utf-8").endswith(table(MUTANTS)), "run `python -m tests.mutants table`"


def test_a_patch_that_does_not_apply_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("twice = 1\ntwice = 1\n")
    for old in ("gone", "twice"):
        with pytest.raises(ValueError, match=r"stands [02] times in a\.py"):
            Mutant("x", "a kit", "a.py", old, "", ()).apply(tmp_path)


@pytest.mark.parametrize(("code", "bad"), [(1, False), (0, True), (2, True), (4, True), (5, True), (None, True)])
def test_only_tests_that_ran_and_failed_are_a_success(code: int | None, bad: bool) -> None:
    assert bool(judge(code, "")) is bad
