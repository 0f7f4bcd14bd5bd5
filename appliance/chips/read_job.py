"""The reading of one document's chip: started once, awaited by every check that needs it, cancelled from anywhere.

Each step is reported to the officer. Steps stay in memory, because they may have data of the chip.
"""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from data.documents.travel_document import TravelDocument
from data.errors import DeviceError, WaypostError
from data.text import EMPTY, Message, _
from devices.chip.access_keys import AccessKey, CanKey, MrzKey
from devices.chip.deadline import Deadline
from devices.chip.errors import ReadingCancelled
from devices.chip.file_reader import FileReadProgress
from devices.chip.reading import ChipReading


class ChipReadStage(StrEnum):
    """The stages of a reading."""

    LAY = "lay"
    OPENING = "opening"
    READING = "reading"
    LAY_BACK = "lay_back"
    """The document was lifted too early; when it is laid back, it is read again."""
    ENDED = "ended"


_FILE_TITLES = {
    "DG1": _("the zone"),
    "DG2": _("the picture"),
    "EF.SOD": _("the signatures"),
    "DG14": _("its keys"),
    "DG15": _("its keys"),
}
_STAGE_SENTENCES = {
    ChipReadStage.LAY: _("Chip: place the document on the chip reader"),
    ChipReadStage.OPENING: _("Chip: opening, keep the document still"),
    ChipReadStage.LAY_BACK: _("Chip: lifted too early; put it back and keep it still"),
    ChipReadStage.ENDED: EMPTY,
}


@dataclass(frozen=True, slots=True)
class ChipReadStep:
    """One step of a reading. In memory only: it may have data of the chip."""

    stage: ChipReadStage
    file: str = ""
    done: int = 0
    total: int = 0
    reading: ChipReading | None = None
    """The result, if the reading succeeded."""
    error: WaypostError | None = None
    """Why it failed, if it did."""

    @property
    def says(self) -> Message:
        """What the officer reads; empty if there is nothing to do or to wait for."""
        if self.stage is not ChipReadStage.READING:
            return _STAGE_SENTENCES[self.stage]
        file = _FILE_TITLES.get(self.file, self.file)
        return _("Chip: reading {file}, {percent} %", file=file, percent=self.percent)

    @property
    def percent(self) -> int:
        """How much of the current file has been read."""
        return 100 * self.done // self.total if self.total else 0


OnChipStep = Callable[[ChipReadStep], None]


class NoChip(DeviceError):
    """No chip answered on the reader."""

    def __init__(self) -> None:
        super().__init__(
            _("No chip answered on the chip reader"),
            means=_("The document has no chip, its chip is dead, or it was not on the reader"),
            do=_("Place the document on the chip reader and scan again"),
        )


@dataclass(frozen=True, slots=True)
class ChipReadInput:
    """The document and the key for a reading."""

    document: TravelDocument | None
    """The document as its print was read; None if the chip is read by the access number alone."""
    can: str = ""
    """The card access number, if it was typed: it opens the chip instead of the zone."""

    def key(self) -> AccessKey:
        """The key to the chip. InputError if there is no access number and no complete zone."""
        if self.can or self.document is None:
            return CanKey(self.can)
        return MrzKey.of_document(self.document)


class ChipReadJob:
    """One reading of a chip, running or ended."""

    def __init__(self, read_input: ChipReadInput, on_step: OnChipStep = lambda step: None) -> None:
        self.input = read_input
        self._on_step = on_step
        self._outcome: Future[ChipReading] = Future()
        self._deadline: Deadline | None = None
        self._percent = ("", -1)

    def wait(self, timeout_s: float) -> ChipReading:
        """Wait for the reading. WaypostError says why there is none; TimeoutError if it takes longer."""
        return self._outcome.result(timeout_s)

    @property
    def is_done(self) -> bool:
        """Whether it has ended, with a reading or an error."""
        return self._outcome.done()

    def cancel(self) -> None:
        """Stop the reading, because the traveller is done. A finished reading stays."""
        if self._deadline is not None:
            self._deadline.cancel()
        self.fail(ReadingCancelled())

    # ── called by the service ──────────────────────────────────────────────────────────────────────────

    def start_deadline(self, seconds: float) -> Deadline:
        """The deadline of one reading, which `cancel` ends early."""
        self._deadline = deadline = Deadline(seconds)
        if self.is_done:
            deadline.cancel()
        return deadline

    def report_stage(self, stage: ChipReadStage) -> None:
        """Report a step without a number."""
        if not self.is_done:
            self._on_step(ChipReadStep(stage))

    def report_progress(self, progress: FileReadProgress) -> None:
        """Report that a piece of a file was read, once for each percent."""
        step = ChipReadStep(ChipReadStage.READING, progress.file, progress.bytes_read, progress.total)
        if (progress.file, step.percent) != self._percent and not self.is_done:
            self._percent = progress.file, step.percent
            self._on_step(step)

    def finish(self, reading: ChipReading) -> None:
        """End with a reading."""
        with suppress(InvalidStateError):
            self._outcome.set_result(reading)
            self._on_step(ChipReadStep(ChipReadStage.ENDED, reading=reading))

    def fail(self, error: WaypostError) -> None:
        """End with an error."""
        with suppress(InvalidStateError):
            self._outcome.set_exception(error)
            self._on_step(ChipReadStep(ChipReadStage.ENDED, error=error))
