"""The messages between a kit and the process of an isolated driver: one JSON object a line, both ways.

To the driver: first the job `{url, folder, profile, devices, tap, discover}`, then `{read: seconds}`, one at a time,
and `{safe: true | false}` about what it delivered.

From it: `{opened: {id, title, simulated}}`, or `{discovered: [{url, device}, …]}` if it was to discover, or `{fault}`;
then `{state}` at every change, `{beat: n}` twice a second, `{line}` if the kit wants the bytes that come over the line,
and one `{answer: null | {raw, doubts, agreeing, codes} | {retry} | {fault}}` for each read; at any time `{log: [origin,
…]}`, an error for the kit's log (`data.log.error_origin`). All of it is checked: the process runs foreign code.

Faults and states carry a reason code, and texts as id and values (`data.text`).
"""

import json
from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from data.json_codec import decode, decode_or_none
from data.log.error_origin import MOST_ORIGINS, ErrorElsewhere, ErrorOrigin
from data.text import THE_VALUE, Message, _, decode_text, encode_text, join
from data.untrusted_text import clean
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceHealth, DeviceInfo, DeviceState, DiscoveredDevice
from devices.reading import LONGEST_RAW, Reading

LONGEST_LINE = 64 * 1024
LONGEST_TAPPED = 16 * 1024
"""Bytes from the device's line in one message."""
BEAT_S = 0.5
"""Between two signs of life."""
LONGEST_TEXT = 500
"""Characters of a text in a fault or a state, of a device's URL, id or title."""
LONGEST_TITLE = 100
"""Characters of a device's title; the rest is cut off."""
MOST_FOUND = 32
"""Devices that one driver may discover."""
_STRICT = ConfigDict(extra="forbid", frozen=True)


def _decode_text(stored: object) -> Message:
    """A text that foreign code made; what moves or reorders other text is dropped, and makes it an untranslated one."""
    text = decode_text(stored)
    if len(text) > LONGEST_TEXT:
        raise ValueError(_("{field} is too long", field=THE_VALUE))
    return _shorten(text, LONGEST_TEXT)


def _shorten(text: Message, most: int) -> Message:
    harmless = clean(text, most)
    return text if text == harmless else join([harmless])


Text = Annotated[Message, PlainValidator(_decode_text)]


class FaultMessage(BaseModel):
    """A fault in another process."""

    model_config = _STRICT

    reason: FaultReason
    what: Text
    hint: Text

    def to_fault(self) -> DeviceFault:
        """The fault, to be raised in this process."""
        return DeviceFault(self.reason, self.what, hint=self.hint)


class StateMessage(BaseModel):
    """A state in another process."""

    model_config = _STRICT

    health: DeviceHealth
    reason: FaultReason | None
    hint: Text

    def to_state(self) -> DeviceState:
        """The state, as this process shows it."""
        return DeviceState(self.health, self.reason, self.hint)


class CodeMessage(BaseModel):
    """A bar code read in another process."""

    model_config = _STRICT

    symbology: Symbology
    content: str = Field(pattern="^([0-9a-f]{2})*$", max_length=2 * LARGEST_BYTES)

    def to_barcode(self) -> Barcode:
        """The bar code."""
        return Barcode(self.symbology, bytes.fromhex(self.content))


class AnswerMessage(BaseModel):
    """The result of one read: a document or codes, `retry`, or `fault`; none of them if nothing was presented."""

    model_config = _STRICT

    raw: str | None = Field(None, max_length=LONGEST_RAW)
    doubts: tuple[Annotated[int, Field(ge=0, lt=LONGEST_RAW)], ...] = Field((), max_length=LONGEST_RAW)
    agreeing: int = Field(1, ge=1, le=1_000)
    codes: tuple[CodeMessage, ...] = Field((), max_length=MOST_CODES)
    held: bool = False
    retry: Guidance | None = None
    fault: FaultMessage | None = None


class DeviceMessage(BaseModel):
    """Which device a driver in another process has."""

    model_config = _STRICT

    id: str = Field(min_length=1, max_length=LONGEST_TEXT)
    title: Text
    simulated: bool

    def to_info(self, driver: str) -> DeviceInfo:
        """The same; which driver it is, is known here."""
        return DeviceInfo(self.id, _shorten(self.title, LONGEST_TITLE) or driver, driver, self.simulated)


class DiscoveredMessage(BaseModel):
    """A device that a driver in another process has discovered."""

    model_config = _STRICT

    url: str = Field(min_length=1, max_length=LONGEST_TEXT)
    device: DeviceMessage

    def to_discovered(self, driver: str) -> DiscoveredDevice:
        """The same; which driver it is, is known here."""
        return DiscoveredDevice(self.url, self.device.to_info(driver))


class DriverMessage(BaseModel):
    """A line from the driver's process."""

    model_config = _STRICT

    opened: DeviceMessage | None = None
    discovered: tuple[DiscoveredMessage, ...] | None = Field(None, max_length=MOST_FOUND)
    beat: int | None = None
    state: StateMessage | None = None
    fault: FaultMessage | None = None
    answer: AnswerMessage | None = None
    log: tuple[ErrorOrigin, ...] = Field((), max_length=MOST_ORIGINS)
    line: str = Field("", pattern="^([0-9a-f]{2})*$", max_length=2 * LONGEST_TAPPED)

    @property
    def ends_job(self) -> bool:
        """Whether the job that the process was given first is done, or failed."""
        return self.opened is not None or self.discovered is not None or self.fault is not None

    def to_error(self) -> ErrorElsewhere | None:
        """What went wrong there, for the kit's log."""
        return ErrorElsewhere(self.log) if self.log else None


class DriverJob(BaseModel):
    """What the kit tells a driver's process first."""

    model_config = _STRICT

    url: str
    folder: str
    profile: Literal["development", "production"]
    devices: str
    tap: bool
    discover: Literal["", "discover", "discover_chips", "discover_cards"] = ""
    """What to call in place of opening `url`, of which only the scheme counts then."""


class ReadRequest(BaseModel):
    """The kit wants a document, or says what became of the one that it got."""

    model_config = _STRICT

    read: float | None = None
    """Seconds to wait for one."""
    safe: bool | None = None
    """Whether what was delivered is safe."""


def parse_message(line: bytes) -> DriverMessage | None:
    """A line from the driver's process; None if it is not a message."""
    return decode_or_none(DriverMessage, line)


def parse_job(line: bytes) -> DriverJob:
    """The kit's first line; JsonError when it is none."""
    return decode(DriverJob, line)


def parse_request(line: bytes) -> ReadRequest:
    """A further line of the kit; JsonError when it is none."""
    return decode(ReadRequest, line)


def encode_message(message: dict[str, Any]) -> bytes:
    """The line of a message."""
    return json.dumps(message).encode() + b"\n"


def encode_fault(fault: DeviceFault) -> dict[str, Any]:
    """The content of `{fault}`."""
    return {"reason": fault.reason.value, "what": _encode_text(fault.what), "hint": _encode_text(fault.hint)}


def encode_info(info: DeviceInfo) -> dict[str, Any]:
    """The content of `{opened}`."""
    return {"id": info.id[:LONGEST_TEXT], "title": _encode_text(info.title), "simulated": info.simulated}


def encode_discovered(devices: Iterable[DiscoveredDevice]) -> list[dict[str, Any]]:
    """The content of `{discovered}`."""
    return [{"url": device.url, "device": encode_info(device.info)} for device in islice(devices, MOST_FOUND)]


def encode_state(state: DeviceState) -> dict[str, Any]:
    """The content of `{state}`."""
    return {
        "health": state.health.value,
        "reason": state.reason and state.reason.value,
        "hint": _encode_text(state.hint),
    }


def _encode_text(text: str) -> Any:
    return encode_text(text if len(text) <= LONGEST_TEXT else str(text)[:LONGEST_TEXT])


def encode_answer(result: Reading | Retry | DeviceFault | None) -> dict[str, Any]:
    """The content of `{answer}`."""
    if isinstance(result, Reading):
        provenance = result.provenance
        codes = [{"symbology": code.symbology.value, "content": code.content.hex()} for code in result.codes]
        certainty = {"doubts": provenance.doubts, "agreeing": provenance.agreeing}
        return {"raw": result.raw, **certainty, "codes": codes, "held": result.is_held}
    if isinstance(result, Retry):
        return {"retry": result.guidance.value}
    return {} if result is None else {"fault": encode_fault(result)}
