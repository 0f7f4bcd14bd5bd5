"""What a serial port adds to the contract that tests/contract holds for all readers."""

import asyncio
import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from devices.faults import FaultReason
from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.devices.support.opened import open_reader, reason_to_open
from tests.support.waiting import GUARD_S


@contextmanager
def pseudo_terminal() -> Iterator[tuple[int, str]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


async def test_an_inquired_reader_is_asked_and_answers() -> None:
    with pseudo_terminal() as (master, port):

        def answer() -> None:
            for text in (b"", ZONE.encode(), ZONE.encode()):
                inquiry = os.read(master, 3)
                assert inquiry == b"\x49\0\0"
                os.write(master, b"\x49" + len(text).to_bytes(2) + text)

        peer = threading.Thread(target=answer)
        peer.start()
        device = open_reader(f"serial://{port}?framing=elyctis")
        await device.open()
        got = await device.read(GUARD_S)
        assert isinstance(got, Reading) and got.raw == ZONE
        await asyncio.to_thread(peer.join, GUARD_S)
        assert await device.read(0.2) is None, "it still lies there"
        await device.close()


async def test_what_came_before_the_port_was_opened_is_not_read() -> None:
    with pseudo_terminal() as (master, port):
        os.write(master, b"\x02" + ZONE.encode() + b"\x03")
        device = open_reader(f"serial://{port}")
        await device.open()
        assert await device.read(0.2) is None
        await device.close()


async def test_a_port_that_another_program_holds_is_busy() -> None:
    import serial

    with pseudo_terminal() as (_, port), serial.Serial(port, exclusive=True):
        assert (await reason_to_open(f"serial://{port}")).reason is FaultReason.BUSY
