"""How the suite of chip readers lays a chip on a driver's reader."""

import asyncio
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from devices.simulated import lying
from devices.simulated.chip.chip import SimulatedChip
from devices.simulated.chip.minting import mint
from devices.simulated.chip.profile import Profile
from devices.simulated.script import Presentation
from devices.surroundings import Surroundings
from tests.virtual_pcsc import READER, VirtualPcsc

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

    async def lay_again(self) -> None:
        """Lay the chip that was lifted on it again."""

    def clear(self) -> None:
        """Take everything away."""


class SimulatedChipBench:
    simulated = True
    url = "simulated://bench.toml#chip"

    def __init__(self, folder: Path) -> None:
        self.place = Surroundings(folder, "development", devices=folder / "dev")
        kit = folder / "bench.toml"
        kit.write_text('[reader]\n[chip]\nkind = "chip"\nof = "reader"\n', "utf-8")
        self._page_reader = f"{kit.resolve()} simulated:bench#reader"

    async def lay(self, lifted_at: int = 0) -> None:
        lying.lay(self._page_reader, _presented(lifted_at))

    async def lay_again(self) -> None:
        """It lies there again for whoever asks."""

    def clear(self) -> None:
        """Nothing lasts."""


class PcscChipBench:
    """A real pcscd; the virtual reader notices only now and then that a chip has gone."""

    simulated = False
    url = f"pcsc://{quote(READER)}"

    def __init__(self, folder: Path, pcsc: VirtualPcsc) -> None:
        self.place = Surroundings(folder)
        self._reader = pcsc.reader
        self._chip: SimulatedChip | None = None

    async def lay(self, lifted_at: int = 0) -> None:
        self._chip = mint(_presented(lifted_at))
        await self.lay_again()

    async def lay_again(self) -> None:
        assert self._chip is not None
        await asyncio.to_thread(self._reader.lay, self._chip)

    def clear(self) -> None:
        self._reader.take_away()


def _presented(lifted_at: int) -> Presentation:
    faults = {"faults": ["tear_off"], "at": lifted_at} if lifted_at else {}
    profile = Profile.model_validate({"access": ["bac"], "active_authentication": "none", **faults})
    return Presentation(mrz=_ZONE, chip=profile)
