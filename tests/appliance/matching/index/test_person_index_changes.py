"""Whatever was added, changed and withdrawn since the base: candidates are those of an index of the whole list."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.index.layout import lay_out_index
from appliance.matching.index.merge import IndexArrays, merge_indexes
from appliance.matching.index.person_index import LiveIndex, PersonIndex
from appliance.matching.matcher import Searchable, find_candidates
from appliance.matching.query import PersonQuery
from data.persons.notice import Action, Notice
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.screenings import PersonCandidate
from tests.appliance.support.people import TODAY

PARTS = (
    *"MOHAMMED MOHAMED MUHAMMAD AHMAD ALI HASSAN QUORRILLO KUORILLO TRMINSKY ESTEBAN VACLAV IVAN IWAN A AL ABD".split(),
    *"ABDELKARIM KARIM EL CHANG ZHANG JEAN-PIERRE O'BRIEN MÜLLER MUELLER محمد احمد Иванов Тарас 张伟".split(),
)
parts = st.sampled_from(PARTS)
names = st.builds(
    lambda given, surname, quality: ListedName(f"{given} {surname}", surname, given, quality),
    st.lists(parts, min_size=1, max_size=2).map(" ".join),
    st.lists(parts, min_size=1, max_size=2).map(" ".join),
    st.sampled_from(NameQuality),
)
years = st.integers(1959, 1963)
births = (
    st.builds(PartialDate, years)
    | st.builds(PartialDate, years, about=st.just(True))
    | st.builds(lambda year, month, day: PartialDate.of(date(year, month, day)), years, st.just(3), st.integers(1, 12))
)
people = st.builds(
    Person,
    st.lists(names, min_size=1, max_size=3).map(tuple),
    st.lists(births, max_size=2).map(tuple),
    st.sampled_from(Sex),
    st.lists(st.sampled_from(("IRN", "RUS", "ESP")), max_size=2, unique=True).map(tuple),
    documents=st.lists(st.sampled_from(("X1234567", "Y7654321")).map(HeldDocument), max_size=1).map(tuple),
)
lists = st.dictionaries(st.integers(0, 24).map("R-{:02}".format), people, max_size=14)
queries = st.builds(
    PersonQuery,
    parts,
    st.lists(parts, max_size=2).map(" ".join),
    st.booleans(),
    births | st.none(),
    st.sampled_from(Sex),
    st.sampled_from(("IRN", "RUS", "")),
    st.sampled_from(((), ("X1234567",))),
)


def notices_of(listed: dict[str, Person]) -> list[Notice]:
    return [Notice(record, listed[record], Action.DETAIN) for record in sorted(listed)]


def answers(index: Searchable, asked: Sequence[PersonQuery]) -> list[tuple[PersonCandidate, ...]]:
    return [find_candidates(query, index, today=TODAY) for query in asked]


@given(lists, lists, st.lists(queries, min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_base_and_its_changes_answer_as_one_index(
    before: dict[str, Person], after: dict[str, Person], asked: list[PersonQuery]
) -> None:
    added = [notice for notice in notices_of(after) if before.get(notice.record) != notice.person]
    gone = sorted(before.keys() - after.keys())
    live = LiveIndex(PersonIndex(notices_of(before), "wanted"), added, gone)
    assert answers(live, asked) == answers(PersonIndex(notices_of(after), "wanted"), asked)


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
