"""Remembers which devices this process has open: a device is opened once, whichever reader object asks.

Other processes are kept out by the device itself (an exclusive port, a grab, a lock on the file).
"""

from devices.faults import DeviceFault, FaultReason

_HELD: set[str] = set()


def acquire(device: str, title: str) -> None:
    """Take `device` (any name that is the same for the same device); DeviceFault BUSY when it is taken."""
    if device in _HELD:
        raise DeviceFault(FaultReason.BUSY, f"{title} is in use")
    _HELD.add(device)


def release(device: str) -> None:
    """Let others take it."""
    _HELD.discard(device)
