"""Messages in JSON as id and values, so that whoever reads them later does so in their own language.

    encode_text(_("The list {name} is damaged.", name="un"))
    {"id": "The list {name} is damaged.", "values": {"name": "un"}}

- A plain text is stored as it is.
- What is decoded may come from foreign code or a changed file: an id names values and nothing else, since a format such
  as `{name:>999999999}` or `{name.attribute}` would do more than fill in a value.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from data.text import Joint, Message, join

_MOST_DEPTH = 8
"""Messages inside each other."""
_FIELDS = frozenset({"id", "values", "plural", "context"})


def encode_text(text: str) -> str | dict[str, Any]:
    """`text` as JSON-ready data."""
    if not isinstance(text, Message):
        return text
    if text.joint:
        return {"parts": [encode_text(part) for part in text.joint.parts], "separator": text.joint.separator}
    stored: dict[str, Any] = {"id": text.id, "plural": text.plural_id, "context": text.context}
    stored["values"] = {name: _encode_value(value) for name, value in text.values.items()}
    return {name: part for name, part in stored.items() if part or name == "id"}


def decode_text(stored: object) -> Message:
    """The message in data from `encode_text`; a plain text becomes a message that no language translates.

    Raises:
        ValueError: it is no message.
    """
    return _decode(stored, 0)


def _encode_value(value: object) -> object:
    if isinstance(value, str):
        return encode_text(value)
    return value if isinstance(value, int | float) else str(value)


def _decode(stored: object, depth: int) -> Message:
    if isinstance(stored, str):
        return join([stored])
    if not isinstance(stored, dict) or depth > _MOST_DEPTH:
        raise ValueError("no message")
    if "parts" in stored:
        return _decode_joint(stored, depth)
    id, plural_id, context = (stored.get(name, "") for name in ("id", "plural", "context"))
    values = stored.get("values", {})
    if not (stored.keys() <= _FIELDS and _are_texts(id, plural_id, context) and isinstance(values, dict)):
        raise ValueError("no message")
    if plural_id and not isinstance(values.get("count"), int):
        raise ValueError("a message with a plural and no count")
    for text in (id, plural_id) if values else ():
        _check_names(text, values)
    return Message(id, {name: _decode_value(value, depth) for name, value in values.items()}, plural_id, context)


def _decode_joint(stored: Mapping[str, object], depth: int) -> Message:
    parts, separator = stored["parts"], stored.get("separator")
    if stored.keys() != {"parts", "separator"} or not isinstance(parts, list) or not isinstance(separator, str):
        raise ValueError("no message")
    decoded = (part if isinstance(part, str) else _decode(part, depth + 1) for part in parts)
    return Message("", joint=Joint(tuple(decoded), separator))


def _decode_value(value: object, depth: int) -> object:
    if isinstance(value, str | int | float):
        return value
    return _decode(value, depth + 1)


def _check_names(text: str, values: Mapping[str, object]) -> None:
    for _before, name, format_spec, conversion in Formatter().parse(text):
        if name is not None and (name not in values or not name.isidentifier() or format_spec or conversion):
            raise ValueError("a message that does more than name its values")


def _are_texts(*texts: object) -> bool:
    return all(isinstance(text, str) for text in texts)
