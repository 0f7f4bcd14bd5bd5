"""PC/SC by pyscard: the service and its errors, exclusive access to a chip, and whether a chip is on a reader.

- pyscard is imported when a reader is needed; codes of PC/SC become faults of the device contract.
- Presence is watched in a thread of its own; every change is reported once, and a reader that is away with why: the
  service that was stopped is not a cable that was pulled.
"""

from collections.abc import Callable
from enum import Enum
from importlib import import_module
from threading import Event, Lock, Thread
from typing import Any

from data.log.error_log import log_error
from data.text import EMPTY, Message, _
from devices.faults import DeviceFault, FaultReason, missing_extra, not_plugged_in

SUCCESS = 0
_REASONS = {
    "SCARD_E_SHARING_VIOLATION": FaultReason.BUSY,
    "SCARD_E_SERVER_TOO_BUSY": FaultReason.BUSY,
    "SCARD_E_NO_ACCESS": FaultReason.DENIED,
    "SCARD_W_SECURITY_VIOLATION": FaultReason.DENIED,
    "SCARD_E_NO_SERVICE": FaultReason.NO_DRIVER,
    "SCARD_E_SERVICE_STOPPED": FaultReason.NO_DRIVER,
    "SCARD_E_UNKNOWN_READER": FaultReason.UNPLUGGED,
    "SCARD_E_READER_UNAVAILABLE": FaultReason.UNPLUGGED,
    "SCARD_E_NO_READERS_AVAILABLE": FaultReason.UNPLUGGED,
    "SCARD_E_NO_SMARTCARD": FaultReason.UNPLUGGED,
    "SCARD_W_REMOVED_CARD": FaultReason.UNPLUGGED,
    "SCARD_W_RESET_CARD": FaultReason.UNPLUGGED,
    "SCARD_E_INVALID_HANDLE": FaultReason.UNPLUGGED,
    "SCARD_E_NOT_TRANSACTED": FaultReason.UNPLUGGED,
    "SCARD_F_COMM_ERROR": FaultReason.UNPLUGGED,
    "SCARD_E_TIMEOUT": FaultReason.TIMEOUT,
    "SCARD_W_UNPOWERED_CARD": FaultReason.BAD_READ,
    "SCARD_W_UNRESPONSIVE_CARD": FaultReason.BAD_READ,
    "SCARD_E_PROTO_MISMATCH": FaultReason.BAD_READ,
}
"""If the contact is lost in the middle of a command, many codes are possible: the chip is gone then."""
_HINTS = {
    FaultReason.NO_DRIVER: _("Ask the technician to start the service for chip readers: `systemctl start pcscd`"),
    FaultReason.DENIED: _(
        "Ask the technician to allow the user who runs the desk to use chip readers (polkit: org.debian.pcsc-lite)"
    ),
    FaultReason.UNPLUGGED: _("Place the document on the reader again; if that does not help, check the reader's cable"),
    FaultReason.BAD_READ: _("Place the document flat, in the middle of the reader"),
}

_WAIT_S = 0.2
"""How long a release waits for a running command; after that, the command itself releases the chip when it ends."""

_LOOK_MS = 500
_PAUSE_S = 0.25
"""Between two looks for a reader or a service that is missing."""
_STOP_S = 2.0


def library() -> Any:
    """The module `smartcard.scard`; DeviceFault NO_DRIVER if the extra is not installed."""
    try:
        return import_module("smartcard.scard")
    except ImportError:
        raise missing_extra("pcsc", _("a chip reader")) from None


def fault_reason(code: int) -> FaultReason:
    """The reason of a fault by its code in PC/SC."""
    scard = library()
    reasons = {getattr(scard, name): reason for name, reason in _REASONS.items() if hasattr(scard, name)}
    return reasons.get(code, FaultReason.PROTOCOL)


def pcsc_fault(code: int, title: str) -> DeviceFault:
    """The fault for a code; `title` names the reader."""
    reason = fault_reason(code)
    says = str(library().SCardGetErrorMessage(code)).strip().rstrip(".")
    return DeviceFault(reason, _("{device}: {error}", device=title, error=says), hint=_HINTS.get(reason, EMPTY))


def unplugged_fault(title: str) -> DeviceFault:
    """The fault of a reader that a running service does not list."""
    return not_plugged_in(_("{device} is unplugged", device=title))


def silence_fault(title: str) -> DeviceFault:
    """The fault of a service that does not say what is on a reader."""
    return DeviceFault(
        FaultReason.TIMEOUT,
        _("{device}: the service for chip readers does not answer", device=title),
        hint=_("Ask the technician to restart the service for chip readers: `systemctl restart pcscd`"),
    )


def absence_fault(code: int, title: str) -> DeviceFault:
    """Why a reader cannot be watched: it is unplugged, or the service has a fault of its own."""
    if fault_reason(code) is FaultReason.UNPLUGGED:
        return unplugged_fault(title)
    return pcsc_fault(code, title)


def establish_context() -> Any:
    """A connection to the service; DeviceFault NO_DRIVER if it does not run."""
    scard = library()
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code != SUCCESS:
        raise pcsc_fault(code, "PC/SC")
    return context


def reader_names() -> tuple[str, ...]:
    """Names of the readers that are connected now; DeviceFault if the service does not answer."""
    scard, context = library(), establish_context()
    try:
        code, names = scard.SCardListReaders(context, [])
    finally:
        scard.SCardReleaseContext(context)
    if code == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    if code != SUCCESS:
        raise pcsc_fault(code, "PC/SC")
    return tuple(sorted(names))


class PcscChip:
    """One chip, held exclusively until `close`."""

    def __init__(self, name: str) -> None:
        """Take the chip on the reader called `name`. DeviceFault BUSY, UNPLUGGED, BAD_READ, PROTOCOL."""
        scard = library()
        self._name = name
        self._context: Any = establish_context()
        both = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, self._card, self._protocol = scard.SCardConnect(self._context, name, scard.SCARD_SHARE_EXCLUSIVE, both)
        if code != SUCCESS:
            scard.SCardReleaseContext(self._context)
            raise pcsc_fault(code, name)
        self._form = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self._lock = Lock()
        self._is_closed = False
        self._is_released = False

    def transmit(self, command: bytes) -> bytes:
        """The response to a command. DeviceFault UNPLUGGED, TIMEOUT, PROTOCOL; NOT_OPEN after `close`."""
        with self._lock:
            if self._is_closed:
                raise DeviceFault(FaultReason.NOT_OPEN, _("The chip on {device} was released", device=self._name))
            scard = library()
            code, response = scard.SCardTransmit(self._card, self._form, list(command))
            if code == scard.SCARD_W_RESET_CARD:
                # The reader reset the chip, as some do for a command that they cannot transmit.
                scard.SCardReconnect(self._card, scard.SCARD_SHARE_EXCLUSIVE, self._protocol, scard.SCARD_LEAVE_CARD)
            if code == scard.SCARD_E_PROTO_MISMATCH:
                code = scard.SCARD_W_REMOVED_CARD  # another document is in the place of this one
            if self._is_closed:
                self._release()
        if code != SUCCESS:
            raise pcsc_fault(code, self._name)
        return bytes(response)

    def close(self) -> None:
        """Release the chip, which forgets its keys. May be called twice."""
        self._is_closed = True
        if self._lock.acquire(timeout=_WAIT_S):
            try:
                self._release()
            finally:
                self._lock.release()

    def _release(self) -> None:
        if not self._is_released:
            self._is_released = True
            scard = library()
            scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
            scard.SCardReleaseContext(self._context)


class ChipPresence(Enum):
    """Whether there is a chip on a reader."""

    NO_CHIP = "no_chip"
    CHIP = "chip"


Presence = ChipPresence | DeviceFault
"""What is on a reader, or why there is no reader."""


class PresenceWatch:
    """Watches the reader called `name`; calls `tell` from a thread of its own."""

    def __init__(self, name: str, tell: Callable[[Presence], None]) -> None:
        self._name = name
        self._tell = tell
        self._stopped = Event()
        self._context: Any = None
        self._last_told: ChipPresence | Message | None = None
        self._thread = Thread(target=self._run, name="chip reader", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching. Returns soon, even if nothing happens on the reader."""
        self._stopped.set()
        if self._context is not None:
            library().SCardCancel(self._context)
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._context = establish_context()
                self._watch()
            except DeviceFault as fault:
                log_error(fault, device="pcsc")
                self._report(fault)
            finally:
                self._release()
            self._stopped.wait(_PAUSE_S)

    def _watch(self) -> None:
        """Report changes; DeviceFault when the reader or the service is gone."""
        scard = library()
        state = scard.SCARD_STATE_UNAWARE
        while not self._stopped.is_set():
            code, states = scard.SCardGetStatusChange(self._context, _LOOK_MS, [(self._name, state)])
            if code == scard.SCARD_E_TIMEOUT:
                continue
            if code != SUCCESS:
                raise absence_fault(code, self._name)
            state = states[0][1]
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                raise unplugged_fault(self._name)
            self._report(ChipPresence.CHIP if state & scard.SCARD_STATE_PRESENT else ChipPresence.NO_CHIP)

    def _report(self, presence: Presence) -> None:
        news = presence.what if isinstance(presence, DeviceFault) else presence
        if news != self._last_told and not self._stopped.is_set():
            self._last_told = news
            self._tell(presence)

    def _release(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            library().SCardReleaseContext(context)
