"""The port of each sense. A driver is any class that keeps these promises (tests/contract holds them).

- Every operation has a deadline or ends at once, and can be cancelled within 200 ms.
- A device that comes back is Ready again by itself, with an event.
- `state` is truthful at any time; nothing but the driver sets it.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from devices.chip.transport import Transport
from devices.faults import Retry
from devices.reading import Reading
from devices.states import DeviceState


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Which device this is."""

    id: str
    """Stable over restarts and reconnections."""
    title: str
    driver: str
    """URL scheme of its driver."""
    simulated: bool = False


class Device(Protocol):
    """What a device of any sense promises."""

    @property
    def info(self) -> DeviceInfo:
        """Which device this is."""

    @property
    def state(self) -> DeviceState:
        """The state now."""

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the device is closed."""

    async def open(self) -> None:
        """Take the device for this process. DeviceFault: BUSY when it is taken, also by this very object."""

    async def close(self) -> None:
        """Let go of everything. Closing a closed device does nothing."""


class ChipReader(Device, Protocol):
    """A reader of chips: they are transports."""

    async def chip(self, timeout_s: float) -> Transport | None:
        """The chip that lies on the reader, or None when none was laid down within `timeout_s`.

        A chip that is lifted makes its transport raise UNPLUGGED; laid again, it is another one.

        Raises:
            DeviceFault: NOT_OPEN; UNPLUGGED while the reader is away; BUSY while another call waits; BAD_READ.
        """


class DocumentReader(Device, Protocol):
    """A reader of machine-readable zones."""

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next document, guidance for the officer, or None when none was presented within `timeout_s`.

        Raises:
            DeviceFault: NOT_OPEN; UNPLUGGED while the device is away; BAD_READ, PROTOCOL.
        """
