"""Folders of tests hold tests: what they stand on is in marked folders (tests/support says which)."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
MARKED = {"support", "structure", "benches", "benchmarks", "fuzz", "mutants"}


def modules() -> list[Path]:
    return [path.relative_to(TESTS) for path in TESTS.rglob("*.py")]


def test_what_is_no_test_stands_in_a_marked_folder() -> None:
    stray = {
        str(path)
        for path in modules()
        if not MARKED & set(path.parts[:-1]) and not path.name.startswith("test_") and path.name != "conftest.py"
    }
    assert stray == set()


def test_no_test_borrows_from_another() -> None:
    borrowed = {
        (str(path), node.module)
        for path in modules()
        for node in ast.walk(ast.parse((TESTS / path).read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests.")
        if node.module.rpartition(".")[2].startswith(("test_", "conftest"))
    }
    assert borrowed == set()
