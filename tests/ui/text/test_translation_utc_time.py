"""Times from other machines, whatever they say."""

import pytest

from ui.text.translation import utc_minute


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2026-11-30T06:42:10Z", "2026-11-30 06:42 UTC"),
        ("2026-11-30T06:42:10+02:00", "2026-11-30 04:42 UTC"),
        ("0001-01-01T00:00:00+14:00", "an unknown time"),
        ("9999-12-31T23:59:59-14:00", "an unknown time"),
        ("yesterday", "an unknown time"),
        ("", "an unknown time"),
    ],
)
def test_a_time_is_said_in_utc_or_to_be_unknown(iso: str, words: str) -> None:
    assert utc_minute(iso) == words
