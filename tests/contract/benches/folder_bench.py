"""A folder into which files are written as a reader's own software would."""

import time
from pathlib import Path

from tests.contract.benches.port import AWAY_S, GARBAGE, SLOW_S, ZONE, Peer

STEP_S = 0.1


class FolderBench(Peer):
    scheme = "folder"
    channel = "a real folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "inbox"
        self.count = 0

    def plug_in(self) -> None:
        self.path.mkdir()

    def pull_out(self) -> None:
        if self.path.exists():
            self.count += 1
            self.path.rename(self.folder / f"away{self.count}")

    def is_open(self) -> bool:
        """Whether somebody holds the lock on the folder."""
        return f":{self.path.stat().st_ino} " in Path("/proc/locks").read_text()

    def write(self, *pieces: str, pause_s: float = 0.0) -> None:
        self.count += 1
        with (self.path / f"page{self.count}.txt").open("w") as file:
            for piece in pieces:
                file.write(piece)
                file.flush()
                self.ended.wait(pause_s)

    def do_document(self) -> None:
        self.write(ZONE)

    def do_slow(self) -> None:
        steps = int(SLOW_S / STEP_S)
        self.write(*ZONE[:steps], ZONE[steps:], pause_s=STEP_S)

    def do_unplug(self) -> None:
        self.write(ZONE[:20])
        time.sleep(AWAY_S)
        self.pull_out()
        time.sleep(AWAY_S)
        self.plug_in()

    def do_junk(self) -> None:
        self.write(GARBAGE)

    def do_split(self) -> None:
        self.write(*(ZONE[start : start + 7] for start in range(0, len(ZONE), 7)), pause_s=0.002)

    def do_merged(self) -> None:
        self.write(ZONE)
        self.write(ZONE)

    def url(self) -> str:
        return f"folder://{self.path}?settle=0.4"
