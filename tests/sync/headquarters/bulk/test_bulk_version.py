"""Whatever is imported: the rows of each version are those of its records, and any version can be made again."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations, count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from data.documents.document_record import DocumentRecord, Fraud
from data.lists.kinds import documents
from data.lists.rows import Row, add_to_digest
from sync.headquarters.bulk import buckets, bulk_version, record_store
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.sources.sltd_csv import COLUMNS
from sync.headquarters.store import row_table
from sync.headquarters.store.list_table import Urgency, edition_at, find_list, newest_version
from tests.support.deployment import Deployment
from tests.sync.support.document_files import documents_in_force

_serial = count(1)
State = Mapping[str, DocumentRecord]
_REVIEWS = (None, date(2030, 1, 1), date(2031, 1, 1))


def _single(number: int, kind: str, review: date | None) -> DocumentRecord:
    return DocumentRecord(f"AB{number:05}", "FRA", kind, Fraud.LOST, theft_country="ESP", review=review)


def _range(number: int) -> DocumentRecord:
    return DocumentRecord(f"CD{number:02}500", "FRA", "PAS", Fraud.STOLEN_BLANK, number_to=f"CD{number + 1:02}099")


_singles = st.builds(_single, st.integers(0, 25), st.sampled_from(["PAS", "DIP", "IDC"]), st.sampled_from(_REVIEWS))
_ranges = st.builds(_range, st.integers(10, 14))
_states = st.lists(_singles | _ranges, min_size=1, max_size=40).map(
    lambda records: {record.record: record for record in records}
)


def _write(path: Path, state: State) -> Path:
    lines = [",".join(str(getattr(record, name) or "") for name in COLUMNS) for record in state.values()]
    path.write_text("\n".join([",".join(COLUMNS), *lines, ""]))
    return path


def _rows(state: State, salt: bytes) -> list[Row]:
    by_key: dict[bytes, list[bytes]] = {}
    for row in documents.rows(state.values(), salt):
        by_key.setdefault(row.key, []).append(row.body)
    return [Row(key, documents.merge(bodies)) for key, bodies in sorted(by_key.items())]


def _pages(connection: Connection, name: str, version: int) -> list[Row]:
    return [row for page in row_table.pages_at(connection, name, version) for row in page]


def _must_be(deployment: Deployment, name: str, versions: Mapping[int, list[Row]]) -> None:
    """Every version as it was published, alone and compared with any later one."""
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, name)
        assert entry is not None
        for number, rows in versions.items():
            edition = edition_at(connection, entry, number)
            assert edition is not None
            assert _pages(connection, name, number) == rows
            assert (add_to_digest(0, rows), len(rows)) == (edition.digest, edition.count)
            for near in (bytes(8), b"\x80" + bytes(7), b"\xff" * 8, rows[0].key + b"\0"):
                behind = [row for row in rows if row.key >= near]
                assert row_table.sample(connection, name, number, near) == (behind or rows)[0]
        for since, to in combinations(versions, 2):
            before, after = ({row.key: row for row in versions[number]} for number in (since, to))
            gone = row_table.removed_keys(connection, name, since, to)
            assert before.keys() - after.keys() <= {*gone} and not {*gone} & after.keys()
            come = {row.key: row for row in row_table.added_rows(connection, name, since, to)}
            assert (
                {row for row in after.values() if before.get(row.key) != row} <= {*come.values()} <= {*after.values()}
            )


@pytest.mark.parametrize("most_touched", [0, 1000])
@pytest.mark.parametrize("rewrite_share", [0.15, 100])
@given(states=st.lists(_states, min_size=2, max_size=4))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_version_has_the_rows_of_its_records(
    deployment: Deployment, most_touched: int, rewrite_share: float, states: list[State]
) -> None:
    name = f"sltd{next(_serial)}"
    versions: dict[int, list[Row]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "RECORDS_IN_BUCKET", 6)  # few records make several buckets, blocks and rewritings
        patch.setattr(row_table, "PAGE", 7)
        patch.setattr(bulk_version, "MOST_TOUCHED", most_touched)
        patch.setattr(record_store, "_REWRITE_SHARE", rewrite_share)
        before: State = {}
        for state in states:
            path = _write(deployment.folder / "sltd.csv", state)
            report = import_list(deployment.hq, name, "sltd-csv", [path], accept_incomplete="a test")
            both = before.keys() & state.keys()
            changed = sum(before[identity] != state[identity] for identity in both)
            counts = (len(state.keys() - both), changed, len(before.keys() - both), len(both) - changed, len(state))
            assert (report.added, report.changed, report.removed, report.unchanged, report.total) == counts
            assert documents_in_force(deployment.hq, name) == {*state}
            before = state
            published = publish(deployment.hq)
            with deployment.hq.store.transaction() as connection:
                entry = find_list(connection, name)
                assert entry is not None
                if name in {each.name for each in published.lists}:  # others go beyond what the policy allows
                    versions[newest_version(connection, name).number] = _rows(state, entry.salt)
        _must_be(deployment, name, versions)


def test_an_urgent_version_takes_away_and_the_next_one_brings_the_rest(deployment: Deployment) -> None:
    records = [_single(number, "PAS", None) for number in range(100)]
    first = {record.record: record for record in records}
    second = {record.record: record for record in (*records[2:], _single(200, "PAS", None))}
    second[records[5].record] = _single(5, "PAS", date(2031, 1, 1))
    versions: dict[int, list[Row]] = {}
    for number, (state, urgency) in enumerate([(first, Urgency.ORDINARY), (second, Urgency.URGENT)], start=1):
        import_list(deployment.hq, "sltd", "sltd-csv", [_write(deployment.folder / "sltd.csv", state)])
        assert publish(deployment.hq, urgency=urgency).lists[0].version == number
    publish(deployment.hq)
    with deployment.hq.store.transaction() as connection:
        entry = find_list(connection, "sltd")
        assert entry is not None
        kept = {identity: record for identity, record in first.items() if identity in second}
        versions = {n: _rows(state, entry.salt) for n, state in enumerate([first, kept, second], start=1)}
    _must_be(deployment, "sltd", versions)
