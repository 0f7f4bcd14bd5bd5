"""How the suite of chip readers lays a chip on a driver's reader."""

import asyncio
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from devices.ports import DriverContext
from devices.simulated import document_reader
from devices.simulated.chip.chip_reader import issue_chip
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.simulated_chip import SimulatedChip
from devices.simulated.kit_file import Presentation
from tests.support.virtual_pcsc import READER, VirtualPcsc

_ZONE = ("P<UTOSAMPEL<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<<<", "L1234567A3UTO9002033F3101015<<<<<<<<<<<<<<04")


class ChipBench(Protocol):
    """One driver's reader."""

    simulated: bool
    context: DriverContext

    url: str
    """The reader, for the registry."""

    async def lay(self, lifted_at: int = 0) -> None:
        """Lay a good chip on it; `lifted_at` counts the commands until it is lifted, 0 for never."""

    async def lay_again(self) -> None:
        """The same document, after it was lifted."""

    def clear(self) -> None:
        """Take away what lies there."""


class SimulatedChipBench:
    simulated = True
    url = "simulated://simulated/bench.toml#chip"

    def __init__(self, folder: Path) -> None:
        self.context = DriverContext(folder, "development", devices=folder / "dev")
        kit = folder / "simulated" / "bench.toml"
        kit.parent.mkdir()
        kit.write_text('[reader]\n[chip]\nkind = "chip"\nof = "reader"\n', "utf-8")
        self._page_reader = f"{kit.resolve()} simulated:bench#reader"

    async def lay(self, lifted_at: int = 0) -> None:
        document_reader.lay_document(self._page_reader, _document(lifted_at))

    async def lay_again(self) -> None:
        """It lies there still."""

    def clear(self) -> None:
        document_reader.lay_document(self._page_reader, Presentation(raw=""))


class PcscChipBench:
    """A virtual reader of a real pcscd."""

    simulated = False
    url = f"pcsc://{quote(READER)}"

    def __init__(self, folder: Path, pcsc: VirtualPcsc) -> None:
        self.context = DriverContext(folder, "development", devices=folder / "dev")
        self._reader = pcsc.reader
        self._chip: SimulatedChip | None = None

    async def lay(self, lifted_at: int = 0) -> None:
        self._chip = issue_chip(_document(lifted_at))
        await self.lay_again()

    async def lay_again(self) -> None:
        assert self._chip is not None
        await asyncio.to_thread(self._reader.lay, self._chip)

    def clear(self) -> None:
        self._reader.take_away()


def _document(lifted_at: int) -> Presentation:
    faults = {"faults": ["tear_off"], "at": lifted_at} if lifted_at else {}
    profile = ChipProfile.model_validate({"access": ["bac"], "active_authentication": "none", **faults})
    return Presentation(mrz=_ZONE, chip=profile)
