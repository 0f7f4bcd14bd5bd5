"""Rows of a small list to bytes and back; whatever is imported and withdrawn, the kit has exactly the last version."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from data.errors import UnusableList
from data.lists.kinds import load_kind, load_small_list_kind, must_be_usable
from data.lists.replica import Replica
from data.lists.rows import Row
from data.lists.small_lists.column_types import UnfitValue
from data.lists.small_lists.list_schema import MOST_ROWS, SmallListRecord
from data.lists.small_lists.row_search import RowQuestion, SmallListSearch
from data.store_key import StoreKey
from sync.formats.payload import Header, PayloadKind, PayloadReader, write_rows
from tests.data.support.small_rows import FIELDS, KIND, NOW, edition_of


def read_fields(fields: dict[str, Any]) -> SmallListRecord | None:
    try:
        return KIND.schema.read(fields)
    except UnfitValue:
        return None


records = FIELDS.map(read_fields).filter(lambda record: record is not None)


@given(st.lists(records, max_size=6, unique_by=lambda record: record.identity))
def test_rows_travel_in_a_payload_and_come_back_as_they_were(drawn: list[SmallListRecord]) -> None:
    rows = sorted(KIND.rows(drawn, b""))
    header = Header(edition_of(rows, 1), PayloadKind.SNAPSHOT, 0, 0, len(rows))
    reader = PayloadReader(BytesIO(b"".join(write_rows(header, [], rows))))
    assert reader.header.edition == header.edition
    arrived = {record.identity: record for record in (KIND.decode_row(row, "cars") for row in reader.rows())}
    assert arrived == {record.identity: record for record in drawn}
    assert [KIND.from_json(KIND.to_json(record)) for record in drawn] == drawn


@given(st.permutations([b'{"id":"a"}', b'{"id":"a","mark":"x"}', b'{"id":"a","mark":"y"}']))
def test_editions_of_one_row_merge_the_same_in_any_order(bodies: list[bytes]) -> None:
    assert KIND.merge(bodies) == b'{"id":"a","mark":"y"}'


class History(RuleBasedStateMachine):
    """A small list on a kit beside a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.model: dict[str, SmallListRecord] = {}
        self.version = 0
        self.replica = self.opened()
        self.search = SmallListSearch(KIND)

    def opened(self) -> Replica:
        return Replica(Path(self.folder.name) / "cars", "vehicles", StoreKey(bytes(32)))

    def rows(self) -> list[Row]:
        return list(KIND.rows(self.model.values(), b""))

    @rule(drawn=st.lists(records, max_size=5))
    def import_all(self, drawn: list[SmallListRecord]) -> None:
        self.version += 1
        self.model = {record.identity: record for record in drawn}
        self.replica.replace(edition_of(self.rows(), self.version), self.rows())

    @rule(drawn=st.lists(records, max_size=4), data=st.data())
    def change(self, drawn: list[SmallListRecord], data: st.DataObject) -> None:
        if not self.version:
            return
        withdrawn = set(data.draw(st.lists(st.sampled_from(sorted(self.model)), unique=True)) if self.model else [])
        come = {record.identity: record for record in drawn}
        self.model = {name: record for name, record in self.model.items() if name not in withdrawn} | come
        self.version += 1
        removals = [name.encode() for name in sorted(withdrawn)]
        self.replica.apply(
            edition_of(self.rows(), self.version), self.version - 1, removals, KIND.rows(come.values(), b"")
        )

    @rule()
    def fold(self) -> None:
        self.replica.compact()

    @rule()
    def reopen(self) -> None:
        self.replica.close()
        self.replica = self.opened()

    @invariant()
    def is_the_last_version(self) -> None:
        in_force = {name: record for name, record in self.model.items() if not KIND.schema.is_over(record, NOW)}
        with self.replica.read() as view:
            listed = {record.identity: record for record in self.search.read_all(view, NOW)}
            assert listed == in_force
            for record in self.model.values():
                if mark := record.text("mark"):
                    fold = mark.casefold()
                    expected = [name for name in sorted(in_force) if in_force[name].text("mark").casefold() == fold]
                    answer = self.search.find(view, RowQuestion("mark", mark), NOW)
                    assert [each.identity for each in answer] == expected

    def teardown(self) -> None:
        self.replica.close()
        self.folder.cleanup()


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=25, stateful_step_count=10, deadline=None)


def test_a_list_with_a_later_schema_is_refused_whole_and_the_old_one_stays(tmp_path: Path) -> None:
    replica = Replica(tmp_path / "cars", "vehicles", StoreKey(bytes(32)))
    rows = [Row(b"a", b'{"reference":"a","plate":"X1"}')]
    replica.replace(edition_of(rows, 1), rows)
    later = [*rows, Row(b"b", b'{"reference":"b","plate":"X2","keeper":"C"}')]
    with pytest.raises(UnusableList, match="version 2 of its kind, and Waypost on this machine reads 1"):
        replica.replace(edition_of(later, 2, schema=2), later)
    with pytest.raises(UnusableList, match="version 2"):
        replica.apply(edition_of(later, 2, schema=2), 1, [], later[1:])
    with replica.read() as view:
        assert view.edition == edition_of(rows, 1) and list(view.rows()) == rows
    replica.close()


def test_a_list_here_with_a_later_schema_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = load_small_list_kind("vehicles")
    rows = [Row(b"a", b'{"reference":"a","plate":"X1"}')]
    with monkeypatch.context() as newer:
        newer.setattr(kind, "SCHEMA_VERSION", 2)
        replica = Replica(tmp_path / "cars", "vehicles", StoreKey(bytes(32)))
        replica.replace(edition_of(rows, 1, schema=2), rows)
    with pytest.raises(UnusableList, match="Update Waypost"), replica.read():
        pass
    replica.close()


@pytest.mark.parametrize(("name", "schema"), [("vehicles", 0), ("vehicles", 2), ("persons", 1), ("documents", -1)])
def test_only_the_schemas_of_a_kind_are_known(name: str, schema: int) -> None:
    with pytest.raises(UnusableList):
        must_be_usable(load_kind(name), "cars", schema)


def test_a_list_that_is_too_long_is_not_used() -> None:
    must_be_usable(load_kind("vehicles"), "cars", 1, MOST_ROWS)
    with pytest.raises(UnusableList, match="more than 100000 rows"):
        must_be_usable(load_kind("vehicles"), "cars", 1, MOST_ROWS + 1)


def test_a_row_that_cannot_be_read_stops_the_answer() -> None:
    with pytest.raises(UnusableList, match="cars has a row"):
        KIND.decode_row(Row(b"a", b'{"id":"a","keeper":"C"}'), "cars")
