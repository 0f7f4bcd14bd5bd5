"""The chained entries of a journal: links of the audit, entries of the outbox, and the incarnation they belong to.

- Each entry's hash covers the one before, so a changed, dropped or inserted entry shows. An audit link is SHA-256 over
  a canonical encoding of (incarnation, chain, seq, previous hash, time, person, action, event, commitment, outcome)
  and, in links of the second form, the event's screening and revision (docs/threats.md, "The audit"). There is one
  audit chain per kind of writing process.
- The outbox has append-only streams, which keep cases ahead of statistics on a thin link. Nothing in it names a
  traveller.
- A journal has a random incarnation; one that was put back from a copy begins a new one. Chains and streams run on
  through all of them, and each notes where they stood when it began. A link's hash covers the incarnation it was
  written in, so two continuations of one copy differ.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from data.journal.schema import pack_body
from data.json_codec import encode_canonical, to_json_value
from data.store import Connection

CHAIN_START = bytes(32)

LIST_CHANGED = "list_changed"
"""Kind of the event, and of the entry in the outbox, of a list that came to another version."""
KIT_RESTORED = "kit_restored"
"""Kind of the event, and of the entry in the outbox, of a kit that was put back from a copy of its home."""
CHECKPOINT = "checkpoint"
"""Kind of the event, and of the entry in the outbox, with which the chains are signed
(`data.journal.audit.checkpoints`)."""
_CASES = frozenset({KIT_RESTORED})
"""Kinds of acts that a person at headquarters must look at. Headquarters hears of them before whatever follows."""
MAX_ENTRY_BYTES = 16 * 1024
"""A larger body is replaced by its size and hash: one entry must never be too large to be sent."""


@dataclass(frozen=True, slots=True)
class AuditLink:
    """One entry of a chain."""

    chain: str
    seq: int
    at: str
    person: str
    action: str
    event: str
    outcome: str
    commitment: bytes
    previous: bytes
    screening: str | None = None
    """Of the event; links of the first form leave out these two."""
    revision: int | None = None

    def hash(self, incarnation: str) -> bytes:
        """SHA-256 over the canonical encoding of this link, in its second form, in one incarnation of its journal.

        It is `data.json_codec.encode_canonical` written out, as in `hash_entry`: a verification computes it of all.
        """
        link = {
            "action": self.action, "at": self.at, "chain": self.chain, "commitment": self.commitment.hex(),
            "event": self.event, "form": 2, "outcome": self.outcome, "person": self.person,
            "previous": self.previous.hex(), "revision": self.revision, "screening": self.screening, "seq": self.seq,
        }  # fmt: skip
        return sha256(_encode({"incarnation": incarnation, "link": link})).digest()

    def first_form_hash(self, incarnation: str) -> bytes:
        """The same in the first form, in which links were written before there were checkpoints."""
        link = {
            "action": self.action, "at": self.at, "chain": self.chain, "commitment": self.commitment.hex(),
            "event": self.event, "outcome": self.outcome, "person": self.person, "previous": self.previous.hex(),
            "seq": self.seq,
        }  # fmt: skip
        return sha256(_encode({"incarnation": incarnation, "link": link})).digest()

    def has_hash(self, digest: bytes, incarnation: str) -> bool:
        """Whether `digest` is of this link. No link fits in a form other than the one it was written in."""
        return digest in (self.hash(incarnation), self.first_form_hash(incarnation))


def compute_commitment(salt: bytes, body: bytes) -> bytes:
    """A link's commitment to an event's details: it reveals nothing without the salt, and proves everything with it."""
    return sha256(salt + body).digest()


class Stream(StrEnum):
    """In the order in which they are sent."""

    CASES = "cases"
    """What a person at headquarters must look at. It is sent first, at any hour and beyond the data limit.

    The writer gives its `JournalEvent` this stream, so that it is entered in the event's own transaction. It
    must fit `MAX_ENTRY_BYTES`: of a larger one only size and hash would arrive.
    """
    RECEIPTS = "receipts"
    CROSSINGS = "crossings"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """Something to be remembered: what happened, who did it, what of it may leave the kit."""

    kind: str
    at: datetime
    person: str
    outcome: str
    detail: dict[str, Any]
    stream: Stream
    report: dict[str, Any]
    """For headquarters, without personal data."""
    screening: str | None = None
    revision: int | None = None


def audit_event(
    kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any], screening: str | None = None
) -> JournalEvent:
    """One for the audit stream, of which headquarters hears kind and outcome."""
    stream = Stream.CASES if kind in _CASES else Stream.AUDIT
    return JournalEvent(kind, at, person, outcome, detail, stream, {"kind": kind, "outcome": outcome}, screening)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: the sequence number of an entry and its hash; 0 and zeros before the first."""

    seq: int = 0
    hash: bytes = CHAIN_START


def hash_entry(stream: str, seq: int, kind: str, body: bytes, previous: bytes) -> bytes:
    """SHA-256 over an entry and the hash of the one before.

    What is hashed is `data.json_codec.encode_canonical` of these five, written out: headquarters computes it for every
    entry of every kit, and looking at each value's type would take four times as long.
    """
    facts = {"body": body.hex(), "kind": kind, "previous": previous.hex(), "seq": seq, "stream": stream}
    return sha256(_encode(facts)).digest()


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


def _encode(facts: dict[str, Any]) -> bytes:
    """Canonical, if the keys are sorted and the values plain."""
    return _ENCODER.encode(facts).encode("utf-8", "replace")


def append_link(connection: Connection, chain: str, event: JournalEvent, event_id: str, commitment: bytes) -> None:
    """Put the link of an event at the end of a chain; the caller holds the transaction."""
    query = "SELECT seq, hash FROM link WHERE chain = ? ORDER BY seq DESC LIMIT 1"
    head = connection.execute(query, (chain,)).fetchone()
    seq, previous = (head[0] + 1, bytes(head[1])) if head else (1, CHAIN_START)
    at = str(to_json_value(event.at))
    facts = (at, event.person, event.kind, event_id, event.outcome, commitment, previous)
    link = AuditLink(chain, seq, *facts, event.screening, event.revision)
    row = (chain, seq, *facts, link.hash(read_incarnation(connection).id))
    connection.execute("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def append_entry(connection: Connection, stream: Stream, kind: str, content: dict[str, Any]) -> None:
    """Put one entry at the end of a stream; the caller holds the transaction."""
    before = read_head(connection, stream)
    seq, body = before.seq + 1, _encode_bounded(content)
    entry_hash = hash_entry(stream.value, seq, kind, body, before.hash)
    row = (stream.value, seq, kind, pack_body(body), before.hash, entry_hash)
    connection.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)", row)


def read_head(connection: Connection, stream: Stream) -> Position:
    """The newest entry of a stream; it stays when older ones leave."""
    query = "SELECT seq, hash FROM outbox WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    row = connection.execute(query, (stream.value,)).fetchone()
    return Position(row[0], bytes(row[1])) if row else Position()


@dataclass(frozen=True, slots=True)
class Incarnation:
    """A journal from its making, or from being put back from a copy, until it is put back again."""

    number: int
    """From 1 on."""
    id: str
    """32 hexadecimal digits."""


def read_incarnation(connection: Connection) -> Incarnation:
    """The incarnation in which this journal is written now."""
    return Incarnation(
        *connection.execute("SELECT number, incarnation FROM life ORDER BY number DESC LIMIT 1").fetchone()
    )


def read_beginning(connection: Connection, incarnation: Incarnation, stream: Stream) -> Position:
    """After which entry of a stream this incarnation begins."""
    query = "SELECT seq, hash FROM life_begins WHERE life = ? AND chain = ?"
    row = connection.execute(query, (incarnation.number, _stream_chain(stream))).fetchone()
    return Position(row[0], bytes(row[1])) if row else Position()


def begin_incarnation(connection: Connection, at: datetime, begins: Mapping[Stream, Position]) -> Incarnation:
    """Begin a new one; headquarters gets the streams after `begins` again. The caller holds the transaction."""
    new = Incarnation(read_incarnation(connection).number + 1, secrets.token_hex(16))
    connection.execute("INSERT INTO life VALUES (?, ?, ?)", (new.number, new.id, str(to_json_value(at))))
    heads = read_audit_heads(connection)
    rows = [(new.number, f"audit:{chain}", head.seq, head.hash) for chain, head in heads.items()]
    rows += [(new.number, _stream_chain(stream), begin.seq, begin.hash) for stream, begin in begins.items()]
    connection.executemany("INSERT INTO life_begins VALUES (?, ?, ?, ?)", rows)
    return new


class IncarnationHistory:
    """Which incarnation each link of the audit was written in."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute("SELECT number, incarnation FROM life ORDER BY number").fetchall()
        self._incarnations = [Incarnation(*row) for row in rows]
        query = "SELECT life, chain, seq FROM life_begins WHERE chain LIKE 'audit:%'"
        self._begins = {(number, chain): seq for number, chain, seq in connection.execute(query)}

    def of(self, chain: str, seq: int) -> str:
        """The id of the newest incarnation that had begun when link `seq` of `chain` was written."""
        if len(self._incarnations) == 1:
            return self._incarnations[0].id
        begun = [
            incarnation
            for incarnation in self._incarnations
            if self._begins.get((incarnation.number, f"audit:{chain}"), 0) < seq
        ]
        return begun[-1].id


def read_audit_heads(connection: Connection) -> dict[str, Position]:
    """The newest link of each audit chain."""
    return {chain: Position(seq, bytes(digest)) for chain, seq, digest in connection.execute(_AUDIT_HEADS)}


_AUDIT_HEADS = """
WITH RECURSIVE chains (name) AS (
    SELECT min(chain) FROM link
    UNION ALL SELECT (SELECT min(chain) FROM link WHERE chain > name) FROM chains WHERE name IS NOT NULL)
SELECT link.chain, link.seq, link.hash FROM chains JOIN link ON link.chain = name
WHERE link.seq = (SELECT max(seq) FROM link WHERE chain = name)
"""
"""Without a look at every link: it is asked with every change."""


def _encode_bounded(content: dict[str, Any]) -> bytes:
    body = encode_canonical(content)
    if len(body) <= MAX_ENTRY_BYTES:
        return body
    identity = {name: content[name] for name in ("event", "at") if name in content}
    return encode_canonical({**identity, "left_out_bytes": len(body), "sha256": sha256(body).digest()})


def _stream_chain(stream: Stream) -> str:
    return f"outbox:{stream.value}"
