"""What waits for headquarters: append-only streams, each entry chained to the one before.

Streams keep cases ahead of statistics on a thin link. Nothing here names a traveller.
"""

from enum import StrEnum
from hashlib import sha256
from typing import Any

from data.journal.chain import START
from data.plain import canonical
from data.store import Connection


class Stream(StrEnum):
    """In the order in which they are sent."""

    CASES = "cases"
    RECEIPTS = "receipts"
    CROSSINGS = "crossings"
    AUDIT = "audit"


def entry_hash(stream: str, seq: int, kind: str, body: bytes, previous: bytes) -> bytes:
    """SHA-256 over an entry and the hash of the one before."""
    return sha256(canonical({"stream": stream, "seq": seq, "kind": kind, "body": body, "previous": previous})).digest()


def append(connection: Connection, stream: Stream, kind: str, content: dict[str, Any]) -> None:
    """Put one entry at the end of a stream; the caller holds the transaction."""
    head = connection.execute(
        "SELECT seq, hash FROM outbox WHERE stream = ? ORDER BY seq DESC LIMIT 1", (stream.value,)
    ).fetchone()
    seq, previous = (head[0] + 1, bytes(head[1])) if head else (1, START)
    body = canonical(content)
    row = (stream.value, seq, kind, body, previous, entry_hash(stream.value, seq, kind, body, previous))
    connection.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)", row)
