"""Files of a kit that were deleted, cut, put back or changed: each shows, and no kill of the kit looks like it."""

import errno
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from data import durable_files
from data import policy as signed_policy
from data.clock import Clock
from data.errors import Damaged, InputError, RollbackError, SettingsError, StoreError
from data.journal import chains
from data.journal.chains import Stream
from data.journal.history import PastEvent, read_events, verify_journal
from data.journal.outgoing import AcknowledgedHeads, Outbox
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.lease import enforcement
from data.lists.storage.overlay import OVERLAY_FILE
from data.store_key import change_passphrase
from data.witness import alarms
from data.witness.comparison import Disagreement, FilePart, find_disagreements, read_metadata_heads
from sync.kit import courier
from sync.kit.vault_entries import METADATA_VERSIONS
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, fresh, one
from tests.support.killing import moments_of
from tests.support.recording import Sync, Write, recorded
from tests.support.waiting import soon
from tests.sync.support.kits import policy_with

NOW = datetime(2026, 3, 1, tzinfo=UTC)
METADATA = ("root_history/1.root.json", "timestamp.json", "snapshot.json", "targets.json", "lists.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder with `older` and `newer`: copies of one closed kit, at version 1 of its list and at version 2."""
    folder = tmp_path_factory.mktemp("made")
    with closing(Deployment(folder)) as deployment:
        deployment.allow_any_fall()
        deployment.publish(PEOPLE)
        kit = deployment.kit()
        record(kit, 3)
        courier.run(kit)
        kit.close()
        shutil.copytree(kit.path, folder / "older", symlinks=True)
        deployment.publish(FEWER)
        with closing(opened(kit.path)) as again:
            courier.run(again)
            record(again, 5)
        shutil.copytree(kit.path, folder / "newer", symlinks=True)
        yield folder


@pytest.fixture
def newer(made: Path, tmp_path: Path) -> Path:
    return fresh(made / "newer", tmp_path)


unclosed: list[KitHome] = []
"""Kits of children that end without closing them."""


def opened(path: Path, chain: str = "desk") -> KitHome:
    return KitHome.open(path, PASSPHRASE, chain)


def record(kit: KitHome, count: int) -> None:
    for number in range(count):
        kit.journal.record("drill", NOW + timedelta(seconds=number), "officer", "seen", {})


def disagreements(path: Path) -> tuple[Disagreement, ...]:
    with closing(opened(path)) as kit:
        return find_disagreements(kit)


def parts(path: Path) -> set[FilePart]:
    return {wrong.part for wrong in disagreements(path)}


# ── what the kit does itself raises no alarm ─────────────────────────────────────────────────────────────


def write_everything(path: Path) -> None:
    """Each way in which a kit writes a file that is witnessed, but a sync (`tests.faults.test_courier_killed`)."""
    kit = opened(path)
    kit.journal.record("drill", NOW, "officer", "seen", {})
    kit.vault.put({"a": b"1"})
    kit.vault.change("a", lambda _: b"2")
    kit.vault.destroy({"a": b"3"})
    head = Outbox(kit.journal).audit_heads()
    assert head
    Outbox(kit.journal).take(acknowledgement(kit), NOW)
    kit.lists.open("un").roll_back("somebody", "a reason", NOW)
    kit.lists.open("un").compact()
    kit.lists.open("un").purge_withdrawn()
    enforcement.enforce_access(kit, read_clock(kit))
    kit.close()


def acknowledgement(kit: KitHome, stream: Stream = Stream.AUDIT) -> AcknowledgedHeads:
    with kit.journal.reading() as connection:
        head = chains.read_head(connection, stream)
    return AcknowledgedHeads(kit.journal.incarnation, {stream: head}, NOW)


def test_a_kill_at_any_step_of_any_write_raises_no_alarm(newer: Path, tmp_path: Path) -> None:
    count = moments_of(lambda: write_everything(fresh(newer, tmp_path / "a")))
    assert count is not None and count > 25
    for moment in range(count):
        path = fresh(newer, tmp_path / "a")
        assert moments_of(lambda path=path: write_everything(path), moment) is None  # type: ignore[misc]
        assert disagreements(path) == (), f"killed before step {moment}"
        with closing(opened(path)) as kit:
            record(kit, 1)
        assert disagreements(path) == (), f"goes on after a kill before step {moment}"


def erase(path: Path) -> None:
    kit = opened(path)
    enforcement.erasure.erase_lists(kit)
    kit.close()


def discard(path: Path) -> None:
    kit = opened(path)
    kit.lists.discard("un")
    kit.close()


@pytest.mark.parametrize("work", [erase, discard])
def test_lists_that_the_kit_itself_removes_raise_no_alarm(
    newer: Path, tmp_path: Path, work: Callable[[Path], None]
) -> None:
    count = moments_of(lambda: work(fresh(newer, tmp_path / "a")))
    assert count is not None
    for moment in range(count + 1):
        path = fresh(newer, tmp_path / "a")
        moments_of(lambda path=path: work(path), moment)  # type: ignore[misc]
        assert disagreements(path) == (), f"killed before step {moment}"


@pytest.mark.parametrize(("copy", "wrong"), [("older", {FilePart.LIST}), ("newer", set())])
def test_what_is_there_after_the_kit_removed_a_list_may_not_be_older(
    made: Path, newer: Path, copy: str, wrong: set[FilePart]
) -> None:
    discard(newer)
    shutil.copytree(made / copy / "lists" / "un", newer / "lists" / "un", symlinks=True)
    assert parts(newer) == wrong


def test_processes_that_write_at_once_see_nothing_wrong(newer: Path) -> None:
    children = []
    for chain in ("desk", "courier", "check"):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                kit = opened(newer, chain)
                for number in range(40):
                    kit.journal.record("drill", NOW, chain, "seen", {})
                    kit.vault.put({chain: b"%d" % number})
                    assert find_disagreements(kit) == ()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert disagreements(newer) == ()


def test_a_power_cut_takes_what_was_not_synced_and_raises_no_alarm(
    newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (newer / "witness").read_bytes()
    with closing(opened(newer, "check")) as kit:
        record(kit, 5)
    (newer / "witness").write_bytes(before)
    assert parts(newer) == {FilePart.WITNESS}, "without another start, somebody put it back"
    monkeypatch.setattr("data.witness.witness_record.read_boot", lambda: "another start")
    assert parts(newer) == set()


def test_a_whole_kit_that_was_copied_is_whole(made: Path) -> None:
    assert disagreements(made / "older") == disagreements(made / "newer") == ()


def test_a_verdict_waits_for_no_more_than_its_journal(newer: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.support.recorded_work", "write", str(newer)]
    steps = recorded(command, newer, tmp_path / "strace.log")
    syncs = Counter(Path(step.path).name for step in steps if isinstance(step, Sync))
    assert sum(isinstance(step, Write) and step.path.endswith("/witness") for step in steps) >= 40
    assert syncs.pop("witness") == 1, "when the kit is closed"
    assert syncs["journal.db-wal"] == 40 + 2 and syncs.total() <= 40 + 4, "one a commit, opening and closing"


# ── whatever else happens to a file does ─────────────────────────────────────────────────────────────────


def put_back(made: Path, kit: Path, *names: str) -> None:
    """The older copies of these files or folders, in place of what is there."""
    for name in names:
        remove(kit, name)
        older = made / "older" / name
        if older.is_dir():
            shutil.copytree(older, kit / name)
        elif older.exists():
            shutil.copy(older, kit / name)


def remove(kit: Path, name: str) -> None:
    if (kit / name).is_dir():
        shutil.rmtree(kit / name)
    else:
        (kit / name).unlink(missing_ok=True)


def database(name: str) -> tuple[str, ...]:
    return name, f"{name}-wal", f"{name}-shm"


WITNESSED = [
    (database("journal.db"), FilePart.JOURNAL),
    (("witness",), FilePart.WITNESS),
    (("lists/un",), FilePart.LIST),
    (("lists",), FilePart.LIST),
    *(((f"trust/{name}",), FilePart.TRUST) for name in METADATA if name not in (METADATA[0], "targets.json")),
]
"""What changed between the two copies. Root and targets metadata did not."""


@pytest.mark.parametrize(("names", "part"), [*WITNESSED, (database("vault.db"), FilePart.VAULT)])
def test_an_older_copy_of_any_file_shows(made: Path, newer: Path, names: tuple[str, ...], part: FilePart) -> None:
    put_back(made, newer, *names)
    assert part in parts(newer)


@pytest.mark.parametrize(
    ("names", "part"),
    [*WITNESSED, *(((f"trust/{name}",), FilePart.TRUST) for name in METADATA), (("trust",), FilePart.TRUST)],
)
def test_any_file_that_was_deleted_shows(newer: Path, names: tuple[str, ...], part: FilePart) -> None:
    for name in names:
        remove(newer, name)
    assert part in parts(newer)


def test_a_vault_that_was_deleted_is_no_kit_any_more(newer: Path) -> None:
    for name in database("vault.db"):
        remove(newer, name)
    with pytest.raises(Damaged, match=r"vault\.db is missing"):
        parts(newer)


@pytest.mark.parametrize("name", ["journal.db", "vault.db", f"lists/un/{OVERLAY_FILE}"])
def test_a_log_that_was_taken_away_after_a_kill_shows(newer: Path, name: str) -> None:
    def work() -> None:
        unclosed.append(kit := opened(newer))
        record(kit, 5)
        kit.vault.put({"a": b"1"})
        kit.lists.open("un").roll_back("somebody", "a reason", NOW)

    assert moments_of(work) is not None  # which ends without closing anything
    assert (newer / f"{name}-wal").stat().st_size > 0
    for suffix in ("-wal", "-shm"):
        (newer / f"{name}{suffix}").unlink()
    assert disagreements(newer) != ()


def test_a_journal_that_only_lost_an_acknowledgement_shows(newer: Path) -> None:
    names = database("journal.db")
    before = {name: (newer / name).read_bytes() for name in names if (newer / name).exists()}
    with closing(opened(newer)) as kit:
        Outbox(kit.journal).take(acknowledgement(kit), NOW)
    for name in names:
        remove(newer, name)
    for name, content in before.items():
        (newer / name).write_bytes(content)
    assert FilePart.JOURNAL in parts(newer)


def test_a_witness_that_was_never_synced_and_is_gone_after_another_start_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(KitHome.create(tmp_path / "kit", PASSPHRASE, Settings(kit="post-1", source="nowhere"))) as kit:
        for _ in range(2):
            kit.vault.put({"a": b"1"})
    (tmp_path / "kit" / "witness").unlink()
    monkeypatch.setattr("data.witness.witness_record.read_boot", lambda: "another start")
    assert FilePart.WITNESS in parts(tmp_path / "kit")


def test_what_a_run_keeps_beside_the_metadata_is_no_part_of_it(newer: Path) -> None:
    for name in ("answers/timestamp.json", "targets/policy.json"):
        (newer / "trust" / name).parent.mkdir(exist_ok=True)
        (newer / "trust" / name).write_text('{"signed": {"version": 99}}')
    with closing(opened(newer)) as kit:
        assert set(read_metadata_heads(kit.trust)) == set(METADATA)


def test_all_logs_taken_away_at_once_show(newer: Path) -> None:
    def work() -> None:
        unclosed.append(kit := opened(newer))
        record(kit, 5)
        kit.vault.put({"a": b"1"})

    assert moments_of(work) is not None
    for path in newer.rglob("*-wal"):
        path.unlink()
    assert {FilePart.JOURNAL, FilePart.VAULT} <= parts(newer)


def test_a_journal_that_goes_on_after_it_was_put_back_shows_too(made: Path, newer: Path) -> None:
    put_back(made, newer, *database("journal.db"))
    with closing(opened(newer)) as kit:
        record(kit, 50)
        assert FilePart.JOURNAL in {wrong.part for wrong in find_disagreements(kit)}


# ── changed by somebody who has the passphrase ───────────────────────────────────────────────────────────


def change_journal(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change the journal beside Waypost."""
    with closing(opened(path)) as kit:
        for statement, values in statements:
            kit.journal._file.connection.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        ("DELETE FROM outbox", ()),
        ("DELETE FROM outbox WHERE stream = 'audit'", ()),
        ("DELETE FROM outbox WHERE stream = 'audit' AND seq < 4", ()),
        ("INSERT INTO acknowledged SELECT stream, seq, hash, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00' "
         "FROM outbox WHERE stream = 'audit' AND seq = 5", ()),
        ("UPDATE event SET outcome = 'missed' WHERE kind = 'drill'", ()),
        ("DELETE FROM link WHERE chain = 'desk' AND seq = (SELECT max(seq) FROM link WHERE chain = 'desk')", ()),
        ("UPDATE life SET incarnation = 'ab' WHERE number = 1", ()),
    ],
    ids=["outbox emptied", "stream emptied", "outbox cut", "acknowledgement invented", "verdict changed", "chain cut",
         "life"],
)  # fmt: skip
def test_a_journal_that_was_changed_is_not_whole(newer: Path, statement: tuple[str, tuple[object, ...]]) -> None:
    change_journal(newer, statement)
    with closing(opened(newer)) as kit:
        assert verify_journal(kit.journal).faults or find_disagreements(kit)


def test_an_outcome_whose_chain_was_written_anew_contradicts_what_headquarters_is_told(newer: Path) -> None:
    with closing(opened(newer)) as kit:
        connection, previous = kit.journal._file.connection, chains.CHAIN_START
        connection.execute("UPDATE event SET outcome = 'missed' WHERE kind = 'drill'")
        history = chains.IncarnationHistory(connection)
        rows = connection.execute("SELECT * FROM link WHERE chain = 'desk' ORDER BY seq").fetchall()
        for chain, seq, at, person, action, event, _outcome, commitment, _previous, _hash in rows:
            link = chains.AuditLink(chain, seq, at, person, action, event, "missed", bytes(commitment), previous)
            previous = link.hash(history.of(chain, seq))
            connection.execute(
                "UPDATE link SET outcome = 'missed', previous = ?, hash = ? WHERE chain = ? AND seq = ?",
                (link.previous, previous, chain, seq),
            )
        assert any("its event says something else" in fault for fault in verify_journal(kit.journal).faults)
        assert FilePart.JOURNAL in {wrong.part for wrong in find_disagreements(kit)}


# ── what follows ─────────────────────────────────────────────────────────────────────────────────────────


def access(kit: KitHome, clock: Clock | None = None) -> enforcement.ListAccess:
    return enforcement.enforce_access(kit, clock or read_clock(kit))


def test_an_older_list_is_not_searched_before_headquarters_confirms_it(made: Path, newer: Path) -> None:
    put_back(made, newer, "lists/un")
    with closing(opened(newer, "courier")) as kit:
        assert access(kit).unconfirmed == {"un"} and access(kit).changed_files == ("lists/un",)
        assert find_disagreements(kit) == (), "it is one alarm"
    with closing(opened(newer, "courier")) as kit:
        assert access(kit).unconfirmed == {"un"}, "it stands in other processes and later"
        alarms.confirm_list(kit, "un", 1)
        assert access(kit).unconfirmed == {"un"}, "that is not the version that was lost"
        report = courier.run(kit)
        assert report.ok is False or report.problems
        assert access(kit).unconfirmed == frozenset()
        edition = kit.lists.open("un").edition()
        assert edition is not None and edition.version == 2
        assert access(kit).changed_files == ("lists/un",), "headquarters has not acknowledged the report"
        Outbox(kit.journal).take(acknowledgement(kit), NOW)
        assert access(kit).changed_files == ()
        assert [event.outcome for event in events(kit)] == ["lists/un"]


def events(kit: KitHome) -> list[PastEvent]:
    return read_events(kit.journal, alarms.FILES_DISAGREE)


@pytest.mark.parametrize("names", [database("vault.db"), ("witness",)])
def test_without_an_honest_witness_no_list_is_searched(made: Path, newer: Path, names: tuple[str, ...]) -> None:
    put_back(made, newer, *names)
    with closing(opened(newer)) as kit:
        assert access(kit).unconfirmed == {"un"}


def test_a_journal_that_is_gone_is_an_alarm_and_the_lists_go_on(newer: Path) -> None:
    for name in database("journal.db"):
        remove(newer, name)
    with closing(opened(newer)) as kit:
        now = access(kit)
        assert now.changed_files == ("journal.db", "journal.db (outbox)") and now.unconfirmed == frozenset()


def test_after_an_invented_acknowledgement_everything_is_sent_again(newer: Path) -> None:
    invented = "INSERT INTO acknowledged SELECT stream, max(seq), hash, 'x', 'x' FROM outbox GROUP BY stream"
    change_journal(newer, (invented.replace("'x'", f"'{NOW.isoformat()}'"), ()))
    with closing(opened(newer)) as kit:
        assert sum(Outbox(kit.journal).waiting().values()) == 0
        incarnation = kit.journal.incarnation
        access(kit)
        assert kit.journal.incarnation != incarnation
        with kit.journal.reading() as connection:
            entries = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
        assert sum(Outbox(kit.journal).waiting().values()) == entries
        assert verify_journal(kit.journal).faults == () == find_disagreements(kit)


def test_a_list_that_is_put_back_under_a_running_desk_shows_too(
    made: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened(newer)) as kit:
        assert access(kit).unconfirmed == frozenset()
        put_back(made, newer, "lists/un")
        monkeypatch.setattr(alarms, "COMPARED_EVERY_S", 0.0)
        assert access(kit).unconfirmed == {"un"}


@pytest.mark.parametrize("moment", range(8))
def test_a_kill_while_an_alarm_is_raised_loses_it_not(made: Path, newer: Path, moment: int) -> None:
    put_back(made, newer, "lists/un")

    def work() -> None:
        access(opened(newer))

    moments_of(work, moment)
    with closing(opened(newer)) as kit:
        now = access(kit)
        assert now.unconfirmed == {"un"} and now.changed_files == ("lists/un",)
        assert events(kit)


def test_an_alarm_that_several_processes_see_is_reported_once(newer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invented = "INSERT INTO acknowledged SELECT stream, max(seq), hash, 'x', 'x' FROM outbox GROUP BY stream"
    change_journal(newer, (invented.replace("'x'", f"'{NOW.isoformat()}'"), ()))
    with closing(opened(newer)) as desk, closing(opened(newer, "courier")) as other:
        incarnation = desk.journal.incarnation
        alarms.raise_alarms(desk, NOW)
        with desk.journal.reading() as connection:
            before = chains.read_incarnation(connection).number
        write = desk.journal.write

        def write_second(work: Callable[[object], object]) -> object:
            with monkeypatch.context() as patch:  # between this process's look and its transaction
                patch.setattr(desk.journal, "write", write)
                access(other)
            return write(work)

        monkeypatch.setattr(desk.journal, "write", write_second)
        access(desk)
        monkeypatch.undo()
        assert [event.outcome for event in events(desk)] == ["journal.db (outbox)"]
        with desk.journal.reading() as connection:
            assert chains.read_incarnation(connection).number == before + 1
        assert desk.journal.incarnation != incarnation
        assert len(desk.witness.read().alarms) == 1


@pytest.mark.parametrize("fails", ["data.journal.journal.note_time", "data.witness.witness_file.WitnessFile.change"])
def test_an_alarm_whose_report_fails_begins_no_incarnation_with_each_look(
    newer: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk reports an error")

    invented = "INSERT INTO acknowledged SELECT stream, max(seq), hash, 'x', 'x' FROM outbox GROUP BY stream"
    change_journal(newer, (invented.replace("'x'", f"'{NOW.isoformat()}'"), ()))
    with closing(opened(newer)) as kit:
        alarms.raise_alarms(kit, NOW)
        with kit.journal.reading() as connection:
            before = chains.read_incarnation(connection).number
        with monkeypatch.context() as patch:
            patch.setattr(fails, fail)
            for _ in range(3):
                alarms.watch_files(kit, NOW)
        alarms.watch_files(kit, NOW)
        with kit.journal.reading() as connection:
            assert chains.read_incarnation(connection).number == before + 1
        assert len(events(kit)) == 1 == len(kit.witness.read().alarms)


# ── an alarm that cannot be written ──────────────────────────────────────────────────────────────────────


def replace_by(path: Path, what: str) -> None:
    """Something that is no file, in the place of the file at `path`."""
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "full folder":
        path.mkdir()
        (path / "something").write_text("somebody's")
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")


@pytest.mark.parametrize("start", ["same start", "another start"])
@pytest.mark.parametrize("what", ["folder", "full folder", "pipe", "link"])
def test_what_is_no_witness_file_is_an_alarm_and_no_list_is_searched(
    made: Path, newer: Path, monkeypatch: pytest.MonkeyPatch, what: str, start: str
) -> None:
    if start == "another start":
        monkeypatch.setattr("data.witness.witness_record.read_boot", lambda: start)
    put_back(made, newer, "lists/un")
    replace_by(newer / "witness", what)
    for _ in range(2):
        with soon(), closing(opened(newer, "check")) as kit:
            assert access(kit).unconfirmed == {"un"} and "witness" in access(kit).changed_files
    with soon(), closing(opened(newer, "courier")) as kit:
        courier.run(kit)
        edition = kit.lists.open("un").edition()
        assert edition is not None and edition.version == 2
    if what == "full folder":
        assert (newer / "witness" / "something").exists()
        remove(newer, "witness")
        with closing(opened(newer, "courier")) as kit:
            assert access(kit).unconfirmed == {"un"}
            courier.run(kit)
    with closing(opened(newer)) as kit:
        assert access(kit).unconfirmed == frozenset() and access(kit).changed_files != ()
        assert find_disagreements(kit) == ()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EPERM, errno.EIO])
def test_an_alarm_that_cannot_be_written_is_one(
    made: Path, newer: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    put_back(made, newer, "lists/un")
    open_regular = durable_files.open_regular

    def refuse(path: Path, flags: int, *mode: int) -> int:
        if path.name == "witness" and flags & os.O_RDWR:
            raise OSError(error, os.strerror(error))
        return open_regular(path, flags, *mode)

    monkeypatch.setattr(durable_files, "open_regular", refuse)
    with closing(opened(newer, "desk")) as kit:
        for _ in range(2):
            kit.compared_s = None
            now = access(kit)
            assert now.unconfirmed == {"un"} and "lists/un" in now.changed_files
        assert len(events(kit)) == len(now.changed_files), "it is reported once"
        assert ("witness" in now.changed_files) is (error in durable_files.FAULTS_OF_A_FILE), "a full disk is no swap"
    monkeypatch.undo()
    with closing(opened(newer, "desk")) as kit:
        assert access(kit).unconfirmed == {"un"}


def test_an_alarm_holds_where_another_process_keeps_the_witness_file(
    made: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.witness.witness_file._LONGEST_WAIT_S", 0.05)
    put_back(made, newer, "lists/un")
    with (newer / "witness").open("wb") as held:
        flock(held, LOCK_EX)
        with closing(opened(newer, "check")) as kit:
            assert access(kit).unconfirmed == {"un"} and access(kit).changed_files == ("witness",)
    with closing(opened(newer, "check")) as kit:
        assert access(kit).unconfirmed == {"un"}, "and once it can be written"


def test_an_alarm_stays_where_the_file_goes_that_had_it(made: Path, newer: Path) -> None:
    put_back(made, newer, "lists/un")
    with closing(opened(newer)) as kit:
        assert access(kit).unconfirmed == {"un"}
        remove(newer, "witness")
        assert kit.witness.read().unconfirmed == {"un": 2}, "until the next comparison"
        kit.compared_s = None
        assert access(kit).unconfirmed == {"un"}


def test_lists_are_compared_where_the_journal_cannot_be(made: Path, newer: Path) -> None:
    put_back(made, newer, "lists/un")
    for name in database("journal.db"):
        remove(newer, name)
    (newer / "journal.db").write_bytes(b"no journal" * 1000)
    with closing(opened(newer)) as kit:
        now = access(kit)
        assert now.unconfirmed == {"un"} and now.changed_files == ("journal.db", "lists/un")


@pytest.mark.parametrize("name", ["x.json", "root_history/x.json", "timestamp.json"])
def test_a_pipe_among_the_metadata_is_not_waited_for(newer: Path, name: str) -> None:
    remove(newer, f"trust/{name}")
    os.mkfifo(newer / "trust" / name)
    with soon(), closing(opened(newer, "courier")) as kit:
        assert bool(access(kit).changed_files) is (name == "timestamp.json")
        courier.run(kit)


def test_a_pipe_in_the_place_of_any_file_of_a_home_is_not_waited_for(newer: Path, tmp_path: Path) -> None:
    for extra in ("usage.json", "courier.json"):
        (newer / extra).write_bytes(b"{}")
    names = sorted(str(path.relative_to(newer)) for path in newer.rglob("*") if path.is_file())
    assert {"kit.toml", "keys.json", "vault.db", "journal.db", "witness", "lists/secret"} <= set(names)
    for name in names:
        home = Path(shutil.copytree(newer, tmp_path / "piped", symlinks=True))
        replace_by(home / name, "pipe")
        with soon(), suppress(StoreError, SettingsError, InputError), closing(opened(home, "courier")) as kit:
            access(kit)
            courier.run(kit)
        shutil.rmtree(home)


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("kit.toml", SettingsError, "kit.toml cannot be read .*kit.toml is not a regular file"),
        ("keys.json", Damaged, "keys.json cannot be read .*keys.json is not a regular file"),
    ],
)
def test_a_pipe_without_which_no_home_opens_is_named(newer: Path, name: str, error: type[Exception], says: str) -> None:
    replace_by(newer / name, "pipe")
    with soon(), pytest.raises(error, match=says), closing(opened(newer)) as kit:
        assert kit.settings
    if name == "keys.json":
        with soon(), pytest.raises(error, match=says):
            change_passphrase(newer, PASSPHRASE, "another passphrase of some length")


# ── what is known of a list whose witness or files are lost ──────────────────────────────────────────────


@pytest.fixture
def stale(tmp_path: Path) -> Iterator[tuple[Deployment, Path, Path]]:
    """A deployment whose kit is at version 2, a copy of that kit at version 1, and the tree that was public then."""
    with closing(Deployment(tmp_path / "stale")) as deployment:
        deployment.allow_any_fall()
        deployment.publish(PEOPLE)
        kit = deployment.kit()
        courier.run(kit)
        kit.close()
        older = Path(shutil.copytree(kit.path, tmp_path / "older", symlinks=True))
        public = Path(shutil.copytree(deployment.mirror, tmp_path / "public"))
        deployment.publish(FEWER)
        with closing(opened(kit.path, "courier")) as again:
            courier.run(again)
        yield deployment, older, public


@pytest.mark.parametrize("left", ["older list", "no list", "an older folder of lists"])
def test_an_older_source_confirms_no_list_after_the_witness_file_is_lost(
    stale: tuple[Deployment, Path, Path], left: str
) -> None:
    deployment, older, public = stale
    path = deployment.kits[0].path
    for name in ("witness", "trust", "lists/un" if left != "an older folder of lists" else "lists"):
        remove(path, name)
        if name == "trust" or (name != "witness" and left != "no list"):
            shutil.copytree(older / name, path / name, symlinks=True)
    with closing(opened(path, "courier")) as kit:
        assert access(kit).unconfirmed == {"un"}
        kit.vault.put({METADATA_VERSIONS: b""})  # so that what it knows of the list itself is all there is
        result = one(courier.run(kit, source=str(public)))
        assert result.error is not None and "which this kit already has" in result.error.what
        assert access(kit).unconfirmed == {"un"}, "the vault knows of version 2"
    with closing(opened(path, "courier")) as kit:
        assert one(courier.run(kit)).after == 2
        assert access(kit).unconfirmed == frozenset()


def test_metadata_that_was_put_back_takes_no_older_from_a_source(stale: tuple[Deployment, Path, Path]) -> None:
    deployment, older, public = stale
    path = deployment.kits[0].path
    for name in ("witness", "trust"):
        remove(path, name)
    shutil.copytree(older / "trust", path / "trust", symlinks=True)
    with closing(opened(path, "courier")) as kit:
        with pytest.raises(RollbackError, match="older than what this kit has seen"):
            courier.run(kit, source=str(public))
        assert courier.run(kit).lists[0].error is None


def lose_list(path: Path) -> None:
    remove(path, "lists/un")


def lose_overlay(path: Path) -> None:
    for name in database(f"lists/un/{OVERLAY_FILE}"):
        remove(path, name)
    (path / "lists/un" / OVERLAY_FILE).touch()


def lose_secret(path: Path) -> None:
    remove(path, "lists/secret")


def lose_list_and_witness(path: Path) -> None:
    remove(path, "lists/un")
    remove(path, "witness")


@pytest.mark.parametrize("lose", [lose_list, lose_overlay, lose_secret, lose_list_and_witness])
def test_a_list_that_was_lost_does_not_come_back_with_far_fewer_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Path], None]
) -> None:
    with closing(Deployment(tmp_path / "fall")) as deployment:
        deployment.allow_any_fall()
        deployment.publish(PEOPLE)
        kit = deployment.kit()
        courier.run(kit)
        signed = policy_with(kit, bounds={"max_fall": 0.1})
        kit.close()
        lose(kit.path)
        deployment.publish(dict(list(PEOPLE.items())[:3]), accept_incomplete="a test")
        monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
        with closing(opened(kit.path, "courier")) as again:
            result = one(courier.run(again))
            assert result.error is not None and "`max_fall`: 40 rows become 3" in result.error.what
            assert result.after == 0
        deployment.publish(PEOPLE)
        with closing(opened(kit.path, "courier")) as again:
            assert one(courier.run(again)).after == 3
            assert access(again).unconfirmed == frozenset()
