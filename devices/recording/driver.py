"""`replay:///recordings/x.jsonl`: what a recorded device did, again, at its own pace or `speed` times that.

`framing=…` ignores the recorded readings and reads the recorded bytes again: what another framing would have made
of them. Replayed documents are flagged as simulated. What was played is not played again by closing and opening.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from data.documents.codes import Code
from devices.channel import Heard
from devices.chip.recording.reader import ReplayedChipReader
from devices.faults import DeviceFault, Reason, Retry
from devices.framing import framing_named
from devices.framing.port import BROKEN_OFF_S, Framing
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.reading import Seen
from devices.recording.events import Event, load_events, load_head
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = True
FOLDER = "recordings"
"""Recordings in this folder of the kit's home are discovered."""


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Every recording in the home's folder `recordings`."""
    for path in sorted((place.folder / FOLDER).glob("*.jsonl")):
        yield Candidate(f"replay://{quote(str(path.resolve()))}", _info(path.resolve()))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP when the file is no recording."""
    path = (place.folder / url.where).resolve()
    speed = _speed(url)
    name = url.settings.get("framing", "")
    channel = ReplayChannel(load_events(path), speed, framing_named(name) if name else None)
    return LiveReader(_info(path), channel, place.now)


def chip_reader(url: DeviceUrl, place: Surroundings) -> ReplayedChipReader:
    """A closed chip reader; DeviceFault SETUP when the file is no recording of a chip."""
    return ReplayedChipReader((place.folder / url.where).resolve(), _speed(url))


def _speed(url: DeviceUrl) -> float:
    try:
        speed = float(url.settings.get("speed", "1"))
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1_000:
        raise DeviceFault(Reason.SETUP, "The speed of a replay is a number up to 1000")
    return speed


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"replay:{path}", f"Replay of {load_head(path).title}"[:80], "replay", simulated=True)


class ReplayChannel:
    """Recorded events, one after another."""

    def __init__(self, events: Sequence[Event], speed: float, framing: Framing | None) -> None:
        self._events = events if framing is None else _bytes_only(events)
        self._speed = speed
        self._framing = framing
        self._next = 0
        self._due: float | None = None
        self._unplugged = False
        self.begun = False

    def connect(self) -> None:
        """Back as soon as the recording says so."""
        if self._unplugged and self._waits() > 0:
            raise self._gone()
        self._unplugged = False

    async def receive(self) -> Sequence[Heard]:
        """The next event, when it is time."""
        await asyncio.sleep(self._waits())
        if self._next >= len(self._events):
            await asyncio.Event().wait()
        event = self._events[self._next]
        self._next, self._due = self._next + 1, None
        return self._framed(event) if self._framing is not None else self._recorded(event)

    def disconnect(self) -> None:
        """What was begun is forgotten."""
        self.begun = False
        if self._framing is not None:
            self._framing.reset()

    def _waits(self) -> float:
        """Seconds until the next event is due; its time begins when it is first asked for."""
        now = asyncio.get_running_loop().time()
        if self._due is None:
            after_s = self._events[self._next].after_s if self._next < len(self._events) else 0.0
            self._due = now + after_s / self._speed
        return max(0.0, self._due - now)

    def _recorded(self, event: Event) -> Sequence[Heard]:
        if event.kind == "begun":
            self.begun = True
        if event.kind not in ("reading", "retry", "fault"):
            return ()
        self.begun = False
        if event.kind == "reading":
            codes = tuple(Code(one.symbology, bytes.fromhex(one.content)) for one in event.codes)
            return (Seen(event.raw, event.doubts, event.agreeing, codes),)
        if event.kind == "retry":
            return (Retry(event.guidance),)
        if event.reason is Reason.UNPLUGGED:
            self._unplugged = True
            raise self._gone()
        return (DeviceFault(event.reason, f"The recorded reader: {event.reason.value.replace('_', ' ')}"),)

    def _framed(self, event: Event) -> Sequence[Heard]:
        assert self._framing is not None  # noqa: S101 (receive looked)
        over = self._framing.silence(min(event.after_s, BROKEN_OFF_S))
        heard = [*over, *self._framing.feed(bytes.fromhex(event.hex))]
        if self._next == len(self._events):  # nothing follows: that is silence
            heard += self._framing.silence(BROKEN_OFF_S)
        self.begun = self._framing.begun
        return heard

    def _gone(self) -> DeviceFault:
        return DeviceFault(Reason.UNPLUGGED, "The recorded reader was unplugged")


def _bytes_only(events: Sequence[Event]) -> Sequence[Event]:
    """The recorded bytes at the times when they came."""
    kept, waited_s = [], 0.0
    for event in events:
        waited_s += event.after_s
        if event.kind == "bytes":
            kept.append(event.model_copy(update={"after_s": waited_s}))
            waited_s = 0.0
    return kept
