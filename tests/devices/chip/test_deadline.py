"""A reading ends at its deadline and when it is cancelled."""

import pytest

from devices.chip.apdu import CommandApdu
from devices.chip.card import BoundedTransport
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipSlow, ReadingCancelled
from tests.devices.support.spoken import Spoken


def test_a_reading_ends_at_its_deadline_and_when_it_is_cancelled() -> None:
    with pytest.raises(ChipSlow, match="within 0 seconds"):
        BoundedTransport(Spoken(), Deadline(0)).exchange(CommandApdu(0, 0xB0, 0, 0))
    deadline = Deadline(60)
    deadline.cancel()
    with pytest.raises(ReadingCancelled):
        BoundedTransport(Spoken(), deadline).exchange(CommandApdu(0, 0xB0, 0, 0))
