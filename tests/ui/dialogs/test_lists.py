"""Work is opened under what makes travellers CANNOT SAY, and under nothing else."""

from rich.console import Console

from appliance.counter.kit_lists import ListState
from appliance.standing_conditions import Condition, ConditionKind
from data.lists.edition import AgeBand, Edition
from data.text import _
from tests.support.sample import NOW
from ui.desk.desk_port import PostState
from ui.dialogs.lists import lists_text, openable_conditions


def test_work_can_be_opened_under_a_dead_chip_reader_and_not_under_a_dead_page_reader() -> None:
    expired = Condition(ConditionKind.LIST_EXPIRED, "un")
    chip, page = Condition(ConditionKind.READER_DEAD, "chip"), Condition(ConditionKind.READER_DEAD, "Page reader")
    assert openable_conditions(PostState(conditions=(page, expired, chip))) == [expired, chip]


def test_what_ends_a_condition_stands_under_it() -> None:
    dead = Condition(ConditionKind.READER_DEAD, "chip", _("Ask the technician to start the service"))
    console = Console(width=100)
    with console.capture() as page:
        console.print(lists_text(PostState(conditions=(dead,)), ()))
    assert "the reader chip does not work\n  Ask the technician to start the service" in page.get()


def test_a_list_that_may_be_an_older_copy_is_not_called_fresh() -> None:
    edition = Edition("sltd", "documents", 1, NOW, NOW)
    condition = Condition(ConditionKind.LIST_UNCONFIRMED, "sltd")
    state = ListState("sltd", edition, AgeBand.FRESH, _("just now"), condition)
    console = Console(width=120)
    with console.capture() as page:
        console.print(lists_text(PostState((state,), (condition,)), ()))
    assert "NOT SEARCHED" in page.get() and "FRESH" not in page.get()
    assert openable_conditions(PostState((state,), (condition,))) == [condition]
