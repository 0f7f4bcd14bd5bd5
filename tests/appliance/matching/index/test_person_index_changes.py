"""Whatever was added, changed and withdrawn since the base: candidates are those of an index of the whole list."""

import shutil
from datetime import UTC, date, datetime
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.index.layout import lay_out_index
from appliance.matching.index.list_index import IndexSource, write_index
from appliance.matching.index.merge import IndexArrays, merge_indexes
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.persons.person import PartialDate, Person
from data.store_key import StoreKey
from tests.appliance.support.listed_people import answers, changed_index, lists, notices_of, queries
from tests.appliance.support.people import PEOPLE, TODAY
from tests.support.killing import moments_of


@given(lists, lists, st.lists(queries, min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_base_and_its_changes_answer_as_one_index(
    before: dict[str, Person], after: dict[str, Person], asked: list[PersonQuery]
) -> None:
    assert answers(changed_index(before, after), asked) == answers(PersonIndex(notices_of(after), "wanted"), asked)


@given(lists, lists)
@settings(max_examples=150, deadline=None)
def test_merged_arrays_are_those_of_an_index_of_the_whole_list(
    before: dict[str, Person], after: dict[str, Person]
) -> None:
    changed = [notice for notice in notices_of(after) if before.get(notice.record) != notice.person]
    old = IndexArrays(*lay_out_index(notices_of(before))[:2])
    new = IndexArrays(*lay_out_index(changed)[:2])
    index = PersonIndex.from_arrays(*old)
    kept = before.keys() & after.keys() - {notice.record for notice in changed}
    gone = [person for person in range(len(index)) if index.record(person) not in kept]
    merged, countries = merge_indexes(old, gone, new)
    expected, all_countries, _ = lay_out_index(notices_of(after))
    assert merged.keys() == expected.keys()
    for name, array in expected.items():
        found = merged[name]
        assert found.dtype == array.dtype, name
        if name in ("nation.first", "nation.more"):
            assert [("", *countries)[code] for code in found] == [("", *all_countries)[code] for code in array]
        else:
            assert found.tolist() == array.tolist(), name


NOW = datetime(2026, 11, 21, tzinfo=UTC)
ASKED = (
    PersonQuery("QUORRILLO", "ESTEBAN", birth=PartialDate(1961)),
    PersonQuery("MOHAMMED", "ALI"),
    PersonQuery("TRMINSKY", "VACLAV", True, PartialDate.of(date(1960, 3, 5)), nationality="ESP"),
    PersonQuery("ZHANG", "IVAN", numbers=("X1234567",)),
)


def rows_of(listed: dict[str, Person]) -> list[Row]:
    return list(persons.rows(notices_of(listed), b""))


def edition_of(version: int, listed: dict[str, Person]) -> Edition:
    rows = rows_of(listed)
    return Edition("wanted", "persons", version, NOW, NOW, "", len(rows), add_to_digest(0, rows))


def open_list(folder: Path) -> Replica:
    replica = Replica(folder / "wanted", "persons", StoreKey(bytes(32)))
    replica.companion = write_index
    return replica


def change_to(replica: Replica, version: int, before: dict[str, Person], after: dict[str, Person]) -> None:
    gone = [record.encode() for record in before.keys() - after.keys()]
    replica.apply(edition_of(version, after), version - 1, gone, rows_of(after))


def require_list(replica: Replica, source: IndexSource, listed: dict[str, Person]) -> None:
    """The list holds these persons and no other, and screenings find what one index of them finds."""
    with replica.read() as view:
        assert sorted(view.rows()) == rows_of(listed)
        live = source.of(view)
        found = [find_candidates(query, live, today=TODAY, fetch=view.get_many) for query in ASKED]
    assert found == answers(PersonIndex(notices_of(listed), "wanted"), ASKED)


class Step(Enum):
    COMPACT = auto()
    PURGE = auto()
    REOPEN = auto()


@given(lists.filter(bool), st.lists(lists.filter(bool) | st.sampled_from(Step), max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_sequence_of_changes_and_new_files_is_searched_as_the_list_in_force(
    first: dict[str, Person], steps: list[dict[str, Person] | Step]
) -> None:
    with TemporaryDirectory() as folder:
        replica, listed, version = open_list(Path(folder)), first, 1
        source = IndexSource(replica)
        replica.replace(edition_of(1, first), rows_of(first))
        for step in steps:
            if isinstance(step, dict):
                version += 1
                change_to(replica, version, listed, step)
                listed = step
            elif step is Step.REOPEN:
                replica.close()
                replica = open_list(Path(folder))
                source = IndexSource(replica)
            else:
                (replica.compact if step is Step.COMPACT else replica.purge_withdrawn)()
            require_list(replica, source, listed)
        replica.close()


def test_a_kill_while_the_withdrawn_are_erased_leaves_the_list_without_them(tmp_path: Path) -> None:
    before = {notice.record: notice.person for notice in PEOPLE}
    after = dict(list(before.items())[2:]) | {"new": before["papers"]}
    made = open_list(tmp_path / "made")
    made.replace(edition_of(1, before), rows_of(before))
    change_to(made, 2, before, after)
    made.close()

    def purge(folder: Path) -> None:
        open_list(folder).purge_withdrawn()

    shutil.copytree(tmp_path / "made", tmp_path / "whole")
    moments = moments_of(lambda: purge(tmp_path / "whole"))
    assert moments and moments > 8
    for moment in range(moments):
        folder = tmp_path / str(moment)
        shutil.copytree(tmp_path / "made", folder)
        assert moments_of(lambda folder=folder: purge(folder), moment) is None  # type: ignore[misc]
        replica = open_list(folder)
        require_list(replica, IndexSource(replica), after)
        replica.purge_withdrawn()
        replica.sweep()  # as before each receipt (`sync.kit.post_apply`)
        require_list(replica, IndexSource(replica), after)
        base = str(replica.base())
        assert {path.name for path in (folder / "wanted").glob("*-*.db")} == {base, base.replace("base-", "index-")}
        replica.close()
