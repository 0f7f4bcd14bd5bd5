"""The reading of one document's chip: asked for once, awaited by every check that needs it, cancelled from anywhere.

Each step is reported to the officer who holds the document. Steps stay in memory: they may hold what the chip said.
"""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from data.documents.travel_document import TravelDocument
from data.errors import DeviceError, WaypostError
from devices.chip.access_keys import AccessKey, CanKey, MrzKey
from devices.chip.deadline import Deadline
from devices.chip.errors import ReadingCancelled
from devices.chip.file_reader import FileReadProgress
from devices.chip.reading import ChipReading


class ChipReadStage(StrEnum):
    """Where a reading stands."""

    LAY = "lay"
    OPENING = "opening"
    READING = "reading"
    LAY_BACK = "lay_back"
    """Lifted too early; laid back it is read again."""
    ENDED = "ended"


_FILE_TITLES = {
    "DG1": "the zone",
    "DG2": "the picture",
    "EF.SOD": "the signatures",
    "DG14": "its keys",
    "DG15": "its keys",
}
_STAGE_SENTENCES = {
    ChipReadStage.LAY: "Chip: lay the document on the chip reader",
    ChipReadStage.OPENING: "Chip: opening, keep the document still",
    ChipReadStage.LAY_BACK: "Chip: lifted too early, lay it back and keep it still",
    ChipReadStage.ENDED: "",
}


@dataclass(frozen=True, slots=True)
class ChipReadStep:
    """One step. In memory only: it may hold what the chip said."""

    stage: ChipReadStage
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
        if self.stage is not ChipReadStage.READING:
            return _STAGE_SENTENCES[self.stage]
        return f"Chip: reading {_FILE_TITLES.get(self.file, self.file)}, {self.percent} %"

    @property
    def percent(self) -> int:
        """Of the file that is read."""
        return 100 * self.done // self.total if self.total else 0


OnChipStep = Callable[[ChipReadStep], None]


class NoChip(DeviceError):
    """Nothing on the reader answered."""

    def __init__(self) -> None:
        super().__init__(
            "No chip answered on the chip reader",
            means="The document has none, its chip is dead, or it was not laid there",
            do="Lay the document on the chip reader and scan again",
        )


@dataclass(frozen=True, slots=True)
class ChipReadInput:
    """What a chip is read with."""

    document: TravelDocument | None
    """As its print was read."""
    can: str = ""
    """The card access number, where it was typed: it opens the chip instead of the zone."""

    def key(self) -> AccessKey:
        """What opens the chip. InputError where there is neither a number nor a zone with all it takes."""
        if self.can or self.document is None:
            return CanKey(self.can)
        return MrzKey.of_document(self.document)


class ChipReadJob:
    """A chip that is being read, or was."""

    def __init__(self, asked: ChipReadInput, tell: OnChipStep = lambda step: None) -> None:
        self.input = asked
        self._tell = tell
        self._done: Future[ChipReading] = Future()
        self._deadline: Deadline | None = None
        self._percent = ("", -1)

    def wait(self, timeout_s: float) -> ChipReading:
        """What was read. WaypostError where nothing was; TimeoutError when it takes longer."""
        return self._done.result(timeout_s)

    @property
    def is_done(self) -> bool:
        """Whether a reading or an error is there."""
        return self._done.done()

    def cancel(self) -> None:
        """Stop: the traveller is done. What was read stays."""
        if self._deadline is not None:
            self._deadline.cancel()
        self.fail(ReadingCancelled())

    # ── told by the station ──────────────────────────────────────────────────────────────────────────

    def start_deadline(self, seconds: float) -> Deadline:
        """The deadline of one reading, which `end` cuts short."""
        self._deadline = patience = Deadline(seconds)
        if self.is_done:
            patience.cancel()
        return patience

    def report_stage(self, stage: ChipReadStage) -> None:
        """A step without a number."""
        if not self.is_done:
            self._tell(ChipReadStep(stage))

    def report_progress(self, progress: FileReadProgress) -> None:
        """A piece of a file came; told once a percent."""
        step = ChipReadStep(ChipReadStage.READING, progress.file, progress.bytes_read, progress.total)
        if (progress.file, step.percent) != self._percent and not self.is_done:
            self._percent = progress.file, step.percent
            self._tell(step)

    def finish(self, reading: ChipReading) -> None:
        """It was read."""
        with suppress(InvalidStateError):
            self._done.set_result(reading)
            self._tell(ChipReadStep(ChipReadStage.ENDED, reading=reading))

    def fail(self, error: WaypostError) -> None:
        """It was not read."""
        with suppress(InvalidStateError):
            self._done.set_exception(error)
            self._tell(ChipReadStep(ChipReadStage.ENDED, error=error))
