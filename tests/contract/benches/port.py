"""What a bench is, and what may happen at a device that stands on one.

What a test has to see before the next thing happens waits for the test: `go_on` and `take_away`.
"""

import threading
from pathlib import Path
from typing import Protocol

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices.ports import DriverContext
from tests.support.waiting import GUARD_S

ZONE = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
GARBAGE = "\x00\x1b[31mP<UTO" + "<" * 100_000
"""Control characters, a beginning without an end, and far too much of it."""

DOCUMENT = "document"
SLOW = "slow"
"""A document that begins, and is not whole before the test says `go_on`."""
UNPLUG = "unplug"
"""The plug is pulled in mid-read, and put back when the test says `go_on`."""
JUNK = "junk"
SPLIT = "split"
"""A document in many pieces."""
MERGED = "merged"
"""Two documents in one piece."""
SLOW_S = 0.6
"""How long `SLOW` takes, and how long the plug is out, where nobody can be waited for: in a script, a recording."""
AWAY_S = 0.1
FIRST_S = 0.03
"""From the opening of a device to the first thing that happens at it."""
DRIP_S = 0.5
"""Between two pieces of what waits to go on: a line that is silent for two seconds has broken off."""


class Bench(Protocol):
    """A device on a bench."""

    scheme: str
    channel: str
    simulated: bool
    context: DriverContext
    begins: bool
    """Whether one can see that a document has begun and is not whole."""
    tells_of_garbage: bool
    openings: int
    """How many openings show a leak: 100, or fewer where each one is a new process."""

    def device(self, *happens: str) -> str:
        """URL of a reader at which these things happen, in order, and then nothing."""

    def go_on(self) -> None:
        """One slow document comes to its end, or the plug is put back. Once for each `SLOW` and each `UNPLUG`."""

    def take_away(self) -> None:
        """The document that was read is taken away, where it lies there until then. Once for each one."""

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
        self.context = DriverContext(folder, "production", devices=folder / "dev")
        self.ended = threading.Event()
        self._may_go_on = threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    def device(self, *happens: str) -> str:
        self.plug_in()
        self._thread = threading.Thread(target=self._play, args=(happens,), daemon=True)
        self._thread.start()
        return self.url()

    def go_on(self) -> None:
        self._may_go_on.release()

    def take_away(self) -> None:
        """It was taken in as it came."""

    def may_go_on(self, within_s: float | None = None) -> bool:
        """Wait until the test lets it go on, or has ended."""
        return self._may_go_on.acquire(timeout=within_s)

    def clear(self) -> None:
        self.ended.set()
        self._may_go_on.release()
        if self._thread is not None:
            self._thread.join(GUARD_S)
            assert not self._thread.is_alive()
        self.pull_out()

    def _play(self, happens: tuple[str, ...]) -> None:
        for happening in happens:
            while not self.is_open():
                if self.ended.wait(0.005):
                    return
            self.ended.wait(FIRST_S)
            getattr(self, f"do_{happening}")()

    def do_document(self) -> None:
        self.send(self.frame(ZONE))

    def do_slow(self) -> None:
        frame = self.frame(ZONE)
        half, step = len(frame) // 2, len(frame) // 80
        self.send(frame[:half])
        while not self.may_go_on(DRIP_S):
            if half + step < len(frame):
                self.send(frame[half : half + step])
                half += step
        self.send(frame[half:])

    def do_unplug(self) -> None:
        self.begin()
        self.ended.wait(AWAY_S)
        self.pull_out()
        self.may_go_on()
        if not self.ended.is_set():
            self.plug_in()

    def begin(self) -> None:
        """Part of a document."""
        self.send(self.frame(ZONE)[: len(ZONE) // 2])

    def do_junk(self) -> None:
        self.send(self.frame(GARBAGE))

    def do_split(self) -> None:
        frame = self.frame(ZONE)
        step = max(7, len(frame) // 20 | 1)
        for start in range(0, len(frame), step):
            self.send(frame[start : start + step])
            self.ended.wait(0.002)

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
