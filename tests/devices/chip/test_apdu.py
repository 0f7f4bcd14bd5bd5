"""Commands and responses on the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.apdu import CommandApdu, read_response
from devices.chip.errors import ChipMalformed


@pytest.mark.parametrize(("data", "expected", "encoded"), [
    (b"", 0, "00A40102"),
    (b"", 8, "00A4010208"),
    (b"", 256, "00A4010200"),
    (b"", 257, "00A40102000101"),
    (b"", 65_536, "00A40102000000"),
    (b"\x01\x1e", 0, "00A4010202011E"),
    (b"\x01\x1e", 256, "00A4010202011E00"),
    (b"\x01\x1e", 300, "00A40102000002011E012C"),
    (b"\x01\x1e", 65_536, "00A40102000002011E0000"),
    (b"\x07" * 256, 0, "00A40102000100" + "07" * 256),
])  # fmt: skip
def test_each_case_in_its_shortest_form(data: bytes, expected: int, encoded: str) -> None:
    assert CommandApdu(0, 0xA4, 1, 2, data, expected).encode().hex().upper() == encoded


def test_lengths_that_no_command_has_are_refused() -> None:
    for command in (CommandApdu(0, 0, 0, 0, expected=65_537), CommandApdu(0, 0, 0, 0, bytes(65_536))):
        with pytest.raises(ValueError, match="length"):
            command.encode()


@given(st.binary(max_size=300))
def test_any_answer_is_a_response_or_malformed(answer: bytes) -> None:
    try:
        response = read_response(answer)
    except ChipMalformed:
        assert len(answer) < 2
    else:
        assert response.data + response.status.word.to_bytes(2, "big") == answer
