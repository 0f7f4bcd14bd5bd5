"""The outbox as a sender sees it: what waits, what an acknowledgement moves, what leaves, and a new life."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from data.journal import chains
from data.journal.chains import Position, Stream
from data.journal.history import verify_journal
from data.journal.journal import Journal
from data.journal.outgoing import AcknowledgedHeads, AcknowledgementEffect, Outbox
from data.json_codec import encode_canonical
from tests.data.support.journal_events import KEY, NOW

ALL = 1 << 20


def fill(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.record("drill", NOW, "officer 7", f"number {number}", {})


def position(journal: Journal, seq: int) -> Position:
    with journal.reading() as connection:
        row = connection.execute("SELECT hash FROM outbox WHERE stream = 'audit' AND seq = ?", (seq,)).fetchone()
    return Position(seq, bytes(row[0]))


def told(journal: Journal, upto: Position, minutes: int = 0, incarnation: str = "") -> AcknowledgedHeads:
    return AcknowledgedHeads(incarnation or journal.incarnation, {Stream.AUDIT: upto}, NOW + timedelta(minutes=minutes))


def take(journal: Journal, acknowledged: AcknowledgedHeads, at: datetime = NOW) -> AcknowledgementEffect:
    return Outbox(journal).take(acknowledged, at)[Stream.AUDIT]


def waiting(journal: Journal) -> int:
    return Outbox(journal).waiting()[Stream.AUDIT]


def test_batches_follow_each_other_and_end(journal: Journal) -> None:
    fill(journal, 7)
    outgoing = Outbox(journal)
    first = outgoing.batch(Stream.AUDIT, None, 400)
    assert first is not None and first.after == Position() and 0 < first.end.seq < 7
    rest = outgoing.batch(Stream.AUDIT, first.end, ALL)
    assert rest is not None and rest.after == first.end and rest.end == position(journal, 7)
    assert len(first.entries) + len(rest.entries) == 7
    assert outgoing.batch(Stream.AUDIT, rest.end, ALL) is None
    assert outgoing.batch(Stream.CASES, None, ALL) is None


def test_an_acknowledgement_moves_the_stream_on_and_an_old_one_does_not_move_it_back(journal: Journal) -> None:
    fill(journal, 5)
    assert take(journal, told(journal, position(journal, 2)), NOW) is AcknowledgementEffect.ADVANCED
    assert take(journal, told(journal, position(journal, 4), 1), NOW) is AcknowledgementEffect.ADVANCED
    assert waiting(journal) == 1
    for old in (told(journal, position(journal, 2)), told(journal, position(journal, 4), 9), told(journal, Position())):
        assert take(journal, old) is AcknowledgementEffect.KNOWN
    assert waiting(journal) == 1


def test_what_headquarters_lost_is_sent_again(journal: Journal) -> None:
    fill(journal, 5)
    take(journal, told(journal, position(journal, 4)), NOW)
    assert take(journal, told(journal, position(journal, 1), 1), NOW) is AcknowledgementEffect.WENT_BACK
    assert waiting(journal) == 4


@pytest.mark.parametrize("upto", [Position(9, bytes(32)), Position(3, bytes([1] * 32))], ids=["ahead", "other history"])
def test_an_acknowledgement_of_another_history_begins_a_new_life(journal: Journal, upto: Position) -> None:
    fill(journal, 5)
    outgoing, before = Outbox(journal), journal.incarnation
    take(journal, told(journal, position(journal, 2)), NOW)
    assert take(journal, told(journal, upto, 1), NOW) is AcknowledgementEffect.NEW_INCARNATION
    assert journal.incarnation != before
    batch = outgoing.batch(Stream.AUDIT, None, ALL)
    assert batch is not None and batch.incarnation == journal.incarnation
    assert batch.begins == batch.after == Position() and len(batch.entries) == 5, "headquarters may have lost some"
    assert take(journal, told(journal, upto, 2, before), NOW) is AcknowledgementEffect.KNOWN, (
        "it must not begin one life after another"
    )


def test_an_unknown_incarnation_begins_one_new_life_however_often_it_comes(journal: Journal) -> None:
    fill(journal, 2)
    stray = told(journal, Position(9, bytes(32)), incarnation="ab" * 16)
    assert [take(journal, stray) for _ in range(3)] == [
        AcknowledgementEffect.NEW_INCARNATION,
        AcknowledgementEffect.KNOWN,
        AcknowledgementEffect.KNOWN,
    ]


def test_the_audit_verifies_across_lives(journal: Journal) -> None:
    fill(journal, 3)
    take(journal, told(journal, Position(9, bytes(32))), NOW)
    fill(journal, 2)
    assert verify_journal(journal).faults == () and verify_journal(journal).outbox == 5
    with journal.writing() as connection:
        connection.execute("UPDATE life_begins SET seq = 4 WHERE chain = 'audit:desk'")
    assert verify_journal(journal).faults == ("desk 4: was changed after it was written",)


def test_entries_leave_only_after_acknowledgement_and_its_time(journal: Journal) -> None:
    fill(journal, 6)
    outgoing = Outbox(journal)
    assert outgoing.forget(NOW + timedelta(days=999)) == 0
    take(journal, told(journal, position(journal, 2)), NOW)
    take(journal, told(journal, position(journal, 6), 1), NOW + timedelta(days=5))
    assert outgoing.forget(NOW) == 0
    assert outgoing.forget(NOW + timedelta(days=1)) == 2
    assert outgoing.forget(NOW + timedelta(days=9)) == 3, "the newest stays: the next one follows it"
    fill(journal, 1)
    assert verify_journal(journal).faults == () and waiting(journal) == 1


def test_what_headquarters_lost_and_the_kit_has_no_more_is_answered_by_a_new_life(journal: Journal) -> None:
    fill(journal, 6)
    outgoing, before = Outbox(journal), journal.incarnation
    take(journal, told(journal, position(journal, 1)), NOW)
    take(journal, told(journal, position(journal, 4), 1), NOW)
    oldest = position(journal, 4)
    outgoing.forget(NOW + timedelta(days=1))
    assert take(journal, told(journal, Position(2, bytes([7] * 32)), 2), NOW) is AcknowledgementEffect.NEW_INCARNATION
    batch = outgoing.batch(Stream.AUDIT, None, ALL)
    assert batch is not None and batch.incarnation != before
    assert (batch.begins, len(batch.entries)) == (oldest, 2)


def test_an_entry_is_never_too_large_to_be_sent(journal: Journal) -> None:
    with journal.writing() as connection:
        chains.append_entry(connection, Stream.CASES, "case", {"event": "e-1", "text": "x" * 100_000})
    batch = Outbox(journal).batch(Stream.CASES, None, ALL)
    assert batch is not None and len(batch.entries[0].body) < 200
    assert b'"event":"e-1"' in batch.entries[0].body and b'"left_out_bytes":' in batch.entries[0].body


def test_a_journal_from_before_acknowledgements_goes_on(journal: Journal, tmp_path: Path) -> None:
    fill(journal, 3)
    with journal.writing() as connection:
        for table in ("life_begins", "life", "life_elsewhere", "acknowledged"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'lives_and_acknowledgements'")
    journal.close()
    old = Journal(tmp_path / "journal.db", KEY, "desk")
    fill(old, 1)
    assert verify_journal(old).faults == () and verify_journal(old).outbox == 4
    old.close()


def test_an_acknowledgement_that_does_not_name_a_stream_says_that_it_was_lost(journal: Journal) -> None:
    fill(journal, 3)
    take(journal, told(journal, position(journal, 3)))
    nothing = AcknowledgedHeads(journal.incarnation, {}, NOW + timedelta(minutes=1))
    assert take(journal, nothing) is AcknowledgementEffect.WENT_BACK
    assert waiting(journal) == 3


@given(stream=some.sampled_from(Stream), seq=some.integers(0, 1 << 53), kind=some.text(), body=some.binary())
def test_an_entry_is_hashed_as_the_protocol_says(stream: Stream, seq: int, kind: str, body: bytes) -> None:
    facts = {"stream": stream, "seq": seq, "kind": kind, "body": body, "previous": bytes(32)}
    assert chains.hash_entry(stream.value, seq, kind, body, bytes(32)) == sha256(encode_canonical(facts)).digest()
