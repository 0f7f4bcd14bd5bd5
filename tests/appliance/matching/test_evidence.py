"""Parts match one to one, dearest first; the rest is left and counted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.comparison import TokenSimilarity
from appliance.matching.evidence import Alignment, align_name
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.prepared import prepare_query
from appliance.matching.query import PersonQuery
from tests.appliance.support.people import notice

WORDS = ("ALVAREN", "BORDIC", "CASTELO", "DROSTE", "ELVARSON", "FENWICKE")


def laid(surname: str, given_names: str, listed: str, truncated: str = "") -> Alignment:
    index = PersonIndex([notice("one", listed)])
    request = prepare_query(PersonQuery(surname, given_names, bool(truncated)), index)
    return align_name(request, index.units_of(0), index)


def matched_parts(alignment: Alignment) -> list[tuple[str, str, TokenSimilarity]]:
    return [(pair.traveller, pair.listed, pair.similarity) for pair in alignment.pairs]


def test_order_does_not_matter() -> None:
    assert matched_parts(laid("BORDIC", "ALVAREN", "Alvaren BORDIC")) == [
        ("BORDIC", "BORDIC", TokenSimilarity.SAME),
        ("ALVAREN", "ALVAREN", TokenSimilarity.SAME),
    ]


def test_a_part_is_matched_once() -> None:
    alignment = laid("BORDIC", "BORDIC CASTELA", "Alvaren BORDIC")
    assert len(alignment.pairs) == 1
    assert [part.text for part in alignment.unmatched_traveller] == ["BORDIC", "CASTELA"]
    assert [part.text for part in alignment.unmatched_listed] == ["ALVAREN"]


def test_the_better_of_two_like_parts_is_taken() -> None:
    alignment = laid("CASTELA", "CASTELO", "Droste CASTELO")
    assert matched_parts(alignment) == [("CASTELO", "CASTELO", TokenSimilarity.SAME)]


def test_parts_written_together_on_either_side_meet() -> None:
    (pair,) = laid("ALVARENBORDIC", "", "Alvaren BORDIC").pairs
    assert (pair.listed, pair.is_joined) == ("ALVAREN BORDIC", True)
    (pair,) = laid("ALVAREN BORDIC", "", "AlvarenBordic").pairs
    assert (pair.traveller, pair.is_joined) == ("ALVAREN BORDIC", True)


def test_initials_and_a_cut_off_part() -> None:
    assert matched_parts(laid("DROSTE", "A", "Alvaren DROSTE"))[1][2] is TokenSimilarity.INITIAL
    assert matched_parts(laid("DROSTE", "ALVA", "Alvaren DROSTE", truncated="yes"))[1][2] is TokenSimilarity.PREFIX
    assert laid("DROSTE", "ALVA", "Alvaren DROSTE").unmatched_traveller


def test_half_unmatched_says_that_surname_or_given_names_matched_nothing() -> None:
    assert laid("BORDIC", "CASTELO", "Alvaren BORDIC").half_unmatched
    assert not laid("BORDIC", "ALVAREN", "Alvaren BORDIC").half_unmatched
    assert not laid("BORDIC", "", "Alvaren BORDIC").half_unmatched


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
)
def test_every_part_is_matched_or_left(mine, theirs) -> None:
    alignment = laid(mine[0], " ".join(mine[1:]), " ".join(theirs))
    if len(mine) == 2 and mine[0] == mine[1]:
        mine = mine[:1] if theirs.count(mine[0]) < 2 else mine  # a single name that is printed twice
    used = " ".join([*(p.traveller for p in alignment.pairs), *(p.text for p in alignment.unmatched_traveller)])
    other = " ".join([*(p.listed for p in alignment.pairs), *(p.text for p in alignment.unmatched_listed)])
    assert sorted(used.split()) == sorted(mine)
    assert sorted(other.split()) == sorted(theirs)
