"""The file of a recording: a head, then an exchange or a fault a line, as JSON. For its owner's eyes alone (0600)."""

import os
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from devices.chip.recording.trace import Exchange
from devices.faults import DeviceFault, Reason

LARGEST_BYTES = 64 * 1024 * 1024
_Hex = Field(pattern=r"^([0-9a-f]{2})*$", max_length=2 * 65_600)


class Head(BaseModel):
    """What kind of recording this is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    redacted: bool
    seed: str = Field("", pattern=r"^([0-9a-f]{2})*$")
    """With which the reader's numbers were made, so that they can be made again; never of a redacted recording."""


class Line(BaseModel):
    """One command and what came of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = _Hex
    response: str = Field("", pattern=r"^([0-9a-f]{2})*$", max_length=2 * 65_600)
    took_ms: float = Field(0.0, ge=0)
    fault: Reason | None = None
    """Instead of a response."""


class RecordingFile:
    """A recording being written to a new file."""

    def __init__(self, path: Path, head: Head) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DeviceFault(Reason.SETUP, f"{path.name} cannot be written: {error.strerror}") from error
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8")
        self._redact = head.redacted
        self._write(head)

    def exchange(self, exchange: Exchange) -> None:
        """One command and its response."""
        kept = exchange.redacted() if self._redact else exchange
        self._write(Line(command=kept.command.hex(), response=kept.response.hex(), took_ms=round(kept.took_ms, 2)))

    def fault(self, command: bytes, reason: Reason) -> None:
        """One command that the reader failed over."""
        kept = Exchange(command, b"").redacted() if self._redact else Exchange(command, b"")
        self._write(Line(command=kept.command.hex(), fault=reason))

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def _write(self, line: BaseModel) -> None:
        self._file.write(f"{line.model_dump_json(exclude_defaults=True)}\n")
        self._file.flush()


def load(path: Path) -> tuple[Head, tuple[Line, ...]]:
    """A whole recording; DeviceFault SETUP when it is none. A last line that broke off is left out."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DeviceFault(Reason.SETUP, f"{path.name} is too large for a recording")
        first, *rest = path.read_bytes().split(b"\n")
        return Head.model_validate_json(first), tuple(Line.model_validate_json(line) for line in rest[:-1])
    except OSError:
        raise DeviceFault(Reason.SETUP, f"There is no recording {path.name}") from None
    except ValidationError:
        raise DeviceFault(Reason.SETUP, f"{path.name} is no recording of a chip") from None
