"""A folder into which images of pages are written as a page reader's own software would."""

from functools import cache
from pathlib import Path

from data.documents.travel_document import MrzFormat
from tests.benchmarks.zone_pictures import flat_page, png
from tests.contract.benches.folder_bench import STEP_S, FolderBench
from tests.contract.benches.port import SLOW_S, ZONE


@cache
def page() -> bytes:
    return png(flat_page(ZONE, MrzFormat.TD3))


class PicturesBench(FolderBench):
    scheme = "pictures"
    channel = "a real folder of images"
    openings = 6

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "pages"
        page()  # made before anything happens: drawing it takes longer than some of what happens

    def write_image(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        self.count += 1
        with (self.path / f"page{self.count}.png").open("wb") as file:
            for piece in pieces:
                file.write(piece)
                file.flush()
                self.ended.wait(pause_s)

    def write(self, *pieces: str, pause_s: float = 0.0) -> None:
        """What the folder's bench does with a text, done with an image of it."""
        self.write_image(*([page()] if pieces == (ZONE,) else [piece.encode() for piece in pieces]), pause_s=pause_s)

    def do_unplug(self) -> None:
        """Once what lies there was taken: an image is waited for, since its end cannot be seen."""
        while any(self.path.glob("*.png")) and not self.ended.wait(STEP_S):
            pass
        super().do_unplug()

    def do_slow(self) -> None:
        steps = int(SLOW_S / STEP_S)
        size = len(page()) // steps + 1
        self.write_image(*(page()[start : start + size] for start in range(0, len(page()), size)), pause_s=STEP_S)

    def do_split(self) -> None:
        size = len(page()) // 50
        self.write_image(*(page()[start : start + size] for start in range(0, len(page()), size)), pause_s=0.002)

    def url(self) -> str:
        return f"pictures://{self.path}?settle=0.4"
