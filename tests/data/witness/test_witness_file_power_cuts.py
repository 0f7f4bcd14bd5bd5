"""Power cuts and failed syncs at any step of the witness file: never is less of it left than other files noted.

The disk of this model keeps what was synced, and of everything later any sectors. A sync that fails may have written
any sectors too, and nobody writes the others later, though processes go on reading them (as Linux does). Before and
after each step another process reads the record and notes it in a file that is safe on the disk.
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import rmtree
from stat import S_ISDIR
from tempfile import mkdtemp
from threading import Event, Thread

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from data.store_key import StoreKey
from data.witness.witness_file import PLACE_BYTES, WitnessFile
from data.witness.witness_record import ListHead, WitnessNote, WitnessRecord

KEY = StoreKey(bytes(32))
_SECTOR = 64
"""Small, so that the small records of this test have several."""
_pwrite, _fsync = os.pwrite, os.fsync


class PowerCutError(BaseException):
    """The machine stops here."""


class WitnessDisk(RuleBasedStateMachine):
    """Processes of one kit that change and sync its witness file, and lose their power."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.path = self.folder / "witness"
        self.boots = 0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("data.witness.witness_record.read_boot", lambda: f"start {self.boots}")
        self.patch.setattr(os, "pwrite", self.pwrite)
        self.patch.setattr(os, "fsync", self.fsync)
        self.content = bytearray()
        """On the disk."""
        self.waiting: list[tuple[int, bytes]] = []
        self.has_name = False
        """The folder was synced since the file is in it."""
        self.note = WitnessNote(change=1)
        self.steps_left = -1
        """So many steps are done before the power goes; -1 where it stays."""
        self.fails: Callable[[], bool] = lambda: False
        self.dice = Random(0)
        self.file = WitnessFile(self.folder, KEY)

    def teardown(self) -> None:
        self.patch.undo()
        rmtree(self.folder)

    # ── the disk ─────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        self.look()
        if self.steps_left == 0:
            raise PowerCutError
        self.steps_left -= 1

    def pwrite(self, descriptor: int, content: bytes, offset: int) -> int:
        self.step()
        self.waiting.append((offset, content))
        written = _pwrite(descriptor, content, offset)
        self.look()
        return written

    def fsync(self, descriptor: int) -> None:
        self.step()
        if self.fails():
            self.keep_any_sectors()
            self.waiting.clear()
            raise OSError(5, "Input/output error")
        if S_ISDIR(os.fstat(descriptor).st_mode):
            self.has_name = True
        else:
            for offset, content in self.waiting:
                self.keep(offset, content)
            self.waiting.clear()
        self.look()

    def keep(self, offset: int, content: bytes) -> None:
        self.content.extend(bytes(max(0, offset + len(content) - len(self.content))))
        self.content[offset : offset + len(content)] = content

    def keep_any_sectors(self) -> None:
        share = self.dice.choice((0, 0.5, 0.9, 1))
        for offset, content in self.waiting:
            for start in range(0, len(content), _SECTOR):
                if self.dice.random() < share:
                    self.keep(offset + start, content[start : start + _SECTOR])

    def cut(self) -> None:
        self.keep_any_sectors()
        if self.has_name or self.dice.random() < 0.5:
            self.path.write_bytes(self.content)
        else:
            self.path.unlink(missing_ok=True)
            self.content.clear()
        self.waiting.clear()
        self.steps_left = -1
        self.boots += 1
        self.file = WitnessFile(self.folder, KEY)

    # ── the kit ──────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> None:
        """Another process writes a file of its own, which is safe on the disk at once."""
        self.note = self.note.next(WitnessFile(self.folder, KEY).read(), self.note.change)

    @rule()
    def change(self) -> None:
        self.file.change(_next)
        self.look()

    @rule()
    def another_process(self) -> None:
        self.file = WitnessFile(self.folder, KEY)

    @rule()
    def sync(self) -> None:
        self.file.sync(_next)
        self.look()

    @rule(seed=st.integers(0, 2**32))
    def sync_fails(self, seed: int) -> None:
        self.dice = Random(seed)
        self.fails = lambda: True
        self.file.sync(_next)
        self.fails = lambda: False
        self.look()

    @rule(seed=st.integers(0, 2**32), steps=st.integers(0, 5))
    def power_goes_during_a_sync(self, seed: int, steps: int) -> None:
        self.dice, self.steps_left = Random(seed), steps
        try:
            self.file.sync(_next)
        except PowerCutError:
            pass
        self.cut()

    @rule(seed=st.integers(0, 2**32))
    def power_goes(self, seed: int) -> None:
        self.dice = Random(seed)
        self.cut()

    @invariant()
    def nothing_noted_is_lost(self) -> None:
        assert WitnessFile(self.folder, KEY).read().step >= self.note.required_step


def _refuse(_descriptor: int) -> None:
    raise OSError(5, "Input/output error")


def _next(record: WitnessRecord) -> WitnessRecord:
    return record.with_vault(record.vault + 1).with_list("un", ListHead(record.vault, 1, 1, "d" * 200))


TestWitnessDisk = WitnessDisk.TestCase


def test_a_sync_that_fails_is_no_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.sync()
    synced_step = file.read().synced_step
    seen: list[int] = []

    def fail(_descriptor: int) -> None:
        seen.append(WitnessFile(tmp_path, KEY).read().synced_step)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        file.sync(_next)
    assert seen == [synced_step] and file.read().synced_step == synced_step
    file.sync(_next)
    assert file.read().synced_step == file.read().step - 1 > synced_step


def test_of_the_synced_places_the_one_that_is_surely_on_the_disk_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[int] = []

    def pwrite(descriptor: int, content: bytes, offset: int) -> int:
        places.append(offset // PLACE_BYTES)
        return _pwrite(descriptor, content, offset)

    def sync(*, fails: bool = False) -> int:
        """The place that is written first: the one that is then synced."""
        places.clear()
        with monkeypatch.context() as patch:
            if fails:
                patch.setattr(os, "fsync", _refuse)
            WitnessFile(tmp_path, KEY).sync(_next)
        return places[0]

    monkeypatch.setattr(os, "pwrite", pwrite)
    assert [sync(), sync(), sync()] == [2, 3, 2]
    assert [sync(fails=True), sync(fails=True), sync(), sync()] == [3, 3, 3, 2]
    assert sync(fails=True) == 3
    monkeypatch.setattr("data.witness.witness_record.read_boot", lambda: "another start")
    assert sync() == 2, "what opens after another start came from the disk"


def test_a_record_that_was_written_in_part_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.sync(_next)
    before = file.read()
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", lambda descriptor, content, offset: _pwrite(descriptor, content[:40], offset))
        file.sync(_next)
        file.change(_next)
    assert file.read() == before == WitnessFile(tmp_path, KEY).read()


def test_a_file_with_one_synced_place_goes_on(tmp_path: Path) -> None:
    file = WitnessFile(tmp_path, KEY)
    file.sync(_next)
    os.truncate(tmp_path / "witness", 3 * PLACE_BYTES)
    again = WitnessFile(tmp_path, KEY)
    again.sync(_next)
    content = bytearray((tmp_path / "witness").read_bytes())
    content[: 2 * PLACE_BYTES] = bytes(2 * PLACE_BYTES)
    assert content[2 * PLACE_BYTES : 2 * PLACE_BYTES + 8] == (1).to_bytes(8, "big"), "the place that was synced stays"
    (tmp_path / "witness").write_bytes(content)
    assert WitnessFile(tmp_path, KEY).read().vault == 2


def test_who_reads_does_not_wait_for_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, hangs, goes_on = WitnessFile(tmp_path, KEY), Event(), Event()
    file.sync(_next)

    def hang(descriptor: int) -> None:
        hangs.set()
        goes_on.wait(30)
        _fsync(descriptor)

    monkeypatch.setattr(os, "fsync", hang)
    thread = Thread(target=file.sync, args=(_next,))
    thread.start()
    assert hangs.wait(30)
    reader = Thread(target=file.read)
    reader.start()
    reader.join(30)
    has_read = not reader.is_alive()
    goes_on.set()
    thread.join(30)
    assert has_read and file.read().vault == 2
