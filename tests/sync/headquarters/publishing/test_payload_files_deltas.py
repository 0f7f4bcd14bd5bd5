"""Deltas fit the versions in between too; old ones leave the manifest and the store."""

from datetime import timedelta

from sqlalchemy import select
from tuf.api.metadata import Metadata, Targets

from data.clock import read_system_time
from sync.formats.manifest import Manifest, files_of, manifest_from_json
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import row_table, tables
from tests.support.deployment import FEWER, PEOPLE, Deployment
from tests.sync.support.published_trees import newest_role_file


def newest_manifest(deployment: Deployment, name: str = "un") -> Manifest:
    targets = Targets.from_dict(Metadata.from_file(str(newest_role_file(deployment, "lists"))).signed.to_dict()).targets
    path = f"lists/{name}/manifest.json"
    content = deployment.hq.public / "lists" / name / f"{targets[path].hashes['sha256']}.manifest.json"
    return manifest_from_json(content.read_bytes(), name)


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
