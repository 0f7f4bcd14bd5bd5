"""One list comes to a kit, whole and by delta; what does not fit is refused and the old list serves."""

import sys
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from data.clock import Clock, read_system_time
from data.documents.document_record import DocumentRecord, Fraud
from data.lists.kinds import KINDS, documents, persons
from data.lists.rows import Row
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, one, sync
from tests.sync.support.published_trees import OTHERS


@pytest.mark.parametrize("over", ["folder", "http"])
def test_a_list_reaches_a_kit_and_changes_as_a_delta(
    deployment: Deployment, served: Callable[[Path], str], over: str
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit(source=served(deployment.hq.path) if over == "http" else str(deployment.hq.public))

    first = courier.run(kit)
    assert (one(first).way, one(first).before, one(first).after) == (SyncMethod.SNAPSHOT, 0, 1)
    assert first.ok
    assert names(kit) == PEOPLE

    changed = FEWER | {"XXi.004": "Testa Novanome", "XXi.900": "Altera Persona"}
    published = deployment.publish(changed)
    assert (published.added, published.changed, published.removed) == (1, 1, 1)
    second = one(courier.run(kit))
    assert (second.way, second.before, second.after, second.removed) == (SyncMethod.DELTA, 1, 2, 1)
    assert second.bytes == published.delta_bytes
    assert names(kit) == changed


def test_nothing_new_costs_little_and_changes_nothing(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    report = courier.run(kit)
    assert one(report).way is SyncMethod.UNCHANGED
    assert one(report).bytes == 0
    assert report.bytes < 3000


def test_looking_again_renews_the_dates_and_sends_no_rows(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    before = kit.lists.open("un").edition()
    assert deployment.publish(PEOPLE).new is False
    result = sync(kit)["un"]
    after = kit.lists.open("un").edition()
    assert (result.way, result.bytes) == (SyncMethod.NEW_DATES, 0)
    assert before is not None and after is not None
    assert after.version == before.version == 1
    assert after.as_of > before.as_of


def test_publishing_again_never_renews_the_age_of_a_list(deployment: Deployment) -> None:
    deployment.take(PEOPLE, as_of=read_system_time() - timedelta(days=9))
    deployment.publish_again()
    kit = deployment.kit()
    sync(kit)
    deployment.publish_again()
    sync(kit)
    edition = kit.lists.open("un").edition()
    assert edition is not None
    assert read_system_time() - edition.as_of > timedelta(days=8)


def test_a_kit_that_was_away_a_month_needs_at_most_three_deltas(deployment: Deployment) -> None:
    people = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(2000)}
    start, published = read_system_time(), (1, 6, 13, 20, 26, 29, 30)
    deployment.publish(people)
    kit = deployment.kit()
    sync(kit)
    for day in published:
        deployment.take(people | {"XXi.0000": f"Testa Alia {day}"})
        publish(deployment.hq, now=start + timedelta(days=day))
    deployment.refresh_mirror()
    fetched: list[str] = []
    result = one(courier.run(kit, clock=Clock(read=lambda: start + timedelta(days=30)), after_apply=fetched.append))  # type: ignore[arg-type]
    assert (result.way, result.before, result.after) == (SyncMethod.DELTA, 1, 1 + len(published))
    assert 1 <= len(fetched) <= 3
    assert names(kit)["XXi.0000"] == "Testa Alia 30"


def test_a_kit_that_was_away_for_half_a_year_takes_the_snapshot(deployment: Deployment) -> None:
    start = read_system_time()
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    for month in range(1, 7):
        deployment.take(PEOPLE | {"XXi.000": f"Testa Alia {month}"})
        publish(deployment.hq, now=start + timedelta(days=30 * month))
    deployment.refresh_mirror()
    result = one(courier.run(kit, clock=Clock(read=lambda: start + timedelta(days=180))))
    assert (result.way, result.after) == (SyncMethod.SNAPSHOT, 7)
    assert names(kit)["XXi.000"] == "Testa Alia 6"


def test_a_document_list_travels_sealed_and_is_found(deployment: Deployment, tmp_path: Path) -> None:
    header = "number,country,type,fraud,theft_country\n"
    lines = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(300)]
    source = tmp_path / "sltd.csv"
    source.write_text(header + "".join(lines))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    first = deployment.publish_again()["sltd"]
    kit = deployment.kit()
    sync(kit)
    source.write_text(header + "".join(lines[1:]) + "NEW00001,UTO,PAS,lost,UTO\n")
    report = import_list(deployment.hq, "sltd", "sltd-csv", [source])
    assert (report.added, report.removed) == (1, 1)
    deployment.publish_again()
    assert sync(kit)["sltd"].way is SyncMethod.DELTA
    with kit.lists.open("sltd").read() as view:
        assert view.edition is not None
        rows = list(view.rows())
        assert (len(rows), view.edition.count) == (first.rows, first.rows)
        assert not any(b"TST" in row.key + row.body for row in rows)
        expected = documents.rows(
            [DocumentRecord("NEW00001", "UTO", "PAS", Fraud.LOST, theft_country="UTO")], view.edition.salt
        )
        assert all(view.get(row.key) == row.body for row in expected)


@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "damaged"])
def test_a_document_list_that_changed_throughout_comes_whole(
    deployment: Deployment, tmp_path: Path, damaged: bool
) -> None:
    header = "number,country,type,fraud,theft_country\n"
    lines = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(600)]
    source = tmp_path / "sltd.csv"
    source.write_text(header + "".join(lines[:310]))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    deployment.publish_again()
    kit = deployment.kit()
    sync(kit)
    if damaged:
        kit.lists.close()
        (base,) = (kit.path / "lists" / "sltd").glob("base-*")
        base.write_bytes(base.read_bytes()[:-4096] + bytes(4096))
    source.write_text(header + "".join(lines[300:]))
    import_list(deployment.hq, "sltd", "sltd-csv", [source], accept_incomplete="a test")
    deployment.publish_again()
    result = sync(kit)["sltd"]
    assert result.way is SyncMethod.SNAPSHOT and (result.removed == 300 or damaged)
    with kit.lists.open("sltd").read() as view:
        assert len(list(view.rows())) == 300


@pytest.mark.parametrize("packed", [False, True], ids=["of any width", "of fixed width"])
def test_a_kind_that_sync_never_heard_of_travels(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    module: Any = ModuleType("tests.invented_kind")
    for name in ("identity", "to_json", "from_json", "merge"):
        setattr(module, name, getattr(persons, name))
    module.NAME, module.SEALED = "persons", True
    module.KEY_TYPE = module.BODY_TYPE = "INTEGER" if packed else "BLOB"
    module.rows = lambda records, salt: (row(record.record) for record in records)
    row: Callable[[str], Row] = (lambda text: fixed(text)) if packed else (lambda text: Row(text.encode(), b"?" * 9))

    def fixed(text: str) -> Row:
        hashed = sha256(text.encode()).digest()
        return Row(hashed[:8], hashed[8:16])

    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(KINDS, "persons", module.__name__)
    kit = deployment.kit()
    for people in (PEOPLE, OTHERS, FEWER):
        deployment.publish(people)
        assert sync(kit)["un"].error is None
        with kit.lists.open("un").read() as view:
            assert list(view.rows()) == sorted(row(record) for record in people)
    assert sync(deployment.kit("post-2"))["un"].way is SyncMethod.SNAPSHOT
