"""What waits belongs to the desk that took it while that desk lives, and to one other desk after that."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.living_desks import LivingDesks
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.store_key import StoreKey
from tests.support.deployment import TOP
from tests.support.sample import NOW
from tests.ui.support.desk_kit import CLEAR, zone

SCANNED = UnscreenedDocument("1", NOW, "Page reader", UnscreenedContent(zone(CLEAR)))
OpenLog = Callable[[], UnscreenedLog]
KEEPS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data.journal.journal import Journal
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.store_key import StoreKey
log = UnscreenedLog(Journal(Path(sys.argv[1]) / "journal.db", StoreKey(bytes(32)), "desk"))
log.keep(UnscreenedDocument("1", datetime.now(UTC), "Page reader", UnscreenedContent("a zone")))
print("kept", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def open_log(tmp_path: Path) -> Iterator[OpenLog]:
    journals: list[Journal] = []

    def open_one() -> UnscreenedLog:
        journals.append(Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk"))
        return UnscreenedLog(journals[-1])

    yield open_one
    for journal in journals:
        journal.close()


def test_another_desk_does_not_get_what_waits_at_one_that_lives(open_log: OpenLog) -> None:
    first, second = open_log(), open_log()
    first.keep(SCANNED)
    assert second.take_over() == []
    assert first.take_over() == [SCANNED]
    assert second.take_over() == []


def test_one_other_desk_gets_what_a_desk_left(open_log: OpenLog) -> None:
    first, second, third = open_log(), open_log(), open_log()
    first.keep(SCANNED)
    first.release()
    assert second.take_over() == [SCANNED]
    assert third.take_over() == [] == first.take_over()


def test_a_desk_that_was_killed_leaves_everything_to_one_other(open_log: OpenLog, tmp_path: Path) -> None:
    command = [sys.executable, "-c", KEEPS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TOP) as killed:
        assert killed.stdout and killed.stdout.readline() == b"kept\n"
        second, third = open_log(), open_log()
        assert second.take_over() == []
        killed.kill()
        killed.wait()
    assert [document.content.zone for document in second.take_over()] == ["a zone"]
    assert third.take_over() == []
    assert len(list((tmp_path / "desks").iterdir())) == 2, "the files of those that live"


def test_many_desks_that_open_at_once_share_nothing(open_log: OpenLog) -> None:
    first = open_log()
    for number in range(20):
        first.keep(replace(SCANNED, id=str(number)))
    first.release()
    desks = [open_log() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = [document.id for documents in pool.map(UnscreenedLog.take_over, desks) for document in documents]
    assert sorted(found, key=int) == [str(number) for number in range(20)]


def test_what_was_kept_by_an_older_version_is_nobodys(open_log: OpenLog, tmp_path: Path) -> None:
    first = open_log()
    first.keep(SCANNED)
    (file,) = (tmp_path / "desks").iterdir()
    file.unlink()  # as in a copy of the folder that was restored
    assert open_log().take_over() == [SCANNED]


def test_a_desk_that_cannot_make_its_file_keeps_all_the_same(open_log: OpenLog, tmp_path: Path) -> None:
    (tmp_path / "desks").write_bytes(b"")
    log = open_log()
    log.keep(SCANNED)
    assert log.take_over() == [SCANNED] == open_log().take_over()


def test_what_a_dead_desk_left_is_found_on_a_full_disk(open_log: OpenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = open_log(), open_log()
    first.keep(SCANNED)

    def full(_journal: Journal) -> None:
        raise StoreError("The disk is full")

    monkeypatch.setattr(Journal, "writing", full)
    assert second.take_over() == []
    first.release()
    assert second.take_over() == [SCANNED]


def test_a_desk_lives_until_it_is_left(tmp_path: Path) -> None:
    desks = LivingDesks(tmp_path)
    own = desks.hold()
    assert own and desks.hold() == own
    assert LivingDesks(tmp_path).find_living({own, "never", ""}) == {own}
    desks.release()
    assert LivingDesks(tmp_path).find_living({own}) == frozenset()
