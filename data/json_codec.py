"""Values as plain JSON-ready data: dataclasses to dicts, enums to their values, times to ISO 8601 in UTC.

A message is its English text where a program reads the JSON, and id and values where it is stored, hashed or sent.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from data.persons.person import PartialDate
from data.text import Message
from data.text_codec import encode_text


def to_json_value(value: Any, encode_message: Callable[[Message], Any] = str) -> Any:
    """`value` with nothing in it but dict, list, str, int, float, bool and None."""
    if isinstance(value, Message):
        return encode_message(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (PartialDate, UUID, date)):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json_value(getattr(value, field.name), encode_message) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(to_json_value(key)): to_json_value(item, encode_message) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json_value(item, encode_message) for item in value]
    return value


def encode_canonical(value: Any) -> bytes:
    """The one encoding that is hashed: sorted keys, no spaces, UTF-8; a lone surrogate, which UTF-8 lacks, is `?`."""
    text = json.dumps(to_json_value(value, encode_text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")  # what a hostile reader sent must not keep a screening out of the journal
