"""Names and sizes that `make check` enforces: `python -m tests.structure.rules` lists what breaks a rule.

- Two public classes never share a name.
- A module name occurs at most twice. Not counted: `__init__`, `__main__`, `tables/`, and modules that implement one
  declared interface side by side (`SIDE_BY_SIDE`).
- No module is longer than 400 lines (tables excepted); no folder has more than 16 modules side by side, except where
  the code follows a standard's own division (`STANDARD_DIVISION`).
- No cycle among modules. Imports under `if TYPE_CHECKING` and inside functions do not count.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("appliance", "data", "devices", "provisioning", "sync", "ui")
MOST_LINES = 400
MOST_MODULES = 16
MOST_SAME_NAME = 2

SIDE_BY_SIDE = {
    "data/lists/kinds": "kinds of list, each with identity, to_json, from_json, rows and merge",
    "ui/commands": "commands, each named as it is typed",
    "ui/commands/hq": "commands, each named as it is typed",
}
"""Folders whose modules implement one declared interface, so that their names may recur elsewhere."""
STANDARD_DIVISION = {"devices/chip/lds": "ICAO Doc 9303-10: one module a data group"}
"""Folders that may hold more modules, with the standard whose division they follow."""


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
    def dotted(self) -> str:
        """Its import name."""
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_counted(self) -> bool:
        """Whether rules about module names, lengths and folders apply: not to packages' own files and tables."""
        return self.path.name not in ("__init__.py", "__main__.py") and "tables" not in self.path.parts

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def body(self) -> list[ast.stmt]:
        """Its top-level statements."""
        return ast.parse(self.text).body

    def imports(self, known: Container[str]) -> Iterator[str]:
        """What importing this module imports: of `from a import b`, `a.b` if that is a module, else `a`."""
        for statement in _at_import(self.body):
            if isinstance(statement, ast.Import):
                yield from (alias.name for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom) and statement.module:
                inside = [f"{statement.module}.{alias.name}" for alias in statement.names]
                yield from (name if name in known else statement.module for name in inside)


def _at_import(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            continue
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            yield from _at_import(statement.body)
        else:
            yield statement


def product_modules() -> list[ProductModule]:
    """Every Python file of the product, in order."""
    return [ProductModule(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def shared_class_names(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Public classes that share their name with another."""
    places = defaultdict(list)
    for module in modules:
        for statement in module.body:
            if isinstance(statement, ast.ClassDef) and not statement.name.startswith("_"):
                places[statement.name].append(module.place)
    yield from (f"class {name} is defined in {', '.join(where)}" for name, where in places.items() if len(where) > 1)


def frequent_module_names(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Module names that occur more than twice."""
    places = defaultdict(list)
    for module in modules:
        if module.is_counted and module.folder not in SIDE_BY_SIDE:
            places[module.path.stem].append(module.place)
    yield from (
        f"module name {name} occurs {len(where)} times: {', '.join(where)}"
        for name, where in places.items()
        if len(where) > MOST_SAME_NAME
    )


def long_modules(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Modules of more than 400 lines."""
    for module in modules:
        lines = len(module.text.splitlines())
        if "tables" not in module.path.parts and lines > MOST_LINES:
            yield f"{module.place} has {lines} lines; {MOST_LINES} are the most"


def crowded_folders(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Folders with more than 16 modules side by side."""
    counts: dict[str, int] = defaultdict(int)
    for module in modules:
        counts[module.folder] += module.is_counted
    for folder, count in counts.items():
        if count > MOST_MODULES and folder not in STANDARD_DIVISION:
            yield f"{folder} has {count} modules side by side; {MOST_MODULES} are the most"


def import_cycles(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Modules that import each other, directly or through others."""
    known = {module.dotted: module for module in modules}
    graph = {name: set(module.imports(known)) & known.keys() for name, module in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"import cycle: {' imports '.join(reversed(error.args[1]))}"


RULES = (shared_class_names, frequent_module_names, long_modules, crowded_folders, import_cycles)


def main() -> int:
    """Print what breaks a rule; 1 where something does."""
    modules = product_modules()
    broken = [line for rule in RULES for line in rule(modules)]
    counted = sorted(len(module.text.splitlines()) for module in modules if module.is_counted)
    print(f"{len(counted)} modules, median {counted[len(counted) // 2]} lines")
    print("may recur, because they implement one interface side by side:")
    for folder, reason in {**SIDE_BY_SIDE, **STANDARD_DIVISION}.items():
        print(f"  {folder}: {reason}")
    for line in broken:
        print(line, file=sys.stderr)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
