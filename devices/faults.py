"""The faults of a device, and the guidance that helps an officer to get a reading.

A fault is an error with a reason the screen can act on. A retry is no error: it is guidance.
"""

from dataclasses import dataclass
from enum import StrEnum

from data.errors import DeviceError
from data.installation import install_command


class FaultReason(StrEnum):
    """Reasons of a fault."""

    UNPLUGGED = "unplugged"
    BUSY = "busy"
    """Somebody else holds the device."""
    DENIED = "denied"
    """This user or this kit's profile may not use it."""
    NO_DRIVER = "no_driver"
    NOT_OPEN = "not_open"
    BAD_READ = "bad_read"
    PROTOCOL = "protocol"
    TIMEOUT = "timeout"
    SETUP = "setup"
    """The device is described wrongly."""


_DO = {
    FaultReason.UNPLUGGED: "Check the cable, then plug the device in again",
    FaultReason.BUSY: "Close the other program that uses the device",
    FaultReason.DENIED: "Ask the technician to allow the device",
    FaultReason.NO_DRIVER: "Ask the technician to install its driver",
    FaultReason.NOT_OPEN: "Open the device first",
    FaultReason.BAD_READ: "Present the document again",
    FaultReason.PROTOCOL: "Unplug the device, wait five seconds, plug it in again",
    FaultReason.TIMEOUT: "Present the document again",
    FaultReason.SETUP: "Ask the technician to correct the device's settings",
}


class DeviceFault(DeviceError):
    """A device did not do what it was asked, for `reason`; `hint` says what to do."""

    def __init__(self, reason: FaultReason, what: str, *, hint: str = "") -> None:
        self.reason = reason
        self.hint = hint or _DO[reason]
        super().__init__(what, means="Documents can still be typed in", do=self.hint)


def missing_extra(extra: str, what: str) -> DeviceFault:
    """What cannot be done because an optional part of Waypost is not installed, and how to install it."""
    return DeviceFault(
        FaultReason.NO_DRIVER,
        f"{what} needs the extra '{extra}', which is not installed",
        hint=f"Install it with: {install_command(extra)}",
    )


class Guidance(StrEnum):
    """What would make the next try succeed."""

    LAY_FLAT = "lay_flat"
    HOLD_STILL = "hold_still"
    TURN_OVER = "turn_over"
    CLEAN_GLASS = "clean_glass"
    MORE_LIGHT = "more_light"
    LESS_GLARE = "less_glare"
    CLOSER = "closer"
    AGAIN = "again"


_SAYS = {
    Guidance.LAY_FLAT: "Lay it flat",
    Guidance.HOLD_STILL: "Hold it still until the tone",
    Guidance.TURN_OVER: "Turn it over",
    Guidance.CLEAN_GLASS: "Wipe the glass",
    Guidance.MORE_LIGHT: "Too dark: give it more light",
    Guidance.LESS_GLARE: "Glare: tilt it a little",
    Guidance.CLOSER: "Move it closer",
    Guidance.AGAIN: "Try again",
}


@dataclass(frozen=True, slots=True)
class Retry:
    """The device works; this reading did not. Guidance for the officer."""

    guidance: Guidance

    @property
    def says(self) -> str:
        """In words."""
        return _SAYS[self.guidance]
