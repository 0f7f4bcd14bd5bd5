"""Publishing: versions, files, signatures, and what stays when things go wrong."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp

from data.clock import Clock, read_system_time
from data.lists.kinds import persons
from data.lists.rows import Row, add_to_digest
from sync.formats.manifest import Manifest, files_of, manifest_from_json
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.file_maker import FileMaker
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import list_table, row_table, tables
from sync.kit import courier
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, names, sync

FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def role(deployment: Deployment, name: str) -> Path:
    return max(
        (deployment.hq.public / "metadata").glob(f"*.{name}.json"), key=lambda path: int(path.name.split(".")[0])
    )


def newest_manifest(deployment: Deployment, name: str = "un") -> Manifest:
    targets = Targets.from_dict(Metadata.from_file(str(role(deployment, "lists"))).signed.to_dict()).targets
    path = f"lists/{name}/manifest.json"
    content = deployment.hq.public / "lists" / name / f"{targets[path].hashes['sha256']}.manifest.json"
    return manifest_from_json(content.read_bytes(), name)


def test_a_publication_without_changes_makes_no_version_and_no_file(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    before = tree(deployment.hq.public)
    again = deployment.publish_again()["un"]
    assert (again.version, again.new) == (1, False)
    changed = {path for path, content in tree(deployment.hq.public).items() if before.get(path) != content}
    assert changed == {"metadata/timestamp.json"}


def test_an_import_of_the_same_records_makes_no_version(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    assert deployment.publish(PEOPLE).new is False


def test_a_change_and_its_reversal_are_versions_of_their_own(deployment: Deployment) -> None:
    for number, people in enumerate((PEOPLE, FEWER, PEOPLE), 1):
        assert deployment.publish(people).version == number
    kit = deployment.kit()
    sync(kit)
    assert names(kit) == PEOPLE


def test_any_past_version_can_be_made_again(deployment: Deployment) -> None:
    states = [PEOPLE, FEWER, FEWER | {"XXi.000": "Testa Alia"}, PEOPLE | {"XXi.900": "Altera Persona"}]
    for people in states:
        deployment.publish(people)
    with deployment.hq.store.transaction() as connection:
        entry = list_table.find_list(connection, "un")
        assert entry is not None
        for number, people in enumerate(states, 1):
            edition = list_table.edition_at(connection, entry, number)
            assert edition is not None
            rows = [row for page in row_table.pages_at(connection, "un", number) for row in page]
            assert [row.key.decode() for row in rows] == sorted(people)
            assert (add_to_digest(0, rows), len(rows)) == (edition.digest, edition.count)
        gone = row_table.removed_keys(connection, "un", 1, 3)
        come = row_table.added_rows(connection, "un", 1, 3)
    assert gone == [b"XXi.003"]
    assert [row.key for row in come] == [b"XXi.000"]


def test_a_delta_fits_the_versions_in_between_too(deployment: Deployment) -> None:
    passing = PEOPLE | {"XXi.900": "Altera Persona"}
    for people in (PEOPLE, passing, FEWER):
        deployment.publish(people)
    with deployment.hq.store.transaction() as connection:
        gone = row_table.removed_keys(connection, "un", 1, 3)
        come = row_table.added_rows(connection, "un", 1, 3)
        rows = {row.key: row for page in row_table.pages_at(connection, "un", 2) for row in page}
    assert gone == [b"XXi.003", b"XXi.900"]
    for key in gone:
        rows.pop(key, None)
    rows |= {row.key: row for row in come}
    assert [key.decode() for key in sorted(rows)] == sorted(FEWER)


def test_old_deltas_leave_the_manifest_and_the_store(deployment: Deployment) -> None:
    start = read_system_time()
    for number, day in enumerate((0, 30, 140, 190, 191)):
        deployment.take(PEOPLE | {"XXi.000": f"Testa Alia {number}"})
        publish(deployment.hq, now=start + timedelta(days=day))
    manifest = newest_manifest(deployment)
    assert manifest.version == 5
    assert manifest.deltas and min(delta.since for delta in manifest.deltas) >= 2
    with deployment.hq.store.transaction() as connection:
        named = {file.name for file in files_of(manifest)}
        assert set(connection.scalars(select(tables.payloads.c.name))) == named


def test_old_files_stay_for_kits_on_their_way_and_go_later(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    first = next((deployment.hq.public / "lists" / "un").glob("s-1-1-0-*"))
    deployment.publish_again()
    assert first.exists()
    with deployment.hq.store.transaction() as connection:
        long_ago = (read_system_time() - timedelta(days=3)).isoformat()
        connection.execute(tables.unreferenced.update().values(since=long_ago))
    deployment.publish_again()
    assert not first.exists()
    kit = deployment.kit()
    assert sync(kit)["un"].after == 2


def test_a_file_that_was_lost_is_made_again(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    for path in (deployment.hq.public / "lists" / "un").glob("?-*"):
        path.unlink()
    (deployment.hq.public / "metadata" / "1.root.json").unlink()
    assert deployment.publish_again()["un"].new is False
    kit = deployment.kit()
    sync(kit)
    assert names(kit) == FEWER
    deployment.publish(PEOPLE)
    sync(kit)
    assert names(kit) == PEOPLE


def test_signatures_are_renewed_before_they_expire(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    start = read_system_time()
    for day in range(0, 100, 20):
        now = start + timedelta(days=day)
        deployment.publish_again(now=now)
        late = now + timedelta(days=19)
        assert courier.run(kit, clock=Clock(read=lambda at=late: at)).ok  # type: ignore[misc]


def test_versions_of_metadata_only_grow(deployment: Deployment) -> None:
    seen = []
    for people in (PEOPLE, FEWER, FEWER):
        deployment.publish(people)
        timestamp = Metadata[Timestamp].from_file(str(deployment.hq.public / "metadata" / "timestamp.json")).signed
        snapshot = Metadata[Snapshot].from_file(str(role(deployment, "snapshot"))).signed
        assert timestamp.snapshot_meta.version == snapshot.version
        seen.append((timestamp.version, snapshot.version))
    assert seen == sorted(set(seen))


def test_publishing_goes_on_without_the_offline_keys(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    deployment.hq.close()
    for path in deployment.hq.offline.iterdir():
        path.unlink()
    deployment.hq = HeadquartersHome.open(deployment.hq.path, PASSPHRASE)
    deployment.publish(FEWER)
    assert sync(kit)["un"].after == 2


def test_the_tree_is_complete_without_the_store(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    before = tree(deployment.hq.public)
    shutil.rmtree(deployment.hq.public)
    publish(deployment.hq)
    after = tree(deployment.hq.public)
    sealed = {path for path in before if "/s-" in path or "manifest" in path or path.endswith(".json")}
    assert {path for path in before if path not in after} <= sealed  # sealed anew, so named anew
    deployment.refresh_mirror()
    sync(kit)
    assert names(kit) == PEOPLE


def test_records_that_share_a_key_become_one_row(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    original = persons.rows
    monkeypatch.setattr(
        persons, "rows", lambda records, salt: (Row(row.key[:6], row.body) for row in original(records, salt))
    )
    published = deployment.publish(PEOPLE)
    assert published.rows == 4  # XXi.00, XXi.01, XXi.02, XXi.03


@pytest.mark.parametrize(("rows", "canaries"), [(1, 1), (3, 3), (4, 4), (30, 4)])
def test_canaries_are_different_rows(deployment: Deployment, rows: int, canaries: int) -> None:
    people = dict(list(PEOPLE.items())[:rows])
    deployment.publish(people)
    with deployment.hq.store.reading() as connection:
        (entry,) = list_table.all_lists(connection)
        keys = [canary.key for canary in FileMaker(deployment.hq, connection, entry)._canaries(1)]
    assert len(keys) == len(set(keys)) == canaries
