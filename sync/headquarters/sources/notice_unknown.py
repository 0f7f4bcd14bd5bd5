"""Fields of a notice in JSON that the layout does not have: one of them may be a misspelt one, and is not absent."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic.fields import FieldInfo

from data.untrusted_text import clean
from sync.headquarters.sources.notice_record import NoticeFields

_LINKS = frozenset({"_links", "_embedded"})
"""The interface's own: addresses and pictures."""


def find_unknown_fields(value: object) -> list[str]:
    """Names of fields of a notice, or of an entry of its arrays, that there are not: `alias_es`, `documents.no`."""
    if not isinstance(value, dict):
        return []
    unknown = [key for key in value if key not in _FIELDS and key not in _LINKS]
    for field, known in _FIELDS.items():
        entries = value.get(field) if known else None
        for entry in entries if isinstance(entries, list) else ():
            unknown += [f"{field}.{key}" for key in entry if key not in known] if isinstance(entry, dict) else []
    return [clean(name, 30) for name in dict.fromkeys(unknown)]


def _find_fields(layout: Any) -> dict[str, frozenset[str]]:
    """The fields of a layout, each with those of the objects in its array."""
    return {
        name: frozenset().union(*map(_find_fields, _find_layouts(hint)))
        for name, hint in get_type_hints(layout, include_extras=True).items()
        if not any(isinstance(part, FieldInfo) and part.alias for part in get_args(hint))
    }


def _find_layouts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _find_layouts(part)


_FIELDS = _find_fields(NoticeFields)
