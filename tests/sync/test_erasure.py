"""Withdrawn rows: the kit says `hidden` while they lie anywhere on its disk and, once, from when on they do not."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.home import KitHome
from data.journal.history import events
from sync import application, courier
from sync.headquarters.importer import import_list
from sync.headquarters.reports.reported import Receipt, reported
from tests.faults.killing import moments_of
from tests.faults.scenes import fresh
from tests.sync.uplinks import Straight, report
from tests.sync.world import PASSPHRASE, World, sync

HEADER = "number,country,type,fraud,theft_country\n"
LINES = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(300)]


def publish(world: World, lines: list[str]) -> None:
    source = world.folder / "sltd.csv"
    source.write_text(HEADER + "".join(lines))
    import_list(world.hq, "sltd", "sltd-csv", [source])
    world.publish_again()


@pytest.fixture
def kit(world: World) -> KitHome:
    """A kit with a list of documents, two of which were withdrawn by version 2."""
    publish(world, LINES)
    kit = world.kit()
    sync(kit)
    publish(world, LINES[2:])
    sync(kit)
    return kit


def told(world: World, kit: KitHome) -> Receipt:
    """What headquarters knows of the list after the kit's next report."""
    report(kit, Straight(world.hq))
    return reported(world.hq)[0].receipts[0]


def fold_now(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(application.LIMITS, overlay_rows=0, overlay_share=0)
    monkeypatch.setattr(application, "LIMITS", limits)


def said(kit: KitHome) -> list[tuple[int, str, int]]:
    """Version, word and `erased_upto` of each receipt in the journal, oldest first."""
    found = [event.detail for event in events(kit.journal, "list_changed")]
    return [(one["version"], one["removals"], one["erased_upto"]) for one in reversed(found)]


def test_hidden_rows_are_told_until_they_are_gone(world: World, kit: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = told(world, kit)
    assert (receipt.removals, receipt.hidden > 0, bool(receipt.hidden_since)) == ("hidden", True, True)
    withdrawn = receipt.hidden
    publish(world, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    sync(kit)
    receipt = told(world, kit)
    assert (receipt.version, receipt.removed, receipt.hidden) == (3, 0, withdrawn), "nothing was erased in between"
    fold_now(monkeypatch)
    publish(world, LINES[3:])
    sync(kit)
    receipt = told(world, kit)
    assert (receipt.version, receipt.hidden) == (4, receipt.removed), "what a rollback would need is still there"
    publish(world, [*LINES[3:], "NEW00002,UTO,PAS,lost,UTO\n"])
    sync(kit)
    assert told(world, kit).hidden == 0
    assert said(kit) == [(1, "erased", 1), (2, "hidden", 1), (3, "erased", 1), (4, "hidden", 3), (5, "erased", 5)]


def test_what_is_said_to_be_erased_is_nowhere_in_the_list(
    world: World, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = kit.lists.open("sltd")
    with replica._lock:
        hidden = [key for (key,) in replica._overlay.execute("SELECT key FROM overlay WHERE body IS NULL")]
    assert hidden and replica.erased_upto == 1
    fold_now(monkeypatch)
    publish(world, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    sync(kit)
    assert replica.erased_upto == 3
    assert replica._overlay.execute("SELECT count(*) FROM overlay").fetchone()[0] == 0
    assert list(replica._overlay.execute("SELECT 1 FROM undo WHERE length(went) > 0")) == []
    assert len(list((kit.path / "lists" / "sltd").glob("base-*.rows"))) == 1


def test_a_kill_at_any_moment_of_the_erasure_neither_loses_nor_repeats_the_word(
    world: World, kit: KitHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold_now(monkeypatch)
    publish(world, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    kit.close()
    world.hq.close()

    def run(path: Path) -> None:
        courier.run(KitHome.open(path, PASSPHRASE, "courier"))

    count = moments_of(lambda: run(fresh(kit.path, tmp_path)))
    assert count is not None
    for moment in range(count // 2, count):
        path = fresh(kit.path, tmp_path)
        assert moments_of(lambda path=path: run(path), moment) is None  # type: ignore[misc]
        run(path)
        copy = KitHome.open(path, PASSPHRASE, "courier")
        assert said(copy) == [(1, "erased", 1), (2, "hidden", 1), (3, "erased", 3)]
        copy.close()
