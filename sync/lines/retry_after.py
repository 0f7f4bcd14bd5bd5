"""How long a server asks us to wait: Retry-After (RFC 9110, 10.2.3), within our own bounds."""

from email.utils import parsedate_to_datetime

from data.clock import system_time
from sync.limits import LIMITS


def seconds_to_wait(retry_after: str, date: str = "") -> float | None:
    """Seconds, or None where the header says nothing that can be read.

    A date is held against the server's own `date`, since this machine's clock may be wrong.
    """
    text = retry_after.strip()
    most = LIMITS.asked_wait_most.total_seconds()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), most)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(date) if date else system_time()
        return min(max(0.0, (until - now).total_seconds()), most)
    except (ValueError, TypeError, OverflowError):
        return None
