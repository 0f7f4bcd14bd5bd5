"""What a publication may be: urgent, under a new key or salt, of a kind nobody foresaw; and made again later."""

import json
import stat
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import insert, update

from data.errors import InputError
from data.lists.kinds import KINDS, persons
from data.lists.rows import Row, add_to_digest
from sync.formats.payload import Canary
from sync.headquarters.importer import import_list
from sync.headquarters.publishing import file_maker
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.publishing.rebuild import rebuild_version
from sync.headquarters.store import tables
from sync.headquarters.store.list_table import Urgency
from sync.kit import courier, vault_entries
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import PEOPLE, Deployment, names, one, sync

FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}
OTHERS = FEWER | {"XXi.000": "Testa Alia", "XXi.900": "Altera Persona"}


# ── urgent ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_urgent_publication_only_takes_away_and_goes_first(deployment: Deployment) -> None:
    changed_lists: list[str] = []
    deployment.publish(PEOPLE, "large-list-with-the-removal")
    deployment.publish(PEOPLE, "a")
    kit = deployment.kit()
    sync(kit)
    before = kit.lists.open("large-list-with-the-removal").edition()
    deployment.take(OTHERS, "large-list-with-the-removal")
    urgent = publish(deployment.hq, urgency=Urgency.URGENT)
    (changed,) = [entry for entry in urgent.lists if entry.new]
    assert (changed.added, changed.changed, changed.removed) == (0, 0, 1)
    assert changed.delta_bytes < 1000
    deployment.take(PEOPLE | {"XXi.901": "Tertia Persona"}, "a")
    deployment.refresh_mirror()
    courier.run(kit, after_apply=lambda edition: changed_lists.append(edition.list))
    assert names(kit, "large-list-with-the-removal") == FEWER
    after = kit.lists.open("large-list-with-the-removal").edition()
    assert before is not None and after is not None
    assert after.as_of == before.as_of  # what is new has not come, so the list is as old as it was
    deployment.publish_again()
    assert sync(kit)["large-list-with-the-removal"].way is SyncMethod.DELTA
    assert names(kit, "large-list-with-the-removal") == OTHERS


def test_what_is_urgent_is_fetched_before_what_is_small(deployment: Deployment) -> None:
    changed_lists: list[str] = []
    people = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(300)}
    deployment.publish(people, "long")
    deployment.publish(PEOPLE, "short")
    kit = deployment.kit()
    sync(kit)
    deployment.publish(PEOPLE | {"XXi.901": "Tertia Persona"}, "short")
    deployment.take({record: name for record, name in people.items() if int(record[4:]) % 2}, "long")
    publish(deployment.hq, urgency=Urgency.URGENT)
    deployment.refresh_mirror()
    courier.run(kit, after_apply=lambda edition: changed_lists.append(edition.list))
    assert changed_lists == ["long", "short"]


# ── keys and salts ───────────────────────────────────────────────────────────────────────────────────────


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
    path = deployment.mirror / "kits" / vault_entries.read_enrolment(kit).envelope / "envelope"
    path.unlink()
    result = one(courier.run(kit))
    assert result.error is not None and "key of epoch 2" in result.error.what
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


# ── canaries ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("canary", [Row(b"XXi.nobody", b"{}"), Row(b"XXi.001", b"{}")], ids=["absent", "another body"])
@pytest.mark.parametrize("way", ["delta", "snapshot"])
def test_a_list_without_its_canary_is_not_taken(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, canary: Row, way: str
) -> None:
    kit = deployment.kit()
    if way == "delta":
        deployment.publish(PEOPLE)
        sync(kit)
    monkeypatch.setattr(file_maker.FileMaker, "_canaries", lambda *_: iter([Canary.of(canary)]))
    deployment.publish(FEWER)
    result = sync(kit)["un"]
    assert result.error is not None and "lacks a row that headquarters knows" in result.error.what
    assert result.after == (1 if way == "delta" else 0)


# ── any version again ────────────────────────────────────────────────────────────────────────────────────


def test_any_version_is_made_again_as_it_was_signed(deployment: Deployment, tmp_path: Path) -> None:
    for people in (PEOPLE, OTHERS, FEWER):
        deployment.publish(people)
    for number, people in enumerate((PEOPLE, OTHERS, FEWER), 1):
        edition = rebuild_version(deployment.hq, "un", number, out := tmp_path / f"{number}.jsonl")
        heading, *lines = map(json.loads, out.read_text().splitlines())
        rows = [Row(bytes.fromhex(line["key"]), bytes.fromhex(line["body"])) for line in lines]
        assert [row.key.decode() for row in rows] == sorted(people)
        assert add_to_digest(0, rows) == edition.digest == int(heading["digest"], 16)
        assert (heading["version"], heading["count"], "salt" in heading) == (number, len(people), False)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_what_never_was_or_would_be_written_over_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    for name, version in (("un", 2), ("no-such", 1)):
        with pytest.raises(InputError, match="no version"):
            rebuild_version(deployment.hq, name, version, tmp_path / "out")
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="there already"):
        rebuild_version(deployment.hq, "un", 1, tmp_path / "out")
    assert [path.name for path in tmp_path.glob("*out*")] == ["out"]


# ── any kind ─────────────────────────────────────────────────────────────────────────────────────────────


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
