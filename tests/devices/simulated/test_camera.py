"""A simulated camera delivers what a real one does."""

from pathlib import Path

import pytest

from data.documents.barcodes import BarcodeKind
from devices import registry
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DriverContext
from devices.reading import Reading
from devices.simulated.kit_file import load_cameras
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S

PASS = "M1SAMPLE/ADA          EABC123 AAABBBXY 0123 183Y012A0025 100"
DOCUMENT = f"mrz = {ZONE.split(chr(10))}"
VISA = 'document = { format = "MRV-B", code = "V", issuer = "UTO", number = "V1234567", surname = "SAMPLE" }'
SCRIPT = f"""
[camera]
kind = "camera"
[[camera.presents]]
{DOCUMENT}
harms = ["held"]
codes = ["{PASS}"]
[[camera.presents]]
fault = "unplugged"
away_s = 0.1
[[camera.presents]]
{DOCUMENT}
harms = ["too_dark"]
[[camera.presents]]
{VISA}
seal = {{ passport = "L1234567A" }}
"""


def camera(folder: Path, script: str, home: str = "development") -> registry.DocumentReader:
    (folder / "kit.toml").write_text(script)
    return registry.reader("simulated://kit.toml#camera", DriverContext(folder, home))  # type: ignore[arg-type]


async def test_a_scripted_camera_delivers_what_a_camera_does(tmp_path: Path) -> None:
    device = camera(tmp_path, SCRIPT)
    await device.open()
    first = await device.read(GUARD_S)
    assert isinstance(first, Reading) and first.raw == ZONE and first.provenance.agreeing == 2
    assert [code.content for code in first.codes] == [PASS.encode()]
    assert first.provenance.simulated
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.UNPLUGGED
    results: list[object] = []
    while len(results) < 2:
        try:
            results += [result for result in [await device.read(GUARD_S)] if result is not None]
        except DeviceFault as away:
            assert away.reason is FaultReason.UNPLUGGED
    dark, visa = results
    assert dark == Retry(Guidance.MORE_LIGHT)
    assert isinstance(visa, Reading) and visa.raw.startswith("V<UTOSAMPLE")
    assert [code.kind for code in visa.codes] == [BarcodeKind.SEAL]
    await device.close()


@pytest.mark.parametrize("wrong", ['retry = "lay_flat"', 'raw = "no zone"', 'fault = "timeout"', 'harms = ["cursed"]'])
def test_what_no_camera_sees_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "kit.toml").write_text(f'[camera]\nkind = "camera"\n[[camera.presents]]\n{wrong}\n')
    with pytest.raises(DeviceFault) as fault:
        load_cameras(tmp_path / "kit.toml")
    assert fault.value.reason is FaultReason.SETUP


def test_a_production_kit_has_no_simulated_camera(tmp_path: Path) -> None:
    with pytest.raises(DeviceFault) as fault:
        camera(tmp_path, SCRIPT, "production")
    assert fault.value.reason is FaultReason.DENIED
