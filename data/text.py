"""Text that a person reads: marked here, translated only by a front end (`ui.text.translation`).

- A message is an id, which is its English text, with named values. As a str it is English with the values in it: what
  logs, stores or prints it without translating it keeps English.
- Values are numbers, names, codes, or messages of their own. A name from a list or a document is a value, never a
  part of an id.
- An f-string or `+` turns a message into an ordinary str, which nobody can translate. What shows text to people
  therefore asks for a `Message`, and mypy refuses the rest.
- The journal, the outbox and the log store codes and values, never messages.

    >>> _("The list {name} is {age} old.", name="documents", age=plural("{count} day", "{count} days", 3))
    'The list documents is 3 days old.'
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

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
    """`text` with its values; as it is where there are none."""
    return text.format_map(values) if values else text


EMPTY = Message("")
"""No text."""
