"""How far a journal is, as the witness file records it, and whether a journal goes on from such a record.

The note of a journal's changes and the latest time in it lie in its table `about`, and change in the transaction of
whatever else is written.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from data.errors import Damaged
from data.journal import chains
from data.journal.chains import Stream
from data.journal.outgoing import read_acknowledged, read_hash_at
from data.journal.schema import read_about, write_about
from data.journal.unrecorded import read_entered
from data.json_codec import decode, encode_canonical
from data.store import Connection
from data.text import _
from data.witness.witness_record import ChainHead, JournalHead, LatestTime, WitnessNote, WitnessRecord

_NOTE, _LATEST = "witness", "latest"
_AUDIT, _OUTBOX, _ACKNOWLEDGED = "audit", "outbox", "acknowledged"


def read_note(connection: Connection) -> WitnessNote:
    """What the journal notes of its changes; an empty note before the first."""
    text = read_about(connection, _NOTE)
    return decode(WitnessNote, text, lambda _why: _damaged()) if text else WitnessNote()


def read_latest(connection: Connection) -> LatestTime | None:
    """The latest time in the journal; None before the first entry."""
    return decode_latest({_LATEST: read_about(connection, _LATEST)})


def decode_latest(notes: Mapping[str, str]) -> LatestTime | None:
    """The same, of the journal's notes."""
    text = notes.get(_LATEST)
    return decode(LatestTime, text, lambda _why: _damaged()) if text else None


def note_change(connection: Connection, record: WitnessRecord) -> None:
    """Count one change; the caller holds its transaction."""
    note = read_note(connection).next(record, record.journal.change if record.journal else 0)
    write_about(connection, _NOTE, encode_canonical(note))


def note_time(connection: Connection, at: datetime, record: WitnessRecord) -> None:
    """Keep `at` if it is the latest; the caller holds the transaction."""
    known = read_latest(connection)
    if known is None or at >= known.at or known.is_superseded_by(record):
        write_about(connection, _LATEST, encode_canonical(LatestTime(at, record.signed)))


def read_journal_head(connection: Connection) -> JournalHead:
    """How far the journal is."""
    incarnation = chains.read_incarnation(connection)
    audit = chains.read_audit_heads(connection)
    heads = {f"{_AUDIT}:{chain}": ChainHead(head.seq, head.hash) for chain, head in audit.items()}
    for stream in Stream:
        head, acknowledged = chains.read_head(connection, stream), read_acknowledged(connection, incarnation, stream)
        heads[f"{_OUTBOX}:{stream.value}"] = ChainHead(head.seq, head.hash)
        heads[f"{_ACKNOWLEDGED}:{stream.value}"] = ChainHead(acknowledged.seq, acknowledged.hash)
    return JournalHead(read_note(connection).change, incarnation.id, heads, read_entered(connection))


def find_missing_heads(connection: Connection, known: JournalHead) -> Iterator[str]:
    """The names of those heads in `known` from which this journal does not go on."""
    here = read_journal_head(connection)
    if here.change < known.change or (here.change == known.change and here.incarnation != known.incarnation):
        yield "journal"
    if here.change == known.change:
        yield from (name for name, head in known.heads.items() if here.heads.get(name) != head)
        yield from (name for name in here.heads if name not in known.heads)
        return
    for name, head in known.heads.items():
        part, _colon, chain = name.partition(":")
        if part == _AUDIT and not _has_link(connection, chain, head):
            yield name
        elif part == _OUTBOX and not _has_entry(connection, Stream(chain), head):
            yield name


def _has_link(connection: Connection, chain: str, head: ChainHead) -> bool:
    query = "SELECT hash FROM link WHERE chain = ? AND seq = ?"
    row = connection.execute(query, (chain, head.seq)).fetchone()
    return row is not None and bytes(row[0]) == head.hash


def _has_entry(connection: Connection, stream: Stream, head: ChainHead) -> bool:
    """Whether the outbox goes on from there; entries that were acknowledged may have left."""
    if head.seq == 0:
        return True
    newest, hash_here = chains.read_head(connection, stream), read_hash_at(connection, stream, head.seq)
    if hash_here is not None:
        return hash_here == head.hash
    row = connection.execute("SELECT min(seq) FROM outbox WHERE stream = ?", (stream.value,)).fetchone()
    return newest.seq > head.seq and row[0] is not None and row[0] > head.seq


def _damaged() -> Damaged:
    return Damaged(_("The journal's note of its changes cannot be read"), do=_("Run `waypost journal verify --all`"))
