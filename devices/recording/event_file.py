"""The file of a recording: JSON Lines, a header and then events, each with the seconds since the one before.

```
{"waypost_recording": 1, "title": "Reader on DESKO", "driver": "serial", "redacted": true}
{"after_s": 1.52, "kind": "bytes", "hex": "02503c…"}       what came over the line
{"after_s": 0.0, "kind": "begun"}                          a reading was under way
{"after_s": 0.1, "kind": "reading", "raw": "P<…"}          of pictures also "doubts": [7], "agreeing": 2,
                                                           "codes": [{"symbology": "qr", "content": "4d31…"}]
{"after_s": 2.0, "kind": "retry", "guidance": "lay_flat"}
{"after_s": 1.0, "kind": "fault", "reason": "unplugged"}
{"after_s": 4.1, "kind": "back"}                           the device was ready again
```

A redacted recording has no traveller's data: every letter is X and every digit 0; lengths, fillers and marks stay. That
is all that a framing or a time-out depends on, and nothing that identifies a person.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from data.documents.barcodes import LARGEST_BYTES as LONGEST_CODE
from data.documents.barcodes import MOST_CODES, Symbology
from data.json_codec import decode
from data.text import _
from devices.faults import DeviceFault, FaultReason, Guidance

_REDACTION = bytes(ord("X") if chr(c).isalpha() else ord("0") if chr(c).isdigit() else c for c in range(256))

LARGEST_BYTES = 32 * 1024 * 1024
"""Largest recording; a day of a busy lane has less than 1 MB."""
EventKind = Literal["bytes", "begun", "reading", "retry", "fault", "back"]
_STRICT = ConfigDict(extra="forbid", frozen=True)


def redact_text(text: str) -> str:
    """The shape of `text`, without its content."""
    return "".join("X" if c.isalpha() else "0" if c.isnumeric() else c for c in text)


def redact_bytes(data: bytes) -> bytes:
    """The shape of bytes in Latin-1, without their content."""
    return data.translate(_REDACTION)


class RecordingHeader(BaseModel):
    """Which device was recorded, and whether the recording is redacted."""

    model_config = _STRICT

    waypost_recording: Literal[1] = 1
    title: str = _("Recorded reader")
    driver: str = ""
    redacted: bool = False


class RecordedCode(BaseModel):
    """A bar code with a reading; in a redacted recording zeros of the same length."""

    model_config = _STRICT

    symbology: Symbology
    content: str = Field(pattern="^([0-9a-f]{2})*$", max_length=2 * LONGEST_CODE)


class RecordingEvent(BaseModel):
    """One thing that happened."""

    model_config = _STRICT

    after_s: float = Field(ge=0, le=86_400)
    kind: EventKind
    hex: str = Field("", pattern="^([0-9a-f]{2})*$")
    raw: str = ""
    doubts: tuple[int, ...] = ()
    agreeing: int = Field(1, ge=1)
    codes: tuple[RecordedCode, ...] = Field((), max_length=MOST_CODES)
    guidance: Guidance = Guidance.AGAIN
    reason: FaultReason = FaultReason.BAD_READ

    def line(self) -> str:
        """Its line in the file, with only the fields of its kind."""
        return json.dumps({"after_s": round(self.after_s, 3), "kind": self.kind, **self._own()}, ensure_ascii=True)

    def _own(self) -> dict[str, object]:
        if self.kind == "reading":
            seen = {"doubts": self.doubts, "agreeing": self.agreeing} if self.doubts or self.agreeing > 1 else {}
            codes = {"codes": [code.model_dump(mode="json") for code in self.codes]} if self.codes else {}
            return {"raw": self.raw, **seen, **codes}
        own = {"bytes": "hex", "retry": "guidance", "fault": "reason"}.get(self.kind)
        return {own: str(getattr(self, own))} if own else {}


def load_header(path: Path) -> RecordingHeader:
    """The header of a recording; DeviceFault SETUP if it is not one."""
    try:
        with path.open("rb") as file:
            first = file.readline(4096)
    except OSError:
        raise DeviceFault(FaultReason.SETUP, _("There is no recording {name}", name=path.name)) from None
    return decode(
        RecordingHeader,
        first,
        lambda _why: DeviceFault(FaultReason.SETUP, _("{name} is not a recording", name=path.name)),
    )


def load_events(path: Path) -> tuple[RecordingEvent, ...]:
    """All events of a recording, without an incomplete last line."""
    load_header(path)
    if path.stat().st_size > LARGEST_BYTES:
        raise DeviceFault(FaultReason.SETUP, _("{name} is too large for a recording", name=path.name))
    lines = path.read_bytes().split(b"\n")
    return tuple(_parse_event(line, path.name, number) for number, line in enumerate(lines[1:-1], start=2))


def _parse_event(line: bytes, name: str, number: int) -> RecordingEvent:
    return decode(
        RecordingEvent,
        line,
        lambda _why: DeviceFault(FaultReason.SETUP, _("{name}, line {number}: not an event", name=name, number=number)),
        most_bytes=LARGEST_BYTES,
    )
