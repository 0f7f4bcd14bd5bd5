"""Where a record at headquarters comes from: its import, file and line; whether it is kept, or who withdrew it."""

from collections.abc import Sequence

import pytest
from sqlalchemy import insert, update

from data.documents.document_record import DocumentRecord, Fraud
from data.errors import InputError
from data.lists.kinds import documents
from sync.headquarters.bulk import buckets
from sync.headquarters.importer import import_list
from sync.headquarters.record_origin import RecordOrigin, find_origin
from sync.headquarters.store import tables
from sync.headquarters.store.list_table import find_list
from tests.support.deployment import Deployment
from tests.sync.support.person_files import people

PERSON = "<FIRST_NAME>Testa</FIRST_NAME>\n<REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER>\n"
ROWS = [f"AB{number:05},FRA,PAS,lost,2025-01-31,ESP," for number in range(40)]
BLANKS = "CD10000,FRA,PAS,stolen_blank,,,CD19999"


def take(deployment: Deployment, *files: Sequence[str]) -> None:
    paths = [deployment.folder / f"{number}.csv" for number in range(len(files))]
    for path, rows in zip(paths, files, strict=True):
        path.write_text("\n".join(["number,country,type,fraud,theft_date,theft_country,number_to", *rows, ""]))
    import_list(deployment.hq, "sltd", "sltd-csv", paths)


def origin(deployment: Deployment, record: str, name: str = "sltd") -> RecordOrigin:
    with deployment.hq.store.reading() as connection:
        entry = find_list(connection, name)
        assert entry is not None
        return find_origin(connection, entry, record)


def place(found: RecordOrigin) -> tuple[int, int | None, int | None]:
    return found.brought.run, found.file, found.line


def test_a_record_has_the_import_and_the_line_that_brought_it(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "RECORDS_IN_BUCKET", 8)
    take(deployment, ROWS[:20], [BLANKS, *ROWS[20:]])
    assert place(origin(deployment, "FRA-PAS-AB00003")) == (1, 1, 5)
    assert place(origin(deployment, "FRA-PAS-AB00021")) == (1, 2, 4)
    assert place(origin(deployment, "FRA-PAS-CD10000-CD19999")) == (1, 2, 2)
    take(deployment, ["", *ROWS[:19], ROWS[19].replace("lost", "stolen")], [BLANKS, *ROWS[20:]])
    assert place(origin(deployment, "FRA-PAS-AB00003")) == (1, 1, 5)
    assert place(origin(deployment, "FRA-PAS-AB00019")) == (2, 1, 22)
    with deployment.hq.store.transaction() as connection:  # before the records are dealt anew
        connection.execute(update(tables.lists).values(salt=bytes(range(32)), salt_epoch=2))
    assert place(origin(deployment, "FRA-PAS-AB00019")) == (2, 1, 22)
    assert place(origin(deployment, "FRA-PAS-CD10000-CD19999")) == (1, 2, 2)


def test_a_record_is_kept_or_was_withdrawn_by_an_import(deployment: Deployment) -> None:
    take(deployment, ROWS)
    take(deployment, ROWS[:38], ["AB00038,FRA,PAS,lost,31.01.2025,ESP,"])
    kept, withdrawn = (origin(deployment, f"FRA-PAS-AB000{number}") for number in (38, 39))
    assert (place(kept), kept.seen.run, kept.is_kept, kept.withdrawn) == ((1, 1, 40), 1, True, None)
    assert (place(withdrawn), withdrawn.seen.run, withdrawn.is_kept) == ((1, 1, 41), 1, False)
    assert withdrawn.withdrawn and withdrawn.withdrawn.run == 2
    take(deployment, ROWS[:38], [])
    gone = origin(deployment, "FRA-PAS-AB00038")
    assert gone.withdrawn and (gone.seen.run, gone.withdrawn.run, gone.is_kept) == (1, 3, False)
    take(deployment, ROWS, [])
    assert (place(origin(deployment, "FRA-PAS-AB00039")), origin(deployment, "FRA-PAS-AB00039").withdrawn) == (
        (4, 1, 41),
        None,
    )


def test_a_record_of_an_earlier_waypost_has_its_import_alone(deployment: Deployment) -> None:
    take(deployment, ROWS)
    record = DocumentRecord("AB00001", "FRA", "PAS", Fraud.LOST, theft_country="ESP")
    with deployment.hq.store.transaction() as connection:
        for table in (tables.buckets, tables.bulk_lists):
            connection.execute(table.delete())
        facts = {"list": "sltd", "identity": record.record, "valid_from": 1, "seen": 1}
        connection.execute(insert(tables.records).values(**facts, body=documents.to_json(record)))
    assert place(origin(deployment, record.record)) == (1, None, None)


def test_a_person_has_the_import_that_brought_and_withdrew_it(deployment: Deployment) -> None:
    for numbers in (range(12), range(11)):
        path = people(deployment.folder / "un.xml", [PERSON.format(number) for number in numbers])
        import_list(deployment.hq, "un", "un-xml", [path])
    assert place(origin(deployment, "XXi.3", "un")) == (1, None, None)
    gone = origin(deployment, "XXi.11", "un")
    assert gone.withdrawn and (gone.seen.run, gone.withdrawn.run) == (1, 2)


@pytest.mark.parametrize(
    "record", ["", "XXi.3", "FRA-PAS-AB99999", "FRA-PAS-ab00003", "FRA-QQQ-AB00003", "F-P-" + 60 * "9"]
)
def test_who_is_not_on_the_list_has_no_origin(deployment: Deployment, record: str) -> None:
    take(deployment, ROWS)
    with pytest.raises(InputError, match="sltd has no record"):
        origin(deployment, record)
