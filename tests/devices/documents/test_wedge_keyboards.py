"""Keyboards that readers make are told from those of people."""

import os
from pathlib import Path

import pytest

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import DriverContext
from devices.reading import Reading
from tests.contract.benches.pipe_bench import strokes
from tests.contract.benches.port import ZONE
from tests.devices.support.keyboards import keys_of
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


@pytest.mark.parametrize(("reads_as", "types"), [("us", "de"), ("de", "us"), ("fr", "us"), ("us", "fr"), ("it", "de")])
async def test_a_wedge_set_to_another_layout_is_named_and_read_once_it_is_right(
    tmp_path: Path, reads_as: str, types: str
) -> None:
    zone = write_mrz(MrzFields("P", "UTO", "YZAQWM123", "ZAYQ", "WIM"), MrzFormat.TD3)
    os.mkfifo(tmp_path / "event3")
    for layout in (reads_as, types):
        device = open_reader(f"wedge://{tmp_path}/event3?layout={layout}")
        await device.open()
        writer = os.open(tmp_path / "event3", os.O_WRONLY)
        os.write(writer, strokes(zone.replace("\n", "\r") + "\r", keys_of(types)))
        if layout == types:
            got = await device.read(GUARD_S)
            assert isinstance(got, Reading) and got.raw == zone
        else:
            with pytest.raises(DeviceFault) as fault:
                await device.read(GUARD_S)
            assert fault.value.reason is FaultReason.BAD_READ and f"set layout={types}" in fault.value.hint
        await device.close()
        os.close(writer)
