"""A recording in which these things happened."""

from pathlib import Path

from devices.ports import DriverContext
from devices.recording.event_file import RecordingEvent, RecordingHeader
from tests.contract.benches.port import (
    AWAY_S,
    DOCUMENT,
    FIRST_S,
    GARBAGE,
    JUNK,
    MERGED,
    SLOW,
    SLOW_S,
    SPLIT,
    UNPLUG,
    ZONE,
)

_BEGUN = RecordingEvent(after_s=FIRST_S, kind="begun")
_READ = RecordingEvent(after_s=FIRST_S, kind="reading", raw=ZONE)
_HAPPENED = {
    DOCUMENT: [_READ],
    SPLIT: [_BEGUN, _READ],
    MERGED: [_READ, RecordingEvent(after_s=0, kind="reading", raw=ZONE)],
    SLOW: [_BEGUN, RecordingEvent(after_s=SLOW_S, kind="reading", raw=ZONE)],
    UNPLUG: [
        _BEGUN,
        RecordingEvent(after_s=0.02, kind="fault", reason="unplugged"),
        RecordingEvent(after_s=AWAY_S, kind="back"),
    ],
    JUNK: [RecordingEvent(after_s=FIRST_S, kind="reading", raw=GARBAGE)],
}


class ReplayBench:
    scheme = "replay"
    channel = "recording file"
    simulated = True
    begins = tells_of_garbage = True
    openings = 100

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.context = DriverContext(folder, "development", devices=folder / "dev")

    def device(self, *happens: str) -> str:
        lines = [
            RecordingHeader(title="Bench").model_dump_json(),
            *(e.line() for happening in happens for e in _HAPPENED[happening]),
        ]
        (self.folder / "recordings").mkdir()
        (self.folder / "recordings" / "bench.jsonl").write_text("\n".join([*lines, ""]))
        return "replay://recordings/bench.jsonl"

    def go_on(self) -> None:
        """It does so by itself."""

    def take_away(self) -> None:
        """Nothing lies there."""

    def clear(self) -> None:
        pass
