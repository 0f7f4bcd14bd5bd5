"""Reading over a link, at a time of day."""

from datetime import datetime

from sync.link import FileLink


def read_from(link: FileLink, path: str = "lists/un/s", offset: int = 0) -> bytes:
    with link.open(path, offset) as pieces:
        return b"".join(pieces)


def at_clock(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-31T{text}+00:00")
