"""The lists of the post, each with its age in words."""

from appliance.counter.kit_lists import list_states
from appliance.standing_conditions import Condition, ConditionKind
from data.errors import StoreError
from data.lists.edition import AgeBand, AgePolicy
from data.text import _
from tests.appliance.support.check_doubles import LISTS
from tests.support.sample import NOW, PaperList


def test_every_list_is_told_with_its_age_in_words() -> None:
    states = list_states(LISTS, NOW, {"un": AgePolicy(1, 24)})
    assert [(one.name, one.words, one.age) for one in states] == [
        ("sltd", "3 hours ago", AgeBand.FRESH),
        ("un", "30 hours ago", AgeBand.EXPIRED),
        ("never", "never received", None),
        ("broken", "damaged", None),
    ]


def test_why_a_list_cannot_be_opened_and_what_ends_it_stand_with_its_condition() -> None:
    denied = StoreError(_("The file cannot be opened"), do=_("Check whether you may read it"))
    (state,) = list_states([PaperList("un", error=denied)], NOW)
    assert state.condition == Condition(ConditionKind.LIST_DAMAGED, "un")
    assert (
        state.condition is not None and state.condition.do == "The file cannot be opened. Check whether you may read it"
    )
