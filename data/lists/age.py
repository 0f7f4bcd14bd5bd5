"""How old a list is, in bands and in words.

`as_of` counts: when headquarters last took the list from its source. Republishing never renews it (domain.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from data.errors import SettingsError

_UNITS = (("day", 86_400, 2), ("hour", 3_600, 2), ("minute", 60, 2))
"""Unit, its seconds, and how many of it there must be before it is used: 36 hours rather than "1 day"."""


class Age(StrEnum):
    """What policy makes of a list's age."""

    FRESH = "fresh"
    OLD = "old"
    """Within policy: shown, and still good for CLEAR."""
    EXPIRED = "expired"
    """Never good for CLEAR."""


@dataclass(frozen=True, slots=True)
class AgePolicy:
    """The age bands of one list, in hours."""

    old_after_h: float = 48
    expired_after_h: float = 168

    def __post_init__(self) -> None:
        if not 0 < self.old_after_h <= self.expired_after_h:
            raise SettingsError(
                f"A list cannot be old after {self.old_after_h} h and expired after {self.expired_after_h} h",
                do="Give two positive hours, the first not above the second",
            )

    def band(self, as_of: datetime, now: datetime) -> Age:
        """The band of a list taken from its source at `as_of`."""
        age_h = (now - as_of) / timedelta(hours=1)
        if age_h > self.expired_after_h:
            return Age.EXPIRED
        return Age.OLD if age_h > self.old_after_h else Age.FRESH


def age_in_words(age: timedelta) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`, `9 days ago`; whole units, rounded down.

    A time that lies ahead (the post's clock is behind) is `just now`: never a negative age.
    """
    seconds = age.total_seconds()
    for unit, size_s, least in _UNITS:
        if seconds >= size_s * least:
            return f"{int(seconds // size_s)} {unit}s ago"
    return "1 minute ago" if seconds >= 60 else "just now"
