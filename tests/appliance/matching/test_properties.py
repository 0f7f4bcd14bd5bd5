"""What holds for every name: no exception, symmetry of likeness, agreement never hurts."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.comparison import TokenSimilarity, token_similarity
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates, score_persons
from appliance.matching.query import PersonQuery
from appliance.matching.weights import BIRTH_WEIGHTS, NAME_WEIGHTS, NATIONALITY_WEIGHTS, SEX_WEIGHTS, all_weights
from data.persons.names import tokenize
from data.persons.person import PartialDate, Sex
from tests.appliance.support.people import INDEX, PEOPLE, TODAY, notice

LETTERS = st.text(alphabet="ABCDEHIKLMNORSTUYZ", min_size=1, max_size=12)
PARTS = ("MOHAMMAD", "DOST", "JURGEN", "MULLER", "LUDENKAMP", "ABDELKARIM", "SAHLAWI", "GEORGE", "TARVANI")


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


@settings(max_examples=300, deadline=None)
@given(LETTERS, LETTERS)
def test_likeness_is_symmetric(left, other) -> None:
    for a in tokenize(left):
        for b in tokenize(other):
            assert token_similarity(a, b) is token_similarity(b, a)
        assert token_similarity(a, a) is TokenSimilarity.SAME


UNITS = [INDEX.vocabulary.token(unit) for unit in range(len(INDEX.vocabulary))]


@st.composite
def slipped(draw) -> str:
    """A listed part with up to three letters put in, taken out or changed."""
    text = draw(st.sampled_from([form.latin for unit in UNITS for form in unit.forms]))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(["", *"AEHKMRZ"])) + text[place + draw(st.integers(0, 1)) :]
    return text


@settings(max_examples=300, deadline=None)
@given(slipped() | LETTERS)
def test_the_vocabulary_grades_as_the_plain_comparison_does(name) -> None:
    for token in tokenize(name):
        units, grades = INDEX.vocabulary.find_similar(token)
        graded = dict(zip(units.tolist(), map(TokenSimilarity, grades.tolist()), strict=True))
        for number, unit in enumerate(UNITS):
            assert graded.get(number) is token_similarity(token, unit), (token.text, unit.text)


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
            NAME_WEIGHTS["met"],
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
