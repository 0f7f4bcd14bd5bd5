"""A keyboard reader whose key events come through a named pipe, in the kernel's own 24 bytes each."""

import os
from pathlib import Path

from devices.documents.tables.layouts import LAYOUTS
from devices.documents.wedge import DOWN, EV_KEY, EV_SYN, EVENT, UP
from tests.contract.benches.port import GARBAGE, Peer

SHIFT, CONTROL = 42, 29
_US = {
    **{shifted: (code, SHIFT) for code, (_, shifted) in LAYOUTS["us"].items()},
    **{alone: (code, 0) for code, (alone, _) in LAYOUTS["us"].items()},
}


def strokes(text: str, keys: dict[str, tuple[int, int]] | None = None) -> bytes:
    """The events of somebody who types `text` (US layout unless told otherwise); characters no key has are left out."""
    out = b""
    for character in text:
        if character in "\x02\x03":
            code, modifier = {"\x02": 48, "\x03": 46}[character], CONTROL
        elif character in (keys or _US):
            code, modifier = (keys or _US)[character]
        else:
            continue
        presses = (
            [(modifier, DOWN), (code, DOWN), (code, UP), (modifier, UP)] if modifier else [(code, DOWN), (code, UP)]
        )
        for key, value in presses:
            out += EVENT.pack(1, 2, EV_KEY, key, value) + EVENT.pack(1, 2, EV_SYN, 0, 0)
    return out


class PipeBench(Peer):
    scheme = "wedge"
    channel = "named pipe with recorded key events"
    writer = -1

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "dev" / "input" / "by-id" / "usb-DESKO_GmbH_Bench-event-kbd"
        self.path.parent.mkdir(parents=True)

    def plug_in(self) -> None:
        os.mkfifo(self.path)

    def pull_out(self) -> None:
        if self.path.exists():
            self.path.unlink()
        if self.writer >= 0:
            os.close(self.writer)
            self.writer = -1

    def is_open(self) -> bool:
        try:
            if self.writer < 0:
                self.writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        return True

    def send(self, data: bytes) -> None:
        while data and not self.ended.is_set():
            try:
                data = data[os.write(self.writer, data) :]
            except BlockingIOError:
                self.ended.wait(0.002)
            except BrokenPipeError:
                return

    def frame(self, text: str) -> bytes:
        return strokes("\x02" + text.replace("\n", "\r") + "\r\x03")

    def do_junk(self) -> None:
        self.send(self.frame(GARBAGE[:10_000]))  # two million bytes of events

    def url(self) -> str:
        return f"wedge://{self.path}?layout=us"
