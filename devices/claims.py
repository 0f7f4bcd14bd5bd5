"""Which devices this process has open: a device is opened once, whichever reader object asks.

Other processes are kept out by the device itself (an exclusive port, a grab, a lock on the file).
"""

from devices.faults import DeviceFault, Reason

_TAKEN: set[str] = set()


def take(device: str, title: str) -> None:
    """Take `device` (any name that is the same for the same device); DeviceFault BUSY when it is taken."""
    if device in _TAKEN:
        raise DeviceFault(Reason.BUSY, f"{title} is in use")
    _TAKEN.add(device)


def give_back(device: str) -> None:
    """Let others take it."""
    _TAKEN.discard(device)
