"""The records of a long list: moved from where an earlier Waypost kept them, dealt anew, and damaged."""

from collections.abc import Sequence

import pytest
from sqlalchemy import insert, update

from data.documents.document_record import DocumentRecord, Fraud
from data.errors import Damaged
from data.lists.kinds import documents
from data.lists.rows import Row
from sync.headquarters.bulk import buckets
from sync.headquarters.bulk.record_columns import to_records
from sync.headquarters.bulk.record_store import RecordStore
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.sources.sltd_csv import COLUMNS
from sync.headquarters.store import row_table, tables
from sync.headquarters.store.list_table import find_list, newest_version
from tests.support.deployment import Deployment
from tests.sync.support.document_files import documents_in_force

RECORDS = [DocumentRecord(f"AB{number:05}", "FRA", "PAS", Fraud.LOST, theft_country="ESP") for number in range(60)]
BLANK = DocumentRecord("CD10000", "FRA", "PAS", Fraud.STOLEN_BLANK, number_to="CD19999")


def take(deployment: Deployment, records: Sequence[DocumentRecord], *lines: str) -> ImportReport:
    path = deployment.folder / "sltd.csv"
    rows = [",".join(str(getattr(record, name) or "") for name in COLUMNS) for record in records]
    path.write_text("\n".join([",".join(COLUMNS), *rows, *lines, ""]))
    return import_list(deployment.hq, "sltd", "sltd-csv", [path], accept_incomplete="a test")


def keep_singly(deployment: Deployment, records: Sequence[DocumentRecord], unseen: DocumentRecord) -> None:
    """The list as a Waypost kept it that had no buckets: its second import did not see `unseen`."""
    with deployment.hq.store.transaction() as connection:
        for table in (tables.buckets, tables.bucket_changes, tables.bulk_lists):
            connection.execute(table.delete())
        entry = find_list(connection, "sltd")
        assert entry is not None
        values = [
            {
                "list": "sltd",
                "identity": record.record,
                "valid_from": 1,
                "seen": 1 if record == unseen else entry.newest_run,
                "body": documents.to_json(record),
            }
            for record in records
        ]
        connection.execute(insert(tables.records), values)


def published_rows(deployment: Deployment) -> list[Row]:
    with deployment.hq.store.transaction() as connection:
        number = newest_version(connection, "sltd").number
        return [row for page in row_table.pages_at(connection, "sltd", number) for row in page]


def expected_rows(deployment: Deployment, records: Sequence[DocumentRecord]) -> list[Row]:
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        return sorted(documents.rows(records, entry.salt))


def test_records_of_an_earlier_waypost_move_in_and_nothing_is_lost(deployment: Deployment) -> None:
    take(deployment, RECORDS)
    take(deployment, RECORDS)
    publish(deployment.hq)
    take(deployment, [*RECORDS, BLANK])  # this one was not published
    keep_singly(deployment, [*RECORDS, BLANK], unseen=RECORDS[0])
    report = take(deployment, [*RECORDS[2:], BLANK])
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 0, 2, 59)
    assert documents_in_force(deployment.hq, "sltd") == {record.record for record in (*RECORDS[2:], BLANK)}
    publish(deployment.hq)
    assert published_rows(deployment) == expected_rows(deployment, [*RECORDS[2:], BLANK])


def test_who_was_kept_already_before_the_move_is_known_to_have_been(deployment: Deployment) -> None:
    take(deployment, RECORDS)
    take(deployment, RECORDS)
    keep_singly(deployment, RECORDS, unseen=RECORDS[0])
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        store = RecordStore(connection, entry, entry.newest_run, deployment.hq.making)
        seen = {row["number"]: row["seen"] for row in store.read(0).iter_rows(named=True)}
    assert seen.pop(RECORDS[0].number) == 1
    assert {*seen.values()} == {None}


def test_a_list_that_grew_is_dealt_into_more_buckets_between_two_versions(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(deployment, RECORDS[:10])
    publish(deployment.hq)
    take(deployment, RECORDS[1:12])
    monkeypatch.setattr(buckets, "RECORDS_IN_BUCKET", 4)
    take(deployment, [*RECORDS[2:], BLANK])
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        assert len(RecordStore(connection, entry, entry.newest_run, deployment.hq.making).buckets()) > 8
    publish(deployment.hq)
    assert published_rows(deployment) == expected_rows(deployment, [*RECORDS[2:], BLANK])


def test_under_a_new_salt_the_records_are_dealt_anew(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "RECORDS_IN_BUCKET", 10)
    take(deployment, [*RECORDS, BLANK])
    publish(deployment.hq)
    with deployment.hq.store.transaction() as connection:
        connection.execute(update(tables.lists).values(salt=bytes(range(32)), salt_epoch=2))
    assert take(deployment, [*RECORDS[1:], BLANK]).removed == 1
    publish(deployment.hq)
    assert published_rows(deployment) == expected_rows(deployment, [*RECORDS[1:], BLANK])


def test_every_change_is_kept_also_after_a_bucket_was_written_anew(deployment: Deployment) -> None:
    take(deployment, RECORDS[:50])
    take(deployment, RECORDS[20:])
    take(deployment, RECORDS[25:])
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        store = RecordStore(connection, entry, entry.newest_run, deployment.hq.making)
        gone = [[record.number for record in to_records(changes.filter("gone"))] for changes in store.changes_since(1)]
    assert [sorted(numbers) for numbers in gone if numbers] == [
        [record.number for record in RECORDS[:20]],
        [record.number for record in RECORDS[20:25]],
    ]


def test_the_store_tells_where_a_record_came_from(deployment: Deployment) -> None:
    take(deployment, RECORDS[:5])
    take(deployment, RECORDS[:6])
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        records = RecordStore(connection, entry, entry.newest_run, deployment.hq.making).read(0)
    origin = {row["number"]: (row["run"], row["file"], row["line"]) for row in records.iter_rows(named=True)}
    assert (origin[RECORDS[0].number], origin[RECORDS[5].number]) == ((1, 1, 2), (2, 1, 7))


def test_damaged_columns_say_what_helps(deployment: Deployment) -> None:
    take(deployment, RECORDS)
    with deployment.hq.store.transaction() as connection:
        connection.execute(update(tables.buckets).values(body=b"PAR1 and nothing else"))
    with pytest.raises(Damaged, match="Records of a list cannot be read") as problem:
        take(deployment, RECORDS)
    assert "recover" in problem.value.do


def test_an_import_that_is_refused_leaves_everything_as_it_was(deployment: Deployment) -> None:
    take(deployment, RECORDS)
    path = deployment.folder / "sltd.csv"
    path.write_text("number,country,type,fraud,theft_country\nAB00001,FRA,PAS,lost,ESP\nAB0")
    with pytest.raises(Exception, match="incomplete"):
        import_list(deployment.hq, "sltd", "sltd-csv", [path])
    assert documents_in_force(deployment.hq, "sltd") == {record.record for record in RECORDS}
    assert not [*deployment.hq.making.iterdir()]
