"""What waits for headquarters: append-only streams, each entry chained to the one before.

Streams keep cases ahead of statistics on a thin link. Nothing here names a traveller.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from data.journal.chain import START
from data.plain import canonical
from data.store import Connection

MOST_BYTES = 16 * 1024
"""A larger body is replaced by its size and hash: one entry must never be too large to be sent."""


class Stream(StrEnum):
    """In the order in which they are sent."""

    CASES = "cases"
    """What a person at headquarters has to look at; it leaves before all else, at any hour and beyond the budget.

    Whoever writes one gives its `Event` this stream, so that it is entered in the event's own transaction. It must fit
    `MOST_BYTES`: of a larger one only size and hash would arrive.
    """
    RECEIPTS = "receipts"
    CROSSINGS = "crossings"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: the sequence number of an entry and its hash; 0 and zeros before the first."""

    seq: int = 0
    hash: bytes = START


def entry_hash(stream: str, seq: int, kind: str, body: bytes, previous: bytes) -> bytes:
    """SHA-256 over an entry and the hash of the one before.

    What is hashed is `data.plain.canonical` of these five, written out: headquarters computes it for every entry of
    every kit, and looking at each value's type would take four times as long.
    """
    facts = {"body": body.hex(), "kind": kind, "previous": previous.hex(), "seq": seq, "stream": stream}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "replace")).digest()


def append(connection: Connection, stream: Stream, kind: str, content: dict[str, Any]) -> None:
    """Put one entry at the end of a stream; the caller holds the transaction."""
    before = head(connection, stream)
    seq, body = before.seq + 1, _bounded(content)
    row = (stream.value, seq, kind, body, before.hash, entry_hash(stream.value, seq, kind, body, before.hash))
    connection.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)", row)


def head(connection: Connection, stream: Stream) -> Position:
    """The newest entry of a stream; it stays when older ones leave."""
    query = "SELECT seq, hash FROM outbox WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    found = connection.execute(query, (stream.value,)).fetchone()
    return Position(found[0], bytes(found[1])) if found else Position()


def _bounded(content: dict[str, Any]) -> bytes:
    body = canonical(content)
    if len(body) <= MOST_BYTES:
        return body
    kept = {name: content[name] for name in ("event", "at") if name in content}
    return canonical({**kept, "left_out_bytes": len(body), "sha256": sha256(body).digest()})
