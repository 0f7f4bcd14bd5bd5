"""One card on the line: the whole response is fetched, a chip that has ever more is stopped, faults are told."""

import pytest

from devices.chip.apdu import CommandApdu
from devices.chip.card import BoundedTransport
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipGone, ChipMalformed, ChipSlow
from devices.chip.status import OK
from devices.faults import DeviceFault, FaultReason
from tests.devices.support.spoken import Spoken


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
