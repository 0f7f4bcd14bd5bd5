"""What the courier's service is about, in the few words that fit the desk's first line. Reads one small file."""

from datetime import datetime, timedelta
from pathlib import Path

from data.clock import system_time
from sync.watching import state as watch_state


def link_words(home: Path) -> str:
    """`syncing`, `next try 14:05`, `no line, next try 14:05`; empty where no service runs."""
    service = watch_state.read(home)
    if service is None or not watch_state.running(home):
        return ""
    if service.state == "syncing":
        return "syncing"
    trouble = "no line, " if service.failures else ""
    return f"{trouble}next try {clock_time(service.next_at)}" if service.next_at else ""


def clock_time(time: str) -> str:
    """An ISO time by this machine's clock: `14:05`, with its date where it is not near."""
    try:
        at = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return "?"
    near = abs(at - system_time()) < timedelta(hours=20)
    return f"{at:%H:%M}" if near else f"{at:%Y-%m-%d %H:%M}"
