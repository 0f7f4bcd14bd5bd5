"""Status words explain themselves."""

import pytest

from devices.chip.status import StatusWord


@pytest.mark.parametrize(("word", "says"), [
    (0x63C2, "2 tries are left"), (0x6983, "blocked"), (0x6A82, "no such file"), (0x1234, "no standard"),
])  # fmt: skip
def test_a_status_explains_itself(word: int, says: str) -> None:
    assert says in StatusWord(word).says
    assert f"{word:04X}" in StatusWord(word).says
