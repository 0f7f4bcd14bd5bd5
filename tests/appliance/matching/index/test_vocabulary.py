"""Bits: rare parts prove much, common ones and particles little, on lists of any size."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.matching.comparison import TokenSimilarity, token_similarity
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.rarity import MOST_BITS, PARTICLE_BITS, carrier_share, share_bits
from data.persons.names import tokenize
from tests.appliance.support.people import INDEX, notice

LETTERS = st.text(alphabet="ABCDEHIKLMNORSTUYZ", min_size=1, max_size=12)


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
@example("JONAAN")  # near the sound of JONATHAN, two letters from how it is spelled
def test_the_vocabulary_grades_as_the_plain_comparison_does(name) -> None:
    for token in tokenize(name):
        units, grades = INDEX.vocabulary.find_similar(token)
        graded = dict(zip(units.tolist(), map(TokenSimilarity, grades.tolist()), strict=True))
        for number, unit in enumerate(UNITS):
            assert graded.get(number) is token_similarity(token, unit), (token.text, unit.text)


def worth(index: PersonIndex, word: str) -> float:
    return index.bits_of(tokenize(word)[0])


def test_a_list_of_one_knows_that_mohammad_is_common() -> None:
    index = PersonIndex([notice("one", "Mohammad QUORRILLO")])
    assert worth(index, "MUHAMMAD") < 6 < 10 < worth(index, "QUORRILLO")


def test_what_the_list_shows_often_is_worth_less() -> None:
    common = PersonIndex([notice(str(number), f"Quorrillo NAME{chr(65 + number % 26)}") for number in range(2000)])
    rare = PersonIndex([notice(str(number), f"Other NAME{chr(65 + number % 26)}") for number in range(2000)])
    assert worth(common, "QUORRILLO") < worth(rare, "QUORRILLO") - 5


def test_bounds() -> None:
    assert worth(PersonIndex([]), "AL") == PARTICLE_BITS
    assert share_bits(1) == 0
    assert share_bits(0) == MOST_BITS
    assert carrier_share(10, 1000, "nobody") > carrier_share(1, 1000, "nobody")
