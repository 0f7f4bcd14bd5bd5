"""What a run did to one list, in words that need no protocol page."""

import pytest

from sync.list_sync import Way
from ui.synced_words import versions_in_words, way_in_words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0, 4, "new, version 4"), (3, 4, "version 3 → 4"), (4, 4, "version 4"), (0, 0, "not here yet")],
)
def test_versions(before: int, after: int, words: str) -> None:
    assert versions_in_words(before, after) == words


def test_ways() -> None:
    assert [way_in_words(way) for way in (Way.DELTA, "snapshot", "new dates")] == [
        "changes", "the whole list", "new dates",
    ]  # fmt: skip
    assert way_in_words(Way.UNCHANGED, failed=True) == "NOT RENEWED"
    assert way_in_words(Way.UNCHANGED, postponed=True) == "postponed"
    assert way_in_words("a word of a later service") == "a word of a later service"
