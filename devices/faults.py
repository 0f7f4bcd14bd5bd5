"""The faults of a device, and the guidance that helps an officer to get a reading.

A fault is an error with a reason that the screen can act on. A retry is no error: it is guidance.
"""

import errno
import os
from dataclasses import dataclass
from enum import StrEnum

from data.errors import DeviceError, describe_os_error
from data.installation import install_command
from data.text import EMPTY, Message, _


class FaultReason(StrEnum):
    """Reasons of a fault."""

    UNPLUGGED = "unplugged"
    BUSY = "busy"
    """Another program uses the device."""
    DENIED = "denied"
    """This user, or this kit's profile, may not use it."""
    NO_DRIVER = "no_driver"
    NOT_OPEN = "not_open"
    BAD_READ = "bad_read"
    PROTOCOL = "protocol"
    TIMEOUT = "timeout"
    SETUP = "setup"
    """Its settings are wrong."""


_DO = {
    FaultReason.UNPLUGGED: _("Check the cable, then plug the device in again"),
    FaultReason.BUSY: _("Close the other program that uses the device"),
    FaultReason.DENIED: _("Ask the technician to allow the device"),
    FaultReason.NO_DRIVER: _("Ask the technician to install its driver"),
    FaultReason.NOT_OPEN: _("Open the device first"),
    FaultReason.BAD_READ: _("Present the document again"),
    FaultReason.PROTOCOL: _("Unplug the device, wait five seconds, plug it in again"),
    FaultReason.TIMEOUT: _("Present the document again"),
    FaultReason.SETUP: _("Ask the technician to correct the device's settings"),
}


WITHOUT_PLUG = frozenset({"folder", "pictures", "replay", "simulated"})
"""Drivers of what has no cable that anybody could check."""


def driver_fault(driver: str, what: Message) -> "DeviceFault":
    """The fault of a driver that failed or hangs: what may help depends on what it drives."""
    return DeviceFault(FaultReason.PROTOCOL, what, hint=restart_hint(driver))


def restart_hint(driver: str) -> Message:
    """What may bring back what `driver` (a URL scheme) reads."""
    if driver in WITHOUT_PLUG:
        return _("Check that its folder can be opened, then start the desk again; otherwise call the technician")
    return _DO[FaultReason.PROTOCOL]


class DeviceFault(DeviceError):
    """A device did not do what it was asked to do; `hint` says what to do, by default by the `reason`."""

    what: Message

    def __init__(self, reason: FaultReason, what: Message, *, hint: Message = EMPTY) -> None:
        self.reason = reason
        self.hint = hint or _DO[reason]
        super().__init__(what, means=_("Documents can still be typed in"), do=self.hint)


def not_plugged_in(what: Message) -> DeviceFault:
    """The fault of a device whose node is not there: it is unplugged, or never had this name."""
    hint = _("Check the cable; if the device is plugged in, check its name in the URL")
    return DeviceFault(FaultReason.UNPLUGGED, what, hint=hint)


def opening_fault(device: str, number: int | None, group: str) -> DeviceFault:
    """Why the node of `device` cannot be opened, by the system's error number; users in `group` may open it.

    Only a node that is not there, or fails as one that was pulled out, is unplugged.
    """
    if number in _TAKEN:
        return DeviceFault(FaultReason.BUSY, _("Another program uses {device}", device=device))
    if number in _FORBIDDEN:
        hint = _("Ask the technician to add the user who runs the desk to the group '{group}'", group=group)
        return DeviceFault(FaultReason.DENIED, _("This user may not open {device}", device=device), hint=hint)
    if number in _ABSENT:
        return not_plugged_in(_("{device} is unplugged", device=device))
    if number in _PULLED_OUT:
        return DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=device))
    error = os.strerror(number) if number else _("no reason given")
    return DeviceFault(
        FaultReason.PROTOCOL,
        _("{device} cannot be opened: {error}", device=device, error=error),
        hint=_("Unplug the device, wait five seconds, plug it in again; if that does not help, call the technician"),
    )


_TAKEN = frozenset({errno.EAGAIN, errno.EBUSY})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_PULLED_OUT = frozenset({errno.ENODEV, errno.ENXIO, errno.EIO})


def recording_fault(name: str, error: OSError) -> DeviceFault:
    """Why the recording in the file `name` cannot be written."""
    what = _("{name} cannot be written: {reason}", name=name, reason=describe_os_error(error))
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = _("Make room on the disk, or record to another one") if is_full else EMPTY
    return DeviceFault(FaultReason.SETUP, what, hint=hint)


def refuse_simulated(scheme: str, profile: str, *, simulated: bool) -> None:
    """DeviceFault DENIED if a driver, or a device that it made or opened, is simulated and the kit is in production."""
    if simulated and profile == "production":
        raise DeviceFault(
            FaultReason.DENIED,
            _("{scheme} devices are simulated; a production kit refuses them", scheme=scheme),
            hint=_("Name a real reader in kit.toml"),
        )


def missing_extra(extra: str, feature: Message) -> DeviceFault:
    """The fault of a feature (`a serial reader`) whose optional part of Waypost is not installed."""
    return DeviceFault(
        FaultReason.NO_DRIVER,
        _("The extra '{extra}' is not installed: {feature} needs it", extra=extra, feature=feature),
        hint=_("Install it with: {command}", command=install_command(extra)),
    )


class Guidance(StrEnum):
    """What would help the next try."""

    LAY_FLAT = "lay_flat"
    HOLD_STILL = "hold_still"
    TURN_OVER = "turn_over"
    CLEAN_GLASS = "clean_glass"
    MORE_LIGHT = "more_light"
    LESS_GLARE = "less_glare"
    CLOSER = "closer"
    AGAIN = "again"


_SAYS = {
    Guidance.LAY_FLAT: _("Lay the document flat"),
    Guidance.HOLD_STILL: _("Hold the document still until the tone"),
    Guidance.TURN_OVER: _("Turn the document over"),
    Guidance.CLEAN_GLASS: _("Wipe the glass"),
    Guidance.MORE_LIGHT: _("Too dark: give the document more light"),
    Guidance.LESS_GLARE: _("Glare: tilt the document a little"),
    Guidance.CLOSER: _("Move the document closer"),
    Guidance.AGAIN: _("Try again"),
}


@dataclass(frozen=True, slots=True)
class Retry:
    """Guidance for the officer: the device works, but this reading did not."""

    guidance: Guidance

    @property
    def says(self) -> Message:
        """What the officer does."""
        return _SAYS[self.guidance]
