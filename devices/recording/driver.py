"""`replay:///recordings/x.jsonl`: replays what a recorded device did, at its own pace or `speed` times that.

- `framing=…` ignores the recorded readings and reads the recorded bytes with another framing.
- Replayed documents are flagged as simulated. Closing and opening does not replay the same events again.
- A recording of a chip is laid on the reader once.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from data.documents.barcodes import Barcode
from data.kit import home_files
from data.text import _
from devices.chip.recording.transports import ReplayedTransport
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason, Retry
from devices.framing.port import BROKEN_OFF_S, Framing
from devices.framing.selection import make_framing
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import CLOSED, LONGEST_NAME, READY, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext
from devices.reading import RawReading
from devices.recording.event_file import RecordingEvent, load_events, load_header

SIMULATED = True
FOLDER = home_files.RECORDINGS.path
"""Recordings in this folder of the kit's home are discovered."""


class ReplayedChipReader(StatefulDevice):
    """A recording of a chip, which can be taken once. DeviceFault SETUP if it is not a recording."""

    def __init__(self, path: Path, speed: float) -> None:
        ReplayedTransport(path)
        super().__init__(DeviceInfo(f"replay:{path}", _("Recording {name}", name=path.name), "replay", simulated=True))
        self._path = path
        self._speed = speed
        self._is_open = self._is_taken = False

    async def open(self) -> None:
        """Take the recording. DeviceFault BUSY if it is taken."""
        take_device(self.info.id, self.info.title)
        self._is_open, self._is_taken = True, False
        self._events.change(READY)

    async def close(self) -> None:
        """Release the recording."""
        if self._is_open:
            self._is_open = False
            release_device(self.info.id)
            self._events.change(CLOSED)
            self._events.end()

    async def chip(self, timeout_s: float) -> ReplayedTransport | None:
        """The recorded chip, the first time; then None after `timeout_s`."""
        if not self._is_open:
            raise DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))
        if self._is_taken:
            await asyncio.sleep(timeout_s)
            return None
        self._is_taken = True
        return ReplayedTransport(self._path, self._speed)


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every recording in the home's folder `recordings`."""
    for path in sorted((context.folder / FOLDER).glob("*.jsonl")):
        yield DiscoveredDevice(f"replay://{quote(str(path.resolve()))}", _info(path.resolve()))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP if the file is not a recording."""
    path = (context.folder / url.where).resolve()
    speed = _speed(url)
    name = url.settings.get("framing", "")
    channel = ReplayChannel(load_events(path), speed, make_framing(name) if name else None)
    return LiveReader(_info(path), channel, context.now)


def chip_reader(url: DeviceUrl, context: DriverContext) -> ReplayedChipReader:
    """A closed chip reader; DeviceFault SETUP if the file is not a recording of a chip."""
    return ReplayedChipReader((context.folder / url.where).resolve(), _speed(url))


class ReplayChannel:
    """Recorded events as a device channel."""

    def __init__(self, events: Sequence[RecordingEvent], speed: float, framing: Framing | None) -> None:
        self._events = events if framing is None else _byte_events(events)
        self._speed = speed
        self._framing = framing
        self._next = 0
        self._due: float | None = None
        self._is_unplugged = False
        self.has_begun = False

    def connect(self) -> None:
        """Connect, as soon as the recorded device was plugged in again."""
        if self._is_unplugged and self._wait_s() > 0:
            raise self._unplugged_fault()
        self._is_unplugged = False

    async def receive(self) -> Sequence[ChannelEvent]:
        """The next event, at its time."""
        await asyncio.sleep(self._wait_s())
        if self._next >= len(self._events):
            await asyncio.Event().wait()
        event = self._events[self._next]
        self._next, self._due = self._next + 1, None
        return self._feed_framing(event) if self._framing is not None else self._replay_event(event)

    def disconnect(self) -> None:
        """Discard an incomplete document."""
        self.has_begun = False
        if self._framing is not None:
            self._framing.reset()

    def _wait_s(self) -> float:
        """Seconds until the next event; its time starts with the first call."""
        now = asyncio.get_running_loop().time()
        if self._due is None:
            after_s = self._events[self._next].after_s if self._next < len(self._events) else 0.0
            self._due = now + after_s / self._speed
        return max(0.0, self._due - now)

    def _replay_event(self, event: RecordingEvent) -> Sequence[ChannelEvent]:
        if event.kind == "begun":
            self.has_begun = True
        if event.kind not in ("reading", "retry", "fault"):
            return ()
        self.has_begun = False
        if event.kind == "reading":
            codes = tuple(Barcode(code.symbology, bytes.fromhex(code.content)) for code in event.codes)
            return (RawReading(event.raw, event.doubts, event.agreeing, codes),)
        if event.kind == "retry":
            return (Retry(event.guidance),)
        if event.reason is FaultReason.UNPLUGGED:
            self._is_unplugged = True
            raise self._unplugged_fault()
        return (
            DeviceFault(event.reason, _("The recorded reader reported a fault ({reason})", reason=event.reason.value)),
        )

    def _feed_framing(self, event: RecordingEvent) -> Sequence[ChannelEvent]:
        assert self._framing is not None  # noqa: S101 (receive looked)
        ended = self._framing.silence(min(event.after_s, BROKEN_OFF_S))
        texts = [*ended, *self._framing.feed(bytes.fromhex(event.hex))]
        if self._next == len(self._events):  # the recording ends here, so there is silence
            texts += self._framing.silence(BROKEN_OFF_S)
        self.has_begun = self._framing.has_begun
        return texts

    def _unplugged_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.UNPLUGGED, _("The recorded reader was unplugged"))


def _speed(url: DeviceUrl) -> float:
    try:
        speed = float(url.settings.get("speed", "1"))
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1_000:
        raise DeviceFault(FaultReason.SETUP, _("The speed of a replay must be a number above 0 and up to 1000"))
    return speed


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(
        f"replay:{path}", _("Replay of {name}", name=load_header(path).title[:LONGEST_NAME]), "replay", simulated=True
    )


def _byte_events(events: Sequence[RecordingEvent]) -> Sequence[RecordingEvent]:
    """The recorded bytes, with the times at which they arrived."""
    byte_events, waited_s = [], 0.0
    for event in events:
        waited_s += event.after_s
        if event.kind == "bytes":
            byte_events.append(event.model_copy(update={"after_s": waited_s}))
            waited_s = 0.0
    return byte_events
