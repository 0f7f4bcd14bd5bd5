"""A serial reader at the far end of a pseudo-terminal, below the name that udev would give it."""

import os
import pty
import select
import tty
from pathlib import Path

from tests.contract.benches.port import Peer

NAME = "usb-DESKO_GmbH_Bench_Reader-if00"


class PtyBench(Peer):
    scheme = "serial"
    channel = "pseudo-terminal"
    framing = "stx-etx"
    master = -1

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.link = folder / "dev" / "serial" / "by-id" / NAME
        self.link.parent.mkdir(parents=True)

    def plug_in(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(self.master, False)
        self.link.symlink_to(os.ttyname(slave))
        os.close(slave)

    def pull_out(self) -> None:
        if self.master >= 0:
            self.link.unlink()
            os.close(self.master)
            self.master = -1

    def is_open(self) -> bool:
        poll = select.poll()
        poll.register(self.master, 0)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    def send(self, data: bytes) -> None:
        while data and not self.ended.is_set():
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                self.ended.wait(0.002)

    def url(self) -> str:
        return f"serial://{self.link}?framing={self.framing}"
