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
     "`lists/<name>/`", "`data/…/any`", "[a page](page.md)", "[elsewhere](https://example.org/data/x)"],
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


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ('"""As docs/page.md has it."""', True),
        ('"""See docs/page.md, "The part"."""', True),
        ('"""See (docs/page.md, "The\n  part")."""', True),
        ("name = 1  # see docs/page.md", True),
        ('name = "docs/page.md has more"', True),
        ('"""As page.md has it."""', False),
        ('"""See docs/page.md, "Another part"."""', False),
        ("name = 1  # see domain.md", False),
        ('name = "docs/house.md has more"', False),
    ],
)
def test_a_page_that_code_names_is_there_with_its_section(repository: Path, text: str, is_there: bool) -> None:
    (repository / "docs/page.md").write_text("# A page\n\n## The part\n", encoding="utf-8")
    (repository / "data/card.py").write_text(text, encoding="utf-8")
    assert (unknown_references(repository) == []) is is_there


@pytest.mark.parametrize(
    ("link", "is_there"), [("#the-part-2", True), ("page.md#the-part-2", True), ("#a-part", False)]
)
def test_a_section_that_a_link_names_is_there(repository: Path, link: str, is_there: bool) -> None:
    (repository / "docs/page.md").write_text(f"# A page\n\n## The part, 2\n\n[words]({link})\n", encoding="utf-8")
    assert (unknown_references(repository) == []) is is_there


def test_code_may_hold_any_string(repository: Path) -> None:
    (repository / "data/card.py").write_text('print("data.kit.house", data.kit.house)\n', encoding="utf-8")
    assert unknown_references(repository) == []
