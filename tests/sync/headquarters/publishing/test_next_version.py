"""The next version of a list: under a new key or salt, and with records that share a key."""

from pathlib import Path

import pytest
from sqlalchemy import insert, update

from data.lists.kinds import persons
from data.lists.rows import Row
from sync.headquarters.importer import import_list
from sync.headquarters.store import tables
from sync.kit import courier, vault_entries
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, one, sync
from tests.sync.support.published_trees import OTHERS


def turn_key(deployment: Deployment, name: str = "un") -> None:
    with deployment.hq.store.transaction() as connection:
        connection.execute(update(tables.lists).values(key_epoch=2))
        connection.execute(insert(tables.list_keys).values(list=name, epoch=2, key=bytes(range(32))))


def epochs(deployment: Deployment, letter: str) -> set[tuple[str, int]]:
    with deployment.hq.store.transaction() as connection:
        rows = connection.execute(tables.payloads.select().where(tables.payloads.c.letter == letter))
        return {(f"{row.first}-{row.second}", row.epoch) for row in rows}


def test_after_a_turn_of_the_key_what_is_new_is_under_the_new_one(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    kit = deployment.kit()
    sync(kit)
    turn_key(deployment)
    deployment.publish(OTHERS)
    assert epochs(deployment, "s") == {("3-0", 2)}
    assert epochs(deployment, "d") == {("2-3", 2), ("1-3", 2)}
    assert sync(kit)["un"].way is SyncMethod.DELTA
    assert names(kit) == OTHERS


def test_a_turn_without_a_change_makes_a_new_snapshot_and_keeps_what_its_readers_may_read(
    deployment: Deployment,
) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    turn_key(deployment)
    deployment.publish_again()
    assert epochs(deployment, "s") == {("2-0", 2)}
    assert epochs(deployment, "d") == {("1-2", 1)}


def test_a_kit_without_the_new_key_keeps_its_list_and_says_what_it_lacks(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    turn_key(deployment)
    deployment.publish(OTHERS)
    path = deployment.mirror / "kits" / vault_entries.read_enrolment(kit).folder / "envelope"
    path.unlink()
    result = one(courier.run(kit))
    assert result.error is not None and "key for epoch 2" in result.error.what
    assert names(kit) == PEOPLE


def test_a_new_salt_brings_the_whole_list_anew(deployment: Deployment, tmp_path: Path) -> None:
    source = tmp_path / "sltd.csv"
    lines = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(300)]
    source.write_text("number,country,type,fraud,theft_country\n" + "".join(lines))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    deployment.publish_again()
    kit = deployment.kit()
    sync(kit)
    with deployment.hq.store.transaction() as connection:
        connection.execute(update(tables.lists).values(salt=bytes(range(32)), salt_epoch=2))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    assert deployment.publish_again()["sltd"].new
    assert epochs(deployment, "d") == set()
    result = sync(kit)["sltd"]
    assert (result.way, result.after, result.error) == (SyncMethod.SNAPSHOT, 2, None)
    edition = kit.lists.open("sltd").edition()
    assert edition is not None and (edition.salt, edition.count) == (bytes(range(32)), 300)


def test_records_that_share_a_key_become_one_row(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    original = persons.rows
    monkeypatch.setattr(
        persons, "rows", lambda records, salt: (Row(row.key[:6], row.body) for row in original(records, salt))
    )
    published = deployment.publish(PEOPLE)
    assert published.rows == 4  # XXi.00, XXi.01, XXi.02, XXi.03
