"""`waypost check` at a device: waits for a document, or for a chip, and says on stderr what it waits for."""

import asyncio
from collections.abc import Callable
from time import monotonic

import click

from appliance.chips.carrier import carrier
from appliance.chips.station import ChipStation
from appliance.chips.steps import ChipStep, Stage
from appliance.chips.visit import Asked, Visit
from appliance.intake import document_of
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.screenings import Screening
from devices.chip.reading import ChipReading
from devices.drivers import OURS, Sense
from devices.faults import DeviceFault, Reason, Retry
from devices.ports import DocumentReader
from devices.reading import Reading
from devices.registry import Surroundings, reader
from devices.url import DeviceUrl
from ui.say import safe

READ_S = 1.0
SENTENCE = 200


def is_of_chips(url: str) -> bool:
    """Whether this URL can only mean a chip reader."""
    known = OURS.get(DeviceUrl.parse(url).scheme) if url else None
    return known is not None and known.sense is Sense.CHIPS


def document_at(url: str, place: Surroundings, wait_s: float) -> TravelDocument:
    """The document that is laid on the reader in time. InputError where none is; DeviceFault."""
    got = asyncio.run(_read(reader(url, place), wait_s))
    return document_of(got, place.now().date())


async def _read(device: DocumentReader, wait_s: float) -> Reading:
    await device.open()
    try:
        _say("Lay the document on the reader")
        ends = monotonic() + wait_s
        while (left := ends - monotonic()) > 0:
            got = await _once(device, min(READ_S, left))
            if got is not None:
                return got
        raise InputError(
            f"No document was laid on the reader within {wait_s:g} seconds", do="Lay it there, or use --mrz"
        )
    finally:
        await device.close()


async def _once(device: DocumentReader, timeout_s: float) -> Reading | None:
    try:
        got = await device.read(timeout_s)
    except DeviceFault as fault:
        if fault.reason not in (Reason.BAD_READ, Reason.TIMEOUT):
            raise
        _say(fault.hint)
        return None
    if isinstance(got, Retry):
        _say(got.says)
        return None
    return got


class ChipAtReader:
    """The one chip of one `check`."""

    def __init__(self, station: ChipStation, can: str) -> None:
        self._station = station
        self._can = can
        self._visit: Visit | None = None

    def document(self) -> TravelDocument:
        """The document as its own chip says, opened by the access number alone. InputError where it has no zone."""
        reading = self._begin(Asked(None, self._can)).wait(self._station.waits.whole_s + READ_S)
        if reading.document is None:
            raise InputError("The chip gives no zone that can be read", do="Give the printed zone with --mrz")
        return reading.document

    def attach(self, screening: Screening) -> None:
        """Read the chip of this screening's document, unless that was how the document came."""
        document = carrier(screening.documents)
        if document is not None:
            self._station.keep(screening.id, self._visit or self._begin(Asked(document, self._can)))

    def reading(self) -> ChipReading | None:
        """What was read; None where nothing was."""
        if self._visit is None or not self._visit.ended:
            return None
        try:
            return self._visit.wait(0)
        except Exception:  # why it was not read is a finding already
            return None

    def _begin(self, asked: Asked) -> Visit:
        self._visit = self._station.begin(asked, _steps())
        return self._visit


def _steps() -> Callable[[ChipStep], None]:
    """Each stage is said once; a percentage has no place on a line that stays."""
    said: set[Stage] = set()

    def tell(step: ChipStep) -> None:
        if step.stage not in said and step.stage is not Stage.READING and step.says:
            said.add(step.stage)
            _say(step.says)

    return tell


def _say(text: str) -> None:
    click.echo(safe(text, SENTENCE), err=True)
