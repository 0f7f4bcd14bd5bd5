"""Words for errors of the system."""

import ast
from errno import ENOSPC

import pytest

from data.errors import describe_os_error
from data.text import EMPTY
from tests.structure.product import product_modules


@pytest.mark.parametrize("error", [OSError(), OSError("no number"), OSError(ENOSPC, None), ValueError("none at all")])
def test_an_error_without_a_reason_of_the_system_never_reads_none(error: BaseException) -> None:
    assert describe_os_error(error) == "no reason given"
    assert describe_os_error(error, EMPTY) == ""


def test_the_reason_of_the_system_is_told() -> None:
    assert describe_os_error(OSError(ENOSPC, "No space left on device")) == "No space left on device"


def test_nobody_reads_the_reason_of_the_system_without_a_word_for_none() -> None:
    readers = [
        module.place
        for module in product_modules()
        for node in ast.walk(ast.parse(module.path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "strerror"
        if not (isinstance(node.value, ast.Name) and node.value.id == "os")
    ]
    assert readers == ["data/errors.py"]
