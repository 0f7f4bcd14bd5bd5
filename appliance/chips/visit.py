"""One document's chip: asked for once, awaited by every check that needs it, and ended from anywhere."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass

from appliance.chips.steps import ChipStep, Stage
from data.documents.travel_document import TravelDocument
from data.errors import DeviceError, WaypostError
from devices.chip.access_keys import AccessKey, Can, MrzKey
from devices.chip.errors import ReadingCancelled
from devices.chip.file_reader import Progress
from devices.chip.patience import Patience
from devices.chip.reading import ChipReading

Tell = Callable[[ChipStep], None]


class NoChip(DeviceError):
    """Nothing on the reader answered."""

    def __init__(self) -> None:
        super().__init__(
            "No chip answered on the chip reader",
            means="The document has none, its chip is dead, or it was not laid there",
            do="Lay the document on the chip reader and scan again",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chip is read with."""

    document: TravelDocument | None
    """As its print was read."""
    can: str = ""
    """The card access number, where it was typed: it opens the chip instead of the zone."""

    def key(self) -> AccessKey:
        """What opens the chip. InputError where there is neither a number nor a zone with all it takes."""
        if self.can or self.document is None:
            return Can(self.can)
        return MrzKey.of_document(self.document)


class Visit:
    """A chip that is being read, or was."""

    def __init__(self, asked: Asked, tell: Tell = lambda step: None) -> None:
        self.asked = asked
        self._tell = tell
        self._done: Future[ChipReading] = Future()
        self._patience: Patience | None = None
        self._percent = ("", -1)

    def wait(self, timeout_s: float) -> ChipReading:
        """What was read. WaypostError where nothing was; TimeoutError when it takes longer."""
        return self._done.result(timeout_s)

    @property
    def ended(self) -> bool:
        """Whether a reading or an error is there."""
        return self._done.done()

    def end(self) -> None:
        """Stop: the traveller is done. What was read stays."""
        if self._patience is not None:
            self._patience.cancel()
        self.fail(ReadingCancelled())

    # ── told by the station ──────────────────────────────────────────────────────────────────────────

    def patience(self, seconds: float) -> Patience:
        """The deadline of one reading, which `end` cuts short."""
        self._patience = patience = Patience(seconds)
        if self.ended:
            patience.cancel()
        return patience

    def stage(self, stage: Stage) -> None:
        """A step without a number."""
        if not self.ended:
            self._tell(ChipStep(stage))

    def progress(self, progress: Progress) -> None:
        """A piece of a file came; told once a percent."""
        step = ChipStep(Stage.READING, progress.file, progress.done, progress.total)
        if (progress.file, step.percent) != self._percent and not self.ended:
            self._percent = progress.file, step.percent
            self._tell(step)

    def read(self, reading: ChipReading) -> None:
        """It was read."""
        with suppress(InvalidStateError):
            self._done.set_result(reading)
            self._tell(ChipStep(Stage.ENDED, reading=reading))

    def fail(self, error: WaypostError) -> None:
        """It was not read."""
        with suppress(InvalidStateError):
            self._done.set_exception(error)
            self._tell(ChipStep(Stage.ENDED, error=error))
