"""Tells systemd how a service does (sd_notify): ready, alive, stopping, and one line for `systemctl status`.

Outside systemd there is nobody to tell, and nothing happens.
"""

import os
import socket
from contextlib import suppress

_ADDRESS = "NOTIFY_SOCKET"
_WATCHDOG = "WATCHDOG_USEC"
_MOST_STATUS = 200


class Notifier:
    """The line to systemd of this process."""

    def __init__(self) -> None:
        address = os.environ.get(_ADDRESS, "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = int(os.environ.get(_WATCHDOG, "0") or 0) / 1e6
        """How often systemd wants to hear that we live; 0 for never."""

    def ready(self) -> None:
        """We work."""
        self._tell("READY=1")

    def alive(self) -> None:
        """We still do."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """We are about to end."""
        self._tell("STOPPING=1")

    def status(self, words: str) -> None:
        """What we do now, in one line."""
        self._tell(f"STATUS={' '.join(words.split())[:_MOST_STATUS]}")

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(message.encode(), self._address)
