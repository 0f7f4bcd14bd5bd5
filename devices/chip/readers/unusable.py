"""A chip reader that cannot be had: a slip in kit.toml, a driver that is missing or refused.

It keeps the contract and never gives a chip, so that the desk opens and says what is wrong.
"""

from collections.abc import AsyncGenerator

from devices.chip.transport import Transport
from devices.faults import DeviceFault
from devices.ports import DeviceInfo
from devices.states import DeviceState, Health


class UnusableChipReader:
    """Stands where the reader named by `url` would be; `fault` says why it is not there."""

    def __init__(self, url: str, fault: DeviceFault) -> None:
        self.info = DeviceInfo(url, "of chips", url.partition(":")[0])
        self._fault = fault

    @property
    def state(self) -> DeviceState:
        """Faulted, for as long as this process lives."""
        return DeviceState(Health.FAULTED, self._fault.reason, self._fault.hint)

    async def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state, once."""
        yield self.state

    async def open(self) -> None:
        """DeviceFault, always."""
        raise DeviceFault(self._fault.reason, self._fault.what, hint=self._fault.hint)

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def chip(self, timeout_s: float) -> Transport | None:
        """DeviceFault, always."""
        raise DeviceFault(self._fault.reason, self._fault.what, hint=self._fault.hint)
