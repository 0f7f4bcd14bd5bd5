"""Generated person lists, their changes, and travellers who may be on them."""

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from appliance.matching.index.list_index import LiveIndex
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import Searchable, find_candidates
from appliance.matching.query import PersonQuery
from data.persons.notice import Action, Notice
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.screenings import PersonCandidate
from tests.appliance.support.people import TODAY

PARTS = (
    *"MOHAMMED MOHAMED MUHAMMAD AHMAD ALI HASSAN QUORRILLO KUORILLO TRMINSKY ESTEBAN VACLAV IVAN IWAN A AL ABD".split(),
    *"ABDELKARIM KARIM EL CHANG ZHANG JEAN-PIERRE O'BRIEN MÜLLER MUELLER محمد احمد Иванов Тарас 张伟 김".split(),
    *"IVANKKKK ESTEBANCC JEAN-PIERRE-ALI-IVAN-ESTEBAN-HASSAN-VACLAV-CHANG-KARIM ABU BAKR BAKRABU K".split(),
)
parts = st.sampled_from(PARTS)
few_parts, many_parts = (st.lists(parts, min_size=1, max_size=most).map(" ".join) for most in (2, 9))
some_parts = few_parts | few_parts | many_parts
names = st.builds(
    lambda given, surname, quality: ListedName(f"{given} {surname}", surname, given, quality),
    some_parts,
    some_parts,
    st.sampled_from(NameQuality),
)
years = st.integers(1959, 1963) | st.sampled_from((1, 2, 9999))
births = (
    st.builds(PartialDate, years)
    | st.builds(PartialDate, years, about=st.just(True))
    | st.builds(lambda year, more: PartialDate(year, until=min(year + more, 9999)), years, st.integers(0, 3))
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
    some_parts | parts | st.just(""),
    some_parts | st.just(""),
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


def changed_index(before: dict[str, Person], after: dict[str, Person]) -> LiveIndex:
    """The index of a list that was `before` and became `after` by changes."""
    added = [notice for notice in notices_of(after) if before.get(notice.record) != notice.person]
    return LiveIndex(PersonIndex(notices_of(before), "wanted"), added, sorted(before.keys() - after.keys()))
