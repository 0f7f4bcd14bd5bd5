"""What is wrong with JSON that cannot be decoded: the one error of `data.json_codec`, in words of ours.

It says where and what kind of problem, and never shows a value: it may be a person's.
"""

from enum import StrEnum
from typing import Any

from pydantic import ValidationError

_LONGEST_STEP = 40
"""Characters of one step of a path: an unknown field may be called anything."""


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

    def __init__(self, problem: JsonProblem, says: str, path: str = "") -> None:
        super().__init__(says)
        self.problem = problem
        """The first of several."""
        self.path = path
        """Where the first of them is: `lists.0.kind`; empty for the whole."""


_VERB = "must "
"""With it begins what is said of a field."""

_SENTENCES = {
    "missing": "is missing",
    "missing_argument": "is missing",
    "extra_forbidden": "is not a known field",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be an array",
    "tuple_type": "must be an array",
    "set_type": "must be an array",
    "frozen_set_type": "must be an array",
    "dict_type": "must be an object",
    "dataclass_type": "must be an object",
    "model_type": "must be an object",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "does not have the form that it must have",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "json_invalid": "is not JSON",
}
"""What pydantic finds, by its type, in our words; what is placed in them is of the model, never of the content."""
_PROBLEMS = {
    "missing": JsonProblem.MISSING,
    "missing_argument": JsonProblem.MISSING,
    "extra_forbidden": JsonProblem.UNKNOWN,
    "json_invalid": JsonProblem.SYNTAX,
}


def explain_validation(error: ValidationError) -> JsonError:
    """Every problem that pydantic found, each once."""
    faults = error.errors(include_url=False, include_input=False)
    first = faults[0]["type"]
    problem = _PROBLEMS.get(first, JsonProblem.TYPE if first.endswith("_type") else JsonProblem.VALUE)
    says = dict.fromkeys(_describe(fault) for fault in faults)
    return JsonError(problem, "; ".join(says), _format_path(faults[0]["loc"]))


def _describe(fault: Any) -> str:
    path = _format_path(fault["loc"])
    if fault["type"] in ("value_error", "assertion_error"):
        says = str(fault["ctx"]["error"])
        if not path:
            return says
        return f"{path} {says}" if says.startswith(_VERB) else f"{path}: {says}"
    sentence = _SENTENCES.get(fault["type"], "cannot be used")
    return f"{path or 'it'} {sentence.format_map(fault.get('ctx', {}))}"


def _format_path(steps: tuple[int | str, ...]) -> str:
    return ".".join(step[:_LONGEST_STEP] if step.isprintable() else "?" for step in map(str, steps))
