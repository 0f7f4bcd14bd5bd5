"""`python -m tests.ui.support.pictures`: the README's pictures, made anew from today's demonstration.

The real demonstration at the real desk, driven by keys; rsvg-convert (Debian: librsvg2-bin) draws what it shows.
Look at what comes out before committing it.
"""

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from textual.pilot import Pilot

from appliance.counter.counter import Counter
from tests.ui.support.desk_kit import desk_app
from ui.demo.build import PASSPHRASE, build
from ui.screens.app import DeskApp
from ui.wiring import open_counter

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "pictures"
TRAVELLER = "ZOLTAVERDE"
"""The one of `ui/demo/shift.toml` who is shown."""
SIZE = (80, 30)
WIDTH_PX = 820
WAIT_S = 60.0


def main() -> None:
    """Write desk.png and why.png."""
    with TemporaryDirectory(prefix="waypost-pictures-") as folder:
        kit = build(Path(folder), lambda line: None)
        with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
            asyncio.run(_take(counter, kit))


async def _take(counter: Counter, kit: Path) -> None:
    app = desk_app(counter, kit)
    async with app.run_test(size=SIZE) as pilot:
        while TRAVELLER not in await _shown(
            pilot, lambda text: "F5" in text and "WORKING" not in text and "… Chip" not in text
        ):
            await pilot.press("f5", "f2")
            await pilot.pause(0.5)
        _draw(app, "desk")
        await pilot.press("f4")
        await _shown(pilot, lambda text: "Why REFER" in text)
        _draw(app, "why")


async def _shown(pilot: Pilot[None], enough: Callable[[str], bool]) -> str:
    """The screen as text, as soon as it shows enough."""
    ends = monotonic() + WAIT_S
    while True:
        strips = pilot.app.screen._compositor.render_full_update().strips
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        if enough(text):
            return text
        if monotonic() > ends:
            raise SystemExit(f"The desk never came to what the picture shows; it shows:\n{text}")
        await pilot.pause(0.05)


def _draw(app: DeskApp, name: str) -> None:
    drawing = app.export_screenshot(title="Waypost")
    command = ["rsvg-convert", "--width", str(WIDTH_PX), "--output", str(FOLDER / f"{name}.png")]
    subprocess.run(command, input=drawing, text=True, check=True)


if __name__ == "__main__":
    main()
