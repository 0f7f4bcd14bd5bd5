"""Text that a person reads: marked here, translated only by a front end (`ui.text.translation`).

- A message is an id, which is its English text, with named values. As a str it is English with the values in it: what
  logs, stores or prints it without translating it keeps English.
- Values are numbers, names, codes, or messages of their own. A name from a list or a document is a value, never a
  part of an id.
- An f-string or `+` turns a message into an ordinary str, which nobody can translate. What shows text to people
  therefore asks for a `Message`, and mypy refuses the rest.
- The journal and the outbox store reason codes and, for texts, their id and values: `encode_text` gives them as JSON,
  which `decode_text` reads, so that a later reader sees the text in another language. An id is an English text: once
  the code words it otherwise, no catalogue has the old one, and entries with it stay readable in English only.
- An id that is decoded may come from foreign code or a changed file. It may name values and nothing else: a format such
  as `{name:>999999999}` or `{name.attribute}` would do more than fill in a value. Nor may it become long by repetition:
  its length is known before it is made, and more than `MOST_CHARACTERS` are refused.

    >>> _("The list {name} is {age} old.", name="documents", age=plural("{count} day", "{count} days", 3))
    'The list documents is 3 days old.'
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

MOST_CHARACTERS = 10_000
"""Of a decoded message, together with every message inside it."""
_MOST_DEPTH = 8
"""Messages inside each other."""
_FIELDS = frozenset({"id", "values", "plural", "context"})

_NO_VALUES: Mapping[str, object] = MappingProxyType({})


class Joint(NamedTuple):
    """What a message made by `join` consists of."""

    parts: tuple[str, ...]
    separator: str


class Message(str):
    """A text with its id and values; `_`, `plural`, `in_context` and `join` make them."""

    __slots__ = ("context", "id", "joint", "plural_id", "values")
    id: str
    """The English text, with `{named}` values."""
    plural_id: str
    """The English text for any `count` but 1; empty where nothing is counted."""
    context: str
    """Tells translators which meaning of a short text is meant; mostly empty."""
    values: Mapping[str, object]
    joint: Joint | None

    def __new__(
        cls,
        id: str,
        values: Mapping[str, object] = _NO_VALUES,
        plural_id: str = "",
        context: str = "",
        joint: Joint | None = None,
    ) -> Self:
        """Raises KeyError where `id` names a value that `values` lacks."""
        text = joint.separator.join(joint.parts) if joint else fill_in(choose_form(id, plural_id, values), values)
        message = super().__new__(cls, text)
        message.id = id
        message.plural_id = plural_id
        message.context = context
        message.values = values
        message.joint = joint
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.id, dict(self.values), self.plural_id, self.context, self.joint)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """In a type that `data.json_codec` decodes, a message is what `encode_text` makes of it."""
        from pydantic_core.core_schema import no_info_plain_validator_function

        return no_info_plain_validator_function(decode_text)


def _(text: str, /, **values: object) -> Message:
    """Mark `text` for translation, with the `values` that it names. Without values braces stand for themselves."""
    return Message(text, values)


def plural(singular: str, plural: str, count: int, /, **values: object) -> Message:
    """The form for `count`, which both texts may name: `plural("{count} list", "{count} lists", 3)`."""
    return Message(singular, {"count": count, **values}, plural)


def in_context(context: str, text: str, /, **values: object) -> Message:
    """A short text that other languages word by `context`: `in_context("state of a check", "look")`."""
    return Message(text, values, context=context)


def join(parts: Iterable[str], separator: str = " ") -> Message:
    """Texts one after the other, each translated by itself; plain strings stay as they are."""
    return Message("", joint=Joint(tuple(parts), separator))


def choose_form(singular: str, plural: str, values: Mapping[str, object]) -> str:
    """English's choice between the two forms."""
    return plural if plural and values["count"] != 1 else singular


def fill_in(text: str, values: Mapping[str, object]) -> str:
    """`text` with its values filled in; unchanged if there are none."""
    return text.format_map(values) if values else text


EMPTY = Message("")
"""No text."""


THE_VALUE = _("the value")
"""Stands for the field in a sentence about it, until somebody who knows the field calls `name_field`."""


def name_field(sentence: Message, field: str) -> Message:
    """The same sentence about the field called `field`; one that is about no field stays as it is."""
    if sentence.values.get("field") is not THE_VALUE:
        return sentence
    return Message(sentence.id, {**sentence.values, "field": field}, sentence.plural_id, sentence.context)


def encode_text(text: str) -> str | dict[str, Any]:
    """`text` as JSON-ready data; messages too deep inside each other for `decode_text` become plain text."""
    return _encode(text, 0)


def decode_text(stored: object) -> Message:
    """The message in data from `encode_text`; a plain text becomes a message that no language translates.

    Raises:
        ValueError: it is no message, or one of more than `MOST_CHARACTERS`.
    """
    return _Decoder().decode(stored, 0).message


def _encode(text: str, depth: int) -> str | dict[str, Any]:
    if not isinstance(text, Message) or depth > _MOST_DEPTH:
        return str(text)
    if text.joint:
        parts = [_encode(part, depth + 1) for part in text.joint.parts]
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]  # `decode_text` makes such a message of a plain text
        return {"parts": parts, "separator": text.joint.separator}
    stored: dict[str, Any] = {"id": text.id}
    if text.plural_id:
        stored["plural"] = text.plural_id
    if text.context:
        stored["context"] = text.context
    if text.values:
        stored["values"] = {name: _encode_value(value, depth + 1) for name, value in text.values.items()}
    return stored


def _encode_value(value: object, depth: int) -> object:
    if isinstance(value, str):
        return _encode(value, depth)
    return value if isinstance(value, int | float) else str(value)


class _Decoded(NamedTuple):
    """A message, with its length in the longer of its forms: another language may choose the other one."""

    message: Message
    length: int


class _Decoder:
    """Decodes one message; every text that is made counts, so that messages inside others cannot multiply."""

    def __init__(self) -> None:
        self._left = MOST_CHARACTERS

    def decode(self, stored: object, depth: int) -> _Decoded:
        if isinstance(stored, str):
            self._spend(len(stored))
            return _Decoded(join([stored]), len(stored))
        if not isinstance(stored, dict) or depth > _MOST_DEPTH:
            raise ValueError(_("{field} must be a text", field=THE_VALUE))
        return self._decode_joint(stored, depth) if "parts" in stored else self._decode_filled(stored, depth)

    def _decode_filled(self, stored: Mapping[str, object], depth: int) -> _Decoded:
        id, plural_id, context = (stored.get(name, "") for name in ("id", "plural", "context"))
        given = stored.get("values", {})
        if not (stored.keys() <= _FIELDS and isinstance(given, dict)):
            raise ValueError(_("{field} must be a text", field=THE_VALUE))
        if not (isinstance(id, str) and isinstance(plural_id, str) and isinstance(context, str)):
            raise ValueError(_("{field} must be a text", field=THE_VALUE))
        if plural_id and not isinstance(given.get("count"), int):
            raise ValueError(_("{field} must have the count that its plural needs", field=THE_VALUE))
        values: dict[str, object] = {}
        lengths: dict[str, int] = {}
        for name, value in given.items():
            values[name], lengths[name] = self._decode_value(value, depth)
        length = max(_measure(text, lengths) for text in (id, plural_id))
        self._spend(length)
        return _Decoded(Message(id, values, plural_id, context), length)

    def _decode_joint(self, stored: Mapping[str, object], depth: int) -> _Decoded:
        given, separator = stored["parts"], stored.get("separator")
        if stored.keys() != {"parts", "separator"} or not isinstance(given, list) or not isinstance(separator, str):
            raise ValueError(_("{field} must be a text", field=THE_VALUE))
        parts: list[str] = []
        length = len(separator) * max(len(given) - 1, 0)
        for part in given:
            text, added = (part, len(part)) if isinstance(part, str) else self.decode(part, depth + 1)
            parts.append(text)
            length += added
        self._spend(length)
        return _Decoded(Message("", joint=Joint(tuple(parts), separator)), length)

    def _decode_value(self, value: object, depth: int) -> tuple[object, int]:
        if isinstance(value, str | int | float):
            return value, len(str(value))
        return self.decode(value, depth + 1)

    def _spend(self, length: int) -> None:
        self._left -= length
        if self._left < 0:
            raise ValueError(_("{field} is too long", field=THE_VALUE))


def _measure(text: str, lengths: Mapping[str, int]) -> int:
    """How long `text` is with values of `lengths` in it."""
    if not lengths:
        return len(text)
    length = 0
    for before, name, format_spec, conversion in Formatter().parse(text):
        if name is not None and (name not in lengths or not name.isidentifier() or format_spec or conversion):
            raise ValueError(_("{field} must only name its values", field=THE_VALUE))
        length += len(before) + (lengths[name] if name is not None else 0)
    return length
