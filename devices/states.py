"""What a device says of itself. Every change is an event."""

from dataclasses import dataclass
from enum import StrEnum

from devices.faults import Reason


class Health(StrEnum):
    """The states of the adapter contract."""

    ABSENT = "absent"
    CONNECTING = "connecting"
    READY = "ready"
    BUSY = "busy"
    """A reading is under way."""
    DEGRADED = "degraded"
    FAULTED = "faulted"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A state, and where it is not a good one, why and what to do."""

    health: Health
    reason: Reason | None = None
    hint: str = ""


CLOSED = DeviceState(Health.ABSENT)
CONNECTING = DeviceState(Health.CONNECTING)
READY = DeviceState(Health.READY)
BUSY = DeviceState(Health.BUSY)
