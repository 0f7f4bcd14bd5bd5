"""What documents, docstrings and comments name of this repository: files and folders by path, modules by dots."""

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
_LINK = re.compile(r"\]\(([^)#\s]+)")
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
            named += [link for link in _LINK.findall(text) if ":" not in link and not (path.parent / link).exists()]
            broken += [f"{page}:{line} names {name}, which is not there" for name in named]
    for path in files:
        for line, text in _prose(path.read_text(encoding="utf-8")):
            named = list(_unknown_names(text, root, places))
            broken += [f"{path.relative_to(root).as_posix()}:{line} names {name}, which is not there" for name in named]
    return broken


def _unknown_names(text: str, root: Path, places: set[str]) -> Iterator[str]:
    for name in _PATH.findall(text):
        if not (root / name).exists() and not any(f"/{place}".endswith(f"/{name}") for place in places):
            yield name
    for name in _DOTTED.findall(text):
        if not name.endswith(".md") and not _is_known(name, root):
            yield name


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """Comments and docstrings, with their lines."""
    if any(_PATH.search(text) or _DOTTED.search(text) for text in _AFTER_HASH.findall(source)):
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
