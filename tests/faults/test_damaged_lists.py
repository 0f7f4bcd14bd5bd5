"""Whatever happens to a file of a list: nobody on it is CLEAR, `lists` says what the checks say, and one sync mends it.

Every way of damage meets every file that lies in the folder of a list, or holds their secret; and random bytes do.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.standing_conditions import ONE_LIST_CONDITIONS
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.kit.home import KitHome
from data.lists.rows import Row
from data.persons.person import Sex
from data.screenings import State, Verdict
from sync.headquarters.importer import import_list
from sync.kit import courier
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, in_memory, sync
from tests.support.staff import at_work
from ui.wiring import counter_of, open_kit_for_changes

HEADER = "number,country,type,fraud,theft_country\n"
LISTS = ("papers", "un")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "x").write_bytes(b"x")


def become_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def become_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def become_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_another(path: Path) -> None:
    """The file of the same purpose of another list, or of another version."""
    path.write_bytes((path.parent.parent / "keys").read_bytes() if path.parent.name == "lists" else b"{}" * 4096)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b"") and None,
    "cut": cut,
    "a bit": flip,
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)) and None,
    "text": lambda path: path.write_bytes(b'{"kind": "trust"}') and None,
    "a folder": become_folder,
    "a link": become_link,
    "a loop": become_loop,
    "a pipe": become_pipe,
}


@dataclass
class Prepared:
    """A kit that is copied and damaged."""

    folder: Path
    kit: KitHome
    rows: dict[str, list[Row]]

    @property
    def files(self) -> list[str]:
        """Every file of its lists."""
        return sorted(str(path.relative_to(self.kit.path)) for path in (self.kit.path / "lists").rglob("*"))

    def copy(self) -> Path:
        path = self.folder / "copy"
        shutil.rmtree(path, ignore_errors=True)
        return Path(shutil.copytree(self.kit.path, path, symlinks=True))

    def open(self, path: Path) -> KitHome:
        kit = KitHome(path, self.kit._key, "courier")
        kit.companions.update(self.kit.companions)
        return kit


@pytest.fixture(scope="module")
def prepared() -> Iterator[Prepared]:
    folder = in_memory()
    with closing(Deployment(folder)) as deployment:
        numbers = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(300)]
        for version in (numbers[:-1], numbers):
            (folder / "papers.csv").write_text(HEADER + "".join(version))
            import_list(deployment.hq, "papers", "sltd-csv", [folder / "papers.csv"])
            deployment.take(PEOPLE if version is numbers else dict(list(PEOPLE.items())[:-1]))
            deployment.publish_again()
            if not deployment.kits:
                deployment.kit()
                deployment.kits[0].close()
                deployment.kits[0] = open_kit_for_changes(deployment.kits[0].path, PASSPHRASE, "courier")
            sync(deployment.kits[0])
        kit = deployment.kits[0]
        verdict, _conditions = look(counter_of(kit))
        assert verdict is Verdict.REFER
        rows = {name: read_rows(kit, name) for name in LISTS}
        assert [len(rows[name]) for name in LISTS] == [300, len(PEOPLE)]
        kit.close()
        yield Prepared(folder, kit, rows)
    shutil.rmtree(folder)


def read_rows(kit: KitHome, name: str) -> list[Row]:
    with kit.lists.open(name).read() as view:
        assert view.edition is not None and view.edition.version == 2
        return sorted(view.rows())


def look(counter: Counter) -> tuple[Verdict, dict[str, bool]]:
    """The verdict on somebody whom both lists have; for each list whether checks and `lists` agree that it serves."""
    fields = MrzFields(
        "P", "UTO", "TST00007", "PERSONA", "TESTA", "UTO", date(1980, 1, 1), Sex.FEMALE, date(2031, 1, 1)
    )
    subject = Subject.from_zone(write_mrz(fields, MrzFormat.TD3), counter.today())
    result = counter.screen(ScreeningRequest(subject, at_work(counter)))
    unanswered = {finding.check.partition(":")[2] for finding in result.findings if finding.state is State.NOT_DONE}
    serves = {}
    for state in counter.lists.states():
        is_sound = state.condition is None or state.condition.kind not in ONE_LIST_CONDITIONS
        assert is_sound == (state.name not in unanswered), (state, result.findings)
        serves[state.name] = is_sound
    return result.verdict, serves


def must_heal(prepared: Prepared, path: Path) -> None:
    """Nobody passes, one sync mends it, and the next finds nothing to do."""
    for _look in range(2):  # what the first one met is known to the second
        with closing(prepared.open(path)) as kit:
            verdict, serves = look(counter_of(kit))
            assert verdict in (Verdict.REFER, Verdict.CANNOT_SAY)
            assert set(serves) == set(LISTS)
    with closing(prepared.open(path)) as kit:
        report = courier.run(kit)
        assert not any(entry.error for entry in report.lists), report.lists
        assert {name: read_rows(kit, name) for name in LISTS} == prepared.rows
        verdict, serves = look(counter_of(kit))
        assert (verdict, serves) == (Verdict.REFER, dict.fromkeys(LISTS, True))
        assert {entry.way for entry in courier.run(kit).lists} == {SyncMethod.UNCHANGED}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_file_of_a_list_that_is_damaged_comes_back(prepared: Prepared, damage: str) -> None:
    for name in prepared.files:
        path = prepared.copy()
        if (path / name).is_file():
            DAMAGES[damage](path / name)
            try:
                must_heal(prepared, path)
            except BaseException as error:
                error.add_note(f"{name}: {damage}")
                raise


@pytest.mark.parametrize("name", ["lists", *(f"lists/{name}" for name in LISTS)])
@pytest.mark.parametrize("damage", ["gone", "a file", "a link"])
def test_a_folder_of_lists_that_is_damaged_comes_back(prepared: Prepared, name: str, damage: str) -> None:
    path = prepared.copy()
    shutil.rmtree(path / name)
    if damage == "a file":
        (path / name).write_bytes(b"x")
    elif damage == "a link":
        (path / name).symlink_to("/nowhere/at/all")
    must_heal(prepared, path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_bytes_in_any_file_of_a_list_are_mended(prepared: Prepared, data: st.DataObject) -> None:
    path = prepared.copy()
    file = path / data.draw(st.sampled_from([name for name in prepared.files if (path / name).is_file()]))
    content = bytearray(file.read_bytes())
    for _place in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        piece = data.draw(st.binary(max_size=40) | st.sampled_from([bytes(4096), b"\xff" * 512]))
        content[start : start + len(piece)] = piece
    file.write_bytes(content)
    must_heal(prepared, path)
