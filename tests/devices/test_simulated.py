from datetime import date
from pathlib import Path

import pytest

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices import registry
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from devices.simulated import kit_file
from tests.support.waiting import GUARD_S


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
    assert got.says == "Lay it flat"
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


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("[[reader.presents]]\n", "exactly one of"),
        ('[[reader.presents]]\nraw = "a"\nretry = "again"\n', "exactly one of"),
        ('[[reader.presents]]\nraw = "a"\ndelay_s = -1\n', "delay_s"),
        ('[[reader.presents]]\nfault = "denied"\n', "fault"),
        ("[reader]\ncolour = 1\n", "colour"),
        ("reader = 3\n", "cannot be"),
        ("reader = [", "not TOML"),
        (
            '[[reader.presents]]\ndocument = {format = "TD3", code = "P", issuer = "UTO", '
            'number = "1234567890", surname = "A"}',
            "longer than its field",
        ),
    ],
)
def test_a_kit_that_cannot_be_is_refused_with_its_reason(tmp_path: Path, toml: str, fault: str) -> None:
    path = tmp_path / "kit.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(DeviceFault, match=fault) as refused:
        kit_file.load_readers(path)
    assert refused.value.reason is FaultReason.SETUP
