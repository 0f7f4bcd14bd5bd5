"""The simulated chip through a real pcscd and pyscard: what our driver and any other maker's reader will meet."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from devices.simulated.chip.simulated_chip import ATR
from tests.devices.support.minted import chip
from tests.support.virtual_pcsc import READER, VirtualPcsc
from tests.support.waiting import GUARD_S

_SELECT = "00A4040C07A0000002471001"


@pytest.fixture
def pcsc(virtual_pcsc: VirtualPcsc) -> Iterator[VirtualPcsc]:
    yield virtual_pcsc
    virtual_pcsc.reader.take_away()


def _moments() -> Iterator[None]:
    """Moments to look again in: nobody tells when pcscd sees what was laid down."""
    end = time.monotonic() + GUARD_S
    while time.monotonic() < end:
        yield
        time.sleep(0.05)


def _connect() -> Any:
    from smartcard.Exceptions import CardConnectionException, NoCardException
    from smartcard.System import readers

    reader = next(pcsc_reader for pcsc_reader in readers() if str(pcsc_reader) == READER)
    for _ in _moments():
        connection = reader.createConnection()
        with contextlib.suppress(NoCardException, CardConnectionException):
            connection.connect()
            return connection
        connection.release()
    raise AssertionError("pcscd does not see the chip")


def _ask(connection: Any, command: str) -> str:
    data, sw1, sw2 = connection.transmit(list(bytes.fromhex(command)))
    return bytes([*data, sw1, sw2]).hex().upper()


def test_select_and_read_through_pcscd(pcsc: VirtualPcsc) -> None:
    pcsc.reader.lay(chip())
    connection = _connect()
    assert bytes(connection.getATR()) == ATR
    assert _ask(connection, "00A4020C02011C") == "9000"
    assert _ask(connection, "00B0000000") == "31143012060A04007F0007020204020202010202010D9000"
    assert _ask(connection, _SELECT) == "9000"
    assert _ask(connection, "00B0810000") == "6982"
    connection.release()


def test_a_chip_that_is_torn_off_is_gone_for_pcscd_and_answers_when_laid_again(pcsc: VirtualPcsc) -> None:
    from smartcard.Exceptions import CardConnectionException

    torn = chip(faults=["tear_off"], at=2)
    pcsc.reader.lay(torn)
    connection = _connect()
    assert _ask(connection, _SELECT) == "9000"
    assert _ask(connection, _SELECT) == "6F00"
    with pytest.raises(CardConnectionException):
        for _ in _moments():
            _ask(connection, _SELECT)
    connection.release()
    pcsc.reader.lay(torn)
    again = _connect()
    assert _ask(again, _SELECT) == "9000"
    again.release()
