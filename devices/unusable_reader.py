"""In place of a reader that cannot be used: a mistake in kit.toml, or a driver that is missing or refused.

It keeps the contract of a reader and never gives a document or a chip, so that the desk opens, says what is wrong, and
screens what is typed.
"""

from collections.abc import AsyncGenerator
from typing import NoReturn

from data.text import _
from devices.faults import DeviceFault
from devices.ports import DeviceHealth, DeviceInfo, DeviceState, Transport
from devices.reading import Reading


class _UnusableDevice:
    """In place of the device at `url`; `fault` says why it cannot be used."""

    def __init__(self, url: str, fault: DeviceFault) -> None:
        self.info = DeviceInfo(url, _("named in kit.toml"), url.partition(":")[0])
        self._fault = fault

    @property
    def state(self) -> DeviceState:
        """Always faulted."""
        return DeviceState(DeviceHealth.FAULTED, self._fault.reason, self._fault.hint)

    async def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state, once."""
        yield self.state

    async def open(self) -> None:
        """Always raise DeviceFault."""
        self._refuse()

    async def close(self) -> None:
        """Do nothing."""

    def _refuse(self) -> NoReturn:
        raise DeviceFault(self._fault.reason, self._fault.what, hint=self._fault.hint)


class UnusableReader(_UnusableDevice):
    """In place of a reader of documents."""

    async def read(self, timeout_s: float) -> Reading | None:
        """Always raise DeviceFault."""
        self._refuse()


class UnusableChipReader(_UnusableDevice):
    """In place of a reader of chips."""

    async def chip(self, timeout_s: float) -> Transport | None:
        """Always raise DeviceFault."""
        self._refuse()
