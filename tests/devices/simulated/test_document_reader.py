"""Simulated travellers come in order, with their documents, codes, faults and guidance."""

from datetime import date
from pathlib import Path

import pytest

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices import registry
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import PASS, SEAL, read_many, simulated_reader
from tests.support.waiting import GUARD_S


async def test_a_simulated_kit_presents_codes_with_a_document_and_alone(tmp_path: Path) -> None:
    simulated_reader(tmp_path)
    first, second = await read_many("simulated://kit.toml#reader", tmp_path, 2)
    assert (first.raw, [code.content for code in first.codes]) == (ZONE, [PASS, SEAL])
    assert (second.raw, [code.content for code in second.codes]) == ("", [PASS])
    assert first.provenance.raw_hash != second.provenance.raw_hash


def open_reader(folder: Path, toml: str) -> DocumentReader:
    (folder / "kit.toml").write_text(toml, "utf-8")
    return registry.reader("simulated://kit.toml#reader", DriverContext(folder, "development"))


async def read_all(device: DocumentReader, count: int, *, ends: bool = False) -> list[str]:
    await device.open()
    texts = []
    for _ in range(count):
        got = await device.read(GUARD_S)
        texts.append(got.raw if isinstance(got, Reading) else repr(got))
    if ends:
        assert await device.read(0.1) is None
    await device.close()
    return texts


THREE = "".join(f'[[reader.presents]]\nraw = "{name}"\n' for name in "abc")


async def test_travellers_come_in_order_then_nobody(tmp_path: Path) -> None:
    assert await read_all(open_reader(tmp_path, THREE), 3, ends=True) == ["a", "b", "c"]


async def test_a_script_can_start_again(tmp_path: Path) -> None:
    assert await read_all(open_reader(tmp_path, f'[reader]\nat_end = "again"\n{THREE}'), 5) == ["a", "b", "c", "a", "b"]


async def test_closing_and_opening_loses_no_traveller(tmp_path: Path) -> None:
    device = open_reader(tmp_path, THREE)
    assert await read_all(device, 1) + await read_all(device, 2) == ["a", "b", "c"]


async def test_guidance_is_no_fault(tmp_path: Path) -> None:
    device = open_reader(tmp_path, '[[reader.presents]]\nretry = "lay_flat"\n')
    await device.open()
    got = await device.read(GUARD_S)
    assert got == Retry(Guidance.LAY_FLAT)
    assert got.says == "Lay the document flat"
    await device.close()


@pytest.mark.parametrize("reason", [FaultReason.BAD_READ, FaultReason.PROTOCOL, FaultReason.TIMEOUT])
async def test_a_fault_passes_and_the_next_document_is_read(tmp_path: Path, reason: FaultReason) -> None:
    device = open_reader(tmp_path, f'[[reader.presents]]\nfault = "{reason}"\n{THREE}')
    await device.open()
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is reason
    assert device.state.health is DeviceHealth.READY
    assert isinstance(await device.read(GUARD_S), Reading)
    await device.close()


async def test_a_walk_to_the_counter_goes_on_over_several_reads(tmp_path: Path) -> None:
    device = open_reader(tmp_path, '[[reader.presents]]\nraw = "a"\nafter_s = 1.0\n')
    await device.open()
    got = [await device.read(0.03) for _ in range(2)]
    assert got == [None, None]
    assert isinstance(await device.read(GUARD_S), Reading)
    await device.close()


async def test_a_document_is_written_from_its_fields(tmp_path: Path) -> None:
    fields = (
        'format = "TD3", code = "P", issuer = "UTO", number = "L1234567A", surname = "Sämple", given = "Ada", '
        'birth = 1990-02-03, sex = "F", expiry = 2031-01-01'
    )
    (zone,) = await read_all(open_reader(tmp_path, f"[[reader.presents]]\ndocument = {{ {fields} }}"), 1)
    document = parse_mrz(zone, capture=Capture.MACHINE, today=date(2026, 7, 1))
    assert str(document.name) == "SAEMPLE, ADA"
    assert document.number_is_certain
