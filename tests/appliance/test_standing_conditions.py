"""Standing conditions: one behind several checks is one, and a list's is the one that its findings name."""

from appliance.counter.kit_lists import list_states, post_conditions
from appliance.standing_conditions import Condition, ConditionKind, find_conditions
from data.clock import TrustedTime
from data.lists.edition import AgePolicy
from data.screenings import State
from tests.appliance.support.check_doubles import LISTS
from tests.support.sample import NOW, finding


def test_one_condition_behind_several_checks_is_one() -> None:
    missing = [finding(State.NOT_DONE, check, reason="list_missing") for check in ("age:un", "persons:un")]
    optional = finding(State.NOT_DONE, "face", reason="timeout", mandatory=False)
    assert find_conditions([*missing, optional]) == ((Condition(ConditionKind.LIST_MISSING, "un"),), ())


def test_the_condition_of_a_list_is_the_one_its_findings_name() -> None:
    (expired,) = post_conditions(list_states([LISTS[1]], NOW, {"un": AgePolicy(1, 24)}), TrustedTime(NOW, False))
    assert expired == Condition(ConditionKind.LIST_EXPIRED, "un")
