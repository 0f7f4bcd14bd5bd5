"""Documents, docstrings and comments name files, folders and modules that are there."""

from pathlib import Path

import pytest

from tests.structure.product import ROOT
from tests.structure.references import unknown_references


def test_what_is_named_is_there() -> None:
    assert unknown_references(ROOT) == []


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one module, `data/kit/home.py`, that defines `KitHome`."""
    (tmp_path / "data/kit").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "data/kit/home.py").write_text("class KitHome: ...\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "`data/kit/house.py`",
        "`house.py`",
        "`data/kits/`",
        "`data/kit/home.py`, `data/lease`",
        "`python -m data.kit.house`",
        "`data.kit.home.House`",
        "[a page](house.md)",
    ],
)
def test_a_document_that_names_what_is_not_there_is_refused(repository: Path, text: str) -> None:
    (repository / "docs/page.md").write_text(f"\nSee {text}.\n", encoding="utf-8")
    (broken,) = unknown_references(repository)
    assert broken.startswith("docs/page.md:2 names ")


@pytest.mark.parametrize(
    "text",
    ["`data/kit/home.py`", "`home.py`", "`data/kit`", "`data/kit/`", "`data.kit`", "`data.kit.home.KitHome.open`",
     "`lists/<name>/`", "`data/…/any`", "[a page](page.md#part)", "[elsewhere](https://example.org/data/x)"],
)  # fmt: skip
def test_what_is_there_and_what_is_no_path_of_the_repository_may_be_named(repository: Path, text: str) -> None:
    (repository / "docs/page.md").write_text(f"See {text}.\n", encoding="utf-8")
    assert unknown_references(repository) == []


@pytest.mark.parametrize(
    "text",
    ['"""As data.kit.house does."""', "name = 1  # see data/kit/house.py", 'def open():\n    """In `house.py`."""'],
)
def test_a_docstring_or_comment_that_names_what_is_not_there_is_refused(repository: Path, text: str) -> None:
    (repository / "data/card.py").write_text(text, encoding="utf-8")
    (broken,) = unknown_references(repository)
    assert broken.startswith("data/card.py:")


def test_code_may_hold_any_string(repository: Path) -> None:
    (repository / "data/card.py").write_text('print("data.kit.house", data.kit.house)\n', encoding="utf-8")
    assert unknown_references(repository) == []
