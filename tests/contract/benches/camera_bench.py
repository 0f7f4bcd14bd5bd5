"""A named pipe with MJPEG in a camera's place: frames of an empty table, and of a document when one is laid on it."""

import os
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from data.documents.travel_document import MrzFormat
from tests.benchmarks.zone_pictures import Pixels, flat_page
from tests.contract.benches.port import ZONE, Peer
from tests.support.waiting import GUARD_S

FRAME_S = 0.05
EMPTY_S = 1.5
"""Between two documents, and as long again as the first one had to lie there: a camera that reads slowly, because the
machine is busy, has to see that the table is empty, and remembers what left it for a second."""
_SIZE = (900, 1300)


@cache
def jpeg(what: str) -> bytes:
    table = np.full(_SIZE, 60, np.uint8)
    if what == "document":
        page: Pixels = flat_page(ZONE, MrzFormat.TD3)
        table[50 : 50 + page.shape[0], 100 : 100 + page.shape[1]] = page
    elif what == "junk":
        table = np.random.default_rng(3).integers(0, 255, _SIZE).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", table, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])


class CameraBench(Peer):
    scheme = "v4l2"
    channel = "named pipe with MJPEG in place of the camera"
    openings = 3
    begins = tells_of_garbage = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "dev/v4l/by-id").mkdir(parents=True)
        self.path = folder / "dev/v4l/by-id/usb-Camera-video-index0"
        self.showing = "table"
        self.shown = 0
        self.read = threading.Semaphore(0)
        self.opened = threading.Event()
        self.plugged = threading.Event()
        self.filming: threading.Thread | None = None

    def plug_in(self) -> None:
        os.mkfifo(self.path)
        self.plugged.set()
        self.filming = threading.Thread(target=self._film, daemon=True)
        self.filming.start()

    def pull_out(self) -> None:
        self.plugged.clear()
        with suppress(OSError):  # wakes the camera where it waits for somebody to open it
            os.close(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK))
        if self.filming is not None:
            self.filming.join(GUARD_S)
            assert not self.filming.is_alive()
        self.path.unlink(missing_ok=True)

    def is_open(self) -> bool:
        return self.opened.is_set()

    def url(self) -> str:
        return f"v4l2://{self.path}"

    def _film(self) -> None:
        """Frames for each one who opens the camera, until it is unplugged."""
        while self.plugged.is_set():
            pipe = os.open(self.path, os.O_WRONLY)
            self.opened.set()
            with suppress(BrokenPipeError):
                while self.plugged.is_set() and not self.ended.wait(FRAME_S):
                    os.write(pipe, jpeg(self.showing))
                    self.shown += 1
            self.opened.clear()
            os.close(pipe)
            if self.ended.is_set():
                return

    def take_away(self) -> None:
        self.read.release()

    def clear(self) -> None:
        self.ended.set()
        self.take_away()
        super().clear()

    def do_document(self) -> None:
        """It lies there until the test has it."""
        self.showing, since = "document", time.monotonic()
        self.read.acquire()
        self.showing = "table"
        self.ended.wait(EMPTY_S + time.monotonic() - since)

    do_split = do_document

    def do_slow(self) -> None:
        self.may_go_on()
        self.do_document()

    def do_merged(self) -> None:
        self.do_document()
        self.do_document()

    def do_junk(self) -> None:
        self.showing, until = "junk", self.shown + 4
        while self.shown < until and not self.ended.wait(FRAME_S):
            pass
        self.showing = "table"

    def begin(self) -> None:
        """Nothing: it never says that a document has begun."""
