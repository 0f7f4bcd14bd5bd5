from datetime import timedelta

from appliance.counter.counter import post_conditions
from appliance.counter.kit_lists import list_states
from appliance.standing_conditions import Condition, ConditionKind
from data.clock import TrustedTime
from data.errors import Damaged
from data.lists.edition import AgeBand, AgePolicy
from devices.faults import FaultReason
from devices.ports import READY, DeviceHealth, DeviceState
from tests.support.sample import NOW, PaperList, edition

LISTS = [
    PaperList("sltd"),
    PaperList("un", edition("un", age=timedelta(hours=30))),
    PaperList("never", None),
    PaperList("broken", error=Damaged("bit flipped")),
]


def test_every_list_is_told_with_its_age_in_words() -> None:
    states = list_states(LISTS, NOW, {"un": AgePolicy(1, 24)})
    assert [(one.name, one.words, one.age) for one in states] == [
        ("sltd", "3 hours ago", AgeBand.FRESH),
        ("un", "30 hours ago", AgeBand.EXPIRED),
        ("never", "never received", None),
        ("broken", "damaged", None),
    ]


def test_what_the_post_lacks_is_told_once() -> None:
    readers = {
        "good": READY,
        "gone": DeviceState(DeviceHealth.ABSENT, FaultReason.UNPLUGGED),
        "ill": DeviceState(DeviceHealth.FAULTED, FaultReason.PROTOCOL),
    }
    states = list_states(LISTS, NOW, {"un": AgePolicy(1, 24)})
    assert list(map(str, post_conditions((*states, *states), TrustedTime(NOW, True), readers))) == [
        "the list un is expired",
        "the list never was never received",
        "the list broken is damaged",
        "the reader gone does not work",
        "the reader ill does not work",
        "the clock is behind signed time",
    ]


def test_a_post_that_lacks_nothing() -> None:
    assert post_conditions(list_states(LISTS[:1], NOW), TrustedTime(NOW, False), {"good": READY}) == ()


def test_the_condition_of_a_list_is_the_one_its_findings_name() -> None:
    (expired,) = post_conditions(list_states([LISTS[1]], NOW, {"un": AgePolicy(1, 24)}), TrustedTime(NOW, False))
    assert expired == Condition(ConditionKind.LIST_EXPIRED, "un")
