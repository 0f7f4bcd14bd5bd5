"""What a recorder writes: codes or, redacted, their lengths; never over another file."""

from pathlib import Path

import pytest

from devices.faults import DeviceFault, FaultReason
from devices.recording.recorder import RecordedReader, RecordingWriter
from tests.devices.support.codes import PASS, SEAL, read_many, simulated_reader
from tests.support.waiting import GUARD_S


@pytest.mark.parametrize("redact", [False, True])
async def test_a_recording_has_the_codes_and_a_redacted_one_their_lengths(tmp_path: Path, redact: bool) -> None:
    reader = simulated_reader(tmp_path)
    device = RecordedReader(reader, RecordingWriter(tmp_path / "bug.jsonl", reader.info, redact=redact))
    await device.open()
    await device.read(GUARD_S)
    await device.close()
    text = (tmp_path / "bug.jsonl").read_text()
    assert (PASS.hex() in text) is not redact
    (again,) = await read_many("replay://bug.jsonl", tmp_path, 1)
    wanted = [bytes(len(PASS)), bytes(len(SEAL))] if redact else [PASS, SEAL]
    assert [code.content for code in again.codes] == wanted


def test_a_recording_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    info = simulated_reader(tmp_path).info
    with pytest.raises(DeviceFault) as fault:
        RecordingWriter(tmp_path / "there", info, redact=True)
    assert fault.value.reason is FaultReason.SETUP
