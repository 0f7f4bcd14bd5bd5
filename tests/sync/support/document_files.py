"""Records of documents as tests ask for them: out of a source's columns, and out of headquarters' store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.documents.document_record import DocumentRecord
from sync.headquarters.bulk.record_columns import to_records
from sync.headquarters.bulk.record_store import RecordStore
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.sources import RefusedRecord, SourceInfo, sltd_columns
from sync.headquarters.store.list_table import find_list


def read_records(paths: Sequence[Path]) -> Iterator[DocumentRecord | RefusedRecord | SourceInfo]:
    """What `sltd_columns.read` gives, record by record in the order of the lines."""
    items: dict[tuple[int, int], DocumentRecord | RefusedRecord] = {}
    names = [path.name for path in paths]
    info = SourceInfo()
    for item in sltd_columns.read(paths):
        if isinstance(item, SourceInfo):
            info = item
        elif isinstance(item, RefusedRecord):
            name, _, line = item.where.rpartition(":")
            items[names.index(name) + 1, int(line)] = item
        else:
            items |= dict(zip(item.select("file", "line").iter_rows(), to_records(item), strict=True))
    yield from (items[place] for place in sorted(items))
    yield info


def documents_in_force(home: HeadquartersHome, name: str) -> set[str]:
    """Identities of the records of a list of documents after its newest import."""
    with home.store.transaction() as connection:
        entry = find_list(connection, name)
        assert entry is not None
        store = RecordStore(connection, entry, entry.newest_run, home.making)
        return {record.record for bucket in store.buckets() for record in to_records(store.read(bucket))}
