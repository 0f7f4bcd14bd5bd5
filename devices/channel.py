"""The port below a live reader: how one kind of device is connected and what is heard from it.

A channel knows no states, deadlines or callers; `devices.live_reader` gives any channel the promises of
the adapter contract. So a new driver is one channel.
"""

from collections.abc import Sequence
from typing import Protocol

from devices.faults import DeviceFault, Retry
from devices.reading import Seen

Heard = str | Seen | Retry | DeviceFault
"""A document's text (lines joined by line feeds), guidance, or what went wrong with one document."""


class Channel(Protocol):
    """One device of one kind."""

    @property
    def begun(self) -> bool:
        """Whether part of a document has come and the rest has not."""

    def connect(self) -> None:
        """Take the device, at once. DeviceFault UNPLUGGED when it is away, else BUSY, DENIED, NO_DRIVER, SETUP."""

    async def receive(self) -> Sequence[Heard]:
        """What comes next. It may be nothing, when only `begun` changed. DeviceFault UNPLUGGED when the device is gone.

        Cancelling it loses nothing that was heard.
        """

    def disconnect(self) -> None:
        """Let go of the device and forget what was begun. Doing so twice does nothing."""
