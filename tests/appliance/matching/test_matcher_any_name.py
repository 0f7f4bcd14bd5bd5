"""Whatever the name and the list: no exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.person import PartialDate
from tests.appliance.support.people import INDEX, TODAY, notice


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.booleans(), st.none() | st.dates())
def test_never_raises(surname, given_names, truncated, born) -> None:
    query = PersonQuery(surname, given_names, truncated, PartialDate.of(born) if born else None)
    for candidate in find_candidates(query, INDEX, today=TODAY):
        assert candidate.says
        assert candidate.ask


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
def test_any_list_can_be_indexed(names) -> None:
    index = PersonIndex([notice(str(number), name) for number, name in enumerate(names)])
    for name in names:
        find_candidates(PersonQuery(name, name, truncated=True), index, today=TODAY)
