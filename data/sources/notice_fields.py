"""Fields of a JSON object of unknown shape, read by the type they should have.

Null and "-" are "not there", as the public notices use them; a field of another type is a ValueError that
names it and never shows what it holds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from data.sources.text import TEXT_LIMIT, clean

_MOST = 500
"""Entries of an array; a notice with more is not one."""


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object."""

    values: dict[str, Any]

    @classmethod
    def of(cls, value: Any) -> "Fields":
        """The fields of a JSON value, which must be an object."""
        if not isinstance(value, dict):
            raise ValueError("a notice must be a JSON object")
        return cls(value)

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """Cleaned text; "" when there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValueError(f"{name} must be text")
        value = clean(value, limit)
        return "" if value == "-" else value

    def number(self, name: str) -> float:
        """A number; 0 where there is none, which is how the notices write "unknown"."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
            raise ValueError(f"{name} must be a number, 0 when it is not known")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts, or one text alone; empty when there is none."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = [value]
        if not all(isinstance(entry, str) for entry in self._listed(name, value)):
            raise ValueError(f"{name} must be an array of texts")
        return tuple(text for entry in value or () if (text := clean(entry, 200)) not in ("", "-"))

    def part(self, name: str) -> "Fields":
        """An object within this one; without fields when there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise ValueError(f"{name} must be an object")
        return Fields(value or {})

    def parts(self, name: str) -> tuple["Fields", ...]:
        """An array of objects; empty when there is none."""
        entries = self.array(name)
        if not all(isinstance(entry, dict) for entry in entries):
            raise ValueError(f"{name} must be an array of objects")
        return tuple(map(Fields, entries))

    def day(self, name: str) -> date | None:
        """A whole date, `2025-01-31` or `2025/01/31`."""
        text = self.text(name).replace("/", "-")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(f"{name} must be a date like 2025/01/31") from None

    def array(self, name: str) -> list[Any]:
        """An array of whatever it holds; empty when there is none."""
        return self._listed(name, self.values.get(name))

    @staticmethod
    def _listed(name: str, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _MOST:
            raise ValueError(f"{name} must be an array of at most {_MOST}")
        return value
