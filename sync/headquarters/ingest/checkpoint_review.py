"""What is wrong with the signed checkpoints of a kit's audit, as far as they reached headquarters.

- The key of the first checkpoint of an enrolment is the kit's; another one is a notice until the kit is enrolled again.
- In one incarnation of a journal chains only grow: one that is shorter in a later checkpoint was cut, and one that has
  another link at the same place was written twice. A kit that was put back from a copy begins another incarnation.
- Nothing is refused for it: a person has to look at the kit.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, select

from data.journal.audit.checkpoints import SignedCheckpoint
from data.journal.chains import CHECKPOINT, MAX_ENTRY_BYTES
from data.json_codec import decode_or_none
from data.text import Message, _, plural
from data.witness.witness_record import ChainHead
from sync.headquarters.store import report_tables

_MOST_REVIEWED = 1000
"""The newest ones of a kit: verifying them takes a tenth of a second."""

_streams, _entries = report_tables.streams, report_tables.entries


def find_checkpoint_notices(connection: Connection, kit: str) -> tuple[Message, ...]:
    """What a person at headquarters should know of the checkpoints of a kit's newest enrolment."""
    query = select(_streams.c.enrolment).where(_streams.c.kit == kit).order_by(_streams.c.id.desc()).limit(1)
    enrolment = connection.scalar(query)
    if enrolment is None:
        return ()
    where = (_streams.c.kit == kit) & (_streams.c.enrolment == enrolment) & (_entries.c.kind == CHECKPOINT)
    checkpoints = _read_newest(connection, where)
    valid = [checkpoint for checkpoint in checkpoints if checkpoint is not None and checkpoint.is_signed]
    notices = []
    if len(valid) < len(checkpoints):
        count = len(checkpoints) - len(valid)
        notices.append(
            plural(
                "{count} checkpoint of its audit has no valid signature",
                "{count} checkpoints of its audit have no valid signature",
                count,
            )
        )
    pinned = _read_first_key(connection, where)
    if any(checkpoint.statement.key != pinned for checkpoint in valid):
        notices.append(_("its audit is signed with another key than at first: another machine, or a kit made anew"))
    return (*notices, *dict.fromkeys(_compare_heads(valid)))


def _read_newest(connection: Connection, where: ColumnElement[bool]) -> list[SignedCheckpoint | None]:
    """In the order in which they were written; None for one that cannot be read."""
    query = select(_entries.c.body).join(_streams, _streams.c.id == _entries.c.stream).where(where)
    newest = query.order_by(_entries.c.stream.desc(), _entries.c.seq.desc()).limit(_MOST_REVIEWED)
    return [_decode(body) for body in connection.scalars(newest)][::-1]


def _read_first_key(connection: Connection, where: ColumnElement[bool]) -> bytes | None:
    """The key that the kit signed with first; None where it never did."""
    query = select(_entries.c.body).join(_streams, _streams.c.id == _entries.c.stream).where(where)
    for body in connection.scalars(query.order_by(_entries.c.stream, _entries.c.seq)):
        checkpoint = _decode(body)
        if checkpoint is not None and checkpoint.is_signed:
            return checkpoint.statement.key
    return None


def _decode(body: bytes) -> SignedCheckpoint | None:
    return decode_or_none(SignedCheckpoint, bytes(body), most_bytes=MAX_ENTRY_BYTES)


def _compare_heads(checkpoints: Iterable[SignedCheckpoint]) -> Iterator[Message]:
    known: dict[tuple[str, str], ChainHead] = {}
    for checkpoint in checkpoints:
        statement = checkpoint.statement
        for chain, head in statement.heads.items():
            before = known.get((statement.incarnation, chain), head)
            if head.seq < before.seq:
                yield _("its audit chain {chain} was cut: it had {before} links", chain=chain, before=before.seq)
            elif head.seq == before.seq and head.hash != before.hash:
                yield _("its audit chain {chain} has two links number {number}", chain=chain, number=head.seq)
            known[statement.incarnation, chain] = max(before, head, key=lambda each: each.seq)
