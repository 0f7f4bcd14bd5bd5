"""A driver that crashes, hangs, leaks or lies in its own process takes nothing of the kit with it."""

import asyncio
import os
from pathlib import Path

import pytest

from data.documents.barcodes import Barcode, Symbology
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.isolation import isolated_reader
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from tests.benchmarks.code_pictures import drawn, on_page
from tests.benchmarks.zone_pictures import FONT, flat_page, png
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import PASS, read_many
from tests.devices.support.harmful_driver import ask_process, is_running
from tests.support.waiting import GUARD_S


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
async def test_codes_of_a_page_reach_the_kit_from_the_drivers_own_process(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = on_page(flat_page(ZONE, MrzFormat.TD3), drawn(Symbology.QR, PASS))
    (folder / "one.png").write_bytes(png(page))
    (reading,) = await read_many(f"pictures://{folder}?settle=0.2", tmp_path, 1)
    assert (reading.raw, reading.codes) == (ZONE, (Barcode(Symbology.QR, PASS),))
    assert reading.is_held, "the page stays until its document is safe"


@pytest.mark.parametrize("harm", ["crash", "hang", "leak"])
async def test_harm_is_told_and_the_driver_comes_back_by_itself(
    device: DocumentReader, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device.open()
    if harm == "hang":
        monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", 2.0)  # from the next sign of life
    pid = (await ask_process(device, tmp_path)).split()[0]
    (tmp_path / harm).touch()
    with pytest.raises(DeviceFault) as fault:
        while True:
            await device.read(1.0)
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    assert fault.value.reason is FaultReason.PROTOCOL and fault.value.hint
    assert device.state.health is DeviceHealth.FAULTED
    async with asyncio.timeout(GUARD_S):
        async for state in device.events():
            if state.health is DeviceHealth.READY:
                break
    again = (await ask_process(device, tmp_path)).split()[0]
    assert again != pid and not is_running(pid)
    await device.close()


async def test_the_bytes_of_an_isolated_driver_are_heard_before_what_they_come_to(tmp_path: Path) -> None:
    """What `kit bench` shows and records. A burst longer than one message comes whole."""
    master, slave = os.openpty()
    heard = bytearray()
    before: list[int] = []
    name = os.ttyname(slave)
    device = registry.reader(f"serial://{name}?isolated=yes", DriverContext(tmp_path, tap=heard.extend))
    await device.open()
    frame = b"\x02" + b"A" * 44 + b"\r" + b"B" * 44 + b"\r\x03"
    reading = asyncio.create_task(device.read(GUARD_S))
    os.write(master, frame)
    got = await reading
    before.append(len(heard))
    assert isinstance(got, Reading)
    assert (bytes(heard), before) == (frame, [len(frame)])
    await device.close()
    os.close(master)
    os.close(slave)
