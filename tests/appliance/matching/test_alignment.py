"""Parts meet one to one, dearest first; the rest is left and counted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.alignment import Alignment, align
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.query import PersonQuery
from appliance.matching.request import prepare
from tests.appliance.matching.people import notice

WORDS = ("ALVAREN", "BORDIC", "CASTELO", "DROSTE", "ELVARSON", "FENWICKE")


def laid(surname: str, given_names: str, listed: str, truncated: str = "") -> Alignment:
    index = PersonIndex([notice("one", listed)])
    request = prepare(PersonQuery(surname, given_names, bool(truncated)), index)
    return align(request, index.units_of(0), index)


def met(alignment: Alignment) -> list[tuple[str, str, Likeness]]:
    return [(pair.traveller, pair.listed, pair.likeness) for pair in alignment.pairs]


def test_order_does_not_matter() -> None:
    assert met(laid("BORDIC", "ALVAREN", "Alvaren BORDIC")) == [
        ("BORDIC", "BORDIC", Likeness.SAME),
        ("ALVAREN", "ALVAREN", Likeness.SAME),
    ]


def test_a_part_is_met_once() -> None:
    alignment = laid("BORDIC", "BORDIC", "Alvaren BORDIC")
    assert len(alignment.pairs) == 1
    assert [part.text for part in alignment.left_traveller] == ["BORDIC"]
    assert [part.text for part in alignment.left_listed] == ["ALVAREN"]


def test_the_better_of_two_like_parts_is_taken() -> None:
    alignment = laid("CASTELA", "CASTELO", "Droste CASTELO")
    assert met(alignment) == [("CASTELO", "CASTELO", Likeness.SAME)]


def test_parts_written_together_on_either_side_meet() -> None:
    (pair,) = laid("ALVARENBORDIC", "", "Alvaren BORDIC").pairs
    assert (pair.listed, pair.joined) == ("ALVAREN BORDIC", True)
    (pair,) = laid("ALVAREN BORDIC", "", "AlvarenBordic").pairs
    assert (pair.traveller, pair.joined) == ("ALVAREN BORDIC", True)


def test_initials_and_a_cut_off_part() -> None:
    assert met(laid("DROSTE", "A", "Alvaren DROSTE"))[1][2] is Likeness.INITIAL
    assert met(laid("DROSTE", "ALVA", "Alvaren DROSTE", truncated="yes"))[1][2] is Likeness.PREFIX
    assert laid("DROSTE", "ALVA", "Alvaren DROSTE").left_traveller


def test_half_unmet_says_that_surname_or_given_names_met_nothing() -> None:
    assert laid("BORDIC", "CASTELO", "Alvaren BORDIC").half_unmet
    assert not laid("BORDIC", "ALVAREN", "Alvaren BORDIC").half_unmet
    assert not laid("BORDIC", "", "Alvaren BORDIC").half_unmet


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
)
def test_every_part_is_met_or_left(mine, theirs) -> None:
    alignment = laid(mine[0], " ".join(mine[1:]), " ".join(theirs))
    used = " ".join([*(p.traveller for p in alignment.pairs), *(p.text for p in alignment.left_traveller)])
    other = " ".join([*(p.listed for p in alignment.pairs), *(p.text for p in alignment.left_listed)])
    assert sorted(used.split()) == sorted(mine)
    assert sorted(other.split()) == sorted(theirs)
