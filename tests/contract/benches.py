"""One bench a driver: how the suite lays documents on that driver's device and pulls its plug.

A driver joins the suite by a bench here; a test fails while one is missing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices.registry import Surroundings

ZONE = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
GARBAGE = "\x00\x02P<UTO\x1b[31m" + "<" * 100_000
"""Control characters, a broken frame and far too much of it."""

DOCUMENT, SLOW, UNPLUG, JUNK = "document", "slow", "unplug", "junk"
"""What may happen at a device: a document, one that takes a second to read, a pulled plug in mid-read, garbage."""


class Bench(Protocol):
    """A device on a bench."""

    simulated: bool
    place: Surroundings

    def device(self, *happens: str) -> str:
        """URL of a reader at which these things happen, in order, and then nothing."""


@dataclass
class SimulatedBench:
    """`simulated://`"""

    folder: Path
    simulated = True

    def __post_init__(self) -> None:
        self.place = Surroundings(self.folder, "development")

    def device(self, *happens: str) -> str:
        events = {
            DOCUMENT: {"mrz": ZONE.split("\n")},
            SLOW: {"mrz": ZONE.split("\n"), "delay_s": 1.0},
            UNPLUG: {"fault": "unplugged", "delay_s": 0.02, "away_s": 0.02},
            JUNK: {"raw": GARBAGE},
        }
        tables = ["[reader]"]
        for one in happens:
            tables += ["[[reader.presents]]", *(f"{key} = {json.dumps(value)}" for key, value in events[one].items())]
        (self.folder / "simulated").mkdir(exist_ok=True)
        (self.folder / "simulated" / "bench.toml").write_text("\n".join(tables), "utf-8")
        return "simulated://simulated/bench.toml#reader"


BENCHES: dict[str, Callable[[Path], Bench]] = {"simulated": SimulatedBench}
