"""The lives of a journal: each has a random incarnation; a journal that was put back from a copy begins a new one.

- Chains and streams run on through all lives; a life notes where each of them stood when it began.
- A link's hash covers the incarnation of the life it was written in, so two continuations of one copy differ.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.journal.outbox import Position, Stream
from data.plain import plain
from data.store import Connection


@dataclass(frozen=True, slots=True)
class Life:
    """One life of a journal."""

    number: int
    """From 1 on."""
    incarnation: str
    """32 hexadecimal digits."""


def current(connection: Connection) -> Life:
    """The life in which this journal is written now."""
    return Life(*connection.execute("SELECT number, incarnation FROM life ORDER BY number DESC LIMIT 1").fetchone())


def began(connection: Connection, life: Life, stream: Stream) -> Position:
    """After which entry of a stream this life begins."""
    query = "SELECT seq, hash FROM life_begins WHERE life = ? AND chain = ?"
    found = connection.execute(query, (life.number, _of_stream(stream))).fetchone()
    return Position(found[0], bytes(found[1])) if found else Position()


def renew(connection: Connection, at: datetime, begins: Mapping[Stream, Position]) -> Life:
    """Begin a new life; headquarters gets the streams after `begins` again. The caller holds the transaction."""
    life = Life(current(connection).number + 1, secrets.token_hex(16))
    connection.execute("INSERT INTO life VALUES (?, ?, ?)", (life.number, life.incarnation, str(plain(at))))
    heads = audit_heads(connection)
    rows = [(life.number, f"audit:{chain}", head.seq, head.hash) for chain, head in heads.items()]
    rows += [(life.number, _of_stream(stream), begin.seq, begin.hash) for stream, begin in begins.items()]
    connection.executemany("INSERT INTO life_begins VALUES (?, ?, ?, ?)", rows)
    return life


class Incarnations:
    """Which incarnation each link of the audit was written in."""

    def __init__(self, connection: Connection) -> None:
        lives = connection.execute("SELECT number, incarnation FROM life ORDER BY number").fetchall()
        self._lives = [Life(*row) for row in lives]
        query = "SELECT life, chain, seq FROM life_begins WHERE chain LIKE 'audit:%'"
        self._begins = {(life, chain): seq for life, chain, seq in connection.execute(query)}

    def of(self, chain: str, seq: int) -> str:
        """The incarnation of the newest life that had begun when link `seq` of `chain` was written."""
        begun = [life for life in self._lives if self._begins.get((life.number, f"audit:{chain}"), 0) < seq]
        return begun[-1].incarnation


def audit_heads(connection: Connection) -> dict[str, Position]:
    """The newest link of each audit chain."""
    query = "SELECT chain, max(seq), hash FROM link GROUP BY chain"
    return {chain: Position(seq, bytes(digest)) for chain, seq, digest in connection.execute(query)}


def _of_stream(stream: Stream) -> str:
    return f"outbox:{stream.value}"
