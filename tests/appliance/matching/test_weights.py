"""Weights: agreement never hurts, and there is none where nothing agrees."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.matcher import score_persons
from appliance.matching.query import PersonQuery
from appliance.matching.weights import BIRTH_WEIGHTS, NAME_WEIGHTS, NATIONALITY_WEIGHTS, SEX_WEIGHTS, all_weights
from data.persons.person import Sex
from tests.appliance.support.people import INDEX, PEOPLE

PARTS = ("MOHAMMAD", "DOST", "JURGEN", "MULLER", "LUDENKAMP", "ABDELKARIM", "SAHLAWI", "GEORGE", "TARVANI")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(PEOPLE), st.lists(st.sampled_from(PARTS), min_size=1, max_size=3, unique=True))
def test_an_agreeing_fact_never_lowers_the_score(listed, parts) -> None:
    bare = PersonQuery(parts[0], " ".join(parts[1:]))
    person = listed.person
    facts = [{"birth": birth} for birth in person.births]
    facts += [{"sex": person.sex}] if person.sex is not Sex.UNKNOWN else []
    facts += [{"nationality": code} for code in person.nationalities]
    facts += [{"numbers": (document.number,)} for document in person.documents]
    before = _score(bare, listed.record)
    for fact in facts:
        assert _score(replace(bare, **fact), listed.record) >= before


def _score(query: PersonQuery, record: str) -> float:
    return next(
        (left.score for left in score_persons(query, INDEX) if INDEX.notices[left.person].record == record), -1e9
    )


def test_the_table_of_weights_says_no_to_no_agreement() -> None:
    assert (
        min(
            NAME_WEIGHTS["matched"],
            NAME_WEIGHTS["share_query"],
            NAME_WEIGHTS["share_listed"],
            SEX_WEIGHTS["same"],
            NATIONALITY_WEIGHTS["same"],
        )
        >= 0
    )
    assert (
        max(weight for kind, weight in BIRTH_WEIGHTS.items() if kind.name.startswith(("DIFFER", "NOT_", "ONE_YEAR")))
        < 0
    )
    assert max(BIRTH_WEIGHTS.values()) == next(iter(BIRTH_WEIGHTS.values()))
    assert all(-20 < weight < 20 for weight in all_weights().values())
