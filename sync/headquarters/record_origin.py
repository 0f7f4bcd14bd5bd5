"""Where a record of a list comes from: which import brought it, and which line of which file."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data.errors import InputError
from data.lists.kinds import load_kind
from data.text import _
from sync.headquarters.bulk import is_bulk
from sync.headquarters.store.list_table import StoredList
from sync.headquarters.store.record_table import find_origin as find_single_origin
from sync.headquarters.store.run_table import OriginRuns, PastImport, past_imports


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """Where a record comes from that is on a list, or was."""

    list: str
    record: str
    """Its identity, as the report of an import names it."""
    brought: PastImport
    """That brought it as it is now; as it was last, if it was withdrawn."""
    file: int | None
    """Which of that import's files, from 1; None where that is not known: it is of lists of documents alone."""
    line: int | None
    seen: PastImport
    """The last whose files had it in a readable form; if that is not the newest, the record is kept."""
    withdrawn: PastImport | None
    is_kept: bool


def find_origin(connection: Connection, entry: StoredList, identity: str) -> RecordOrigin:
    """Where the record `identity` of a list comes from. InputError if the list does not have it."""
    runs = _find_bulk_origin(connection, entry, identity) or find_single_origin(connection, entry.name, identity)
    if runs is None:
        raise InputError(
            _("{list} has no record {record}", list=entry.name, record=identity),
            do=_(
                "Write it as the report of an import does: FRA-PAS-AB1234567 (country, type, number; for a range also "
                "the last number), XXi.17, OFAC-103, 2025/103"
            ),
        )
    imports = {past.run: past for past in past_imports(connection, entry.name)}
    last = max(run for run in imports if run < (runs.withdrawn or entry.newest_run + 1))
    seen = runs.seen or last
    return RecordOrigin(
        list=entry.name,
        record=identity,
        brought=imports[runs.run],
        file=runs.file,
        line=runs.line,
        seen=imports[seen],
        withdrawn=imports[runs.withdrawn] if runs.withdrawn else None,
        is_kept=runs.withdrawn is None and seen < last,
    )


def _find_bulk_origin(connection: Connection, entry: StoredList, identity: str) -> OriginRuns | None:
    if not is_bulk(load_kind(entry.kind)):
        return None
    from sync.headquarters.bulk.record_store import BucketReader  # with polars: for bulk lists only

    return BucketReader(connection, entry.name).find_origin(entry, identity)
