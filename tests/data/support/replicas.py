"""A list on a kit with a few rows."""

from datetime import UTC, datetime
from pathlib import Path

from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.store_key import StoreKey

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = StoreKey(bytes(32))


def make_rows(**bodies: str) -> list[Row]:
    return [Row(key.encode(), body.encode()) for key, body in sorted(bodies.items())]


def edition(version: int, content: list[Row], as_of: datetime = NOW) -> Edition:
    return Edition("wanted", "persons", version, as_of, as_of, "", len(content), add_to_digest(0, content))


def open_replica(folder: Path) -> Replica:
    return Replica(folder / "wanted", "persons", KEY)


def content_of(replica: Replica) -> list[Row]:
    with replica.read() as view:
        return list(view.rows())
