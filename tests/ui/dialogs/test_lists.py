"""Work is opened under what makes travellers CANNOT SAY, and under nothing else."""

from appliance.standing_conditions import Condition, ConditionKind
from ui.desk.desk_port import PostState
from ui.dialogs.lists import openable_conditions


def test_work_can_be_opened_under_a_dead_chip_reader_and_not_under_a_dead_page_reader() -> None:
    expired = Condition(ConditionKind.LIST_EXPIRED, "un")
    chip, page = Condition(ConditionKind.READER_DEAD, "chip"), Condition(ConditionKind.READER_DEAD, "Page reader")
    assert openable_conditions(PostState(conditions=(page, expired, chip))) == [expired, chip]
