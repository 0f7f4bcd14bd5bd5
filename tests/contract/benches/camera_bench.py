"""A named pipe with MJPEG in a camera's place: frames of an empty table, and of a document when one is laid on it."""

import os
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from data.documents.travel_document import MrzFormat
from tests.benchmarks.zone_pictures import Pixels, flat_page
from tests.contract.benches.port import AWAY_S, FIRST_S, ZONE, Peer

FRAME_S = 0.05
SHOWN = 40
"""Frames for which a document lies there."""
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
    channel = "named pipe with MJPEG in the camera's place"
    openings = 6
    begins = tells_of_garbage = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "dev/v4l/by-id").mkdir(parents=True)
        self.path = folder / "dev/v4l/by-id/usb-Camera-video-index0"
        self.showing = "table"
        self.shown = 0
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
            self.filming.join(10)
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

    def show(self, what: str, frames: int = SHOWN) -> None:
        self.showing, until = what, self.shown + frames
        while self.shown < until and not self.ended.wait(FRAME_S):
            pass
        self.showing = "table"

    def leave_empty(self) -> None:
        self.show("table", 30)

    def do_document(self) -> None:
        self.show("document")
        self.leave_empty()

    do_slow = do_split = do_document

    def do_merged(self) -> None:
        self.do_document()
        self.do_document()

    def do_junk(self) -> None:
        self.show("junk", 4)

    def do_unplug(self) -> None:
        self.show("document", 1)
        self.ended.wait(AWAY_S)
        self.pull_out()
        self.ended.wait(AWAY_S + FIRST_S)
        self.plug_in()
