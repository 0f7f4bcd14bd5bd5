"""Checkpoints: each signs every chain, and whatever of that is changed afterwards shows."""

from datetime import timedelta
from pathlib import Path

import pytest

from data.journal.audit.checkpoints import CheckpointReason, SignedCheckpoint
from data.journal.chains import CHECKPOINT, Stream
from data.journal.history import continue_verification, verify_journal
from data.journal.journal import Journal
from data.journal.outgoing import Outbox
from data.json_codec import decode, encode_canonical
from data.store_key import StoreKey
from tests.data.support.journal_events import KEY, NOW, fill_journal

SYNC = CheckpointReason.SYNC


def sign(journal: Journal, reason: CheckpointReason = SYNC) -> bool:
    return journal.sign_checkpoint(NOW, "officer 7", reason)


def reported(journal: Journal) -> SignedCheckpoint:
    entry = Outbox(journal).last(Stream.RECEIPTS, CHECKPOINT)
    assert entry is not None
    return decode(SignedCheckpoint, entry.body)


def test_a_checkpoint_names_the_head_of_every_chain_and_headquarters_can_verify_it(tmp_path: Path) -> None:
    for name in ("courier", "technician"):
        other = Journal(tmp_path / "journal.db", KEY, name)
        other.record("note", NOW, "x", "ok", {})
        other.close()
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    fill_journal(journal)
    assert sign(journal, CheckpointReason.SHIFT_END)
    checkpoint = reported(journal)
    heads = {chain: head.seq for chain, head in checkpoint.statement.heads.items()}
    assert heads == {"courier": 1, "technician": 1, "desk": 5}
    assert checkpoint.is_signed and checkpoint.statement.reason is CheckpointReason.SHIFT_END
    assert checkpoint.statement.incarnation == journal.incarnation
    journal.close()


def test_nothing_is_signed_twice(journal: Journal) -> None:
    fill_journal(journal)
    assert sign(journal) and not sign(journal)
    journal.record("note", NOW, "x", "ok", {})
    assert verify_journal(journal).unsigned == 1
    assert sign(journal)
    report = verify_journal(journal)
    assert (report.faults, report.signed, report.unsigned) == ((), NOW, 0)


def test_a_journal_that_was_never_signed_says_so(journal: Journal) -> None:
    fill_journal(journal)
    report = verify_journal(journal)
    assert report.signed is None and report.unsigned == 5


def test_checkpoints_stay_when_details_are_purged(journal: Journal) -> None:
    fill_journal(journal)
    sign(journal)
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail")
    assert verify_journal(journal).faults == ()


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("DELETE FROM checkpoint", "statement is missing"),
        ("UPDATE checkpoint SET statement = x'7b7d'", "statement is missing or cannot be read"),
        ("UPDATE checkpoint SET signature = zeroblob(64)", "signature is not that of this kit"),
        ("UPDATE checkpoint SET signature = x''", "signature is not that of this kit"),
        (
            "UPDATE checkpoint SET statement = CAST(replace(statement, 'sync', 'verify') AS BLOB)",
            "signature is not that of this kit",
        ),
        ("DELETE FROM link WHERE chain = 'courier'", "courier 1: is not what checkpoint"),
        ("UPDATE link SET hash = zeroblob(32) WHERE chain = 'courier'", "courier 1: is not what checkpoint"),
    ],
)
def test_what_was_changed_after_a_checkpoint_shows(tmp_path: Path, sql: str, fault: str) -> None:
    courier = Journal(tmp_path / "journal.db", KEY, "courier")
    courier.record("note", NOW, "x", "ok", {})
    courier.close()
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    continue_verification(journal, NOW)
    fill_journal(journal)
    sign(journal)
    with journal.writing() as connection:
        connection.execute(sql)
    for report in (continue_verification(journal, NOW + timedelta(hours=1)), verify_journal(journal)):
        assert any(fault in text for text in report.faults), report.faults
    journal.close()


def test_a_checkpoint_signed_by_another_kit_shows(tmp_path: Path, journal: Journal) -> None:
    fill_journal(journal)
    sign(journal)
    other = Journal(tmp_path / "other.db", StoreKey(bytes([1] * 32)), "desk")
    sign(other)
    foreign = reported(other)
    assert foreign.is_signed and foreign.statement.key != reported(journal).statement.key
    with journal.writing() as connection:
        row = (encode_canonical(foreign.statement), foreign.signature)
        connection.execute("UPDATE checkpoint SET statement = ?, signature = ?", row)
    assert any("not that of this kit" in fault for fault in verify_journal(journal).faults)
    other.close()
