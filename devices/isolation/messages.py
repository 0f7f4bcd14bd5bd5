"""The messages between a kit and the process of an isolated driver: one JSON object a line, both ways.

To it: first the job `{url, folder, profile, devices, tap}`, then `{read: seconds}`, one at a time. From it:
`{opened: true}` or `{fault}`; then `{state}` at every change, `{beat: n}` twice a second, `{line}` where the kit hears
the bytes that come, and one `{answer: null | {raw, doubts, agreeing, codes} | {retry} | {fault}}` for each read; at any
time `{log: [origin, …]}`, an error for the kit's log (`data.log.error_origin`). The other end's words are checked: it
is foreign code.
"""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from data.log.error_origin import MOST_ORIGINS, ErrorElsewhere, ErrorOrigin
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceHealth, DeviceState
from devices.reading import LONGEST_RAW, Reading

LONGEST_LINE = 64 * 1024
LONGEST_TAPPED = 16 * 1024
"""Bytes of the line in one message."""
BEAT_S = 0.5
"""Between two signs of life."""
_STRICT = ConfigDict(extra="forbid", frozen=True)


class FaultMessage(BaseModel):
    """A fault in another process."""

    model_config = _STRICT

    reason: FaultReason
    what: str = Field(max_length=500)
    hint: str = Field(max_length=500)

    def to_fault(self) -> DeviceFault:
        """The same, here."""
        return DeviceFault(self.reason, self.what, hint=self.hint)


class StateMessage(BaseModel):
    """A state in another process."""

    model_config = _STRICT

    health: DeviceHealth
    reason: FaultReason | None
    hint: str = Field(max_length=500)

    def to_state(self) -> DeviceState:
        """The same, here."""
        return DeviceState(self.health, self.reason, self.hint)


class CodeMessage(BaseModel):
    """A bar code read in another process."""

    model_config = _STRICT

    symbology: Symbology
    content: str = Field(pattern="^([0-9a-f]{2})*$", max_length=2 * LARGEST_BYTES)

    def to_barcode(self) -> Barcode:
        """The same, here."""
        return Barcode(self.symbology, bytes.fromhex(self.content))


class AnswerMessage(BaseModel):
    """What one read came to: exactly one of these, or none of them for nothing presented."""

    model_config = _STRICT

    raw: str | None = Field(None, max_length=LONGEST_RAW)
    doubts: tuple[Annotated[int, Field(ge=0, lt=LONGEST_RAW)], ...] = Field((), max_length=LONGEST_RAW)
    agreeing: int = Field(1, ge=1, le=1_000)
    codes: tuple[CodeMessage, ...] = Field((), max_length=MOST_CODES)
    retry: Guidance | None = None
    fault: FaultMessage | None = None


class DriverMessage(BaseModel):
    """A line from the driver's process."""

    model_config = _STRICT

    opened: bool = False
    beat: int | None = None
    state: StateMessage | None = None
    fault: FaultMessage | None = None
    answer: AnswerMessage | None = None
    log: tuple[dict[str, Any], ...] = Field((), max_length=MOST_ORIGINS)
    line: str = Field("", pattern="^([0-9a-f]{2})*$", max_length=2 * LONGEST_TAPPED)

    def to_error(self) -> ErrorElsewhere | None:
        """What went wrong there, for the kit's log."""
        return ErrorElsewhere([ErrorOrigin.from_json(origin) for origin in self.log]) if self.log else None


def parse_message(line: bytes) -> DriverMessage | None:
    """A line of the other process; None where it is none."""
    try:
        return DriverMessage.model_validate_json(line)
    except ValidationError:
        return None


def encode_message(message: dict[str, Any]) -> bytes:
    """A message as its line."""
    return json.dumps(message).encode() + b"\n"


def encode_fault(fault: DeviceFault) -> dict[str, str]:
    """A fault as it travels."""
    return {"reason": fault.reason.value, "what": fault.what[:500], "hint": fault.hint[:500]}


def encode_state(state: DeviceState) -> dict[str, str | None]:
    """A state as it travels."""
    return {"health": state.health.value, "reason": state.reason and state.reason.value, "hint": state.hint[:500]}


def encode_answer(result: Reading | Retry | DeviceFault | None) -> dict[str, Any]:
    """An answer as it travels."""
    if isinstance(result, Reading):
        provenance = result.provenance
        codes = [{"symbology": code.symbology.value, "content": code.content.hex()} for code in result.codes]
        return {"raw": result.raw, "doubts": provenance.doubts, "agreeing": provenance.agreeing, "codes": codes}
    if isinstance(result, Retry):
        return {"retry": result.guidance.value}
    return {} if result is None else {"fault": encode_fault(result)}
