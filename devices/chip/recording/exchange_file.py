"""The file of a chip recording: a header, then one exchange or fault per line, as JSON; readable by its owner (0600).

A redacted exchange shows which command it was, its lengths and its result, but no content. Headers, lengths, status
words and names of applications and files stay. Everything else becomes zeros, encrypted data too, because the
document's zone would open it.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field

from data.json_codec import decode
from data.json_errors import JsonError
from data.log.error_log import suppress_logged
from data.text import _
from devices.faults import DeviceFault, FaultReason, recording_fault

_SELECT = 0xA4
_HEADER = 4

_COMMAND_NAMES = {
    0x22: "MANAGE SECURITY",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x86: "GENERAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB1: "READ BINARY (far)",
    0xC0: "GET RESPONSE",
}

LARGEST_BYTES = 64 * 1024 * 1024
_Hex = Field(pattern=r"^([0-9a-f]{2})*$", max_length=2 * 65_600)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command, its response, and how long the chip took."""

    command: bytes
    response: bytes
    took_ms: float = 0.0

    def redact(self) -> "Exchange":
        """The exchange without any data of a traveller."""
        return Exchange(redact_command(self.command), redact_response(self.response), self.took_ms)

    def __str__(self) -> str:
        redacted = self.redact()
        command, answer = redacted.command, redacted.response
        name = _COMMAND_NAMES.get(command[1], f"{command[1]:02X}") if len(command) > 1 else "?"
        return (
            f"{command[:_HEADER].hex().upper():8} {name:22} {len(command):5} → {len(answer):5} "
            f"{answer[-2:].hex().upper()} {self.took_ms:7.1f} ms"
        )


def redact_command(command: bytes) -> bytes:
    """A command's header, lengths, and what a plain SELECT names; zeros for the rest."""
    header, body = command[:_HEADER], command[_HEADER:]
    plain = len(header) == _HEADER and not header[0] & 0x0C
    if len(body) <= 1 or (plain and header[1] == _SELECT):
        return command
    size = 3 if body[0] == 0 and len(body) >= 3 else 1
    count = int.from_bytes(body[:size], "big")
    if len(body) == size:
        return command
    rest = body[size + count :]
    return header + body[:size] + bytes(len(body) - size - len(rest)) + rest


def redact_response(response: bytes) -> bytes:
    """Zeros for all but the status word."""
    return bytes(max(0, len(response) - 2)) + response[-2:]


class ChipRecordingHeader(BaseModel):
    """What kind of recording this is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    redacted: bool
    seed: str = Field("", pattern=r"^([0-9a-f]{2})*$")
    """Seed of the reader's random numbers, to make them again; empty in a redacted recording."""


class RecordedExchange(BaseModel):
    """One command, and its response or fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = _Hex
    response: str = Field("", pattern=r"^([0-9a-f]{2})*$", max_length=2 * 65_600)
    took_ms: float = Field(0.0, ge=0)
    fault: FaultReason | None = None
    """Instead of a response."""


class ChipRecordingWriter:
    """A recording being written to a new file."""

    def __init__(self, path: Path, head: ChipRecordingHeader) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise recording_fault(path.name, error) from error
        self._name = path.name
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8")
        self._redact = head.redacted
        self._write(head)

    def write_exchange(self, exchange: Exchange) -> None:
        """Write one command and its response."""
        written = exchange.redact() if self._redact else exchange
        self._write(
            RecordedExchange(
                command=written.command.hex(), response=written.response.hex(), took_ms=round(written.took_ms, 2)
            )
        )

    def write_fault(self, command: bytes, reason: FaultReason) -> None:
        """Write one command that failed at the reader."""
        written = Exchange(command, b"").redact() if self._redact else Exchange(command, b"")
        self._write(RecordedExchange(command=written.command.hex(), fault=reason))

    def close(self) -> None:
        """End the file; what could not be written is left out."""
        with suppress_logged(OSError):
            self._file.close()

    def _write(self, line: BaseModel) -> None:
        """DeviceFault SETUP if the disk is full."""
        try:
            self._file.write(f"{line.model_dump_json(exclude_defaults=True)}\n")
            self._file.flush()
        except OSError as error:
            raise recording_fault(self._name, error) from error


def load_exchanges(path: Path) -> tuple[ChipRecordingHeader, tuple[RecordedExchange, ...]]:
    """A whole recording; DeviceFault SETUP if it is not one. An incomplete last line is left out."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DeviceFault(FaultReason.SETUP, _("{name} is too large for a recording", name=path.name))
        first, *rest = path.read_bytes().split(b"\n")
    except OSError:
        raise DeviceFault(FaultReason.SETUP, _("There is no recording {name}", name=path.name)) from None

    def refuse(_why: JsonError) -> DeviceFault:
        return DeviceFault(FaultReason.SETUP, _("{name} is not a recording of a chip", name=path.name))

    header = decode(ChipRecordingHeader, first, refuse)
    return header, tuple(decode(RecordedExchange, line, refuse) for line in rest[:-1])
