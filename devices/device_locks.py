"""Remembers which devices this process has open, so that two reader objects do not open the same device.

The device itself keeps other processes out (an exclusive port, a grab, a lock on the file).
"""

from data.text import _
from devices.faults import DeviceFault, FaultReason

_HELD: set[str] = set()


def acquire(device: str, title: str) -> None:
    """Take `device`, by any name that is the same for the same device. DeviceFault BUSY if it is taken."""
    if device in _HELD:
        raise DeviceFault(FaultReason.BUSY, _("{device} is in use", device=title))
    _HELD.add(device)


def release(device: str) -> None:
    """Allow others to take the device."""
    _HELD.discard(device)
