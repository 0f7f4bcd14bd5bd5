"""A folder into which files are written as a reader's own software would."""

import os
from pathlib import Path

from tests.contract.benches.port import GARBAGE, SLOW, SPLIT, UNPLUG, ZONE, Peer

GROWS_S = 0.005
"""Between two signs that a slow file is still being written."""
QUICK_S, PATIENT_S = 0.4, 2.0
"""For how long a file must not grow: more where it comes in pieces, and a busy machine may come between them."""


class FolderBench(Peer):
    scheme = "folder"
    channel = "a real folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "inbox"
        self.count = 0
        self.settle_s = QUICK_S

    def device(self, *happens: str) -> str:
        if {SLOW, SPLIT, UNPLUG} & set(happens):
            self.settle_s = PATIENT_S
        return super().device(*happens)

    def plug_in(self) -> None:
        self.path.mkdir()

    def pull_out(self) -> None:
        if self.path.exists():
            self.count += 1
            self.path.rename(self.folder / f"away{self.count}")

    def is_open(self) -> bool:
        """Whether somebody holds the lock on the folder."""
        return f":{self.path.stat().st_ino} " in Path("/proc/locks").read_text()

    def write(self, *pieces: bytes, slow: bool = False) -> None:
        """A file in pieces; a slow one goes on growing after the first until the test lets it go on."""
        self.count += 1
        with (self.path / f"page{self.count}{self.suffix}").open("wb", buffering=0) as file:
            for number, piece in enumerate(pieces):
                file.write(piece)
                while slow and number == 0 and not self.may_go_on(GROWS_S):
                    os.utime(file.fileno())
                self.ended.wait(0.002 if number + 1 < len(pieces) else 0)

    suffix = ".txt"

    @property
    def whole(self) -> bytes:
        """A file that is a document."""
        return ZONE.encode()

    def do_document(self) -> None:
        self.write(self.whole)

    def do_slow(self) -> None:
        half = len(self.whole) // 2
        self.write(self.whole[:half], self.whole[half:], slow=True)

    def begin(self) -> None:
        self.write(self.whole[:20])

    def do_junk(self) -> None:
        self.write(GARBAGE.encode())

    def do_split(self) -> None:
        step = max(7, len(self.whole) // 50)
        self.write(*(self.whole[start : start + step] for start in range(0, len(self.whole), step)))

    def do_merged(self) -> None:
        self.write(self.whole)
        self.write(self.whole)

    def url(self) -> str:
        return f"{self.scheme}://{self.path}?settle={self.settle_s}"
