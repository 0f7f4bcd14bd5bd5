"""The port under every chip protocol: one command APDU in, one response APDU out (ISO/IEC 7816-3, -4).

A transport knows bytes and nothing of what they mean. PC/SC, an in-process chip and a recording are transports alike.
"""

from typing import Protocol


class Transport(Protocol):
    """A line to one chip that lies on a reader."""

    def transmit(self, command: bytes) -> bytes:
        """The chip's response to a command APDU: its data, then SW1 and SW2.

        Raises:
            DeviceFault: UNPLUGGED when chip or reader went away, TIMEOUT, BUSY, PROTOCOL.
        """
