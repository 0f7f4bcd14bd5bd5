"""The witness file: what it keeps through kills, torn writes and a full disk, and what it never takes back."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store_key import StoreKey
from data.witness.witness_file import PLACE_BYTES, WitnessFile
from data.witness.witness_record import JournalHead, LatestTime, ListHead, WitnessNote, WitnessRecord, read_boot

KEY = StoreKey(bytes(32))
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_what_is_written_is_read_by_another_process_and_no_other_key_opens_it(tmp_path: Path) -> None:
    file = WitnessFile(tmp_path, KEY)
    assert file.read() == WitnessRecord() and not file.exists
    for change in range(1, 6):
        file.change(lambda record, change=change: record.with_vault(change))
        assert WitnessFile(tmp_path, KEY).read() == file.read()
    assert (file.read().vault, file.read().step) == (5, 5)
    assert WitnessFile(tmp_path, StoreKey(bytes(31) + b"1")).read() == WitnessRecord()
    assert (tmp_path / "witness").stat().st_mode & 0o777 == 0o600


def test_what_changes_nothing_is_no_step(tmp_path: Path) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.change(lambda record: record.with_vault(1))
    file.change(lambda record: record.with_vault(1))
    assert file.read().step == 1


@given(torn=st.integers(0, 60), junk=st.binary(min_size=1, max_size=60))
def test_a_write_that_was_cut_off_leaves_the_step_before(
    tmp_path_factory: pytest.TempPathFactory, torn: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    file = WitnessFile(folder, KEY)
    file.change(lambda record: record.with_vault(1))
    file.change(lambda record: record.with_vault(2))
    newest = 1 if file.read().step % 2 == 0 else 0
    content = bytearray((folder / "witness").read_bytes())
    at = newest * PLACE_BYTES + torn
    before = bytes(content[at : at + len(junk)])
    content[at : at + len(junk)] = junk
    (folder / "witness").write_bytes(content)
    assert WitnessFile(folder, KEY).read().vault == (2 if before == junk else 1)
    again = WitnessFile(folder, KEY)
    again.change(lambda record: record.with_vault(3))
    assert WitnessFile(folder, KEY).read().vault == 3


def test_nothing_is_synced_with_a_change_and_a_sync_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.sync()
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(descriptor))
    for change in range(1, 20):
        file.change(lambda record, change=change: record.with_vault(change))
    assert synced == []
    file.sync(lambda record: record.with_vault(20))
    assert len(synced) == 1
    content = bytearray((tmp_path / "witness").read_bytes())
    content[: 2 * PLACE_BYTES] = bytes(2 * PLACE_BYTES)  # a power cut took what was not synced
    (tmp_path / "witness").write_bytes(content)
    left = WitnessFile(tmp_path, KEY).read()
    assert left.vault == 20 and left.step >= WitnessFile(tmp_path, KEY).read().synced_step > 0


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.change(lambda record: record.with_vault(1))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        file.change(lambda record: record.with_vault(2))
    assert file.read().vault == 1
    file.change(lambda record: record.with_vault(3))
    assert file.read().vault == 3


def test_a_process_that_hangs_while_it_writes_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.change(lambda record: record.with_vault(1))
    monkeypatch.setattr("data.witness.witness_file._LONGEST_WAIT_S", 0.05)
    with (tmp_path / "witness").open("rb") as held:
        flock(held, LOCK_EX)
        assert WitnessFile(tmp_path, KEY).read().vault == 1
        file.change(lambda record: record.with_vault(2))
    assert file.read().vault == 1
    file.change(lambda record: record.with_vault(3))
    assert file.read().vault == 3


def test_nothing_that_is_older_takes_the_place_of_what_is_known() -> None:
    known = WitnessRecord().with_journal(JournalHead(7, "a", {}), None).with_vault(7)
    known = known.with_list("un", ListHead(7, 2, 40, "d"))
    older = known.with_journal(JournalHead(6, "b", {}), None).with_vault(6).with_list("un", ListHead(6, 1, 41, "c"))
    assert older == known


def test_a_list_that_the_kit_removed_is_there_again_with_a_newer_change() -> None:
    known = WitnessRecord().with_list("un", ListHead(7, 2, 40, "d")).without_list("un")
    assert known.lists["un"].is_discarded and known.change_of_list("un") == 7
    assert known.with_list("un", ListHead(7, 2, 40, "d")) == known
    assert not known.with_list("un", ListHead(8, 2, 40, "d")).lists["un"].is_discarded


def test_after_another_start_only_what_was_synced_is_asked_of_the_witness() -> None:
    note = WitnessNote().next(WitnessRecord(step=9, synced_step=4), 0)
    assert note == WitnessNote(1, 9, 4, read_boot()) and note.required_step == 9
    assert replace(note, boot="before").required_step == 4
    assert note.next(WitnessRecord(step=1), 1).required_step == 9, "a note never asks for less"


def test_a_file_that_was_put_back_gets_no_further_by_going_on() -> None:
    note = WitnessNote(change=3).next(WitnessRecord(), 7)
    assert note.change == 3 and note.next(WitnessRecord(), 7).change == 3
    assert note.next(WitnessRecord(), 3).change == 4


def test_a_superseded_time_gives_way_and_another_does_not() -> None:
    far, near = LatestTime(NOW + timedelta(days=9000), NOW), LatestTime(NOW + timedelta(days=1), NOW)
    record = WitnessRecord(signed=NOW).with_time(far)
    assert record.with_time(near).latest == far
    superseded = replace(record, signed=NOW + timedelta(hours=1))
    assert superseded.with_time(near).latest == near
