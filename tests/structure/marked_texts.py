"""Finds texts that a person reads and that nobody can translate: `tests.structure.rules` enforces it.

- A string literal with letters, an f-string, or a sum with one must not reach the terminal, a widget, a label, a table,
  a key's description, the help of a command, or an error. It is marked: `_("…")`, `plural(…)`, `in_context(…)`.
- The values that a text names are no English words either: a value of several words is marked by itself.
- What marks a text gets it as a literal and outside an f-string: only then do translators see it.
- `EXCEPTIONS` has what is no text in spite of its letters, each with its reason.

mypy finds most of what is not marked; this finds what goes to somebody else's function, which takes any string.
"""

import ast
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from typing import TypeVar

from tests.structure.product import ProductModule

NodeT = TypeVar("NodeT", bound=ast.AST)

MOST_EXCEPTIONS = 30
_MISTAKE = "a mistake in the program, which no input causes"
EXCEPTIONS = {
    ("data/documents/sealed_keys.py", "a salt of {} bytes protects nothing; {} at least"): _MISTAKE,
    ("data/documents/sealed_keys.py", "no canonical row: country of {}, group of {}, number of {}"): _MISTAKE,
    (
        "data/documents/sealed_keys.py",
        "no range: numbers of {} and {} characters, or the last before the first",
    ): _MISTAKE,
    ("data/lists/rows.py", "a row of this kind has a key and a body of 8 bytes each"): _MISTAKE,
    ("data/lists/storage/base_formats.py", "no column of type {}"): _MISTAKE,
    ("devices/chip/apdu.py", "A command cannot have this length"): _MISTAKE,
    ("devices/chip/establish_access.py", "BAC"): "the protocol's own name",
    ("ui/cli.py", "waypost:"): "the name of the program, before each of its errors",
    ("ui/commands/kit_bench/chips.py", "  apdu  {}"): "a line of a trace: the standard's word and bytes",
}
"""Place and literal (`{}` for each value), with the reason why nobody translates it."""

MARKS = {"_": (0,), "plural": (0, 1), "in_context": (0, 1)}
"""What marks a text (`data.text`), with the arguments that must be literals."""
ERROR_ROOTS = {
    "WaypostError", "ClickException", "UsageError", "BadParameter", "BadOptionUsage", "BadArgumentUsage", "FileError",
    "MissingParameter", "NoSuchOption", "ValueError",
}  # fmt: skip
EVERY = tuple(range(50))
SINKS: dict[str, tuple[int, ...]] = {
    "echo": (0,), "secho": (0,), "prompt": (0,), "confirm": (0,),  # click
    "Static": (0,), "Label": (0,), "Button": (0,), "update": (0,), "notify": (0,), "Binding": (2,),  # Textual
    "Text": (0,), "Content": (0,), "styled": (0,), "assemble": EVERY,  # rich and Textual
    "add_column": (0,), "add_columns": EVERY, "add_row": EVERY,
    "within": (2,),  # of data.json_codec: mypy looks at no call inside Annotated
    "join": (0,),  # of data.text: plain strings in it are not translated
}  # fmt: skip
"""Functions that show text, with the positions of the arguments that are shown."""
TERMINAL_WRITERS = {
    f"{stream}.{method}"
    for stream in ("sys.stdout", "sys.stderr", "stdout", "stderr", "sys.__stdout__", "sys.__stderr__")
    for method in ("write", "writelines", "buffer.write")
}
"""Writing to the terminal past `ui.text.translation.say`."""
SHOWN_KEYWORDS = {
    "help", "short_help", "epilog", "prompt", "placeholder", "tooltip", "description", "title", "means", "do", "what",
    "hint",
}  # fmt: skip
SHOWN_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "placeholder", "BORDER_TITLE", "BORDER_SUBTITLE"}
PASSED_THROUGH = {"safe", "shorten", "str", "escape"}
"""Functions that give their first argument back, more or less."""


def unmarked_texts(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Literals that reach a person untranslated, and exceptions that nothing needs."""
    modules = list(modules)
    errors = error_names(modules)
    unused = set(EXCEPTIONS)
    for module in modules:
        for line, text in _texts_of(module, errors):
            if (module.place, text) not in EXCEPTIONS:
                yield f"{module.place}:{line} shows a text that nobody can translate: {text!r}"
            unused.discard((module.place, text))
    places = {module.place for module in modules}
    yield from (f"{place} has no {text!r} any more, so no exception" for place, text in unused if place in places)
    if len(EXCEPTIONS) > MOST_EXCEPTIONS:
        yield f"{len(EXCEPTIONS)} texts are exceptions; {MOST_EXCEPTIONS} are the most"


def unreadable_marks(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Calls that mark a text in a way that hides it from translators."""
    for module in modules:
        marks = _imported_marks(module)
        inside_f_strings = {
            id(node)
            for f_string in _nodes(module, ast.JoinedStr)
            for node in ast.walk(f_string)
            if node is not f_string
        }
        for call in _nodes(module, ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id in marks:
                if id(call) in inside_f_strings:
                    yield f"{module.place}:{call.lineno} marks a text inside an f-string: translators do not see it"
                elif not all(_is_literal(argument) for argument in _at(call, MARKS[call.func.id])):
                    yield f"{module.place}:{call.lineno} marks a text that is no literal: translators do not see it"


def unmarked_values(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Words that a marked text gets as a value: they stay English in it."""
    for module in modules:
        marks = _imported_marks(module)
        for call in _nodes(module, ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id in marks:
                for line, text in (found for given in call.keywords for found in _literals(given.value)):
                    if " " in text and any(map(_is_word, text.split())):
                        yield f"{module.place}:{line} fills a text in with words that nobody can translate: {text!r}"


def error_names(modules: Iterable[ProductModule]) -> Set[str]:
    """Names of every class that descends from WaypostError or from one of click's errors."""
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for module in modules
        for node in _nodes(module, ast.ClassDef)
    }
    names = set(ERROR_ROOTS)
    while new := {name for name, parents in bases.items() if parents & names} - names:
        names |= new
    return names


def _texts_of(module: ProductModule, errors: Container[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.syntax):
        for shown in _shown_by(node, errors):
            yield from _literals(shown)
        if isinstance(node, ast.ClassDef) and node.name in errors:
            for call in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
                if ast.unparse(call.func) == "super().__init__":
                    yield from (found for argument in call.args for found in _literals(argument))
        if isinstance(node, ast.FunctionDef) and (help_line := _help_from_docstring(node)):
            yield node.lineno, help_line


def _shown_by(node: ast.AST, errors: Container[str]) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            name = _last_name(function)
            if name == "join" and not isinstance(function, ast.Name):
                return  # of a str, which a sink around it looks into
            if ast.unparse(function) in TERMINAL_WRITERS:
                yield from arguments
            is_error = name in errors
            yield from arguments if is_error else _at(node, SINKS.get(name, ()))
            if is_error or name in SINKS or name in ("Input", "option", "command", "group", "argument", "Option"):
                yield from (given.value for given in keywords if given.arg in SHOWN_KEYWORDS)
        case ast.Assign(targets=targets, value=value):
            if any(
                isinstance(target, ast.Attribute | ast.Name) and _last_name(target) in SHOWN_ATTRIBUTES
                for target in targets
            ):
                yield value


def _literals(node: ast.expr) -> Iterator[tuple[int, str]]:
    """Literals with letters in an expression, as far as they come out of it as they are."""
    match node:
        case ast.Constant(value=str(text)):
            if any(character.isalpha() for character in text):
                yield node.lineno, text
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
            if any(isinstance(part, ast.Constant) and any(map(str.isalpha, part.value)) for part in parts):
                yield node.lineno, text
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join" | "upper" | "capitalize"), args=arguments):
            yield from (found for inner in (text, *arguments) for found in _literals(inner))
        case ast.Call(func=function, args=[first, *_more]) if _last_name(function) in PASSED_THROUGH:
            yield from _literals(first)
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
            yield from (found for inner in (left, right) for found in _literals(inner))
        case ast.IfExp(body=left, orelse=right):
            yield from (found for inner in (left, right) for found in _literals(inner))
        case ast.BoolOp(values=parts) | ast.List(elts=parts):
            yield from (found for inner in parts for found in _literals(inner))
        case ast.Tuple(elts=[first, *_style]):  # text and style, for `Content.assemble`
            yield from _literals(first)
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner) | ast.Starred(value=inner):
            yield from _literals(inner)


def _help_from_docstring(function: ast.FunctionDef) -> str:
    """The docstring that click shows as help where a command has no other; empty where it has."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in ("click.command", "click.group"):
            if not any(given.arg in ("help", "cls") for given in decorator.keywords):
                return ast.get_docstring(function) or function.name
    return ""


def _imported_marks(module: ProductModule) -> Mapping[str, tuple[int, ...]]:
    names = {
        alias.asname or alias.name
        for node in _nodes(module, ast.ImportFrom)
        if node.module == "data.text"
        for alias in node.names
    }
    return {name: places for name, places in MARKS.items() if name in names}


def _is_word(text: str) -> bool:
    return any(map(str.isalpha, text)) and not text.startswith("-")  # an option of a command


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _at(call: ast.Call, places: Iterable[int]) -> Iterator[ast.expr]:
    return (call.args[place] for place in places if place < len(call.args))


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _nodes(module: ProductModule, kind: type[NodeT]) -> Iterator[NodeT]:
    return (node for node in ast.walk(module.syntax) if isinstance(node, kind))
