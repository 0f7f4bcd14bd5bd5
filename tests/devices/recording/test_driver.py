"""What was recorded happens again, with another framing too, and redacted without anybody in it."""

import json
import stat
from pathlib import Path

from devices import registry
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from devices.recording.event_file import load_events, load_header, redact_text
from devices.recording.recorder import RecordedReader, RecordingWriter
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S

SCRIPT = f"""
[reader]
title = "Page reader"
[[reader.presents]]
mrz = {json.dumps(ZONE.split(chr(10)))}
delay_s = 0.02
[[reader.presents]]
retry = "turn_over"
[[reader.presents]]
fault = "unplugged"
away_s = 0.05
[[reader.presents]]
fault = "bad_read"
[[reader.presents]]
raw = "last"
"""


async def outcomes(device: DocumentReader, count: int) -> list[object]:
    """What `count` documents, faults and hints came to; while the device is away it is only waited for."""
    await device.open()
    got: list[object] = []
    while len(got) < count:
        try:
            came = await device.read(GUARD_S)
            got.append(came.raw if isinstance(came, Reading) else came)
        except DeviceFault as fault:
            if fault.reason not in got[-1:]:
                got.append(fault.reason)
            async for state in device.events():
                if state.health is DeviceHealth.READY:
                    break
    await device.close()
    return got


async def record_documents(folder: Path, *, redact: bool) -> Path:
    (folder / "kit.toml").write_text(SCRIPT)
    simulated = registry.reader("simulated://kit.toml#reader", DriverContext(folder, "development"))
    recording = RecordingWriter(folder / "bug.jsonl", simulated.info, redact=redact)
    recording.write_bytes(b"\x02" + ZONE.encode() + b"\x03")
    device = RecordedReader(simulated, recording)
    assert await outcomes(device, 5) == [
        ZONE,
        Retry(Guidance.TURN_OVER),
        FaultReason.UNPLUGGED,
        FaultReason.BAD_READ,
        "last",
    ]
    return folder / "bug.jsonl"


async def test_what_was_recorded_happens_again(tmp_path: Path) -> None:
    path = await record_documents(tmp_path, redact=False)
    assert load_header(path).title == "Page reader"
    kinds = [event.kind for event in load_events(path) if event.kind != "begun"]
    assert kinds == ["bytes", "reading", "retry", "fault", "back", "fault", "reading"]
    context = DriverContext(tmp_path, "development")
    replay = registry.reader("replay://bug.jsonl?speed=10", context)
    assert replay.info.simulated and replay.info.title == "Replay of Page reader"
    assert await outcomes(replay, 5) == [
        ZONE,
        Retry(Guidance.TURN_OVER),
        FaultReason.UNPLUGGED,
        FaultReason.BAD_READ,
        "last",
    ]


async def test_recorded_bytes_are_read_again_with_another_framing(tmp_path: Path) -> None:
    path = await record_documents(tmp_path, redact=False)
    context = DriverContext(tmp_path, "development")
    assert await outcomes(registry.reader(f"replay://{path}?framing=stx-etx", context), 1) == [ZONE]
    (lines,) = await outcomes(registry.reader(f"replay://{path}?framing=cr", context), 1)
    assert lines == f"\x02{ZONE}\x03"


async def test_a_redacted_recording_holds_nobody(tmp_path: Path) -> None:
    path = await record_documents(tmp_path, redact=True)
    assert load_header(path).redacted
    assert "SAMPLE" not in path.read_text() and b"SAMPLE".hex() not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    got = await outcomes(registry.reader(f"replay://{path}", DriverContext(tmp_path, "development")), 1)
    assert got == [redact_text(ZONE)]
