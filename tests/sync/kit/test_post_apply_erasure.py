"""Withdrawn rows: the kit says `hidden` while they lie anywhere on its disk and, once, from when on they do not."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import Clock, ClockReading, read_system_time
from data.errors import LinkError
from data.journal.history import read_events, verify_journal
from data.journal.retention import DETAILS_PURGED
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.lists.storage.retention import RETAINED_SINCE
from data.policy import VAULT_POLICY
from data.screenings import Verdict
from sync.headquarters.importer import import_list
from sync.headquarters.ingest.kit_reports import Receipt, read_kit_reports
from sync.kit import apply, courier
from sync.kit.post_apply import erase_due, roll_back
from sync.kit.watching.watch import Watch
from tests.data.support.journal_events import screening
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, fresh, names, sync
from tests.support.killing import moments_of
from tests.support.network.uplinks import Straight, report

HEADER = "number,country,type,fraud,theft_country\n"
LINES = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(300)]


def publish(deployment: Deployment, lines: list[str]) -> None:
    source = deployment.folder / "sltd.csv"
    source.write_text(HEADER + "".join(lines))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    deployment.publish_again()


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    """A kit with a list of documents, two of which were withdrawn by version 2."""
    publish(deployment, LINES)
    kit = deployment.kit()
    sync(kit)
    publish(deployment, LINES[2:])
    sync(kit)
    return kit


def told(deployment: Deployment, kit: KitHome) -> Receipt:
    """What headquarters knows of the list after the kit's next report."""
    report(kit, Straight(deployment.hq))
    return read_kit_reports(deployment.hq)[0].receipts[0]


def fold_now(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(apply.LIMITS, overlay_rows=0, overlay_share=0)
    monkeypatch.setattr(apply, "LIMITS", limits)


def said(kit: KitHome) -> list[tuple[int, str, int]]:
    """Version, word and `erased_upto` of each receipt in the journal, oldest first."""
    receipts = [event.detail for event in read_events(kit.journal, "list_changed")]
    return [(receipt["version"], receipt["removals"], receipt["erased_upto"]) for receipt in reversed(receipts)]


def test_hidden_rows_are_told_until_they_are_gone(
    deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = told(deployment, kit)
    assert (receipt.removals, receipt.hidden > 0, bool(receipt.hidden_since)) == ("hidden", True, True)
    withdrawn = receipt.hidden
    publish(deployment, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    sync(kit)
    receipt = told(deployment, kit)
    assert (receipt.version, receipt.removed, receipt.hidden) == (3, 0, withdrawn), "nothing was erased in between"
    fold_now(monkeypatch)
    publish(deployment, LINES[3:])
    sync(kit)
    receipt = told(deployment, kit)
    assert (receipt.version, receipt.hidden) == (4, receipt.removed), "what a rollback would need is still there"
    publish(deployment, [*LINES[3:], "NEW00002,UTO,PAS,lost,UTO\n"])
    sync(kit)
    assert told(deployment, kit).hidden == 0
    assert said(kit) == [(1, "erased", 1), (2, "hidden", 1), (3, "erased", 1), (4, "hidden", 3), (5, "erased", 5)]


def test_what_is_said_to_be_erased_is_nowhere_in_the_list(
    deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = kit.lists.open("sltd")
    with replica._overlay._lock:
        hidden = [key for (key,) in replica._overlay.connection.execute("SELECT key FROM overlay WHERE body IS NULL")]
    assert hidden and replica.erased_upto == 1
    fold_now(monkeypatch)
    publish(deployment, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    sync(kit)
    assert replica.erased_upto == 3
    assert replica._overlay.connection.execute("SELECT count(*) FROM overlay").fetchone()[0] == 0
    assert list(replica._overlay.connection.execute("SELECT 1 FROM undo WHERE length(went) > 0")) == []
    assert len(list((kit.path / "lists" / "sltd").glob("base-*.db"))) == 1


@pytest.mark.acceptance
def test_a_kill_at_any_moment_of_the_erasure_neither_loses_nor_repeats_the_word(
    deployment: Deployment, kit: KitHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold_now(monkeypatch)
    publish(deployment, [*LINES[2:], "NEW00001,UTO,PAS,lost,UTO\n"])
    kit.close()
    deployment.hq.close()

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


# ── by the clock ─────────────────────────────────────────────────────────────────────────────────────────

HALF = timedelta(days=7)


def later(kit: KitHome, by: timedelta) -> Clock:
    """This kit's clock after a while in which the machine was off."""
    return replace(headquarters_word.read_clock(kit), read=lambda: read_system_time() + by)


def look(kit: KitHome, by: timedelta) -> None:
    """What a courier does that has no line at all."""
    with pytest.raises(LinkError):
        courier.run(kit, source="/nowhere", clock=later(kit, by))


def is_gone(kit: KitHome) -> bool:
    replica = kit.lists.open("sltd")
    undo = list(replica._overlay.connection.execute("SELECT 1 FROM undo WHERE length(went) > 0"))
    return not replica.overlay_rows() and not undo and len(list(kit.path.glob("lists/sltd/base-*.db"))) == 1


def test_without_a_line_hidden_rows_leave_before_their_time_and_headquarters_hears_of_it(
    deployment: Deployment, kit: KitHome
) -> None:
    assert told(deployment, kit).hidden > 0
    look(kit, HALF - timedelta(hours=1))
    assert not is_gone(kit) and len(said(kit)) == 2
    look(kit, HALF)
    look(kit, HALF)
    assert is_gone(kit) and kit.lists.open("sltd").previous is None
    assert said(kit) == [(1, "erased", 1), (2, "hidden", 1), (2, "erased", 2)]
    receipt = told(deployment, kit)
    assert (receipt.version, receipt.removed, receipt.removals, receipt.hidden) == (2, 2, "erased", 0)
    publish(deployment, LINES[4:])
    sync(kit)
    assert (3, "hidden", 2) in said(kit), "the next withdrawal has a time of its own"


def test_each_list_has_its_own_time(deployment: Deployment, kit: KitHome) -> None:
    policy = json.loads(kit.vault.get(VAULT_POLICY) or b"")
    policy["lists"]["sltd"] = policy["lists"]["default"] | {"erase_within_hours": 8}
    kit.vault.put({VAULT_POLICY: json.dumps(policy).encode()})
    look(kit, timedelta(hours=3.9))
    assert not is_gone(kit)
    look(kit, timedelta(hours=4.1))
    assert is_gone(kit)


def test_earlier_wordings_of_a_person_leave_with_what_a_rollback_would_need(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    deployment.publish({**PEOPLE, "XXi.003": "Testa Corrected"})
    sync(kit)
    replica = kit.lists.open("un")
    assert replica.previous is not None
    look(kit, HALF)
    assert replica.previous is None and not replica.overlay_rows()
    assert list(replica._overlay.connection.execute("SELECT 1 FROM undo")) == []
    assert names(kit)["XXi.003"] == "Testa Corrected"


@pytest.mark.parametrize(
    ("boot", "ran_h", "back_days", "due"), [("b", 200, 0, True), ("c", 200, 0, False), ("c", 0, 3, True)]
)
def test_a_calendar_that_stands_or_goes_back_does_not_keep_them(
    kit: KitHome, boot: str, ran_h: float, back_days: float, due: bool
) -> None:
    replica, now = kit.lists.open("sltd"), read_system_time()
    replica._overlay.notes.put(RETAINED_SINCE, "")
    assert replica.update_retention(ClockReading("b", 0, now, is_behind=False)) == 0
    held_s = replica.update_retention(
        ClockReading(boot, ran_h * 3600, now - timedelta(days=back_days), is_behind=False)
    )
    assert held_s is not None and (held_s >= HALF.total_seconds()) is due


@pytest.mark.acceptance
def test_a_kill_at_any_moment_of_an_erasure_by_the_clock_loses_no_word(
    deployment: Deployment, kit: KitHome, tmp_path: Path
) -> None:
    kit.close()
    deployment.hq.close()

    def run(path: Path) -> None:
        look(KitHome.open(path, PASSPHRASE, "courier"), HALF)

    count = moments_of(lambda: run(fresh(kit.path, tmp_path)))
    assert count is not None and count > 5
    for moment in range(count):
        path = fresh(kit.path, tmp_path)
        assert moments_of(lambda path=path: run(path), moment) is None  # type: ignore[misc]
        run(path)
        copy = KitHome.open(path, PASSPHRASE, "courier")
        assert said(copy) == [(1, "erased", 1), (2, "hidden", 1), (2, "erased", 2)]
        assert is_gone(copy)
        copy.close()


def test_the_service_erases_while_it_waits(
    deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = read_system_time() + HALF
    monkeypatch.setattr(headquarters_word, "read_clock", lambda kit: Clock(read=lambda: seen))
    Watch(kit)._update_access()
    assert said(kit)[-1] == (2, "erased", 2)


def test_a_look_erases_what_the_journal_kept_of_travellers_for_the_posts_days(kit: KitHome) -> None:
    kit.journal.record_screening(screening(), [], Verdict.REFER, 1)
    now = read_system_time()
    for days in (1, 2, 80, 95):
        day = now + timedelta(days=days)
        kit.witness.change(lambda record, day=day: replace(record, signed=day))  # type: ignore[misc]
        assert erase_due(kit, Clock(read=lambda day=day: day)) == []  # type: ignore[misc]
        (event,) = read_events(kit.journal, "screening")
        assert bool(event.detail) == (days < 95), days
    assert read_events(kit.journal, DETAILS_PURGED)[0].outcome == "1"
    assert verify_journal(kit.journal).faults == ()


def test_of_a_long_list_persons_are_hidden_at_once_and_erased_in_time(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "LIMITS", replace(apply.LIMITS, erased_at_once_rows=len(FEWER) - 1))
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    base = kit.lists.open("un").base()
    deployment.publish(FEWER)
    sync(kit)
    replica = kit.lists.open("un")
    assert names(kit) == FEWER and replica.base() == base, "nothing of the list was written again"
    assert said(kit) == [(1, "erased", 1), (2, "hidden", 1)]
    look(kit, HALF - timedelta(hours=1))
    assert replica.base() == base
    look(kit, HALF)
    assert names(kit) == FEWER and not replica.overlay_rows()
    assert [path.name for path in kit.path.glob("lists/un/base-*.db")] == [replica.base()] != [base]
    assert said(kit)[-1] == (2, "erased", 2) and told(deployment, kit).hidden == 0


def test_of_a_long_list_persons_whom_a_rolled_back_version_added_are_erased_in_time(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "LIMITS", replace(apply.LIMITS, erased_at_once_rows=len(FEWER) - 1))
    deployment.publish(FEWER)
    kit = deployment.kit()
    sync(kit)
    deployment.publish(PEOPLE)
    sync(kit)
    replica = kit.lists.open("un")
    replica.compact()
    roll_back(kit, "un", who="T. Sample", why="wrong", clock=later(kit, timedelta()))
    assert names(kit) == FEWER and replica.erased_upto < 1
    look(kit, HALF - timedelta(hours=1))
    look(kit, HALF)
    with replica.read() as view:
        assert {row.key.decode() for row in view.base_rows()} == set(FEWER) and not replica.overlay_rows()
