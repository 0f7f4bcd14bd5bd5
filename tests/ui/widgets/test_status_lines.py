"""The ages of the lists fit the top lines, in words that stay whole."""

from datetime import timedelta

import pytest

from appliance.counter.kit_lists import list_states
from tests.support.sample import NOW, PaperList, edition
from ui.desk.actions import Privacy
from ui.desk.desk_port import PostState
from ui.widgets.status_lines import SEPARATOR, fit_pieces, lists_line, pack_lines


def line(**ages_h: float) -> str:
    lists = [PaperList(name, edition(name, age=timedelta(hours=hours))) for name, hours in ages_h.items()]
    return lists_line(PostState(list_states(lists, NOW), (), (), ""), Privacy.OPEN)


def test_lists_of_one_age_are_named_together_and_four_of_them_fit_one_line() -> None:
    assert line(sltd=3, un=3, ofac=3, notices=3) == "Lists: sltd, un, ofac, notices 3 hours ago"
    assert line(sltd=3, un=220, ofac=3) == "Lists: sltd, ofac 3 hours ago · un 9 days ago, EXPIRED"


@pytest.mark.parametrize("width", [1, 20, 40, 78, 200])
def test_a_line_ends_between_two_ages(width: int) -> None:
    whole = line(sltd=3, un=5, ofac=7, notices=60)
    lines = pack_lines(whole, width)
    assert SEPARATOR.join(lines) == whole
    pieces = whole.split(SEPARATOR)
    assert all(len(piece) <= width or piece in pieces for piece in lines)


def test_the_first_line_leaves_out_whole_pieces_and_says_so() -> None:
    pieces = ["North Gate", "lane 2", "synced 5 minutes ago"]
    assert fit_pieces(pieces, 44) == "North Gate · lane 2 · synced 5 minutes ago"
    assert fit_pieces(pieces, 30) == "North Gate · lane 2 · …"
    assert fit_pieces(pieces, 16) == "North Gate · …"
    assert fit_pieces(pieces, 8) == "North…"
