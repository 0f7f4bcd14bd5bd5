"""kill −9 of the courier: the kit works on with the old list or the new one, and the next run brings the new one."""

import random
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from data.home import KitHome
from data.journal.history import events
from data.journal.verify import verify
from data.lists.row import Row, add_to_digest
from sync import courier
from sync.headquarters import stretches, tables
from tests.faults.killing import kill_after, moments_of
from tests.sync.world import PASSPHRASE, World, names

OLD = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(900)}
NEW = {record: name for record, name in OLD.items() if record != "XXi.0003"} | {"XXi.0004": "Testa Alia"}
NEVER_YET: Mapping[str, str] = {}


def prepare(world: World, way: str) -> Path:
    """A kit, closed, with a run before it; `way` says by what."""
    if way == "first snapshot":
        kit = world.kit()
        world.publish(NEW)
    else:
        world.publish(OLD)
        kit = world.kit()
        courier.run(kit)
        if way == "repair":
            exchange_bodies(kit)
        world.publish(NEW)
        if way == "snapshot":  # as after months: no delta reaches back so far
            with world.hq.store.transaction() as connection:
                connection.execute(update(tables.versions).where(tables.versions.c.version == 1).values(salt_epoch=0))
            world.publish(OLD)
            world.publish(NEW)
    kit.close()
    world.hq.close()
    return kit.path


def exchange_bodies(kit: KitHome) -> None:
    """Two rows that are not as they were signed, with a digest that hides it."""
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    with replica.read() as view:
        rows = list(view.rows())
    rows[100], rows[101] = Row(rows[100].key, rows[101].body), Row(rows[101].key, rows[100].body)
    replica.replace(replace(edition, digest=add_to_digest(0, rows)), rows)


def run(path: Path) -> None:
    courier.run(KitHome.open(path, PASSPHRASE, "courier"))


def check(path: Path, before: Mapping[str, str]) -> None:
    """The kit at `path` opens, holds the old or the new list whole, and the next run brings the new one."""
    kit = KitHome.open(path, PASSPHRASE, "courier")
    try:
        assert held(kit) in (before, NEW)
        report = courier.run(kit)
        assert report.ok, report
        assert held(kit) == NEW
        newest = kit.lists.open("un").edition()
        assert newest is not None
        outcomes = [event.outcome for event in events(kit.journal, "list_changed")]
        assert outcomes.count(f"un {newest.version}") == 1
        assert verify(kit.journal).faults == ()
        assert len(list((kit.path / "lists" / "un").glob("base-*"))) == 1
        assert list(kit.staging.iterdir()) == []
    finally:
        kit.close()


def held(kit: KitHome) -> Mapping[str, str]:
    if "un" not in kit.lists.names() or kit.lists.open("un").edition() is None:
        return NEVER_YET
    with kit.lists.open("un").read() as view:
        assert view.edition is not None
        rows = list(view.rows())
        assert (add_to_digest(0, rows), len(rows)) == (view.edition.digest, view.edition.count)
    return names(kit)


EXCHANGED = OLD | {"XXi.0100": OLD["XXi.0101"], "XXi.0101": OLD["XXi.0100"]}


@pytest.mark.parametrize(
    ("way", "before"), [("first snapshot", NEVER_YET), ("delta", OLD), ("snapshot", OLD), ("repair", EXCHANGED)]
)
def test_killed_before_any_durable_step(
    world: World, way: str, before: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "repair":
        monkeypatch.setattr(stretches, "LIMITS", replace(stretches.LIMITS, part_bytes=20_000))
    prepared = prepare(world, way)
    count = moments_of(lambda: run(fresh(prepared, tmp_path)))
    assert count is not None
    assert count > 20
    for moment in range(count):
        path = fresh(prepared, tmp_path)
        assert moments_of(lambda path=path: run(path), moment) is None  # type: ignore[misc]
        check(path, before)


def test_killed_at_random_times(world: World, tmp_path: Path) -> None:
    prepared = prepare(world, "delta")
    dice = random.Random(1)  # the moments themselves differ from run to run
    start = time.monotonic()
    run(fresh(prepared, tmp_path))
    whole_s = time.monotonic() - start
    for _ in range(40):
        path = fresh(prepared, tmp_path)
        kill_after(lambda path=path: run(path), dice.uniform(0, whole_s))  # type: ignore[misc]
        check(path, OLD)


def fresh(prepared: Path, folder: Path) -> Path:
    path = folder / "copy"
    shutil.rmtree(path, ignore_errors=True)
    return Path(shutil.copytree(prepared, path))
