"""Documents that wait are on the disk, encrypted, and gone when their verdict is there or the shift is over."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.documents.barcodes import Barcode, MissingCode, Symbology
from data.errors import StoreError
from data.journal.history import read_events, verify_journal
from data.journal.journal import UNSCREENED_KEPT, Journal
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.screenings import Verdict
from data.store import Connection
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.sample import ADA, NOW, document, screening
from tests.ui.support.desk_kit import CLEAR, zone

SCANNED = UnscreenedDocument("1", NOW, "Page reader", UnscreenedContent(zone(CLEAR)))
TYPED = UnscreenedDocument(
    "2", NOW + timedelta(minutes=1), "", UnscreenedContent(documents=(document(),), traveller=ADA)
)


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


def full(*_: object) -> int:
    raise StoreError("The disk is full")  # type: ignore[arg-type]


def count_commits(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many transactions wrote since."""
    begun, real = list[None](), journal.writing

    def counted() -> AbstractContextManager[Connection]:
        begun.append(None)
        return real()

    monkeypatch.setattr(journal, "writing", counted)
    return lambda: len(begun)


def test_what_waits_survives_the_end_of_the_process_and_nobody_can_read_it(
    journal: Journal, tmp_path: Path, machine: Machine
) -> None:
    log = UnscreenedLog(journal)
    log.keep(TYPED)
    log.keep(SCANNED)
    another = open_journal(tmp_path, machine)  # the first is not closed, as after a kill
    assert UnscreenedLog(another).read() == [SCANNED, TYPED]
    another.close()
    for file in filter(Path.is_file, tmp_path.rglob("*")):
        assert b"SAMPLE" not in file.read_bytes()


def test_the_transaction_of_the_verdict_takes_it_away(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    log = UnscreenedLog(journal)
    log.keep(SCANNED)
    log.keep(TYPED)
    commits = count_commits(journal, monkeypatch)
    journal.record_screening(screening(), [], Verdict.CLEAR, 1, unscreened="1")
    assert (commits(), log.read()) == (1, [TYPED])
    assert verify_journal(journal).faults == ()


def test_a_verdict_that_is_not_written_leaves_it(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    log = UnscreenedLog(journal)
    log.keep(SCANNED)
    monkeypatch.setattr("data.journal.journal.delete_expired", full)
    with pytest.raises(StoreError):
        journal.record_screening(screening(), [], Verdict.CLEAR, 1, unscreened="1")
    assert log.read() == [SCANNED]


def test_codes_are_added_to_what_is_kept_and_to_nothing_else(journal: Journal) -> None:
    log, code = UnscreenedLog(journal), MissingCode.of(Barcode(Symbology.AZTEC, b"M1INVENTED"))
    log.keep(SCANNED)
    with_code = replace(SCANNED.content, codes=(code,))
    log.change("1", with_code)
    assert log.read() == [replace(SCANNED, content=with_code)]
    log.discard("1")
    with pytest.raises(StoreError, match="not in the journal"):
        log.change("1", with_code)
    assert log.read() == []


def test_after_the_longest_shift_it_goes_and_the_journal_says_so(journal: Journal, machine: Machine) -> None:
    log = UnscreenedLog(journal)
    log.keep(SCANNED)
    assert log.delete_expired_unscreened(machine.run(journal, NOW, UNSCREENED_KEPT), "kim") == 0
    assert read_events(journal, "unscreened_removed") == []
    assert log.delete_expired_unscreened(machine.run(journal, NOW + UNSCREENED_KEPT, timedelta(seconds=1)), "kim") == 1
    assert log.read() == []
    (event,) = read_events(journal, "unscreened_removed")
    assert (event.person, event.outcome, event.detail) == ("kim", "1", {"count": 1})


def test_the_next_screening_takes_it_too_whoever_screens(journal: Journal, machine: Machine) -> None:
    UnscreenedLog(journal).keep(SCANNED)
    late = machine.run(journal, NOW, UNSCREENED_KEPT + timedelta(seconds=1))
    journal.record_screening(replace(screening(), at=late, officer="lee"), [], Verdict.CLEAR, 1)
    assert UnscreenedLog(journal).read() == []
    (event,) = read_events(journal, "unscreened_removed")
    assert (event.person, event.outcome) == ("lee", "1")
    assert verify_journal(journal).faults == ()


@pytest.mark.parametrize("ahead", [timedelta(hours=13), timedelta(days=4), timedelta(days=9000)])
def test_a_clock_that_stands_ahead_deletes_nothing(journal: Journal, ahead: timedelta) -> None:
    log = UnscreenedLog(journal)
    log.keep(SCANNED)
    assert log.delete_expired_unscreened(NOW + ahead, "kim") == 0
    journal.record_screening(replace(screening(), at=NOW + ahead), [], Verdict.CLEAR, 1)
    assert log.read() == [SCANNED]
