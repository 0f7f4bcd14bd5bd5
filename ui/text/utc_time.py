"""A time that came from another machine, as people at headquarters read it: in UTC, and it says so."""

from datetime import UTC, datetime

from data.text import Message, _


def utc_minute(iso: str) -> Message:
    """`2026-11-30 06:42 UTC`, of a time in ISO 8601; or that it is unknown."""
    try:
        time = datetime.fromisoformat(iso)
        time = time.astimezone(UTC) if time.tzinfo else time
    except (ValueError, OverflowError):
        return _("an unknown time")
    return _("{time:%Y-%m-%d %H:%M} UTC", time=time)
