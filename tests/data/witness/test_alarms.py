"""An alarm ends only when headquarters has its report, whatever happens to the journal that the report is in."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from data.errors import StoreError
from data.journal.chains import Stream
from data.journal.history import read_events
from data.journal.outgoing import AcknowledgedHeads, Outbox
from data.journal.schema import write_about
from data.json_codec import decode
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.witness import alarms
from data.witness.comparison import FilePart, find_disagreements
from data.witness.witness_record import WitnessRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PASSPHRASE = "a passphrase for one test"
_moments = count(1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed kit with some entries, of which headquarters has none."""
    path = tmp_path / "kit"
    with closing(KitHome.create(path, PASSPHRASE, Settings(kit="post-1", source="nowhere"))) as kit:
        record(kit, 3)
    return path


def record(kit: KitHome, entries: int) -> None:
    for _ in range(entries):
        kit.journal.record("drill", next_moment(), "officer", "seen", {})


def next_moment() -> datetime:
    return NOW + timedelta(seconds=next(_moments))


def look(kit: KitHome) -> tuple[str, ...]:
    """The parts with an alarm after one more comparison."""
    kit.compared_s = None
    alarms.watch_files(kit, next_moment())
    return tuple(alarm.part for alarm in kit.witness.read().alarms)


def acknowledge(kit: KitHome, upto: int | None = None) -> None:
    """Headquarters has the first entries of this journal's audit, or all of them."""
    batch = Outbox(kit.journal).batch(Stream.AUDIT, None, 1 << 20)
    assert batch is not None
    end = batch.end
    if upto is not None:
        with kit.journal.reading() as connection:
            query = "SELECT seq, hash FROM outbox WHERE stream = 'audit' AND seq = ?"
            end = type(end)(*connection.execute(query, (upto,)).fetchone())
    heads = AcknowledgedHeads(kit.journal.incarnation, {Stream.AUDIT: end}, next_moment())
    Outbox(kit.journal).take(heads, next_moment())


def count_reports(kit: KitHome) -> int:
    return len(read_events(kit.journal, alarms.FILES_DISAGREE))


def is_memory_lost(kit: KitHome) -> bool:
    return kit.journal.read_lost_memory(next_moment(), timedelta(hours=72)) is not None


@contextmanager
def opened(path: Path) -> Iterator[KitHome]:
    with closing(KitHome.open(path, PASSPHRASE, "desk")) as kit:
        yield kit


def lose(path: Path, name: str = "journal.db") -> None:
    for file in path.glob(f"{name}*"):
        file.unlink()


def copy_journal(path: Path, tmp_path: Path) -> Path:
    """A copy of the journal of a closed kit."""
    return Path(shutil.copy(path / "journal.db", tmp_path / "older.db"))


def put_back(path: Path, copy: Path) -> None:
    lose(path)
    shutil.copy(copy, path / "journal.db")


JOURNAL = (FilePart.JOURNAL, FilePart.OUTBOX)


def test_a_journal_that_is_lost_a_second_time_is_reported_from_the_one_that_is_left(path: Path) -> None:
    incarnations = set()
    for _loss in range(2):
        lose(path)
        with opened(path) as kit:
            assert look(kit) == JOURNAL and find_disagreements(kit) == ()
            assert count_reports(kit) == 2 and is_memory_lost(kit)
            incarnations.add(kit.journal.incarnation)
            record(kit, 6)
            assert look(kit) == JOURNAL and count_reports(kit) == 2, "one fault is one alarm"
    assert len(incarnations) == 2
    with opened(path) as kit:
        acknowledge(kit, 1)
        assert look(kit) == (FilePart.OUTBOX,), "headquarters has the first report only"
        acknowledge(kit)
        assert look(kit) == ()


def test_an_acknowledgement_of_other_entries_ends_no_alarm_whose_report_is_lost(path: Path) -> None:
    lose(path)
    with opened(path) as kit:
        look(kit)
    lose(path)
    with opened(path) as kit:
        record(kit, 9)
        acknowledge(kit)
        assert look(kit) == JOURNAL and count_reports(kit) == 2
        acknowledge(kit, 5)
        assert look(kit) == JOURNAL, "the report itself is not acknowledged"
        acknowledge(kit)
        assert look(kit) == ()


def test_the_same_older_copy_put_back_twice_is_two_faults(path: Path, tmp_path: Path) -> None:
    copy = copy_journal(path, tmp_path)
    with opened(path) as kit:
        record(kit, 5)
    found, incarnations = [], set()
    for _time in range(2):
        put_back(path, copy)
        with opened(path) as kit:
            look(kit)
            found.append(kit.witness.read().alarms)
            incarnations.add(kit.journal.incarnation)
            assert count_reports(kit) == len(found[-1]) > 0 and is_memory_lost(kit)
            record(kit, 3)
    assert len(incarnations) == 2 and set(found[0]).isdisjoint(found[1])


def test_a_copy_that_has_the_report_of_an_earlier_loss_is_a_new_fault(path: Path, tmp_path: Path) -> None:
    lose(path)
    with opened(path) as kit:
        look(kit)
        first = kit.witness.read().alarms
        incarnation = kit.journal.incarnation
    copy = copy_journal(path, tmp_path)
    with opened(path) as kit:
        record(kit, 5)
    put_back(path, copy)
    with opened(path) as kit:
        assert FilePart.JOURNAL in look(kit) and count_reports(kit) > len(first)
        assert kit.journal.incarnation != incarnation
        assert first[0] not in kit.witness.read().alarms
        acknowledge(kit, 2)
        assert FilePart.JOURNAL in look(kit), "that was the earlier report"
        acknowledge(kit)
        assert look(kit) == ()


def test_an_alarm_about_another_file_is_reported_again_where_its_report_is_lost(path: Path) -> None:
    (path / "trust").mkdir(exist_ok=True)
    (path / "trust" / "timestamp.json").write_text('{"signed": {"version": 2}}')
    with opened(path) as kit:
        alarms.accept_files(kit)
    lose(path, "trust/timestamp.json")
    with opened(path) as kit:
        assert look(kit) == (FilePart.TRUST,) and count_reports(kit) == 1
    lose(path)
    with opened(path) as kit:
        record(kit, 9)
        acknowledge(kit)
        assert look(kit) == (FilePart.TRUST, *JOURNAL) and count_reports(kit) == 3
        acknowledge(kit)
        assert look(kit) == ()


def test_a_new_incarnation_that_headquarters_asked_for_sends_the_report_again(path: Path) -> None:
    lose(path)
    with opened(path) as kit:
        look(kit)
        Outbox(kit.journal).take(AcknowledgedHeads("77" * 16, {}, next_moment()), next_moment())
        assert look(kit) == JOURNAL and count_reports(kit) == 2, "it is in this journal still"
        acknowledge(kit)
        assert look(kit) == ()


def test_a_witness_file_that_is_lost_twice_while_a_process_runs_is_two_faults(path: Path) -> None:
    with opened(path) as kit:
        for losses in (1, 2):
            lose(path, "witness")
            assert look(kit) == (FilePart.WITNESS,) == look(kit)
            assert count_reports(kit) == losses


def test_a_journal_that_stays_unreadable_is_one_alarm_until_it_is_replaced(path: Path) -> None:
    lose(path)
    (path / "journal.db").write_bytes(b"no journal" * 1000)
    with opened(path) as kit:
        assert look(kit) == (FilePart.JOURNAL,)
        standing = kit.witness.read().alarms
        assert look(kit) == (FilePart.JOURNAL,) and kit.witness.read().alarms == standing
    lose(path)
    with opened(path) as kit:
        assert FilePart.JOURNAL in look(kit) and is_memory_lost(kit)
        assert count_reports(kit) == len(kit.witness.read().alarms)


def test_processes_that_compared_at_once_raise_one_alarm(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(path)
    with opened(path) as desk, closing(KitHome.open(path, PASSPHRASE, "courier")) as other:
        sync = desk.witness.sync

        def sync_second(change: object) -> None:
            monkeypatch.undo()  # between this process's comparison and its alarm
            look(other)
            sync(change)  # type: ignore[arg-type]

        monkeypatch.setattr(desk.witness, "sync", sync_second)
        assert look(desk) == JOURNAL and count_reports(desk) == 2


def test_alarms_that_two_processes_cannot_write_are_reported_once_by_each(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("The disk reports an error")

    lose(path)
    with opened(path) as desk, closing(KitHome.open(path, PASSPHRASE, "courier")) as other:
        monkeypatch.setattr("data.witness.witness_file.WitnessFile._write", refuse)
        for _look in range(3):
            assert look(desk) == JOURNAL == look(other)
        assert count_reports(desk) == 4


def test_an_alarm_that_an_earlier_version_wrote_stands_until_its_entry_here_is_acknowledged(path: Path) -> None:
    """It kept the number of the entry in the witness file, too."""
    alarm = '{"part": "journal", "subject": "", "at": "2026-02-01T00:00:00Z", "report": 2}'
    with opened(path) as kit:
        standing = decode(WitnessRecord, f'{{"alarms": [{alarm}]}}').alarms
        kit.witness.sync(lambda record: record.with_alarms(standing))
        acknowledge(kit)
        assert look(kit) == (FilePart.JOURNAL,) and count_reports(kit) == 1, "nothing here says what entry 2 is"
        acknowledge(kit)
        assert look(kit) == ()
    with opened(path) as kit:
        kit.witness.sync(lambda record: record.with_alarms(standing))
        with kit.journal.writing() as connection:
            write_about(connection, "alarms", f'{{"alarms": [{alarm}]}}'.encode())
        assert look(kit) == () and count_reports(kit) == 1, "headquarters has entry 2"


def test_a_report_that_fails_is_entered_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk reports an error")

    lose(path)
    with opened(path) as kit:
        with monkeypatch.context() as patch:
            patch.setattr("data.journal.journal.note_time", fail)
            assert look(kit) == JOURNAL and count_reports(kit) == 0
        assert look(kit) == JOURNAL and count_reports(kit) == 2
