"""JSON both ways: the only decoder of JSON in the product, and the encoding that is hashed and signed.

    decode(KitStatus, content)                            a value of this type, or JsonError
    decode(KitStatus, content, refusal)                   a value of this type, or the caller's own error
    decode(_PolicyFile, content, refusal, build=_policy)  the same; what `build` refuses (ValueError) is refused alike
    decode_or_none(Hello, content)                        where what cannot be read is passed over

- Always refused: more bytes than the format allows, text that is not UTF-8, nesting deeper than 64, a field
  that occurs twice, NaN and Infinity, numbers of more than 64 bits.
- Types are strict: "5" is not a number, 1 is not true. A field with a default may be missing unless its class is
  `complete_in_json`; unknown fields are passed over unless a pydantic model forbids them.
- A `JsonError` says where and what is wrong and never shows a value: it may be a person's. So may a key: one that the
  type does not name is `?`, except in a file the reader wrote, such as kit.toml.
- Encoded, a message is its English text where a program reads the JSON, and id and values where it is stored, hashed or
  sent.
"""

import json
import math
import re
from base64 import b64decode
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, NoReturn, TypeVar, cast, overload
from uuid import UUID

from pydantic import (
    AfterValidator,
    GetCoreSchemaHandler,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema

from data.json_errors import JsonError, JsonProblem, explain_refusal, explain_validation
from data.persons.person import PartialDate
from data.text import THE_VALUE, Message, _, encode_text

Value = TypeVar("Value")
Built = TypeVar("Built")
_Class = TypeVar("_Class", bound=type)

MOST_BYTES = 1 << 20
"""For content without a limit of its own."""
MOST_DEPTH = 64
_MOST_BYTES_OF_A_CHARACTER = 4
_MOST_DIGITS, _LEAST_NUMBER, _MOST_NUMBER = 20, -(1 << 63), (1 << 64) - 1
_PLAIN = frozenset((str, int, float, bool, type(None)))  # types that JSON has itself
ADDED_LATER = {"added later": True}  # metadata of a field that JSON of an earlier Waypost lacks (`complete_in_json`)
_HEXADECIMAL = re.compile(r"([0-9a-f]{2})*")


def _parse_time(text: Any) -> datetime:
    if not isinstance(text, str):
        raise ValueError(_("{field} must be text", field=THE_VALUE))
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{field} must be a time", field=THE_VALUE)) from None
    if time.tzinfo is None:
        raise ValueError(_("{field} must be a time with its zone", field=THE_VALUE))
    return time


def _to_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("{field} must be a time within the calendar", field=THE_VALUE)) from None


def _parse_day(text: Any) -> date:
    if not isinstance(text, str):
        raise ValueError(_("{field} must be text", field=THE_VALUE))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{field} must be a date", field=THE_VALUE)) from None


def _parse_hexadecimal(text: Any) -> bytes:
    if not isinstance(text, str) or not _HEXADECIMAL.fullmatch(text):
        raise ValueError(_("{field} must be hexadecimal", field=THE_VALUE))
    return bytes.fromhex(text)


def _parse_base64(text: Any) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (TypeError, ValueError):
        raise ValueError(_("{field} must be base64", field=THE_VALUE)) from None


ZonedTime = Annotated[datetime, PlainValidator(_parse_time)]
"""ISO 8601 with its zone."""
UtcTime = Annotated[datetime, PlainValidator(_parse_time), AfterValidator(_to_utc)]
Day = Annotated[date, PlainValidator(_parse_day)]
"""ISO 8601."""
Hexadecimal = Annotated[bytes, PlainValidator(_parse_hexadecimal)]
Base64 = Annotated[bytes, PlainValidator(_parse_base64)]

Refusal = Callable[[JsonError], Exception]
"""The caller's own error over what cannot be decoded."""


@overload
def decode(
    model: type[Value],
    content: bytes | str,
    refusal: Refusal | None = None,
    *,
    most_bytes: int = MOST_BYTES,
    keys_shown: bool = False,
) -> Value: ...
@overload
def decode(
    model: type[Value],
    content: bytes | str,
    refusal: Refusal | None = None,
    *,
    build: Callable[[Value], Built],
    most_bytes: int = MOST_BYTES,
) -> Built: ...
def decode(
    model: type[Value],
    content: bytes | str,
    refusal: Refusal | None = None,
    *,
    build: Callable[[Value], Any] | None = None,
    most_bytes: int = MOST_BYTES,
    keys_shown: bool = False,
) -> Any:
    """The value of type `model` that `content` holds, or what `build` makes of it; else raises what `refusal` gives.

    Args:
        model: a dataclass, a pydantic model, or a type made of them (`tuple[CarriedList, ...]`); `object` for whatever
            JSON may say, which `convert` takes apart later.
        content: what is decoded.
        refusal: makes the caller's error of a `JsonError`, which becomes its cause; without it the JsonError is raised.
        build: makes the value that is wanted; a ValueError says, without showing a value, why it cannot.
        most_bytes: the longest that `content` may be, in UTF-8 where it is a str.
        keys_shown: an error may name every key: the one who wrote `content` reads it.
    """
    try:
        value = _decode(model, content, most_bytes, keys_shown=keys_shown)
        return value if build is None else _build(build, value)
    except JsonError as error:
        problem = error
    _raise(refusal, problem)


def decode_or_none(model: type[Value], content: bytes | str, *, most_bytes: int = MOST_BYTES) -> Value | None:
    """The value of type `model` that `content` holds; None where it holds none."""
    try:
        value: Value = _decode(model, content, most_bytes)
    except JsonError:
        return None
    return value


def convert(
    model: type[Value],
    values: object,
    refusal: Refusal | None = None,
    *,
    context: Mapping[str, Any] | None = None,
    keys_shown: bool = False,
) -> Value:
    """The same from values that are decoded already: options of a command line, tables of a TOML file.

    Types are pydantic's lax ones: "5" passes for a number. A part of a JSON format that is converted later must be text
    or have validators of its own. `keys_shown`: the values are the reader's own settings, whose keys may all be shown.
    """
    try:
        value: Value = _adapter(cast("Any", model)).validate_python(values, context=context)
    except ValidationError as error:
        problem = explain_validation(error, None if keys_shown else _field_names(cast("Any", model)))
    else:
        return value
    _raise(refusal, problem)


def complete_in_json(cls: _Class) -> _Class:
    """A dataclass of which JSON has every field, whatever its default: absent must not pass for harmless."""

    def make_schema(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        dataclass: Any = handler.resolve_ref_schema(schema)
        later = {each.name for each in fields(source) if each.metadata == ADDED_LATER}
        for part in dataclass["schema"]["fields"]:
            if part["schema"]["type"] == "default" and part["name"] not in later:
                part["schema"] = part["schema"]["schema"]
        return schema

    cls.__get_pydantic_core_schema__ = make_schema  # type: ignore[attr-defined]
    return cls


def exactly(number: int) -> AfterValidator:
    """Marks the number of a format, which can only be this one."""

    def check(value: int) -> int:
        if value != number:
            raise ValueError(_("{field} must be one that this version of Waypost reads", field=THE_VALUE))
        return value

    return AfterValidator(check)


def or_else(default: Any) -> WrapValidator:
    """Marks a part that is taken to be `default` where it does not fit: the rest can be read without it.

    A mutable default is given by a function that makes it: `or_else(dict)`. pydantic looks at Python's values inside
    this part, not at JSON: where the part is an array, its type must be a tuple.
    """
    make: Callable[[], Any] = default if callable(default) else lambda: default
    if not isinstance(default, Hashable):
        raise TypeError(f"decoded values would share one {type(default).__name__}: pass a function that makes it")

    def take(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(tuple(value) if isinstance(value, list) else value)
        except ValidationError:
            return make()

    return WrapValidator(take)


def within(least: float, most: float, otherwise: Message) -> AfterValidator:
    """Marks a number from `least` to `most`."""

    def check(value: Value) -> Value:
        if not least <= value <= most:  # type: ignore[operator]
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


def to_json_value(value: Any, encode_message: Callable[[Message], Any] = str) -> Any:
    """`value` with nothing in it but dict, list, str, int, float, bool and None."""
    kind: Any = type(value)
    if kind in _PLAIN:  # before all else: most parts of a screening are, and it is encoded before its verdict is shown
        return value
    return _encoder_of(kind)(value, encode_message)


_Encode = Callable[[Any, Callable[[Message], Any]], Any]
_ENCODERS: tuple[tuple[Any, _Encode], ...] = (
    (Message, lambda value, encode: encode(value)),
    (Enum, lambda value, _: value.value),
    (datetime, lambda value, _: value.astimezone(UTC).isoformat().replace("+00:00", "Z")),
    ((PartialDate, UUID, date), lambda value, _: str(value)),
    (bytes, lambda value, _: value.hex()),
    (Mapping, lambda value, encode: {str(to_json_value(key)): to_json_value(value[key], encode) for key in value}),
    ((list, tuple, set, frozenset), lambda value, encode: [to_json_value(item, encode) for item in value]),
)


@cache
def _encoder_of(kind: Any) -> _Encode:
    names = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    other: _Encode = partial(_encode_fields, names) if is_dataclass(kind) else lambda value, _: value
    return next((encode for kinds, encode in _ENCODERS if issubclass(kind, kinds)), other)


def _encode_fields(names: tuple[str, ...], value: Any, encode: Callable[[Message], Any]) -> dict[str, Any]:
    items = ((name, getattr(value, name)) for name in names)
    return {name: item if type(item) in _PLAIN else to_json_value(item, encode) for name, item in items}


def encode_canonical(value: Any) -> bytes:
    """The one encoding that is hashed: sorted keys, no spaces, UTF-8; a lone surrogate, which UTF-8 lacks, is `?`."""
    text = json.dumps(to_json_value(value, encode_text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")  # what a hostile reader sent must not keep a screening out of the journal


def _raise(refusal: Refusal | None, problem: JsonError) -> NoReturn:
    if refusal is None:
        raise problem
    raise refusal(problem) from problem


def _decode(model: Any, content: bytes | str, most_bytes: int, *, keys_shown: bool = False) -> Any:
    if _is_longer(content, most_bytes):
        raise JsonError(JsonProblem.SIZE, _("it is too large"))
    try:
        text = content if isinstance(content, str) else content.decode()
        _must_be_shallow(text)
        value = _SCANNER.decode(text)
        if model is not object:
            value = _adapter(model).validate_json(content, strict=True)
    except UnicodeError:
        problem = JsonError(JsonProblem.ENCODING, _("it is not in UTF-8"))
    except json.JSONDecodeError as error:
        problem = JsonError(
            JsonProblem.SYNTAX, _("it is not JSON: {problem} in line {line}", problem=error.msg, line=error.lineno)
        )
    except ValidationError as error:
        problem = explain_validation(error, None if keys_shown else _field_names(model))
    else:
        return value
    raise problem  # outside of `except`: what pydantic says shows values


def _is_longer(content: bytes | str, most_bytes: int) -> bool:
    """Whether `content` has more bytes; a str is encoded only where its length leaves that open."""
    if isinstance(content, bytes) or len(content) > most_bytes or content.isascii():
        return len(content) > most_bytes
    return _MOST_BYTES_OF_A_CHARACTER * len(content) > most_bytes < len(content.encode("utf-8", "surrogatepass"))


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


@cache
def _field_names(model: Any) -> frozenset[str]:
    """The names of the type's fields in JSON, at any depth."""
    names: set[str] = set()
    waiting: list[Any] = [_adapter(model).core_schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            fields = part.get("fields", ())
            names.update(field["name"] if isinstance(field, dict) else field for field in fields)
            if isinstance(alias := part.get("validation_alias"), str):
                names.add(alias)
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
    return frozenset(names)


def _build(build: Callable[[Any], Any], value: Any) -> Any:
    try:
        return build(value)
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(JsonProblem.VALUE, explain_refusal(error)) from error


def _must_be_shallow(text: str) -> None:
    """Raise JsonError before anything recurses. Few brackets cannot be deep; else each pass removes the innermost."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return
    brackets = _BESIDE_BRACKETS.sub("", _drop_strings(text))
    for _pass in range(MOST_DEPTH):
        if not brackets:
            return
        brackets = _INNERMOST.sub("", brackets)
    if _INNERMOST.search(brackets) or brackets.count("[") + brackets.count("{") > MOST_DEPTH:
        raise JsonError(JsonProblem.DEPTH, _("it is nested too deeply"))


_BESIDE_BRACKETS = re.compile(r"[^][{}]+")
_INNERMOST = re.compile(r"\[\]|\{\}")


def _drop_strings(text: str) -> str:
    plain = text.replace("\\\\", "").replace('\\"', "") if "\\" in text else text
    return "".join(plain.split('"')[::2])


def _to_object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise JsonError(JsonProblem.DUPLICATE, _("a field occurs twice"))
    return value


def _to_integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS or not _LEAST_NUMBER <= (value := int(digits)) <= _MOST_NUMBER:
        raise JsonError(JsonProblem.NUMBER, _("a number is too large"))
    return value


def _to_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise JsonError(JsonProblem.NUMBER, _("a number is too large"))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(JsonProblem.NUMBER, _("{name} is not a number", name=name))


_SCANNER = json.JSONDecoder(
    object_pairs_hook=_to_object, parse_int=_to_integer, parse_float=_to_float, parse_constant=_refuse_constant
)
"""Refuses what pydantic would take."""
