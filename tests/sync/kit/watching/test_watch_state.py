"""A state that cannot be read is none."""

from pathlib import Path

import pytest

from sync.kit.watching import watch_state


@pytest.mark.parametrize("nonsense", [b"", b"[" * 9000, b"{}", b'{"state":3,"neighbours":7}', b"[1]"])
def test_a_state_that_cannot_be_read_is_none(tmp_path: Path, nonsense: bytes) -> None:
    assert watch_state.read_state(tmp_path) is None
    (tmp_path / watch_state.STATE_FILE).write_bytes(nonsense)
    assert watch_state.read_state(tmp_path) is None
    assert not watch_state.is_running(tmp_path)
