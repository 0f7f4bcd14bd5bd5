"""What is wrong with JSON that cannot be decoded: the one error of `data.json_codec`, in our own words.

It says where and what kind of problem, and never shows a value: it may be a person's, and so may a key that no type
names (`documents.?`).
"""

from collections.abc import Callable, Container, Mapping
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from data.text import THE_VALUE, Message, _, join, name_field, plural

_MOST_FAULTS = 8
_LONGEST_STEP = 40
"""Characters of one step of a path: an unknown field may be called anything."""
_CHOICES = frozenset({"bool", "constrained-int", "constrained-str", "float", "int", "str"})
"""What pydantic calls the types of a union, in paths."""


class JsonProblem(StrEnum):
    """The kind of problem."""

    SIZE = "size"
    ENCODING = "encoding"
    SYNTAX = "syntax"
    DEPTH = "depth"
    DUPLICATE = "duplicate"
    NUMBER = "number"
    MISSING = "missing"
    UNKNOWN = "unknown"
    TYPE = "type"
    VALUE = "value"


class JsonError(ValueError):
    """Why a text is not what its format says, in a clause without its full stop: `lists.0.kind must be text`."""

    def __init__(self, reason: JsonProblem, says: Message, path: str = "") -> None:
        super().__init__(says)
        self.says = says
        self.reason = reason
        """The first of several; the error log names it."""
        self.path = path
        """Where the first of them is: `lists.0.kind`; empty for the whole."""


_Sentence = Callable[[Message, Mapping[str, Any]], Message]
_SENTENCES: dict[str, _Sentence] = {
    "missing": lambda field, _limits: _("{field} is missing", field=field),
    "extra_forbidden": lambda field, _limits: _("{field} is not a known field", field=field),
    "string_type": lambda field, _limits: _("{field} must be text", field=field),
    "int_type": lambda field, _limits: _("{field} must be a whole number", field=field),
    "float_type": lambda field, _limits: _("{field} must be a number", field=field),
    "bool_type": lambda field, _limits: _("{field} must be true or false", field=field),
    "list_type": lambda field, _limits: _("{field} must be an array", field=field),
    "dict_type": lambda field, _limits: _("{field} must be an object", field=field),
    "enum": lambda field, limits: _("{field} must be {expected}", field=field, expected=limits["expected"]),
    "string_too_short": lambda field, limits: plural(
        "{field} must have at least {count} character",
        "{field} must have at least {count} characters",
        limits["min_length"],
        field=field,
    ),
    "string_too_long": lambda field, limits: plural(
        "{field} must have at most {count} character",
        "{field} must have at most {count} characters",
        limits["max_length"],
        field=field,
    ),
    "string_pattern_mismatch": lambda field, _limits: _("{field} is not in the right form", field=field),
    "too_short": lambda field, limits: plural(
        "{field} must have at least {count} entry",
        "{field} must have at least {count} entries",
        limits["min_length"],
        field=field,
    ),
    "too_long": lambda field, limits: plural(
        "{field} must have at most {count} entry",
        "{field} must have at most {count} entries",
        limits["max_length"],
        field=field,
    ),
    "greater_than": lambda field, limits: _("{field} must be more than {least}", field=field, least=limits["gt"]),
    "greater_than_equal": lambda field, limits: _("{field} must be at least {least}", field=field, least=limits["ge"]),
    "less_than": lambda field, limits: _("{field} must be less than {most}", field=field, most=limits["lt"]),
    "less_than_equal": lambda field, limits: _("{field} must be at most {most}", field=field, most=limits["le"]),
    "json_invalid": lambda field, _limits: _("{field} is not JSON", field=field),
}
"""What pydantic finds, by its type, in our words; the limits are the model's, never the content's."""
_SAME_SENTENCE = {
    "missing_argument": "missing",
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "float_parsing": "float_type",
    "finite_number": "float_type",
    "bool_parsing": "bool_type",
    "tuple_type": "list_type",
    "set_type": "list_type",
    "frozen_set_type": "list_type",
    "dataclass_type": "dict_type",
    "model_type": "dict_type",
    "literal_error": "enum",
}
_PROBLEMS = {
    "missing": JsonProblem.MISSING,
    "extra_forbidden": JsonProblem.UNKNOWN,
    "json_invalid": JsonProblem.SYNTAX,
}


def explain_validation(error: ValidationError, names: Container[str] | None) -> JsonError:
    """The first problems that pydantic found, each once, and of the entries of an array only the first that has it.

    Of the keys in their paths only `names` are shown, or all.
    """
    faults = error.errors(include_url=False, include_input=False)
    first = faults[0]["type"]
    reason = _PROBLEMS.get(first, JsonProblem.TYPE if first.endswith("_type") else JsonProblem.VALUE)
    says: dict[tuple[object, ...], Message] = {}
    for fault in faults[:_MOST_FAULTS]:
        fields = (step for step in fault["loc"] if isinstance(step, str))
        says.setdefault((fault["type"], *fields, fault["msg"]), _describe(fault, names))
    return JsonError(reason, join(dict.fromkeys(says.values()), "; "), _format_path(faults[0]["loc"], names))


def explain_refusal(error: ValueError) -> Message:
    """What a check of a value says. Python's own words are not repeated: they may show the value."""
    says = error.args[0] if error.args else None
    return says if isinstance(says, Message) else _("{field} cannot be used", field=THE_VALUE)


def _describe(fault: ErrorDetails, names: Container[str] | None) -> Message:
    kind, limits, path = fault["type"], fault.get("ctx", {}), _format_path(fault["loc"], names)
    if kind in ("value_error", "assertion_error"):
        says = explain_refusal(limits["error"])
        if not path:
            return says
        about_field = name_field(says, path)
        return about_field if about_field is not says else _("{field}: {fault}", field=path, fault=says)
    field = join([path]) if path else _("the content")
    sentence = _SENTENCES.get(_SAME_SENTENCE.get(kind, kind))
    return sentence(field, limits) if sentence else _("{field} cannot be used", field=field)


def _format_path(steps: tuple[int | str, ...], names: Container[str] | None) -> str:
    return ".".join(_format_step(step, names) for step in steps)


def _format_step(step: int | str, names: Container[str] | None) -> str:
    """A position, or a key that may be shown."""
    if isinstance(step, int):
        return str(step)
    return step[:_LONGEST_STEP] if step.isprintable() and (names is None or step in names or step in _CHOICES) else "?"
