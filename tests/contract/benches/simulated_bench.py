"""A simulated kit in which these things happen."""

import json
from pathlib import Path
from typing import Any

from devices.ports import DriverContext
from tests.contract.benches.port import AWAY_S, DOCUMENT, GARBAGE, JUNK, MERGED, SLOW, SLOW_S, SPLIT, UNPLUG, ZONE

_LAID: dict[str, Any] = {"mrz": ZONE.split("\n")}
_HAPPENS: dict[str, list[dict[str, Any]]] = {
    DOCUMENT: [_LAID],
    SPLIT: [{**_LAID, "delay_s": 0.05}],
    MERGED: [_LAID, _LAID],
    SLOW: [{**_LAID, "delay_s": SLOW_S}],
    UNPLUG: [{"fault": "unplugged", "delay_s": 0.02, "away_s": AWAY_S}],
    JUNK: [{"raw": GARBAGE}],
}


class SimulatedBench:
    scheme = "simulated"
    channel = "in process"
    simulated = True
    begins = tells_of_garbage = True
    openings = 100

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.context = DriverContext(folder, "development", devices=folder / "dev")

    def device(self, *happens: str) -> str:
        tables = ["[reader]"]
        for event in (event for happening in happens for event in _HAPPENS[happening]):
            tables += ["[[reader.presents]]", *(f"{key} = {json.dumps(value)}" for key, value in event.items())]
        (self.folder / "simulated").mkdir()
        (self.folder / "simulated" / "bench.toml").write_text("\n".join(tables), "utf-8")
        return "simulated://simulated/bench.toml#reader"

    def go_on(self) -> None:
        """It does so by itself."""

    def take_away(self) -> None:
        """Nothing lies there."""

    def clear(self) -> None:
        pass
