"""A journal that cannot be opened, read or written: travellers are still looked up, and nothing is called recorded."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import ConditionKind, describe_condition
from data import store
from data.errors import WaypostError
from data.journal.history import read_events, verify_journal
from data.journal.schema import SCHEMA
from data.journal.unrecorded import UNRECORDED
from data.kit import home_files
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease.access import AccessState
from data.lease.enforcement import ACCESS_CHANGED
from data.log.error_log import destination
from data.screenings import Decision, State, Verdict
from data.store_key import unlock_store_key
from sync.kit import courier
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.travellers import HONEST, WANTED
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.support.kit_status import save_status
from tests.support.staff import at_work
from tests.ui.support.desk_kit import desk_app
from ui.cli import run as run_command
from ui.commands.desk import open_work_lines
from ui.wiring import open_counter


def fill_with_garbage(journal: Path) -> None:
    journal.write_bytes(bytes(range(256)) * 256)


def cut_in_half(journal: Path) -> None:
    os.truncate(journal, journal.stat().st_size // 2 // 4096 * 4096)


def cut_in_a_page(journal: Path) -> None:
    os.truncate(journal, 100)


def damage_a_page(journal: Path) -> None:
    """A page behind the first: the file still opens."""
    content = bytearray(journal.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = bytes(64)
    journal.write_bytes(content)


def put_another_kits(journal: Path) -> None:
    journal.unlink()
    connection = store.connect(journal, b"k" * 32)
    store.migrate(connection, SCHEMA)
    connection.close()


def put_a_newer(journal: Path) -> None:
    """As a newer Waypost would leave it."""
    kit = KitHome.open(journal.parent, PASSPHRASE, "check")
    with kit.journal.writing() as connection:
        connection.execute("UPDATE _sqlite_migrations SET name = 'of_next_year' WHERE rowid = 1")
    kit.close()


def put_a_folder(journal: Path) -> None:
    journal.unlink()
    (journal / "something").mkdir(parents=True)


def put_a_folder_beside(journal: Path) -> None:
    journal.with_name("journal.db-wal").mkdir()


def put_a_pipe(journal: Path) -> None:
    journal.unlink()
    os.mkfifo(journal)


def put_a_loop(journal: Path) -> None:
    journal.unlink()
    journal.symlink_to(journal)


def put_a_link_to_nowhere(journal: Path) -> None:
    journal.unlink()
    journal.symlink_to(journal.parent / "no" / "disk")


DAMAGE = [
    fill_with_garbage,
    cut_in_half,
    cut_in_a_page,
    damage_a_page,
    put_another_kits,
    put_a_newer,
    put_a_folder,
    put_a_folder_beside,
    put_a_pipe,
    put_a_loop,
    put_a_link_to_nowhere,
]
Damage = Callable[[Path], None]
damaged = pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A closed kit with the lists of the demonstration, and a journal of some pages; copied by each test."""
    with closing(Deployment(tmp_path_factory.mktemp("made"))) as deployment:
        deployment.import_demonstration()
        deployment.publish_again()
        kit = deployment.kit("north-1", str(deployment.hq.public))
        assert courier.run(kit).ok
        kit.close()
        with open_at(kit.path) as counter:
            for _ in range(5):
                assert screen(counter, HONEST).is_recorded
        yield kit.path


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit of one's own."""
    path = Path(shutil.copytree(made, tmp_path / "north-1", symlinks=True))
    monkeypatch.setattr(destination, "home", path)
    return path


def open_at(home: Path, chain: str = "desk") -> "closing[Counter]":
    return closing(open_counter(home, PASSPHRASE, chain))


def screen(counter: Counter, zone: str) -> ScreeningResult:
    return counter.screen(ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter)))


def keep_copy(home: Path) -> Path:
    return Path(shutil.copy2(home_files.JOURNAL.within(home), home.with_name("journal.copy")))


def put_back(home: Path, copy: Path | None) -> None:
    """What the technician's card says: a copy of the file in its place, or nothing."""
    for path in store.files_of(home_files.JOURNAL.within(home)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if copy:
        shutil.copy2(copy, home_files.JOURNAL.within(home))


def kinds(counter: Counter) -> set[ConditionKind]:
    conditions = counter.standing_state().conditions
    assert counter.post_snapshot({}).conditions == conditions, "the desk shows what `check` says"
    return {condition.kind for condition in conditions}


def shows_without_a_journal(counter: Counter) -> None:
    for zone, verdict in ((WANTED, Verdict.REFER), (HONEST, Verdict.CANNOT_SAY)):
        result = screen(counter, zone)
        assert (result.verdict, result.is_recorded, result.revision) == (verdict, False, 0)
        assert "journal_failed" in {finding.reason for finding in result.findings}
        unsearched = [finding.check for finding in result.findings if finding.state is State.NOT_DONE]
        assert not [check for check in unsearched if ":" in check], "every list was searched"
        with pytest.raises(WaypostError) as refused:
            counter.decide(result, Decision.REFER, officer=at_work(counter))
        assert "The decision was not recorded" in str(refused.value)
        assert "paper" in str(refused.value)
    assert result.says.startswith("The answer cannot be recorded")
    assert {ConditionKind.JOURNAL_UNUSABLE, ConditionKind.NOT_RECORDED} <= kinds(counter)


def entries(home: Path) -> list[tuple[str, str]]:
    """Kind and outcome of each screening, and of what was shown without a journal, in order."""
    kit = KitHome.open(home, PASSPHRASE, "check")
    with kit.journal.reading() as connection:
        rows = connection.execute(
            "SELECT kind, outcome FROM event WHERE kind IN ('screening', ?) ORDER BY rowid", (UNRECORDED,)
        ).fetchall()
    assert verify_journal(kit.journal).faults == ()
    kit.close()
    return [tuple(row) for row in rows]


@damaged
def test_a_desk_that_starts_with_it(home: Path, damage: Damage) -> None:
    copy = keep_copy(home)
    damage(home_files.JOURNAL.within(home))
    for count in (2, 4):
        with open_at(home) as counter:
            shows_without_a_journal(counter)
            conditions = {condition.kind: condition for condition in counter.standing_state().conditions}
            assert conditions[ConditionKind.NOT_RECORDED].says == f"{count} verdicts were shown without a journal"
            says = describe_condition(conditions[ConditionKind.JOURNAL_UNUSABLE])
            assert "journal" in says and "paper" in says and "technician" in says
    put_back(home, copy)
    with open_at(home) as counter:
        result = screen(counter, HONEST)
        assert result.is_recorded
        assert not {ConditionKind.JOURNAL_UNUSABLE, ConditionKind.NOT_RECORDED} & kinds(counter)
        assert counter.decide(result, Decision.ADMIT, officer=at_work(counter))
    assert entries(home)[-2:] == [(UNRECORDED, "4"), ("screening", result.verdict.value)]


# a newer Waypost that works beside this one adds tables that this one leaves alone
@pytest.mark.parametrize("damage", [damage for damage in DAMAGE if damage is not put_a_newer])
@pytest.mark.parametrize("has_copy", [True, False], ids=["copy", "new"])
def test_it_happens_and_ends_under_a_desk(home: Path, damage: Damage, has_copy: bool) -> None:
    copy = keep_copy(home)
    with open_at(home) as counter, open_at(home, "check") as other:
        assert screen(counter, HONEST).is_recorded
        assert screen(other, HONEST).is_recorded
        if damage is put_a_folder_beside:
            home_files.JOURNAL.within(home).with_name("journal.db-wal").unlink()
        damage(home_files.JOURNAL.within(home))
        shows_without_a_journal(counter)
        shows_without_a_journal(other)
        put_back(home, copy if has_copy else None)
        result = screen(counter, HONEST)
        assert result.is_recorded
        assert not {ConditionKind.JOURNAL_UNUSABLE, ConditionKind.NOT_RECORDED} & kinds(counter)
        assert screen(other, HONEST).is_recorded
    assert (UNRECORDED, "4") in entries(home)
    assert [kind for kind, _ in entries(home)][-2:] == ["screening", "screening"]


def test_what_is_recorded_is_in_the_file_that_has_the_name(home: Path) -> None:
    with open_at(home) as counter:
        assert screen(counter, HONEST).is_recorded
        put_back(home, None)
        result = screen(counter, HONEST)
        assert result.is_recorded
        assert entries(home) == [("screening", result.verdict.value)] * result.revision


def check_answers(home: Path, tmp_path: Path, *command: str) -> list[dict[str, Any]]:
    """What `waypost check`, run by `command`, answers about WANTED and HONEST."""
    lines = "".join(json.dumps({"id": zone[:5], "mrz": zone}) + "\n" for zone in (WANTED, HONEST))
    (tmp_path / "batch.jsonl").write_text(lines)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)
    arguments = ["check", "--home", str(home), "--passphrase-file", str(tmp_path / "passphrase")]
    program = [*command, sys.executable, "-m", "ui.cli", *arguments, "--batch", str(tmp_path / "batch.jsonl")]
    done = subprocess.run(program, capture_output=True, text=True, cwd=TOP)
    assert done.returncode == 20, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def are_unrecorded(answers: list[dict[str, Any]]) -> bool:
    """A REFER and a CANNOT SAY with its findings, both of which say that nothing is recorded, and why."""
    assert [(answer["verdict"], answer["recorded"]) for answer in answers] == [("refer", False), ("cannot_say", False)]
    assert answers[1]["says"].startswith("The answer cannot be recorded")
    assert {finding["state"] for finding in answers[1]["findings"]} >= {"pass", "not_done"}
    kinds = [condition["kind"] for condition in answers[1]["conditions"]]
    return {"journal_unusable", "not_recorded"} <= set(kinds)


def test_every_traveller_of_a_batch_is_answered(home: Path, tmp_path: Path) -> None:
    fill_with_garbage(home_files.JOURNAL.within(home))
    assert are_unrecorded(check_answers(home, tmp_path))


def test_a_journal_that_may_not_be_read(home: Path, tmp_path: Path) -> None:
    journal = home_files.JOURNAL.within(home)
    journal.chmod(0)
    if os.geteuid() != 0:
        assert are_unrecorded(check_answers(home, tmp_path))
    elif shutil.which("setpriv"):  # root, but for the right to pass over modes
        command = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
        assert are_unrecorded(check_answers(home, tmp_path, *command))
    else:
        pytest.skip("root may read every file, and there is no setpriv")


def test_one_traveller_is_answered_on_plain_lines(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_a_folder(home_files.JOURNAL.within(home))
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)
    options = ["--home", str(home), "--passphrase-file", str(tmp_path / "passphrase")]
    assert run_command(["check", *options, "--mrz", WANTED]) == 20
    assert "not recorded" in capsys.readouterr().out
    assert run_command(["check", *options, "--mrz", HONEST]) == 30
    shown = capsys.readouterr().out
    assert "cannot be recorded" in shown and "Nothing found; lists updated" in shown
    assert "The journal cannot be used" in shown.replace("the journal", "The journal")
    assert "2 verdicts were shown without a journal" in shown


def test_another_process_that_holds_the_journal_keeps_no_traveller_from_a_refer(home: Path) -> None:
    key = unlock_store_key(home, PASSPHRASE).derive("journal")
    holder = store.connect(home_files.JOURNAL.within(home), key, store.Purpose.EXCLUSIVE)
    holder.execute("BEGIN EXCLUSIVE")
    with open_at(home) as counter:
        result = screen(counter, WANTED)
        assert (result.verdict, result.is_recorded) == (Verdict.REFER, False)
        assert ConditionKind.JOURNAL_UNUSABLE in kinds(counter)
        holder.close()
        assert screen(counter, HONEST).is_recorded


def test_a_lease_goes_on_without_a_journal(home: Path) -> None:
    """What cannot be journalled is entered later; the time is counted all the same."""
    fill_with_garbage(home_files.JOURNAL.within(home))
    kit = KitHome.open(home, PASSPHRASE, "check")
    save_status(kit, KitStatus("suspended", "drill"))
    kit.close()
    with open_at(home) as counter:
        assert counter.refresh_access().state is AccessState.SUSPENDED
    put_back(home, None)
    with open_at(home) as counter:
        assert counter.refresh_access().state is AccessState.SUSPENDED
    kit = KitHome.open(home, PASSPHRASE, "check")
    assert [event.outcome for event in read_events(kit.journal, ACCESS_CHANGED, most=9)] == ["suspended"]
    kit.close()


async def test_the_desk_opens_shows_and_leaves(home: Path) -> None:
    journal = home_files.JOURNAL.within(home)
    copy = keep_copy(home)
    fill_with_garbage(journal)
    for _ in range(2):
        with open_at(home) as counter:
            app = desk_app(counter, home)
            async with app.run_test(size=(120, 40)) as pilot:
                officer = Officer(pilot, counter)
                await officer.sees("the journal cannot be used")
                await officer.scan(HONEST)
                await officer.sees("CANNOT SAY", "The answer cannot be recorded", "paper")
                await officer.press("f5")
                await officer.sees("The decision was not recorded")
            assert ["is not known" in line for line in open_work_lines(counter)] == [True]
    with open_at(home) as counter:
        app = desk_app(counter, home)
        async with app.run_test(size=(120, 40)) as pilot:
            officer = Officer(pilot, counter)
            await officer.sees("the journal cannot be used")
            put_back(home, copy)
            await officer.scan(HONEST)
            await officer.sees("CLEAR")
