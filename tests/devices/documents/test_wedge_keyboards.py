"""Keyboards that readers make are told from those of people."""

import os
from pathlib import Path

from devices import registry
from devices.ports import DriverContext
from devices.reading import Reading
from tests.contract.benches.pipe_bench import strokes
from tests.contract.benches.port import ZONE
from tests.devices.support.opened import open_reader
from tests.support.waiting import GUARD_S


async def test_a_wedge_that_types_bare_lines_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event3")
    device = open_reader(f"wedge://{tmp_path}/event3?layout=us")
    await device.open()
    writer = os.open(tmp_path / "event3", os.O_WRONLY)
    os.write(writer, strokes(ZONE.replace("\n", "\r") + "\r"))
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading) and got.raw == ZONE
    await device.close()
    os.close(writer)


def test_only_readers_makers_keyboards_are_discovered(tmp_path: Path) -> None:
    by_id = tmp_path / "input" / "by-id"
    by_id.mkdir(parents=True)
    for name in (
        "usb-Logitech_Keyboard-event-kbd",
        "usb-DESKO_GmbH_PENTA-event-kbd",
        "usb-DESKO_GmbH_PENTA-event-mouse",
    ):
        (by_id / name).touch()
    (by_id / "usb-Elyctis_gone-event-kbd").symlink_to(tmp_path / "nowhere")
    discovered = registry.discover(DriverContext(tmp_path, devices=tmp_path))
    assert [candidate.info.title for candidate in discovered] == ["Keyboard reader DESKO GmbH PENTA"]
