"""A simulated kit's chip reader: the chip of the document that lies on the page reader, or documents of its own."""

from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import ChipReader, DriverContext
from devices.reading import Reading
from devices.simulated import kit_file
from devices.simulated.chip.simulated_chip import SimulatedChip
from devices.simulated.kit_file import load_chip_readers
from tests.devices.support.minted import ZONE
from tests.support.waiting import GUARD_S

_LAID = f"mrz = {ZONE.splitlines()!r}\n"
_BESIDE = f"""
[reader]
[[reader.presents]]
{_LAID}
[[reader.presents]]
{_LAID}
issued = 2022-03-04
chip = {{ access = ["bac"], active_authentication = "none" }}
[chip]
kind = "chip"
of = "reader"
"""
_OWN = f"""
[chip]
kind = "chip"
[[chip.presents]]
{_LAID}
chip = {{ access = ["bac"], groups = [1, 2] }}
[[chip.presents]]
raw = "no zone"
chip = {{}}
"""


def _chip_reader(folder: Path, toml: str) -> ChipReader:
    (folder / "kit.toml").write_text(toml, "utf-8")
    return registry.chip_reader("simulated://kit.toml#chip", DriverContext(folder, "development"))


async def test_the_chip_is_that_of_the_document_on_the_page_reader(tmp_path: Path) -> None:
    chips = _chip_reader(tmp_path, _BESIDE)
    pages = registry.reader("simulated://kit.toml#reader", DriverContext(tmp_path, "development"))
    await chips.open()
    await pages.open()
    assert await chips.chip(0.05) is None
    assert isinstance(await pages.read(GUARD_S), Reading)
    assert await chips.chip(0.3) is None
    assert isinstance(await pages.read(GUARD_S), Reading)
    chip = await chips.chip(GUARD_S)
    assert isinstance(chip, SimulatedChip) and chip.card.profile.access == ("bac",)
    assert chip is await chips.chip(GUARD_S)
    await chips.close()
    await pages.close()


async def test_documents_of_its_own_come_one_after_another(tmp_path: Path) -> None:
    chips = _chip_reader(tmp_path, _OWN)
    await chips.open()
    first = await chips.chip(GUARD_S)
    assert isinstance(first, SimulatedChip) and set(first.card.application) == {0x0101, 0x0102, 0x011D, 0x011E}
    with pytest.raises(DeviceFault) as fault:
        await chips.chip(GUARD_S)
    assert fault.value.reason is FaultReason.BAD_READ
    assert await chips.chip(0.05) is None
    await chips.close()


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ('[chip]\nkind = "chip"\n', "either"),
        ('[chip]\nkind = "chip"\nof = "reader"\n[[chip.presents]]\nraw = "a"\n', "either"),
        ('[chip]\nkind = "chip"\nof = "reader"\ncolour = 1\n', "colour"),
        ('[chip]\nkind = "chip"\n[[chip.presents]]\nretry = "again"\nchip = {}\n', "must have `text` if it has a chip"),
        ('[chip]\nkind = "chip"\n[[chip.presents]]\nraw = "a"\nchip = { faults = ["none"] }\n', "faults"),
    ],
)
def test_a_chip_reader_that_cannot_be_is_refused(tmp_path: Path, toml: str, fault: str) -> None:
    with pytest.raises(DeviceFault, match=fault) as refused:
        _chip_reader(tmp_path, toml)
    assert refused.value.reason is FaultReason.SETUP


def test_a_kit_s_readers_of_pages_and_of_chips_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "kit.toml"
    path.write_text(_BESIDE, "utf-8")
    assert set(kit_file.load_readers(path)) == {"reader"} and set(load_chip_readers(path)) == {"chip"}
    with pytest.raises(DeviceFault, match="has no chip reader called reader"):
        registry.chip_reader("simulated://kit.toml#reader", DriverContext(tmp_path, "development"))


def test_a_production_kit_refuses_it(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text(_BESIDE, "utf-8")
    with pytest.raises(DeviceFault) as refused:
        registry.chip_reader("simulated://kit.toml#chip", DriverContext(tmp_path, "production"))
    assert refused.value.reason is FaultReason.DENIED
    assert not any(device.info.simulated for device in registry.discover_chips(DriverContext(tmp_path, "production")))
