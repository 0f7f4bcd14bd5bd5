"""PC/SC by pyscard: imported when a reader is asked for, its codes told as faults of the device contract."""

from importlib import import_module
from typing import Any

from devices.faults import DeviceFault, Reason, lacking

OK = 0
_REASONS = {
    "SCARD_E_SHARING_VIOLATION": Reason.BUSY,
    "SCARD_E_NO_ACCESS": Reason.DENIED,
    "SCARD_W_SECURITY_VIOLATION": Reason.DENIED,
    "SCARD_E_NO_SERVICE": Reason.NO_DRIVER,
    "SCARD_E_SERVICE_STOPPED": Reason.NO_DRIVER,
    "SCARD_E_UNKNOWN_READER": Reason.UNPLUGGED,
    "SCARD_E_READER_UNAVAILABLE": Reason.UNPLUGGED,
    "SCARD_E_NO_READERS_AVAILABLE": Reason.UNPLUGGED,
    "SCARD_E_NO_SMARTCARD": Reason.UNPLUGGED,
    "SCARD_W_REMOVED_CARD": Reason.UNPLUGGED,
    "SCARD_W_RESET_CARD": Reason.UNPLUGGED,
    "SCARD_E_INVALID_HANDLE": Reason.UNPLUGGED,
    "SCARD_E_NOT_TRANSACTED": Reason.UNPLUGGED,
    "SCARD_F_COMM_ERROR": Reason.UNPLUGGED,
    "SCARD_E_TIMEOUT": Reason.TIMEOUT,
    "SCARD_W_UNPOWERED_CARD": Reason.BAD_READ,
    "SCARD_W_UNRESPONSIVE_CARD": Reason.BAD_READ,
    "SCARD_E_PROTO_MISMATCH": Reason.BAD_READ,
}
"""A contact that is lost in the middle of a command shows as one of many codes: the chip is then away."""
_HINTS = {
    Reason.NO_DRIVER: "Start the service for chip readers: systemctl start pcscd",
    Reason.DENIED: "Allow the user who runs the desk to use chip readers (polkit: org.debian.pcsc-lite)",
    Reason.UNPLUGGED: "Lay the document on the reader again; if it stays so, check the reader's cable",
    Reason.BAD_READ: "Lay the document flat, in the middle of the reader",
}


def library() -> Any:
    """`smartcard.scard`; DeviceFault NO_DRIVER where the extra is not installed."""
    try:
        return import_module("smartcard.scard")
    except ImportError:
        raise lacking("pcsc", "A chip reader") from None


def reason_of(code: int) -> Reason:
    """What a code of PC/SC says of the device."""
    scard = library()
    named = {getattr(scard, name): reason for name, reason in _REASONS.items() if hasattr(scard, name)}
    return named.get(code, Reason.PROTOCOL)


def fault(code: int, title: str) -> DeviceFault:
    """The fault that a code stands for; `title` names the reader."""
    reason = reason_of(code)
    says = str(library().SCardGetErrorMessage(code)).strip().rstrip(".")
    return DeviceFault(reason, f"{title}: {says}", hint=_HINTS.get(reason, ""))


def context() -> Any:
    """A connection to the service; DeviceFault NO_DRIVER when it does not run."""
    scard = library()
    code, made = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code != OK:
        raise fault(code, "PC/SC")
    return made


def reader_names() -> tuple[str, ...]:
    """Readers that are there now, by name; DeviceFault where the service cannot be asked."""
    scard, made = library(), context()
    try:
        code, names = scard.SCardListReaders(made, [])
    finally:
        scard.SCardReleaseContext(made)
    if code == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    if code != OK:
        raise fault(code, "PC/SC")
    return tuple(sorted(names))
