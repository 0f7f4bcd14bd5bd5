"""The product's Python files, and what each of them imports and binds, read from its syntax."""

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("appliance", "data", "devices", "provisioning", "sync", "ui")
SHORT_INIT = 15
"""Lines of code up to which a package's own file names and gathers; a longer one is a module like any other."""


@dataclass(frozen=True)
class ProductModule:
    """One Python file of the product."""

    path: Path

    @property
    def place(self) -> str:
        """Its path from the top of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def folder(self) -> str:
        """The folder it stands in."""
        return self.path.parent.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Its own name; of a package's own file, the package's."""
        return self.path.parent.name if self.path.name == "__init__.py" else self.path.stem

    @property
    def dotted(self) -> str:
        """Its import name."""
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_counted(self) -> bool:
        """Whether rules about module names and folders apply: not to short `__init__`, `__main__` and tables."""
        if self.path.name == "__init__.py" and self.code_lines <= SHORT_INIT:
            return False
        return self.path.name != "__main__.py" and "tables" not in self.path.parts

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    @property
    def code_lines(self) -> int:
        """Its lines without its docstring, comments and empty lines."""
        statements = self.syntax.body[ast.get_docstring(self.syntax) is not None :]
        rest = self.text.splitlines()[statements[0].lineno - 1 :] if statements else []
        return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in rest)

    @cached_property
    def syntax(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    def imports(self, known: Container[str]) -> Iterator[str]:
        """What it imports, anywhere in it: of `from a import b`, `a.b` if that is a module, else `a`."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                inside = [f"{node.module}.{alias.name}" for alias in node.names]
                yield from (name if name in known else node.module for name in inside)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.syntax):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node

    def bound_names(self) -> Iterator[tuple[str, int]]:
        """Every name that it gives to a variable, an attribute, a parameter or a function, with its line."""
        for node in ast.walk(self.syntax):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                    yield name, node.lineno
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                    yield name, node.lineno
                case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                    yield name, node.lineno
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    yield name, node.lineno


def product_modules() -> list[ProductModule]:
    """Every Python file of the product, in order."""
    return [ProductModule(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
