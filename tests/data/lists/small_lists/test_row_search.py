"""Rows are found by their normalized keys; what is not known narrows nothing, and what is over is not found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from data.errors import InputError, UnusableList
from data.lists.edition import Edition
from data.lists.rows import Row
from data.lists.small_lists.row_search import RowQuestion, SmallListSearch
from tests.data.support.small_rows import KIND, NOW, edition_of

ROWS = [
    {"id": "A", "mark": "AB 12", "state": "FRA"},
    {"id": "B", "mark": "ab 12", "state": "RUS"},
    {"id": "C", "mark": "AB 12"},
    {"id": "D", "mark": "XY", "day": "2026-11-21"},
    {"id": "E", "state": "FRA"},
]


class PaperView:
    """A version of a list in memory; counts how often it is read whole."""

    def __init__(self, *fields: Mapping[str, Any], version: int = 1) -> None:
        self.listed = dict(KIND.rows((KIND.schema.read(each) for each in fields), b""))
        self.edition: Edition | None = edition_of([Row(*item) for item in self.listed.items()], version)
        self.times_read = 0

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self.listed[key] for key in keys if key in self.listed}

    def rows(self) -> list[Row]:
        self.times_read += 1
        return [Row(*item) for item in sorted(self.listed.items())]


def find(view: PaperView, column: str, value: str, narrowed_by: str = "", days: int = 0) -> str:
    search, at = SmallListSearch(KIND), NOW + timedelta(days=days)
    return "".join(record.identity for record in search.find(view, RowQuestion(column, value, narrowed_by), at))


@pytest.mark.parametrize(
    ("column", "value", "narrowed_by", "identities"),
    [
        ("mark", "ab 12", "", "ABC"),
        ("mark", "AB 12", "FRA", "AC"),
        ("mark", "AB 12", "SUN", "BC"),
        ("mark", "AB 12", "DEU", "C"),
        ("mark", "AB 12", "no state", "ABC"),
        ("mark", "AB", "", ""),
        ("id", "e", "", "E"),
    ],
)
def test_rows_are_found_by_key(column: str, value: str, narrowed_by: str, identities: str) -> None:
    assert find(PaperView(*ROWS), column, value, narrowed_by) == identities


def test_a_row_is_found_until_its_last_day_is_past() -> None:
    view = PaperView(*ROWS)
    assert find(view, "mark", "XY") == "D" and find(view, "mark", "XY", days=1) == ""
    search = SmallListSearch(KIND)
    assert [record.identity for record in search.read_all(view, NOW)] == ["A", "B", "C", "D", "E"]
    assert len([*search.read_all(view, NOW + timedelta(days=1))]) == 4


def test_a_question_without_anything_to_search_by_is_no_empty_answer() -> None:
    with pytest.raises(InputError, match="mark is empty, or has a character"):
        find(PaperView(*ROWS), "mark", "")


def test_the_keys_are_read_once_for_a_version_and_again_for_the_next() -> None:
    search, view = SmallListSearch(KIND), PaperView(*ROWS)
    question = RowQuestion("mark", "AB 12")
    for _ in range(3):
        assert len(search.find(view, question, NOW)) == 3
    assert view.times_read == 1 and view.edition is not None
    view.edition = replace(view.edition, as_of=NOW + timedelta(hours=1))
    search.find(view, question, NOW)
    assert view.times_read == 1, "only the dates are newer"
    later = PaperView(*ROWS[1:], version=2)
    assert [record.identity for record in search.find(later, question, NOW)] == ["B", "C"]


def test_nothing_is_found_before_the_first_version() -> None:
    view = PaperView()
    view.edition = None
    assert find(view, "mark", "AB 12") == "" and view.times_read == 0


def test_one_row_that_cannot_be_read_stops_every_answer() -> None:
    view = PaperView(*ROWS)
    view.listed[b"Z"] = b"{}"
    with pytest.raises(UnusableList):
        find(view, "mark", "XY")
    with pytest.raises(UnusableList):
        list(SmallListSearch(KIND).read_all(view, NOW))
