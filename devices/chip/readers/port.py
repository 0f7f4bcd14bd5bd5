"""The port of a chip reader. A driver keeps the promises of every device (`devices.ports`), and these.

- A chip is taken for this process alone; what was said to it is forgotten when it is let go.
- A chip that is lifted is UNPLUGGED to whoever speaks to it, and READY again for `chip` when it lies there again.
"""

from collections.abc import AsyncGenerator
from typing import Protocol

from devices.chip.transport import Transport
from devices.faults import Retry
from devices.ports import DeviceInfo
from devices.states import DeviceState


class LaidChip(Transport, Protocol):
    """A chip that lies on the reader."""

    def close(self) -> None:
        """Let go of it, at once. Closing a closed chip does nothing."""


class ChipReader(Protocol):
    """A reader of chips."""

    @property
    def info(self) -> DeviceInfo:
        """Which device this is."""

    @property
    def state(self) -> DeviceState:
        """The state now: BUSY while a chip is taken."""

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the reader is closed."""

    async def open(self) -> None:
        """Take the reader, or wait for it where it is unplugged. DeviceFault BUSY, DENIED, NO_DRIVER, SETUP."""

    async def close(self) -> None:
        """Let go of the reader and of its chip. Closing a closed reader does nothing."""

    async def chip(self, timeout_s: float) -> LaidChip | Retry | None:
        """The chip that lies there or is laid there in time, guidance for the officer, or None.

        Raises:
            DeviceFault: NOT_OPEN; UNPLUGGED while the reader is away; BUSY when another program has the chip, or the
            one before was not closed; PROTOCOL.
        """
