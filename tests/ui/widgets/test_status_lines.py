"""The ages of the lists fit the top lines, in words that stay whole."""

from datetime import timedelta

import pytest

from appliance.counter.kit_lists import list_states
from tests.support.sample import NOW, PaperList, edition
from ui.desk.actions import Privacy
from ui.desk.desk_port import PostState
from ui.widgets.status_lines import SEPARATOR, fit_pieces, fit_place_and_link, lists_line, pack_lines


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


@pytest.mark.parametrize("width", [78, 51, 40, 30])
def test_the_link_is_whole_where_the_place_is_not(width: int) -> None:
    line = fit_place_and_link(["North Gate", "lane 2", "entry", "officer-1"], "synced 5 minutes ago", width)
    assert line.endswith(" · synced 5 minutes ago") and len(line) <= width
    assert ("…" in line) == (width < 62)


def test_a_link_that_does_not_fit_is_cut_after_its_age() -> None:
    link = "synced 5 minutes ago, no link, next try 14:05"
    assert fit_place_and_link(["North Gate", "lane 2"], link, 40) == "North… · synced 5 minutes ago, no link…"
    assert fit_place_and_link(["North Gate"], "", 40) == "North Gate"
