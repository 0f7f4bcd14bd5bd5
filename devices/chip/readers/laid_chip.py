"""A chip on a PC/SC reader, taken for this process alone."""

from threading import Lock
from typing import Any

from devices.chip.readers.service import OK, context, fault, library
from devices.faults import DeviceFault, Reason

_WAIT_S = 0.2
"""How long letting go waits for a command under way; after that the command lets go when it comes back."""


class PcscChip:
    """One chip, from being taken to being let go."""

    def __init__(self, name: str) -> None:
        """Take the chip on the reader called `name`. DeviceFault BUSY, UNPLUGGED, BAD_READ, PROTOCOL."""
        scard = library()
        self._name = name
        self._context: Any = context()
        both = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, self._card, self._protocol = scard.SCardConnect(self._context, name, scard.SCARD_SHARE_EXCLUSIVE, both)
        if code != OK:
            scard.SCardReleaseContext(self._context)
            raise fault(code, name)
        self._form = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self._lock = Lock()
        self._closed = False
        self._released = False

    def transmit(self, command: bytes) -> bytes:
        """The response to a command. DeviceFault UNPLUGGED, TIMEOUT, PROTOCOL; NOT_OPEN when it was let go."""
        with self._lock:
            if self._closed:
                raise DeviceFault(Reason.NOT_OPEN, f"The chip on {self._name} was let go")
            scard = library()
            code, response = scard.SCardTransmit(self._card, self._form, list(command))
            if code == scard.SCARD_W_RESET_CARD:
                # The reader began with the chip anew, as some do over a command they cannot carry.
                scard.SCardReconnect(self._card, scard.SCARD_SHARE_EXCLUSIVE, self._protocol, scard.SCARD_LEAVE_CARD)
            if code == scard.SCARD_E_PROTO_MISMATCH:
                code = scard.SCARD_W_REMOVED_CARD  # another document was laid in the place of this one
            if self._closed:
                self._release()
        if code != OK:
            raise fault(code, self._name)
        return bytes(response)

    def close(self) -> None:
        """Let go of the chip, which forgets all that was agreed. Doing so twice does nothing."""
        self._closed = True
        if self._lock.acquire(timeout=_WAIT_S):
            try:
                self._release()
            finally:
                self._lock.release()

    def _release(self) -> None:
        if not self._released:
            self._released = True
            scard = library()
            scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
            scard.SCardReleaseContext(self._context)
