"""What a run did to one list, in words that need no protocol page."""

import pytest

from sync.kit.list_sync import SyncMethod
from ui.text.courier_status import sync_method_in_words, versions_in_words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0, 4, "new, version 4"), (3, 4, "version 3 → 4"), (4, 4, "version 4"), (0, 0, "not here yet")],
)
def test_versions(before: int, after: int, words: str) -> None:
    assert versions_in_words(before, after) == words


def test_ways() -> None:
    assert [sync_method_in_words(way) for way in (SyncMethod.DELTA, "snapshot", "new dates")] == [
        "changes", "the whole list", "new dates",
    ]  # fmt: skip
    assert sync_method_in_words(SyncMethod.UNCHANGED, failed=True) == "NOT RENEWED"
    assert sync_method_in_words(SyncMethod.UNCHANGED, postponed=True) == "postponed"
    assert sync_method_in_words("a word of a later service") == "a word of a later service"
