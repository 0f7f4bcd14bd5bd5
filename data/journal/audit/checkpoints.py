"""Checkpoints of the audit: where every chain stands, signed by the kit.

- A statement names the newest link of every chain of the journal, so each chain is anchored in all the others. It is
  signed with Ed25519 under a key that is derived from the store key and serves nothing else. The public key goes to
  headquarters in the statement; headquarters keeps the first one of an enrolment (docs/protocol.md).
- The statement lies beside its event, not in the event's details: it names no traveller and is never purged.
- A checkpoint is itself a link. Where nothing came after the last one, no other is written.
- Somebody who can open the store can also derive the key: a signature proves which kit signed and in which order, not
  that nobody with the passphrase rewrote the journal since headquarters last heard of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import InvalidSignature

from data.journal.chains import CHECKPOINT, JournalEvent, Stream, read_audit_heads, read_incarnation
from data.json_codec import Hexadecimal, UtcTime, decode_or_none, encode_canonical, to_json_value
from data.store import Connection
from data.text import Message, _
from data.witness.witness_record import ChainHead

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PURPOSE = b"waypost audit checkpoint v1\n"
"""Before the statement in what is signed: a signature of this key for anything else fits no checkpoint."""


class CheckpointReason(StrEnum):
    """What ended when the chains were signed."""

    SIGN_OUT = "sign_out"
    SHIFT_END = "shift_end"
    SYNC = "sync"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class CheckpointStatement:
    """What is signed."""

    at: UtcTime
    heads: Mapping[str, ChainHead]
    """The newest link of each chain, by the chain's name."""
    incarnation: str
    key: Hexadecimal
    """The public key, 32 bytes: it says which kit signed."""
    reason: CheckpointReason

    def encode(self) -> bytes:
        """Canonical JSON."""
        return encode_canonical(self)

    def is_signed_by(self, key: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of the public `key` over this statement."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, _PURPOSE + self.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A statement with its signature, as a journal and the outbox have it."""

    statement: CheckpointStatement
    signature: Hexadecimal

    @property
    def is_signed(self) -> bool:
        """Whether the signature is that of the key which the statement names."""
        return self.statement.is_signed_by(self.statement.key, self.signature)


@dataclass(frozen=True, slots=True)
class SignedState:
    """Up to where the chains are signed."""

    at: datetime | None = None
    """When the newest checkpoint was signed; None: none was."""
    unsigned: int = 0
    """Links that came after it."""


class CheckpointedJournal(Protocol):
    """What of a journal is needed here (`data.journal.journal.Journal`)."""

    checkpoint_key: bytes
    """The private key, 32 bytes."""

    def enter(self, connection: Connection, event: JournalEvent) -> None:
        """Write an event; the caller holds the transaction."""


def sign_chains(
    connection: Connection, journal: CheckpointedJournal, at: datetime, person: str, reason: CheckpointReason
) -> bool:
    """Sign where the chains stand; False where nothing came after the last checkpoint. The caller holds the
    transaction.
    """
    checkpoint = _make_checkpoint(connection, journal.checkpoint_key, at, reason)
    if checkpoint is None:
        return False
    journal.enter(connection, _checkpoint_event(checkpoint, person))
    _save_checkpoint(connection, checkpoint)
    return True


def _make_checkpoint(
    connection: Connection, seed: bytes, at: datetime, reason: CheckpointReason
) -> SignedCheckpoint | None:
    heads = {chain: ChainHead(head.seq, head.hash) for chain, head in read_audit_heads(connection).items()}
    if heads and read_signed_state(connection).unsigned == 0:
        return None
    return sign_statement(seed, at, heads, read_incarnation(connection).id, reason)


def sign_statement(
    seed: bytes, at: datetime, heads: Mapping[str, ChainHead], incarnation: str, reason: CheckpointReason
) -> SignedCheckpoint:
    """A signed statement of where the chains stand. `seed` is the private key, 32 bytes."""
    key = _private_key(seed)
    public = key.public_key().public_bytes_raw()
    statement = CheckpointStatement(at.astimezone(UTC), heads, incarnation, public, reason)
    return SignedCheckpoint(statement, key.sign(_PURPOSE + statement.encode()))


def _checkpoint_event(checkpoint: SignedCheckpoint, person: str) -> JournalEvent:
    """The event of a checkpoint. Headquarters hears the statement and its signature, before any screening."""
    reason = checkpoint.statement.reason.value
    facts: dict[str, Any] = {"statement": checkpoint.statement, "signature": checkpoint.signature}
    report = {"kind": CHECKPOINT, "outcome": reason, **facts}
    at = checkpoint.statement.at
    return JournalEvent(CHECKPOINT, at, person, reason, to_json_value(facts), Stream.RECEIPTS, report)


def _save_checkpoint(connection: Connection, checkpoint: SignedCheckpoint) -> None:
    """Keep the statement beside its event, which was written last; the caller holds the transaction."""
    query = """INSERT INTO checkpoint SELECT event, chain, seq, ?, ? FROM link
               WHERE event = (SELECT id FROM event WHERE rowid = (SELECT max(rowid) FROM event))"""
    connection.execute(query, (checkpoint.statement.encode(), checkpoint.signature))


def read_signed_state(connection: Connection) -> SignedState:
    """Up to where the chains of this journal are signed, by its newest checkpoint.

    A statement that cannot be read signs nothing; `find_checkpoint_faults` reports it.
    """
    links = {chain: head.seq for chain, head in read_audit_heads(connection).items()}
    query = """SELECT statement, chain, seq FROM checkpoint JOIN event ON event.id = checkpoint.event
               ORDER BY event.rowid DESC LIMIT 1"""
    row = connection.execute(query).fetchone()
    statement = decode_or_none(CheckpointStatement, bytes(row[0])) if row else None
    if statement is None:
        return SignedState(None, sum(links.values()))
    signed = {chain: head.seq for chain, head in statement.heads.items()} | {row[1]: row[2]}
    return SignedState(statement.at, sum(max(0, seq - signed.get(chain, 0)) for chain, seq in links.items()))


def find_checkpoint_faults(connection: Connection, seed: bytes, after_event: int) -> list[Message]:
    """What is wrong with the checkpoints after an event (row number): a signature, or a chain that was cut or changed.

    `seed` is the private key of this journal.
    """
    key = _private_key(seed).public_key().public_bytes_raw()
    query = """SELECT event.id, event.outcome, statement, signature FROM event
               LEFT JOIN checkpoint ON checkpoint.event = event.id WHERE event.kind = ? AND event.rowid > ?"""
    faults: list[Message] = []
    for event, outcome, text, signature in connection.execute(query, (CHECKPOINT, after_event)).fetchall():
        statement = decode_or_none(CheckpointStatement, bytes(text)) if text is not None else None
        if statement is None:
            faults.append(_("checkpoint {id}: its statement is missing or cannot be read", id=event))
        elif not statement.is_signed_by(key, bytes(signature)) or statement.reason != outcome:
            faults.append(_("checkpoint {id}: its signature is not that of this kit", id=event))
        else:
            faults += _find_lost_heads(connection, event, statement)
    return faults


def _find_lost_heads(connection: Connection, event: str, statement: CheckpointStatement) -> list[Message]:
    faults = []
    for chain, head in statement.heads.items():
        query = "SELECT hash FROM link WHERE chain = ? AND seq = ?"
        row = connection.execute(query, (chain, head.seq)).fetchone()
        if row is None or bytes(row[0]) != head.hash:
            place = f"{chain} {head.seq}"
            faults.append(_("{place}: is not what checkpoint {id} signed", place=place, id=event))
    return faults


def _private_key(seed: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)
