"""Documents that wait are on the disk, encrypted, and gone when their verdict is there or the shift is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.journal.history import read_events, verify_journal
from data.journal.journal import UNREAD_KEPT, Journal
from data.journal.unread import UnreadContent, UnreadDocument, UnreadLog
from data.screenings import Verdict
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.sample import ADA, NOW, document, screening
from tests.ui.support.desk_kit import CLEAR, zone

SCANNED = UnreadDocument("1", NOW, "Page reader", UnreadContent(zone(CLEAR)))
TYPED = UnreadDocument("2", NOW + timedelta(minutes=1), "", UnreadContent(documents=(document(),), traveller=ADA))


def open_journal(folder: Path, machine: Machine) -> Journal:
    return Journal(folder / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = open_journal(tmp_path, machine)
    yield journal
    journal.close()


def test_what_waits_survives_the_end_of_the_process_and_nobody_can_read_it(
    journal: Journal, tmp_path: Path, machine: Machine
) -> None:
    log = UnreadLog(journal)
    log.keep(TYPED)
    log.keep(SCANNED)
    another = open_journal(tmp_path, machine)  # the first is not closed, as after a kill
    assert UnreadLog(another).read() == [SCANNED, TYPED]
    another.close()
    for file in filter(Path.is_file, tmp_path.rglob("*")):
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


def test_after_the_longest_shift_it_goes_and_the_journal_says_so(journal: Journal, machine: Machine) -> None:
    log = UnreadLog(journal)
    log.keep(SCANNED)
    assert log.forget(machine.run(journal, NOW, UNREAD_KEPT), "kim") == 0
    assert read_events(journal, "unread_removed") == []
    assert log.forget(machine.run(journal, NOW + UNREAD_KEPT, timedelta(seconds=1)), "kim") == 1
    assert log.read() == []
    (event,) = read_events(journal, "unread_removed")
    assert (event.person, event.outcome, event.detail) == ("kim", "1", {"count": 1})


def test_the_next_screening_takes_it_too_whoever_screens(journal: Journal, machine: Machine) -> None:
    UnreadLog(journal).keep(SCANNED)
    late = machine.run(journal, NOW, UNREAD_KEPT + timedelta(seconds=1))
    journal.record_screening(replace(screening(), at=late, officer="lee"), [], Verdict.CLEAR, 1)
    assert UnreadLog(journal).read() == []
    (event,) = read_events(journal, "unread_removed")
    assert (event.person, event.outcome) == ("lee", "1")
    assert verify_journal(journal).faults == ()


@pytest.mark.parametrize("ahead", [timedelta(hours=13), timedelta(days=4), timedelta(days=9000)])
def test_a_clock_that_stands_ahead_deletes_nothing(journal: Journal, ahead: timedelta) -> None:
    log = UnreadLog(journal)
    log.keep(SCANNED)
    assert log.forget(NOW + ahead, "kim") == 0
    journal.record_screening(replace(screening(), at=NOW + ahead), [], Verdict.CLEAR, 1)
    assert log.read() == [SCANNED]
