"""Kits that cannot be are refused with their reason."""

from pathlib import Path

import pytest

from data.documents.barcodes import LARGEST_BYTES
from devices.faults import DeviceFault, FaultReason
from devices.simulated import kit_file
from tests.devices.support.codes import simulated_reader


@pytest.mark.parametrize("code", ["hex:dc0", "hex:xy", "x" * (2 * LARGEST_BYTES + 1)])
def test_a_script_with_a_code_that_is_none_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(DeviceFault) as raised:
        simulated_reader(tmp_path, f'[reader]\n[[reader.presents]]\nraw = ""\ncodes = ["{code}"]')
    assert raised.value.reason is FaultReason.SETUP


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("[[reader.presents]]\n", "exactly one of"),
        ('[[reader.presents]]\nraw = "a"\nretry = "again"\n', "exactly one of"),
        ('[[reader.presents]]\nraw = "a"\ndelay_s = -1\n', "delay_s"),
        ('[[reader.presents]]\nfault = "denied"\n', "fault"),
        ("[reader]\ncolour = 1\n", "colour"),
        ("reader = 3\n", "not a valid simulated kit"),
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
