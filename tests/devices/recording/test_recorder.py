"""What a recorder writes: codes or, redacted, their lengths; never over another file."""

import json
import os
from errno import ENOSPC
from pathlib import Path
from types import SimpleNamespace

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


async def test_a_full_disk_is_a_fault_that_says_so_and_nothing_stays_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = simulated_reader(tmp_path)
    recording = RecordingWriter(tmp_path / "bug.jsonl", reader.info, redact=True)
    file = recording._file
    device = RecordedReader(reader, recording)
    with Path("/dev/full").open("w") as full:  # noqa: ASYNC230 (it opens at once)
        monkeypatch.setattr(recording, "_file", full)
        await device.open()
        with pytest.raises(DeviceFault, match=r"bug\.jsonl cannot be written: No space left") as fault:
            await device.read(GUARD_S)
        assert fault.value.reason is FaultReason.SETUP and "Make room" in fault.value.hint
        with pytest.raises(DeviceFault, match="cannot be written"):
            recording.write_bytes(b"P<")
        await device.close()
        assert full.closed
    file.close()
    await reader.open()
    await reader.close()


def test_a_disk_with_room_again_gets_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = RecordingWriter(tmp_path / "bug.jsonl", simulated_reader(tmp_path).info, redact=True)
    with monkeypatch.context() as full:

        def flush() -> None:
            raise OSError(ENOSPC, os.strerror(ENOSPC))

        full.setattr(recording, "_file", SimpleNamespace(write=recording._file.write, flush=flush))
        with pytest.raises(DeviceFault, match="cannot be written"):
            recording.write_bytes(b"one")
    recording.write_bytes(b"two")
    recording.close()
    lines = [json.loads(line) for line in (tmp_path / "bug.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines[1:]] == ["bytes", "bytes"]
