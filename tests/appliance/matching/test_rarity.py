"""Bits: rare parts prove much, common ones and particles little, on lists of any size."""

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.vocabulary import MOST_BITS, PARTICLE_BITS, carrier_share, share_bits
from data.persons.names import tokenize
from tests.appliance.support.people import notice


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
