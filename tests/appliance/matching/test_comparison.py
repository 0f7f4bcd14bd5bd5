"""Similarity of two parts of a name is the same both ways."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.comparison import TokenSimilarity, token_similarity
from data.persons.names import tokenize

LETTERS = st.text(alphabet="ABCDEHIKLMNORSTUYZ", min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(LETTERS, LETTERS)
def test_likeness_is_symmetric(left, other) -> None:
    for a in tokenize(left):
        for b in tokenize(other):
            assert token_similarity(a, b) is token_similarity(b, a)
        assert token_similarity(a, a) is TokenSimilarity.SAME
