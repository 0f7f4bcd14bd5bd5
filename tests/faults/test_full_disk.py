"""A disk that is really full or read-only: a tmpfs with little room, where this machine lets us mount one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import ConditionKind
from data.errors import WaypostError
from data.journal.history import verify_journal
from data.journal.unrecorded import UNRECORDED
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.kit import home_files
from data.kit.disk_space import RESERVE_BYTES, DiskReserve
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease.access import AccessState
from data.log.error_log import destination
from data.screenings import Decision, State, Verdict
from data.witness.comparison import find_disagreements
from sync.headquarters.importer import import_list
from sync.kit import staging
from tests.faults.support.scenes import NEW, OLD, check, held, prepare, run
from tests.journeys.support.travellers import HONEST, WANTED
from tests.support.amount import amount
from tests.support.deployment import LISTS, PASSPHRASE, TOP, Deployment, fresh
from tests.support.kit_status import save_status
from tests.support.staff import at_work
from ui.cli import run as run_command
from ui.wiring import open_counter

_KIB = 1024
_KILLED_COURIER = """
import os, sys
from pathlib import Path
from tests.faults.support.scenes import run
assert run(Path(sys.argv[1])).ok
os._exit(0)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; `resize` gives it its room."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "waypost", place], capture_output=True).returncode:
        assert "CI" not in os.environ, "a full disk is always tested there"
        pytest.skip("a full disk needs the right to mount a tmpfs, which this user lacks")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.parametrize("way", ["delta", "snapshot"])
def test_the_disk_fills_up_on_the_way(
    deployment: Deployment, way: str, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(deployment, way)
    monkeypatch.setattr(staging, "LIMITS", replace(staging.LIMITS, spare_bytes=0))  # else it would not even begin
    full = 0
    for room in range(0, 800 * _KIB, 800 * _KIB // amount(6)):
        resize(disk, 64 << 20)
        path = fresh(prepared, disk)
        resize(disk, used(disk) + room)
        with suppress(WaypostError):
            full += 1
            full -= run(path).ok
        resize(disk, 64 << 20)
        kit = KitHome.open(path, PASSPHRASE, "check")
        assert held(kit) in (OLD, NEW)
        kit.close()
        check(path, OLD)
    assert full


@pytest.fixture
def home(deployment: Deployment, disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit with the lists of the demonstration, on the disk."""
    deployment.import_demonstration()
    deployment.publish_again()
    kit = deployment.kit("north-1", str(deployment.hq.public))
    assert run(kit.path).ok
    kit.close()
    path = fresh(kit.path, disk)
    monkeypatch.setattr(destination, "home", path)
    return path


def open_at(home: Path) -> "closing[Counter]":
    return closing(open_counter(home, PASSPHRASE, "desk"))


def screen(counter: Counter, zone: str) -> ScreeningResult:
    return counter.screen(ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter)))


def fill(disk: Path) -> None:
    """Other programs take every byte."""
    with suppress(OSError), (disk / "other").open("ab", buffering=0) as other:
        while True:
            other.write(bytes(4096))


def set_read_only(disk: Path, how: str = "ro") -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def kinds(counter: Counter) -> set[ConditionKind]:
    conditions = counter.standing_state().conditions
    assert counter.post_snapshot({}).conditions == conditions, "the desk shows what `check` says"
    return {condition.kind for condition in conditions}


def shows_without_a_journal(counter: Counter) -> None:
    """A REFER is one, everything else is CANNOT SAY with what was found, and neither is called recorded."""
    for zone, verdict in ((WANTED, Verdict.REFER), (HONEST, Verdict.CANNOT_SAY)):
        result = screen(counter, zone)
        assert (result.verdict, result.is_recorded, result.revision) == (verdict, False, 0)
        assert "journal_failed" in {finding.reason for finding in result.findings}
        not_done = [finding.check for finding in result.findings if finding.state is State.NOT_DONE]
        assert not_done == ["journal"], "every list was searched"
        with pytest.raises(WaypostError):
            counter.decide(result, Decision.REFER, officer=at_work(counter))
    assert result.says.startswith("The answer cannot be recorded")
    assert result.second_line.startswith("Nothing found; lists updated")


def entries(home: Path) -> list[tuple[str, str]]:
    """Kind and outcome of each screening in the journal, and of what was shown without it, in order."""
    kit = KitHome.open(home, PASSPHRASE, "check")
    with kit.journal.reading() as connection:
        rows = connection.execute(
            """SELECT kind, outcome FROM event WHERE kind = ? OR (kind = 'screening' AND revision = 1)
               ORDER BY rowid""",
            (UNRECORDED,),
        ).fetchall()
    assert verify_journal(kit.journal).faults == ()
    assert find_disagreements(kit) == ()
    kit.close()
    return [tuple(row) for row in rows]


def test_a_disk_that_fills_up_under_a_desk(home: Path, disk: Path) -> None:
    with open_at(home) as counter:
        assert ConditionKind.DISK_FILLING in kinds(counter), "said while there is room"
        assert screen(counter, HONEST).verdict is Verdict.CLEAR
        fill(disk)
        assert screen(counter, HONEST).is_recorded, "the reserve is there for that"
        assert ConditionKind.DISK_FILLING in kinds(counter)
        fill(disk)
        shows_without_a_journal(counter)
        assert {ConditionKind.DISK_FULL, ConditionKind.NOT_RECORDED} <= kinds(counter)
        (disk / "other").unlink()
        result = screen(counter, HONEST)
        assert (result.verdict, result.is_recorded) == (Verdict.CLEAR, True)
        assert counter.decide(result, Decision.ADMIT, officer=at_work(counter))
        assert kinds(counter) == {ConditionKind.DISK_FILLING}
    assert entries(home)[-2:] == [(UNRECORDED, "2"), ("screening", "clear")]
    assert home_files.RESERVE.within(home).stat().st_blocks * 512 >= RESERVE_BYTES, "the room is kept again"


def keep_document(kit: KitHome) -> None:
    UnscreenedLog(kit.journal).keep(UnscreenedDocument("1", datetime.now(UTC), "", UnscreenedContent(HONEST)))


@pytest.mark.parametrize("write", [lambda kit: kit.vault.put({"drill": bytes(9)}), keep_document], ids=["vault", "row"])
def test_the_reserve_is_for_whatever_vault_and_journal_write(
    home: Path, disk: Path, write: Callable[[KitHome], None]
) -> None:
    with closing(KitHome.open(home, PASSPHRASE, "check")) as kit:
        assert kit.vault and kit.journal
        DiskReserve(home).take()
        fill(disk)
        write(kit)


def test_everybody_opens_a_kit_on_a_disk_that_is_full_but_for_the_reserve(home: Path, disk: Path) -> None:
    DiskReserve(home).take()
    fill(disk)
    with closing(KitHome.open(home, PASSPHRASE, "technician")) as kit:
        assert kit.vault.note().change
    with open_at(home) as counter, closing(open_counter(home, PASSPHRASE, "check")) as other:
        assert screen(counter, HONEST).is_recorded
        assert screen(other, HONEST).is_recorded


@pytest.mark.parametrize("is_killed", [False, True], ids=["closed", "killed"])
def test_a_desk_that_starts_on_a_full_disk(home: Path, disk: Path, is_killed: bool) -> None:
    with open_at(home) as counter:
        assert screen(counter, HONEST).is_recorded
        if is_killed:
            shutil.copytree(home, disk / "killed")
    if is_killed:  # what SQLite keeps beside its files is still there
        home = disk / "killed"
    fill(disk)
    DiskReserve(home).give_up()
    fill(disk)
    with open_at(home) as counter:
        shows_without_a_journal(counter)
    with open_at(home) as counter:
        shows_without_a_journal(counter)
        assert counter.standing_state().conditions[-1].says == "4 verdicts were shown without a journal"
        (disk / "other").unlink()
        assert screen(counter, HONEST).verdict is Verdict.CLEAR
        with closing(open_counter(home, PASSPHRASE, "check")) as other:
            assert screen(other, HONEST).verdict is Verdict.CLEAR, "the files are no longer for one process alone"
    assert entries(home)[entries(home).index((UNRECORDED, "4")) + 1 :] == [("screening", "clear")] * 2


@pytest.mark.parametrize("is_killed", [False, True], ids=["closed", "killed"])
def test_a_read_only_disk(home: Path, disk: Path, is_killed: bool) -> None:
    with open_at(home) as counter:
        assert screen(counter, HONEST).is_recorded
        if is_killed:
            shutil.copytree(home, disk / "killed")
    if is_killed:
        home = disk / "killed"
    set_read_only(disk)
    with open_at(home) as counter:
        shows_without_a_journal(counter)
        assert {ConditionKind.DISK_READ_ONLY, ConditionKind.NOT_RECORDED} <= kinds(counter)
        set_read_only(disk, "rw")
        assert screen(counter, HONEST).verdict is Verdict.CLEAR
        assert kinds(counter) == {ConditionKind.DISK_FILLING}
    assert entries(home)[-2:] == [(UNRECORDED, "2"), ("screening", "clear")]


def find_as_of(counter: Counter, name: str) -> datetime:
    edition = next(state.edition for state in counter.screened_states() if state.name == name)
    assert edition is not None
    return edition.as_of


def test_a_list_that_came_while_the_disk_could_not_be_written_is_not_missed(
    home: Path, disk: Path, deployment: Deployment
) -> None:
    set_read_only(disk)
    with open_at(home) as counter:
        assert screen(counter, HONEST).verdict is Verdict.CANNOT_SAY
        set_read_only(disk, "rw")
        before = find_as_of(counter, "un")
        import_list(deployment.hq, "un", "un-xml", [LISTS / "un.xml"])
        deployment.publish_again()
        courier = [sys.executable, "-c", _KILLED_COURIER, home]  # what it wrote is in SQLite's log alone
        subprocess.run(courier, check=True, cwd=TOP)
        assert find_as_of(counter, "un") > before
        assert screen(counter, HONEST).verdict is Verdict.CLEAR


def test_lists_that_are_to_be_erased_on_a_read_only_disk_stay_locked(home: Path, disk: Path) -> None:
    kit = KitHome.open(home, PASSPHRASE, "check")
    save_status(kit, KitStatus("wiped", "stolen"))
    kit.close()
    set_read_only(disk)
    with open_at(home) as counter:
        assert counter.refresh_access().state is AccessState.LOCKED
        assert screen(counter, WANTED).verdict is Verdict.CANNOT_SAY


def test_every_traveller_of_a_batch_is_answered_on_a_read_only_disk(
    home: Path, disk: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = "".join(json.dumps({"id": zone[:5], "mrz": zone}) + "\n" for zone in (WANTED, HONEST))
    (tmp_path / "batch.jsonl").write_text(lines)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)
    set_read_only(disk)
    options = ["--passphrase-file", str(tmp_path / "passphrase"), "--batch", str(tmp_path / "batch.jsonl")]
    assert run_command(["check", "--home", str(home), *options]) == 20, "the most serious answer"
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(answer["verdict"], answer["recorded"]) for answer in answers] == [("refer", False), ("cannot_say", False)]
    assert [condition["kind"] for condition in answers[1]["conditions"]] == ["disk_read_only", "not_recorded"]


def used(disk: Path) -> int:
    blocks = subprocess.run(["df", "--block-size=1", "--output=used", disk], capture_output=True, text=True, check=True)
    return int(blocks.stdout.split()[-1])
