"""How the suite of chip readers lays a chip on a driver's reader."""

from pathlib import Path
from typing import Protocol

from devices.simulated import lying
from devices.simulated.chip.profile import Profile
from devices.simulated.script import Presentation
from devices.surroundings import Surroundings

_ZONE = ("P<UTOSAMPEL<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<<<", "L1234567A3UTO9002033F3101015<<<<<<<<<<<<<<04")


class ChipBench(Protocol):
    """One driver's reader."""

    simulated: bool
    place: Surroundings

    @property
    def url(self) -> str:
        """The reader, for the registry."""

    async def lay(self, lifted_at: int = 0) -> None:
        """Lay a good chip on it; `lifted_at` counts the commands until it is lifted, 0 for never."""


class SimulatedChipBench:
    simulated = True
    url = "simulated://bench.toml#chip"

    def __init__(self, folder: Path) -> None:
        self.place = Surroundings(folder, "development", devices=folder / "dev")
        kit = folder / "bench.toml"
        kit.write_text('[reader]\n[chip]\nkind = "chip"\nof = "reader"\n', "utf-8")
        self._page_reader = f"{kit.resolve()} simulated:bench#reader"

    async def lay(self, lifted_at: int = 0) -> None:
        faults = {"faults": ["tear_off"], "at": lifted_at} if lifted_at else {}
        profile = Profile.model_validate({"access": ["bac"], "active_authentication": "none", **faults})
        lying.lay(self._page_reader, Presentation(mrz=_ZONE, chip=profile))
