"""Everything a reader delivers, one event after another, through faults and recoveries: what a desk listens to."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from devices.faults import DeviceFault, FaultReason, Retry
from devices.ports import DeviceHealth, DocumentReader
from devices.reading import Reading

POLL_S = 1.0
"""Deadline of one read; nothing presented in it is no event."""
BACK_OFF_S = (0.25, 0.5, 1.0, 2.0)
"""Pauses after faults that follow each other; the last one is repeated."""


async def stream_events(reader: DocumentReader) -> AsyncGenerator[Reading | Retry | DeviceFault]:
    """Readings, guidance and faults of an open reader, until the reader is closed.

    A fault is given once; as long as the device stays away nothing more comes, then reading goes on.
    """
    faults = 0
    while True:
        try:
            result = await reader.read(POLL_S)
            faults = 0
            if result is not None:
                yield result
        except DeviceFault as fault:
            if fault.reason is FaultReason.NOT_OPEN:
                return
            yield fault
            await asyncio.sleep(BACK_OFF_S[min(faults, len(BACK_OFF_S) - 1)])
            faults += 1
            await _wait_until_ready(reader)


async def _wait_until_ready(reader: DocumentReader) -> None:
    async with aclosing(reader.events()) as events:
        async for state in events:
            if state.health in (DeviceHealth.READY, DeviceHealth.DEGRADED):
                return
