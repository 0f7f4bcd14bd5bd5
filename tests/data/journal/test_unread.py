"""Documents that wait are on the disk, encrypted, and gone when their verdict is there or the shift is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.journal.unread import UNREAD_KEPT, UnreadContent, UnreadDocument, UnreadLog
from data.store_key import StoreKey
from tests.support.sample import ADA, NOW, document
from tests.ui.support.desk_kit import CLEAR, zone

SCANNED = UnreadDocument("1", NOW, "Page reader", UnreadContent(zone(CLEAR)))
TYPED = UnreadDocument("2", NOW + timedelta(minutes=1), "", UnreadContent(documents=(document(),), traveller=ADA))


def open_journal(folder: Path) -> Journal:
    return Journal(folder / "journal.db", StoreKey(bytes(32)), "desk")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    yield journal
    journal.close()


def test_what_waits_survives_the_end_of_the_process_and_nobody_can_read_it(journal: Journal, tmp_path: Path) -> None:
    log = UnreadLog(journal)
    log.keep(TYPED)
    log.keep(SCANNED)
    another = open_journal(tmp_path)  # the first is not closed, as after a kill
    assert UnreadLog(another).read() == [SCANNED, TYPED]
    another.close()
    for file in tmp_path.iterdir():
        assert b"SAMPLE" not in file.read_bytes()


def test_a_verdict_takes_it_away_for_good(journal: Journal) -> None:
    log = UnreadLog(journal)
    log.keep(SCANNED)
    log.discard("1")
    assert log.read() == []
    assert verify_journal(journal).faults == ()


def test_a_verdict_faster_than_the_disk_leaves_nothing(journal: Journal) -> None:
    log = UnreadLog(journal)
    log.discard("1")
    log.keep(SCANNED)
    assert log.read() == []
    log.keep(SCANNED)
    assert log.read() == [SCANNED], "the same document, read again"


def test_after_the_longest_shift_it_goes_and_the_journal_says_so(journal: Journal) -> None:
    log = UnreadLog(journal)
    log.keep(SCANNED)
    assert log.remove_older(NOW + UNREAD_KEPT, "kim") == 0
    assert read_events(journal, "unread_removed") == []
    assert log.remove_older(NOW + UNREAD_KEPT + timedelta(seconds=1), "kim") == 1
    assert log.read() == []
    (event,) = read_events(journal, "unread_removed")
    assert (event.person, event.outcome, event.detail) == ("kim", "1", {"count": 1})
