"""The lists of the post, each with its age in words."""

from appliance.counter.kit_lists import list_states
from data.lists.edition import AgeBand, AgePolicy
from tests.appliance.support.check_doubles import LISTS
from tests.support.sample import NOW


def test_every_list_is_told_with_its_age_in_words() -> None:
    states = list_states(LISTS, NOW, {"un": AgePolicy(1, 24)})
    assert [(one.name, one.words, one.age) for one in states] == [
        ("sltd", "3 hours ago", AgeBand.FRESH),
        ("un", "30 hours ago", AgeBand.EXPIRED),
        ("never", "never received", None),
        ("broken", "damaged", None),
    ]
