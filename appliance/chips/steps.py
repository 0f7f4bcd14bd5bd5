"""How far the reading of a chip is, for the officer who holds the document."""

from dataclasses import dataclass
from enum import StrEnum

from data.errors import WaypostError
from devices.chip.reading import ChipReading


class Stage(StrEnum):
    """Where a reading stands."""

    LAY = "lay"
    OPENING = "opening"
    READING = "reading"
    LAY_BACK = "lay_back"
    """Lifted too early; laid back it is read again."""
    ENDED = "ended"


_NAMES = {"DG1": "the zone", "DG2": "the picture", "EF.SOD": "the signatures", "DG14": "its keys", "DG15": "its keys"}
_SAYS = {
    Stage.LAY: "Chip: lay the document on the chip reader",
    Stage.OPENING: "Chip: opening, keep the document still",
    Stage.LAY_BACK: "Chip: lifted too early, lay it back and keep it still",
    Stage.ENDED: "",
}


@dataclass(frozen=True, slots=True)
class ChipStep:
    """One step. In memory only: it may hold what the chip said."""

    stage: Stage
    file: str = ""
    done: int = 0
    total: int = 0
    reading: ChipReading | None = None
    """When it ended well."""
    error: WaypostError | None = None
    """When it ended without a reading."""

    @property
    def says(self) -> str:
        """What the officer is told; empty when there is nothing to do or to wait for."""
        if self.stage is not Stage.READING:
            return _SAYS[self.stage]
        return f"Chip: reading {_NAMES.get(self.file, self.file)}, {self.percent} %"

    @property
    def percent(self) -> int:
        """Of the file that is read."""
        return 100 * self.done // self.total if self.total else 0
