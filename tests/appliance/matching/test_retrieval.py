"""Who is looked at closely: not lost in a crowd, and not only by whole parts."""

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import score_names
from appliance.matching.prepared import prepare_query
from appliance.matching.query import PersonQuery
from appliance.matching.search import MOST_NAMES, find_names
from tests.appliance.support.people import ask, candidates_by_record, notice

CROWD = [notice(f"crowd{number}", "Esteban QUORRILLO", born=("1950",)) for number in range(3 * MOST_NAMES)]


def looked_at(query: PersonQuery, index: PersonIndex) -> list[str]:
    return [index.notices[index.person_of[name]].record for name in find_names(query, index).names]


def test_a_crowd_of_namesakes_does_not_hide_who_was_born_that_day() -> None:
    index = PersonIndex([*CROWD, notice("right", "Esteban QUORRILLO", born=("1961-07-08",))])
    records = looked_at(ask("QUORRILLO", "ESTEBAN", "1961-07-08"), index)
    assert records[0] == "right"
    assert len(records) > MOST_NAMES  # whose full name it is are all looked at


def test_a_birth_date_brings_up_nobody_by_itself() -> None:
    index = PersonIndex([notice("other", "Vaclav TRMINSKY", born=("1961-07-08",))])
    assert not looked_at(ask("QUORRILLO", "ESTEBAN", "1961-07-08"), index)


def test_two_listed_parts_are_found_by_one_part_that_joins_them() -> None:
    index = PersonIndex([notice("right", "Vaclav TRMINSKY"), *CROWD[:5]])
    assert looked_at(ask("VACLAVTRMINSKY"), index) == ["right"]
    assert (
        "VACLAVTRMINSKY = VACLAV TRMINSKY (written together)"
        in candidates_by_record(ask("VACLAVTRMINSKY"), index)["right"].says
    )


def test_the_best_of_a_persons_names_is_shown() -> None:
    names = ("Esteban QUORRILLO", "Esteban QUORRILLO TRMINSKY", "Esteban TRMINSKY")
    for order in (names, names[::-1]):
        index = PersonIndex([notice("right", *order)])
        assert candidates_by_record(ask("TRMINSKY", "ESTEBAN"), index)["right"].name == "Esteban TRMINSKY"


def test_of_names_that_fit_as_well_as_each_other_the_first_listed_is_shown() -> None:
    index = PersonIndex([notice("right", "Esteban KUORRILLO", "Esteban QUORILLO")])
    request = prepare_query(ask("QUORRILLO", "ESTEBAN"), index)
    for order in ([0, 1], [1, 0]):
        assert score_names(request, order, index, {})[0].name == 0


def test_a_cut_off_part_that_looks_like_a_particle_may_be_the_beginning_of_a_name() -> None:
    index = PersonIndex([notice("right", "Vaclav ERTRMINSKY", born=("1961-07-08",)), *CROWD[:5]])
    assert looked_at(ask("HABBARTH", "ER", "1961-07-08", truncated="yes"), index) == ["right"]
    assert not looked_at(ask("HABBARTH", "ER", "1961-07-08"), index)
