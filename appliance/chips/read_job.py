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
    """How far a reading is."""

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
        """What the officer reads; empty when there is nothing to do or to wait for."""
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

    def __init__(self, read_input: ChipReadInput, on_step: OnChipStep = lambda step: None) -> None:
        self.input = read_input
        self._on_step = on_step
        self._outcome: Future[ChipReading] = Future()
        self._deadline: Deadline | None = None
        self._percent = ("", -1)

    def wait(self, timeout_s: float) -> ChipReading:
        """What was read. WaypostError where nothing was; TimeoutError when it takes longer."""
        return self._outcome.result(timeout_s)

    @property
    def is_done(self) -> bool:
        """Whether a reading or an error is there."""
        return self._outcome.done()

    def cancel(self) -> None:
        """Stop: the traveller is done. What was read stays."""
        if self._deadline is not None:
            self._deadline.cancel()
        self.fail(ReadingCancelled())

    # ── called by the service ──────────────────────────────────────────────────────────────────────────

    def start_deadline(self, seconds: float) -> Deadline:
        """The deadline of one reading, which `cancel` cuts short."""
        self._deadline = deadline = Deadline(seconds)
        if self.is_done:
            deadline.cancel()
        return deadline

    def report_stage(self, stage: ChipReadStage) -> None:
        """A step without a number."""
        if not self.is_done:
            self._on_step(ChipReadStep(stage))

    def report_progress(self, progress: FileReadProgress) -> None:
        """A piece of a file came; reported once a percent."""
        step = ChipReadStep(ChipReadStage.READING, progress.file, progress.bytes_read, progress.total)
        if (progress.file, step.percent) != self._percent and not self.is_done:
            self._percent = progress.file, step.percent
            self._on_step(step)

    def finish(self, reading: ChipReading) -> None:
        """It was read."""
        with suppress(InvalidStateError):
            self._outcome.set_result(reading)
            self._on_step(ChipReadStep(ChipReadStage.ENDED, reading=reading))

    def fail(self, error: WaypostError) -> None:
        """It was not read."""
        with suppress(InvalidStateError):
            self._outcome.set_exception(error)
            self._on_step(ChipReadStep(ChipReadStage.ENDED, error=error))
