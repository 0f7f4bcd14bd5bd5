"""A folder into which images of pages are written as a page reader's own software would."""

from functools import cache
from pathlib import Path

from data.documents.travel_document import MrzFormat
from tests.benchmarks.zone_pictures import flat_page, png
from tests.contract.benches.folder_bench import FolderBench
from tests.contract.benches.port import ZONE


@cache
def page() -> bytes:
    return png(flat_page(ZONE, MrzFormat.TD3))


class PicturesBench(FolderBench):
    scheme = "pictures"
    channel = "a real folder of images"
    openings = 3
    suffix = ".png"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "pages"
        page()  # made before anything happens: drawing it takes longer than some of what happens

    @property
    def whole(self) -> bytes:
        return page()

    def do_unplug(self) -> None:
        """Once what lies there was taken: an image is waited for, since its end cannot be seen."""
        while any(self.path.glob("*.png")) and not self.ended.wait(0.02):
            pass
        super().do_unplug()
