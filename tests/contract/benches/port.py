"""What a bench is, and what may happen at a device that stands on one."""

import threading
import time
from pathlib import Path
from typing import Protocol

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices.ports import DriverContext

ZONE = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
GARBAGE = "\x00\x1b[31mP<UTO" + "<" * 100_000
"""Control characters, a beginning without an end, and far too much of it."""

DOCUMENT = "document"
SLOW = "slow"
"""A document that takes `SLOW_S` to read."""
UNPLUG = "unplug"
"""The plug is pulled in mid-read, and put back."""
JUNK = "junk"
SPLIT = "split"
"""A document in many pieces."""
MERGED = "merged"
"""Two documents in one piece."""
SLOW_S = 0.6
AWAY_S = 0.1
FIRST_S = 0.03
"""From the opening of a device to the first thing that happens at it."""


class Bench(Protocol):
    """A device on a bench."""

    scheme: str
    channel: str
    simulated: bool
    place: DriverContext
    begins: bool
    """Whether one can see that a document has begun and is not whole."""
    tells_of_garbage: bool
    openings: int
    """How many openings show a leak: 100, or fewer where each one is a new process."""

    def device(self, *happens: str) -> str:
        """URL of a reader at which these things happen, in order, and then nothing."""

    def clear(self) -> None:
        """Put everything away."""


class Peer:
    """The other end of a line, in a thread: waits until somebody opens the device, then does what it is told."""

    channel: str
    scheme: str
    simulated = False
    begins = tells_of_garbage = True
    openings = 100

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = DriverContext(folder, "production", devices=folder / "dev")
        self.ended = threading.Event()
        self._thread: threading.Thread | None = None

    def device(self, *happens: str) -> str:
        self.plug_in()
        self._thread = threading.Thread(target=self._play, args=(happens,), daemon=True)
        self._thread.start()
        return self.url()

    def clear(self) -> None:
        self.ended.set()
        if self._thread is not None:
            self._thread.join(10)
        self.pull_out()

    def _play(self, happens: tuple[str, ...]) -> None:
        for one in happens:
            while not self.is_open():
                if self.ended.wait(0.005):
                    return
            self.ended.wait(FIRST_S)
            getattr(self, f"do_{one}")()

    def do_document(self) -> None:
        self.send(self.frame(ZONE))

    def do_slow(self) -> None:
        frame = self.frame(ZONE)
        half = len(frame) // 2
        self.send(frame[:half])
        self.ended.wait(SLOW_S)
        self.send(frame[half:])

    def do_unplug(self) -> None:
        self.send(self.frame(ZONE)[: len(ZONE) // 2])
        time.sleep(AWAY_S)
        self.pull_out()
        time.sleep(AWAY_S)
        self.plug_in()

    def do_junk(self) -> None:
        self.send(self.frame(GARBAGE))

    def do_split(self) -> None:
        frame = self.frame(ZONE)
        step = max(7, len(frame) // 20 | 1)
        for start in range(0, len(frame), step):
            self.send(frame[start : start + step])
            time.sleep(0.002)

    def do_merged(self) -> None:
        self.send(self.frame(ZONE) * 2)

    def frame(self, text: str) -> bytes:
        return b"\x02" + text.replace("\n", "\r").encode() + b"\r\x03"

    def plug_in(self) -> None:
        raise NotImplementedError

    def pull_out(self) -> None:
        raise NotImplementedError

    def is_open(self) -> bool:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        raise NotImplementedError

    def url(self) -> str:
        raise NotImplementedError
