"""Transports that record another transport, and that replay a recording.

A recording without secrets can be replayed up to the first proof, which needs them. One with its secrets (of a
specimen) can be replayed completely if the reader takes its random numbers from the recording's seed.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from data.text import _
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.recording.exchange_file import (
    ChipRecordingHeader,
    ChipRecordingWriter,
    Exchange,
    RecordedExchange,
    load_exchanges,
    redact_command,
)
from devices.faults import DeviceFault, FaultReason
from devices.ports import Transport


class TracedTransport:
    """`transport`, with `hear` called for every exchange."""

    def __init__(self, transport: Transport, hear: Callable[[Exchange], None]) -> None:
        self._transport = transport
        self._hear = hear

    def transmit(self, command: bytes) -> bytes:
        """As the transport's own."""
        start = monotonic()
        response = self._transport.transmit(command)
        self._hear(Exchange(command, response, 1000 * (monotonic() - start)))
        return response


class RecordedTransport:
    """`transport`, with every exchange and fault written to `recording`."""

    def __init__(self, transport: Transport, recording: ChipRecordingWriter) -> None:
        self._traced = TracedTransport(transport, recording.write_exchange)
        self._recording = recording

    def transmit(self, command: bytes) -> bytes:
        """As the transport's own."""
        try:
            return self._traced.transmit(command)
        except DeviceFault as fault:
            self._recording.write_fault(command, fault.reason)
            raise


class ReplayedTransport:
    """A recording as a chip, at `speed` times its own pace; 0 is at once."""

    def __init__(self, path: Path, speed: float = 0.0) -> None:
        self._head, self._lines = load_exchanges(path)
        self._speed = speed
        self._at = 0

    @property
    def random_source(self) -> RandomSource:
        """The random numbers that the reader needs so that the recording can be replayed completely."""
        return RandomSource.from_seed(bytes.fromhex(self._head.seed)) if self._head.seed else SYSTEM_RANDOM

    def transmit(self, command: bytes) -> bytes:
        """The response that was recorded.

        Raises:
            DeviceFault: PROTOCOL if another command was recorded, UNPLUGGED at the recording's end, or as recorded.
        """
        if self._at >= len(self._lines):
            raise DeviceFault(FaultReason.UNPLUGGED, _("The recording ends here"))
        line = self._lines[self._at]
        self._at += 1
        if not self._fits(line, command):
            raise DeviceFault(
                FaultReason.PROTOCOL, _("The recording has another command at position {number}", number=self._at)
            )
        if self._speed:
            sleep(line.took_ms / 1000 / self._speed)
        if line.fault is not None:
            raise DeviceFault(line.fault, _("The fault in the recording"))
        return bytes.fromhex(line.response)

    def _fits(self, line: RecordedExchange, command: bytes) -> bool:
        return bytes.fromhex(line.command) == (redact_command(command) if self._head.redacted else command)


def random_source_for(transport: Transport) -> RandomSource:
    """The random numbers for a reader of this chip: from a recording's seed, else from the system."""
    return transport.random_source if isinstance(transport, ReplayedTransport) else SYSTEM_RANDOM


def record_transport(
    path: Path, transport: Transport, seed: bytes = b""
) -> tuple[RecordedTransport, ChipRecordingWriter, RandomSource]:
    """A transport that is recorded, its file, which the caller closes, and the random numbers to read with.

    Without `seed` secrets are left out. With one, everything is written: only for specimens.
    """
    file = ChipRecordingWriter(path, ChipRecordingHeader(redacted=not seed, seed=seed.hex()))
    return RecordedTransport(transport, file), file, RandomSource.from_seed(seed) if seed else SYSTEM_RANDOM
