"""A document reader that records everything another one does. Only its owner can read the file (0600)."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import IO

from data.documents.barcodes import Barcode
from data.log.error_log import suppress_logged
from devices.faults import DeviceFault, FaultReason, Retry, recording_fault
from devices.ports import DeviceHealth, DeviceInfo, DeviceState, DocumentReader, acknowledge, leave_unread
from devices.reading import Reading
from devices.recording.event_file import EventKind, RecordingEvent, RecordingHeader, redact_bytes, redact_text


class RecordingWriter:
    """Writes a recording to a new file; `redact` keeps only the shape of what was read."""

    def __init__(self, path: Path, info: DeviceInfo, *, redact: bool) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise recording_fault(path.name, error) from error
        self._name = path.name
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8")
        self._redact = redact
        self._last = time.monotonic()
        self._away = False
        self._write(RecordingHeader(title=info.title, driver=info.driver, redacted=redact).model_dump_json())

    def write_bytes(self, data: bytes) -> None:
        """Write bytes from the device's line (a driver's tap)."""
        self._event("bytes", hex=(redact_bytes(data) if self._redact else data).hex())

    def write_result(self, result: Reading | Retry | DeviceFault) -> None:
        """Write the result of a read."""
        if isinstance(result, Reading):
            raw, provenance = redact_text(result.raw) if self._redact else result.raw, result.provenance
            codes = [
                {"symbology": code.symbology, "content": _content(code, redact=self._redact)} for code in result.codes
            ]
            self._event("reading", raw=raw, doubts=provenance.doubts, agreeing=provenance.agreeing, codes=codes)
        elif isinstance(result, Retry):
            self._event("retry", guidance=result.guidance)
        elif result.reason not in (FaultReason.NOT_OPEN, FaultReason.BUSY):  # those are the caller's fault
            self._event("fault", reason=result.reason)

    def write_state(self, state: DeviceState) -> None:
        """Write a change of state: a reading began, or the device is connected again."""
        if self._away and state.health in (DeviceHealth.READY, DeviceHealth.BUSY):
            self._event("back")
        if state.health is DeviceHealth.BUSY:
            self._event("begun")
        self._away = state.reason is not None or (self._away and state.health is DeviceHealth.CONNECTING)

    def close(self) -> None:
        """Close the file; what could not be written is left out."""
        with suppress_logged(OSError):
            self._file.close()

    def _event(self, kind: EventKind, **own: object) -> None:
        now = time.monotonic()
        after_s, self._last = now - self._last, now
        self._write(RecordingEvent.model_validate({"after_s": after_s, "kind": kind, **own}).line())

    def _write(self, line: str) -> None:
        """DeviceFault SETUP if the disk is full; what it has no room for yet is written before the next line."""
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            raise recording_fault(self._name, error) from error


class RecordedReader:
    """`reader`, with everything it does written to `recording`, which closes with it."""

    def __init__(self, reader: DocumentReader, recording: RecordingWriter) -> None:
        self._reader = reader
        self._recording = recording
        self._listening: asyncio.Task[None] | None = None
        self.events: Callable[[], AsyncGenerator[DeviceState, None]] = reader.events

    @property
    def info(self) -> DeviceInfo:
        """Which device is recorded."""
        return self._reader.info

    @property
    def state(self) -> DeviceState:
        """The state of the reader that is recorded."""
        return self._reader.state

    async def open(self) -> None:
        """Open the reader and listen to its states."""
        await self._reader.open()
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Close the reader and the recording."""
        try:
            await self._reader.close()
        finally:
            if self._listening is not None:
                self._listening.cancel()
                await asyncio.gather(self._listening, return_exceptions=True)
            self._recording.close()

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """Read as the reader does, and write the result."""
        try:
            result = await self._reader.read(timeout_s)
        except DeviceFault as fault:
            self._recording.write_result(fault)
            raise
        if result is not None:
            self._recording.write_result(result)
        return result

    async def acknowledge(self) -> None:
        """What was delivered is safe."""
        await acknowledge(self._reader)

    async def leave_unread(self) -> None:
        """What was delivered could not be kept."""
        await leave_unread(self._reader)

    async def _listen(self) -> None:
        async for state in self._reader.events():
            with suppress_logged(DeviceFault, device=self.info.driver):  # whoever reads is told of a full disk
                self._recording.write_state(state)


def _content(code: Barcode, *, redact: bool) -> str:
    """A code's bytes in hexadecimal; zeros if redacted, because letters in it may mean anything."""
    return (bytes(len(code.content)) if redact else code.content).hex()
