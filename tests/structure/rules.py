"""Names, sizes and imports that `make check` enforces: `python -m tests.structure.rules` lists what breaks a rule.

- Two public classes never share a name.
- A module name occurs at most twice. Not counted: short `__init__`, `__main__`, `tables/`, and modules that implement
  one declared interface side by side (`SIDE_BY_SIDE`).
- No module is longer than 400 lines (tables excepted); no folder has more than 16 modules side by side, except where
  the code follows a standard's own division (`STANDARD_DIVISION`).
- No cycle among modules, by imports inside functions and for types neither (`MUTUAL_IMPORTS`).
- Outside `sync` nothing opens a connection by `urllib` or `asyncio`. import-linter holds the other libraries; it
  cannot tell `urllib.parse` from `urllib.request`.
- JSON is decoded by `data/json_codec.py` alone, by whatever name (`DECODING`).
- No text reaches a person without being marked for translation, and marks are such that translators see the text
  (`tests.structure.marked_texts`).
- No name says nothing of what it holds (`EMPTY_NAMES`, with `NAMED_BY_CONTRACT`); no function is called by a
  participle (`PARTICIPLES`).
- An error that is caught and goes no further is logged (`tests.structure.swallowed_errors`).

An exception that nothing needs any more breaks its rule too.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tests.structure.marked_texts import EXCEPTIONS, unmarked_texts, unmarked_values, unreadable_marks
from tests.structure.product import ProductModule, product_modules
from tests.structure.swallowed_errors import UNLOGGED, swallowed_errors

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
MUTUAL_IMPORTS: dict[tuple[str, ...], str] = {}
"""Modules that may import each other, in order, with the reason."""

EMPTY_NAMES = {"asked", "beside", "found", "it", "kept", "one", "said", "told"}
"""Names that fit everything."""
NAMED_BY_CONTRACT = {
    ("data/documents/travel_document.py", "found"): "a key in the JSON of `waypost check`",
    ("sync/headquarters/importer.py", "kept"): "a key in the JSON of `waypost hq import`",
}
"""Modules that may bind such a name."""
PARTICIPLES = {
    "cleaned", "compared", "decided", "explained", "heard", "held", "judged", "merged", "opened", "packed", "padded",
    "passed", "refreshed", "refused", "renewed", "replayed", "warned", "wrapped",
}  # fmt: skip
"""Functions were called so where a verb says what they do."""

JSON_CODEC = "data/json_codec.py"
DECODING = {
    "from_json", "JSONDecoder", "load", "loads", "model_validate_json", "raw_decode", "scanner", "validate_json",
    "parse_raw",
}  # fmt: skip
"""What decodes JSON in the standard library and in pydantic."""
DECODING_MODULES = {"jiter", "msgspec", "orjson", "rapidjson", "simplejson", "ujson"}
"""Packages that decode JSON."""

CONNECTING = {"create_connection", "create_datagram_endpoint", "create_server", "open_connection", "start_server"}
"""What `asyncio` opens connections with, unless it is given an open socket."""


def shared_class_names(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Public classes that share their name with another."""
    places = defaultdict(list)
    for module in modules:
        for statement in module.syntax.body:
            if isinstance(statement, ast.ClassDef) and not statement.name.startswith("_"):
                places[statement.name].append(module.place)
    yield from (f"class {name} is defined in {', '.join(where)}" for name, where in places.items() if len(where) > 1)


def frequent_module_names(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Module names that occur more than twice."""
    places = defaultdict(list)
    for module in modules:
        if module.is_counted and module.folder not in SIDE_BY_SIDE:
            places[module.name].append(module.place)
    yield from (
        f"module name {name} occurs {len(where)} times: {', '.join(where)}"
        for name, where in places.items()
        if len(where) > MOST_SAME_NAME
    )


def long_modules(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Modules of more than 400 lines."""
    for module in modules:
        if "tables" not in module.path.parts and module.lines > MOST_LINES:
            yield f"{module.place} has {module.lines} lines; {MOST_LINES} are the most"


def crowded_folders(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Folders with more than 16 modules side by side."""
    counts: dict[str, int] = defaultdict(int)
    for module in modules:
        counts[module.folder] += module.is_counted
    for folder, count in counts.items():
        if count > MOST_MODULES and folder not in STANDARD_DIVISION:
            yield f"{folder} has {count} modules side by side; {MOST_MODULES} are the most"


def import_cycles(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Groups of modules that import each other, directly or through others."""
    known = {module.dotted: module for module in modules}
    graph = {name: set(module.imports(known)) & known.keys() for name, module in known.items()}
    reached = {name: _reachable(name, graph) for name in graph}
    groups = {tuple(sorted(other for other in reached[name] if name in reached[other])) for name in graph}
    groups.discard(())
    for group in sorted(groups - MUTUAL_IMPORTS.keys()):
        imports = [f"{name} imports {', '.join(sorted(graph[name] & set(group)))}" for name in group]
        yield f"import cycle: {'; '.join(imports)}"
    for group in MUTUAL_IMPORTS.keys() - groups:
        if known.keys() & set(group):
            yield f"no import cycle any more, so no exception: {', '.join(group)}"


def _reachable(start: str, graph: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = set(graph[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached


def network_outside_sync(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Modules outside `sync` that import more of `urllib` than its parser, or let `asyncio` connect."""
    for module in modules:
        if module.dotted.partition(".")[0] == "sync":
            continue
        for name in sorted({name for name in module.imports({"urllib.parse"}) if name.partition(".")[0] == "urllib"}):
            if name != "urllib.parse":
                yield f"{module.place} imports {name}; only sync talks to the network"
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Call) and not any(given.arg == "sock" for given in node.keywords):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called in CONNECTING:
                    yield f"{module.place}:{node.lineno} calls {called}; only sync talks to the network"


def json_decoded_elsewhere(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Modules that decode JSON past the codec, whose rules would not hold there."""
    for module in modules:
        if module.place == JSON_CODEC:
            continue
        aliases = dict(_module_aliases(module))
        for node in ast.walk(module.syntax):
            for name in sorted(_decoders(node, aliases)):
                yield f"{module.place}:{node.lineno} uses {name}; only {JSON_CODEC} decodes JSON"  # type: ignore[attr-defined]


def _module_aliases(module: ProductModule) -> Iterator[tuple[str, str]]:
    """Names in a module that stand for a module, and which."""
    for node in ast.walk(module.syntax):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield (alias.asname, alias.name) if alias.asname else 2 * (alias.name.partition(".")[0],)
            case ast.ImportFrom(module=str(package), names=names):
                yield from ((alias.asname or alias.name, f"{package}.{alias.name}") for alias in names)


def _decoders(node: ast.AST, aliases: Mapping[str, str]) -> set[str]:
    """What decodes JSON in one node of the syntax."""
    match node:
        case ast.Import(names=names):
            return {alias.name for alias in names if alias.name.partition(".")[0] in DECODING_MODULES}
        case ast.ImportFrom(module=str(package), names=names):
            if package.partition(".")[0] in DECODING_MODULES:
                return {package}
            imported = {alias.name for alias in names}
            return imported & DECODING if package in ("json", "json.decoder", "pydantic_core") else set()
        case ast.Call(func=ast.Attribute(attr="json"), args=[]):
            return {".json()"}  # of an HTTP client's response
        case ast.Attribute(value=owner, attr=name):
            first, dot, rest = ast.unparse(owner).partition(".")
            of_json = f"{aliases.get(first, first)}{dot}{rest}" in ("json", "json.decoder", "pydantic_core")
            return {name} & (
                DECODING if of_json else DECODING - {"from_json", "load", "loads"}
            )  # names of our own, too
        case _:
            return set()


def empty_names(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Variables, parameters and functions whose name fits everything."""
    for module in modules:
        unused = {name for place, name in NAMED_BY_CONTRACT if place == module.place}
        for name, line in module.bound_names():
            if name.strip("_") in EMPTY_NAMES and (module.place, name) not in NAMED_BY_CONTRACT:
                yield f"{module.place}:{line} calls something {name}, which does not say what it is"
            unused.discard(name)
        yield from (f"{module.place} binds no {name} any more, so no exception" for name in unused)


def participles(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Functions called by a participle."""
    for module in modules:
        for function in module.functions():
            if function.name.strip("_") in PARTICIPLES:
                yield f"{module.place}:{function.lineno} function {function.name} is no verb"


RULES = (
    shared_class_names,
    frequent_module_names,
    long_modules,
    crowded_folders,
    import_cycles,
    network_outside_sync,
    json_decoded_elsewhere,
    empty_names,
    participles,
    unmarked_texts,
    unreadable_marks,
    unmarked_values,
    swallowed_errors,
)


def main() -> int:
    """Print the exceptions, and what breaks a rule; 1 where something does."""
    modules = product_modules()
    broken = [line for rule in RULES for line in rule(modules)]
    counted = sorted(module.lines for module in modules if module.is_counted)
    print(f"{len(counted)} modules, median {counted[len(counted) // 2]} lines. Exceptions:")
    print(f"  module names may recur in {', '.join(SIDE_BY_SIDE)}")
    print(f"  more than {MOST_MODULES} modules: {', '.join(STANDARD_DIVISION)}")
    print(f"  import each other: {'; '.join(' and '.join(group) for group in MUTUAL_IMPORTS) or 'none'}")
    print(f"  named by a contract: {', '.join(f'{name} in {place}' for place, name in NAMED_BY_CONTRACT)}")
    print(f"  texts that nobody translates: {len(EXCEPTIONS)}")
    for (place, text), reason in EXCEPTIONS.items():
        print(f"    {text!r} in {place}: {reason}")
    print(f"  errors that are not logged: {', '.join(f'{place} {function}' for place, function in UNLOGGED)}")
    for line in broken:
        print(line, file=sys.stderr)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
