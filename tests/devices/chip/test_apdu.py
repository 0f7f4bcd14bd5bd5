"""Commands, responses and status words on the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.apdu import CommandApdu, read_response
from devices.chip.card import BoundedTransport
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipGone, ChipMalformed, ChipSlow, ReadingCancelled
from devices.chip.status import OK, StatusWord
from devices.faults import DeviceFault, FaultReason
from tests.devices.support.spoken import Spoken


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


@pytest.mark.parametrize(("word", "says"), [
    (0x63C2, "2 tries are left"), (0x6983, "blocked"), (0x6A82, "no such file"), (0x1234, "no standard"),
])  # fmt: skip
def test_a_status_explains_itself(word: int, says: str) -> None:
    assert says in str(StatusWord(word))
    assert f"{word:04X}" in str(StatusWord(word))


def test_what_is_left_of_a_response_is_fetched() -> None:
    chip = Spoken("00B0000000", "41 6102", "00C0000002", "4243 6101", "00C0000001", "44 9000")
    response = BoundedTransport(chip, Deadline(5)).exchange(CommandApdu(0, 0xB0, 0, 0, expected=256))
    assert (response.data, response.status) == (b"ABCD", OK)


def test_a_chip_that_always_has_more_is_stopped() -> None:
    class Endless:
        def transmit(self, command: bytes) -> bytes:
            return bytes(255) + b"\x61\x00"

    for chip in (Endless(), Spoken("00B0000000", "6110", "00C0000010", "6110")):
        with pytest.raises(ChipMalformed, match="more"):
            BoundedTransport(chip, Deadline(30)).exchange(CommandApdu(0, 0xB0, 0, 0, expected=256))


def test_a_chip_that_drips_its_response_is_stopped() -> None:
    class Dripping:
        count = 0

        def transmit(self, command: bytes) -> bytes:
            self.count += 1
            return b"\x00\x61\x01"

    dripping = Dripping()
    with pytest.raises(ChipMalformed, match="more"):
        BoundedTransport(dripping, Deadline(30)).exchange(CommandApdu(0, 0xB0, 0, 0, expected=256))
    assert dripping.count < 1_000


@pytest.mark.parametrize(("reason", "error"), [(FaultReason.UNPLUGGED, ChipGone), (FaultReason.TIMEOUT, ChipSlow)])
def test_faults_of_the_reader_are_told_as_the_chips(reason: FaultReason, error: type[Exception]) -> None:
    class Failing:
        def transmit(self, command: bytes) -> bytes:
            raise DeviceFault(reason, "something")

    with pytest.raises(error):
        BoundedTransport(Failing(), Deadline(5)).exchange(CommandApdu(0, 0xB0, 0, 0))


def test_a_reading_ends_at_its_deadline_and_when_it_is_cancelled() -> None:
    with pytest.raises(ChipSlow, match="within 0 seconds"):
        BoundedTransport(Spoken(), Deadline(0)).exchange(CommandApdu(0, 0xB0, 0, 0))
    deadline = Deadline(60)
    deadline.cancel()
    with pytest.raises(ReadingCancelled):
        BoundedTransport(Spoken(), deadline).exchange(CommandApdu(0, 0xB0, 0, 0))
