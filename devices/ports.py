"""The contract of devices and drivers (tests/contract holds it): what a device promises, what a driver provides.

- Every operation of a device has a deadline or ends at once, and can be cancelled within 200 ms.
- A device that comes back becomes ready by itself, with an event.
- `state` is true at any time; only the driver sets it. Every change is an event.
- A device is named by a URL: `scheme://where?setting=value#part`. Its driver gets that URL and a `DriverContext`.
- The port under every chip protocol is `Transport`: one command APDU in, one response APDU out (ISO/IEC 7816-3, -4).
  It carries bytes and does not interpret them. PC/SC, an in-process chip and a recording are all transports.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, Self, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from data.clock import read_system_time
from data.text import EMPTY, Message, _
from data.untrusted_text import hide_credentials
from devices.faults import DeviceFault, FaultReason, Retry
from devices.reading import Reading


class DeviceHealth(StrEnum):
    """The states of the adapter contract."""

    ABSENT = "absent"
    CONNECTING = "connecting"
    READY = "ready"
    BUSY = "busy"
    """A reading is under way."""
    DEGRADED = "degraded"
    FAULTED = "faulted"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A state. A bad one has a reason, and a hint that says what to do."""

    health: DeviceHealth
    reason: FaultReason | None = None
    hint: Message = EMPTY


LONGEST_NAME = 70
"""Characters of a device's name in its title."""
CLOSED = DeviceState(DeviceHealth.ABSENT)
CONNECTING = DeviceState(DeviceHealth.CONNECTING)
READY = DeviceState(DeviceHealth.READY)
BUSY = DeviceState(DeviceHealth.BUSY)


class Transport(Protocol):
    """The connection to one chip on a reader."""

    def transmit(self, command: bytes) -> bytes:
        """The chip's response to a command APDU: its data, then SW1 and SW2.

        Raises:
            DeviceFault: UNPLUGGED if the chip or the reader is gone, TIMEOUT, BUSY, PROTOCOL.
        """


@dataclass(frozen=True, slots=True)
class DeviceUrl:
    """A device URL in its parts."""

    scheme: str
    where: str
    """Host and path together, unquoted: `/dev/ttyACM0`, `kit.toml`, `127.0.0.1:4501`."""
    settings: dict[str, str] = field(default_factory=dict)
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a URL; DeviceFault SETUP if it is not valid."""
        try:
            parts = urlsplit(text.strip())
        except ValueError:
            parts = urlsplit("")
        if not parts.scheme or "://" not in text:
            raise DeviceFault(
                FaultReason.SETUP,
                _("'{text}' is not the URL of a device", text=hide_credentials(text)[:LONGEST_NAME]),
                hint=_("Give one like serial:///dev/ttyACM0; `waypost kit bench` lists the devices that are there"),
            )
        return cls(parts.scheme, unquote(parts.netloc + parts.path), dict(parse_qsl(parts.query)), parts.fragment)


@dataclass(frozen=True, slots=True)
class DriverContext:
    """What a driver gets from the kit: folders, profile and clock."""

    folder: Path
    """The kit's home, where relative paths in device URLs start."""
    profile: Literal["development", "production"] = "production"
    now: Callable[[], datetime] = read_system_time
    """Trusted time, for provenance."""
    devices: Path = Path("/dev")
    """Where device nodes are looked for."""
    tap: Callable[[bytes], None] | None = None
    """Called with the bytes that come over a driver's line, also if the driver runs in another process."""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Which device this is."""

    id: str
    """Stable over restarts and reconnections."""
    title: str
    """For people: a name, or a message."""
    driver: str
    """URL scheme of its driver."""
    simulated: bool = False


class Device(Protocol):
    """What every device promises."""

    @property
    def info(self) -> DeviceInfo:
        """Which device this is."""

    @property
    def state(self) -> DeviceState:
        """The state now."""

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the device is closed."""

    async def open(self) -> None:
        """Take the device for this process. DeviceFault BUSY if it is taken, even by this very object."""

    async def close(self) -> None:
        """Release everything. Closing a closed device does nothing."""


class ChipReader(Device, Protocol):
    """A reader of chips."""

    async def chip(self, timeout_s: float) -> Transport | None:
        """The transport of the chip on the reader; None if there is none within `timeout_s`.

        A chip that is lifted makes its transport raise UNPLUGGED; laid down again, it has another transport.

        Raises:
            DeviceFault: NOT_OPEN; UNPLUGGED while the reader is missing; BUSY while another call waits; BAD_READ.
        """


class DocumentReader(Device, Protocol):
    """A reader of machine-readable zones."""

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next document, guidance for the officer, or None if nothing was presented within `timeout_s`.

        Raises:
            DeviceFault: NOT_OPEN; UNPLUGGED while the device is missing; BAD_READ, PROTOCOL.
        """


class HoldingReader(DocumentReader, Protocol):
    """A document reader whose source of a document stays until the document is safe.

    Not every reader has such a source: use the functions `acknowledge` and `leave_unread` of this module.
    """

    async def acknowledge(self) -> None:
        """What was delivered is safe. The next `read` says the same."""

    async def leave_unread(self) -> None:
        """What was delivered could not be kept: its source stays. The next program that uses the device gets it again;
        this reader does not deliver it twice, however often it is opened.
        """


def holds_documents(reader: DocumentReader) -> bool:
    """Whether documents queue in this reader, so that it must be read for them to be seen."""
    return hasattr(reader, "acknowledge")


async def acknowledge(reader: DocumentReader) -> None:
    """Tell a reader that what it delivered is safe, if it wants to know."""
    if hasattr(reader, "acknowledge"):
        await cast(HoldingReader, reader).acknowledge()


async def leave_unread(reader: DocumentReader) -> None:
    """Tell a reader that what it delivered could not be kept, if it wants to know."""
    if hasattr(reader, "leave_unread"):
        await cast(HoldingReader, reader).leave_unread()


@dataclass(frozen=True, slots=True)
class DiscoveredDevice:
    """A device that is connected now; `reader(device.url, …)` makes its reader."""

    url: str
    info: DeviceInfo


class Driver(Protocol):
    """What a driver's module provides. A built-in one may also have `NATIVE = True`.

    A driver of chip readers has `chip_reader` and `discover_chips`, which work like `reader` and `discover`, in
    addition or instead.
    """

    SIMULATED: bool

    def discover(self, context: DriverContext) -> Iterable[DiscoveredDevice]:
        """Devices that are connected now: never one that is not, and the same ones every time."""

    def reader(self, url: DeviceUrl, context: DriverContext) -> DocumentReader:
        """A closed reader. DeviceFault SETUP if the URL describes none."""
