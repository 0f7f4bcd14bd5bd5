"""The faults of devices: only what is not there is unplugged, and the advice names who can act."""

import errno

import pytest

from devices.faults import FaultReason, opening_fault


@pytest.mark.parametrize(
    ("number", "reason", "advice"),
    [
        (errno.EBUSY, FaultReason.BUSY, "other program"),
        (errno.EAGAIN, FaultReason.BUSY, "other program"),
        (errno.EACCES, FaultReason.DENIED, "Ask the technician to add the user who runs the desk to the group 'video'"),
        (errno.EPERM, FaultReason.DENIED, "technician"),
        (errno.ENOENT, FaultReason.UNPLUGGED, "check its name in the URL"),
        (errno.ENODEV, FaultReason.UNPLUGGED, "Check the cable"),
        (errno.EMFILE, FaultReason.PROTOCOL, "call the technician"),
        (errno.ENOMEM, FaultReason.PROTOCOL, "call the technician"),
        (None, FaultReason.PROTOCOL, "call the technician"),
    ],
)
def test_why_a_device_cannot_be_opened(number: int | None, reason: FaultReason, advice: str) -> None:
    fault = opening_fault("ttyACM0", number, "video")
    assert fault.reason is reason and advice in fault.hint
    assert ("unplugged" in fault.what) is (reason is FaultReason.UNPLUGGED)
