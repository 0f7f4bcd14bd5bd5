"""Verdicts shown without a journal are counted through kills, and entered once, before anything else."""

import os
from collections.abc import Callable
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, StoreError
from data.journal.history import verify_journal
from data.journal.journal import Journal
from data.journal.unrecorded import UNRECORDED, UnrecordedVerdicts, _parse
from data.kit import home_files
from data.kit.disk_space import DiskReserve
from data.screenings import Decision
from data.store import Connection
from tests.data.support.journal_events import KEY, NOW, screening
from tests.support.staff import make_actor


def entries(journal: Journal) -> list[tuple[str, str]]:
    with journal.reading() as connection:
        return connection.execute("SELECT kind, outcome FROM event ORDER BY rowid").fetchall()


def reopen(journal: Journal, folder: Path) -> Journal:
    journal.close()
    return Journal(folder / "journal.db", KEY, "desk")


def drill(journal: Journal, outcome: str = "done") -> None:
    journal.record("drill", NOW, "officer-1", outcome, {})


def test_the_first_entry_says_how_many_and_says_it_once(journal: Journal) -> None:
    journal.count_unrecorded()
    journal.count_unrecorded()
    assert journal.read_state().not_entered == 2
    drill(journal, "one")
    drill(journal, "two")
    assert entries(journal) == [(UNRECORDED, "2"), ("drill", "one"), ("drill", "two")]
    assert journal.read_state().not_entered == 0
    assert verify_journal(journal).faults == ()


def test_the_count_survives_the_end_of_the_process(journal: Journal, tmp_path: Path) -> None:
    journal.count_unrecorded()
    again = reopen(journal, tmp_path)
    again.count_unrecorded()
    drill(again)
    assert entries(again)[0] == (UNRECORDED, "2")
    again = reopen(again, tmp_path)
    drill(again)
    assert [outcome for kind, outcome in entries(again) if kind == UNRECORDED] == ["2"], "no restart counts them again"
    again.close()


def test_an_entry_that_is_not_written_leaves_the_count(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk is full")

    journal.count_unrecorded()
    with monkeypatch.context() as broken:
        broken.setattr("data.journal.journal.note_time", fail)
        with pytest.raises(StoreError):
            drill(journal)
    assert entries(journal) == []
    drill(journal)
    assert entries(journal)[0] == (UNRECORDED, "1")


def test_a_file_that_is_gone_loses_no_later_verdict(journal: Journal, tmp_path: Path) -> None:
    for _ in range(3):
        journal.count_unrecorded()
    drill(journal)
    home_files.UNRECORDED.within(tmp_path).unlink()
    again = reopen(journal, tmp_path)
    again.count_unrecorded()
    drill(again)
    assert [outcome for kind, outcome in entries(again) if kind == UNRECORDED] == ["3", "1"]
    again.close()


def test_where_the_file_cannot_be_written_the_process_counts(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / home_files.UNRECORDED.path).mkdir()
    verdicts = UnrecordedVerdicts(tmp_path / "kit")
    verdicts.add()
    verdicts.add()
    assert verdicts.total() == 2
    home_files.UNRECORDED.within(tmp_path / "kit").rmdir()
    verdicts.add()
    assert verdicts.total() == UnrecordedVerdicts(tmp_path / "kit").total() == 3


def test_no_verdict_waits_long_for_another_process_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.journal.unrecorded._LONGEST_WAIT_S", 0.05)
    verdicts = UnrecordedVerdicts(tmp_path)
    verdicts.add()
    with home_files.UNRECORDED.within(tmp_path).open("rb") as held:
        flock(held, LOCK_EX)
        verdicts.add()
        assert (verdicts.total(), UnrecordedVerdicts(tmp_path).total()) == (2, 1)
    verdicts.add()
    assert verdicts.total() == UnrecordedVerdicts(tmp_path).total() == 3


def test_others_count_while_a_sync_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free: list[bool] = []

    def sync(_descriptor: int) -> None:
        with home_files.UNRECORDED.within(tmp_path).open("rb") as other:
            flock(other, LOCK_EX | LOCK_NB)
        free.append(True)

    monkeypatch.setattr(os, "fsync", sync)
    UnrecordedVerdicts(tmp_path).add()
    assert free == [True] and UnrecordedVerdicts(tmp_path).total() == 1


def test_a_full_disk_gives_the_journal_its_reserve(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DiskReserve(tmp_path).take()
    write = journal._write_once

    def write_where_there_is_room(work: Callable[[Connection], None]) -> None:
        if home_files.RESERVE.within(tmp_path).stat().st_blocks:
            raise StoreError("The disk is full")
        write(work)

    monkeypatch.setattr(journal, "_write_once", write_where_there_is_room)
    drill(journal)
    assert entries(journal) == [("drill", "done")]


def test_a_decision_about_what_is_not_recorded_is_not_recorded_either(journal: Journal) -> None:
    with pytest.raises(InputError) as refused:
        journal.record_decision(screening(), Decision.REFER, NOW, make_actor("officer-1"))
    assert refused.value.means == "The decision was not recorded."
    assert "paper" in refused.value.do


@given(st.binary(max_size=20) | st.integers(0, 10**15 - 1).map(lambda number: b"%015d\n" % number))
def test_any_content_is_a_number_or_none(content: bytes) -> None:
    number = _parse(content)
    assert number == -1 or content == b"%015d\n" % number
