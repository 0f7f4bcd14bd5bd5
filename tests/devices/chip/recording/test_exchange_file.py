"""Redaction of exchanges keeps lengths, headers and names, and nothing of a traveller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.recording.exchange_file import redact_command, redact_response


@given(st.binary(max_size=300))
def test_redaction_keeps_every_length(data: bytes) -> None:
    assert len(redact_command(data)) == len(data)
    assert len(redact_response(data)) == len(data)


@pytest.mark.parametrize(("command", "expected"), [
    ("00A4040C07A0000002471001", "00A4040C07A0000002471001"),
    ("0CA4020C151122334455", "0CA4020C15" + "00" * 5),
    ("0082000003AABBCC28", "008200000300000028"),
    ("00B0000004", "00B0000004"),
    ("00B00000000400", "00B00000000400"),
    ("0C860000 000002 AABB 0000", "0C86000000000200000000"),
])  # fmt: skip
def test_redaction_leaves_headers_lengths_and_names(command: str, expected: str) -> None:
    assert redact_command(bytes.fromhex(command)).hex().upper() == expected
