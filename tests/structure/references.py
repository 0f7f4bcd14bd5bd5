"""What documents, docstrings and comments name of this repository.

- Files and folders by path, modules by dots.
- Pages and their sections: `docs/screening.md, "Verdicts"` in code, a link with an anchor in a page. Code
  names a page by its path from the top, so that a page that is not here cannot be meant. Product code names pages in
  messages too.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.structure.product import PACKAGES

FOLDERS = (*PACKAGES, "docs", "tests")
_TOP = "|".join(FOLDERS)
_IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_PAGE = re.compile(r"(?<![\w./-])([\w./-]+\.md)\b(?:, \"([^\"]+)\")?")
_HEADING = re.compile(r"^#+ (.+)$", flags=re.MULTILINE)
_PATH = re.compile(rf"(?<![\w./-])(?:(?:{_TOP})/[\w./-]*[\w/]|[\w/-]+\.py)(?![\w*<…{{(])")
_AFTER_HASH = re.compile(r"#.*")
_DOTTED = re.compile(rf"(?<![\w./-])(?:{_TOP})(?:\.[A-Za-z_]\w*)+")


def unknown_references(root: Path) -> list[str]:
    """What is named and is not there, with its place."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    places = {path.relative_to(root).as_posix() for path in files}
    broken = []
    for path in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]:
        page = path.relative_to(root).as_posix()
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            named = list(_unknown_names(" ".join(_IN_BACKTICKS.findall(text)), root, places))
            named += _unknown_links(path, text)
            broken += [f"{page}:{line} names {name}, which is not there" for name in named]
    for path in files:
        place = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        for line, text in _prose(source):
            named = [*_unknown_names(text, root, places), *_unknown_pages(text, root)]
            broken += [f"{place}:{line} names {name}, which is not there" for name in named]
        if not place.startswith("tests/") and "docs/" in source:
            broken += [f"{place} names {name}, which is not there" for name in _unknown_pages(source, root)]
    return list(dict.fromkeys(broken))


def _unknown_links(page: Path, text: str) -> Iterator[str]:
    for link, section in _LINK.findall(text):
        if ":" in link:
            continue
        target = page.parent / link if link else page
        if not target.exists():
            yield link
        elif section and section not in map(_anchor, _headings(target)):
            yield f"{link}#{section}"


def _unknown_pages(text: str, root: Path) -> Iterator[str]:
    for name, section in _PAGE.findall(re.sub(r"\n\s*(?:#:? )?", " ", text)):
        if not (root / name).is_file():
            yield name
        elif section and section not in _headings(root / name):
            yield f'{name}, "{section}"'


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(page.read_text(encoding="utf-8"))


def _anchor(heading: str) -> str:
    """As GitHub makes it from a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _unknown_names(text: str, root: Path, places: set[str]) -> Iterator[str]:
    for name in _PATH.findall(text):
        if not (root / name).exists() and not any(f"/{place}".endswith(f"/{name}") for place in places):
            yield name
    for name in _DOTTED.findall(text):
        if not name.endswith(".md") and not _is_known(name, root):
            yield name


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """Comments and docstrings, with their lines."""
    if any(_PATH.search(text) or _DOTTED.search(text) or ".md" in text for text in _AFTER_HASH.findall(source)):
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def _is_known(dotted: str, root: Path) -> bool:
    """Whether it is a module or a folder, or what a module defines or passes on."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        base = root.joinpath(*parts[:count])
        if base.is_dir() and count == len(parts):
            return True
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return count == len(parts) or parts[count] in _defined(path)
    return False


def _defined(path: Path) -> set[str]:
    names = set()
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.ImportFrom():
                names |= {alias.asname or alias.name for alias in statement.names}
            case ast.Assign() | ast.AnnAssign():
                names |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return names
