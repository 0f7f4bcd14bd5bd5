"""The whole chip: wrong passwords make it slow and then close it."""

import pytest

from devices.chip.access_keys import MrzKey
from devices.chip.bac import establish_bac
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessRefused
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.minted import MRZ_KEY, card, open_chip

_WRONG = MrzKey.of("X00000000", "900203", "310101")


def test_wrong_passwords_make_the_chip_slow_and_then_close_it() -> None:
    waited: list[float] = []
    simulated = SimulatedChip(card(wrong_password_delay_s=0.5, blocked_after=4), wait=waited.append)
    _try_keys(simulated, _WRONG, 3)
    assert waited == [0.5, 1.0]
    open_chip(simulated)
    assert waited == [0.5, 1.0, 2.0]
    simulated.lay_down()
    _try_keys(simulated, _WRONG, 4)
    simulated.lay_down()
    _try_keys(simulated, MRZ_KEY, 1)


def _try_keys(simulated: SimulatedChip, key: MrzKey, times: int) -> None:
    for _ in range(times):
        on_reader = Card(BoundedTransport(simulated, Deadline(60)))
        on_reader.select_application()
        with pytest.raises(AccessRefused):
            establish_bac(on_reader, key)
