"""`waypost kit bench`: tests the kit's readers for a technician. It needs no screen, and `--seconds` ends it.

Without `--reveal` letters are shown and recorded as X and digits as 0, so nobody's data stays behind.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import click

from appliance.counter.reader_loop import is_chip_reader
from appliance.counter.subject import document_from_reading
from data.documents.barcodes import BarcodeKind, Symbology
from data.documents.travel_document import TravelDocument
from data.homes import must_be_kit
from data.kit.settings import SETTINGS_FILE, Settings
from data.log.error_log import log_error
from data.text import EMPTY, Message, _, join, plural
from devices import registry
from devices.faults import DeviceFault, Retry
from devices.framing.selection import advice
from devices.ports import DeviceUrl, DiscoveredDevice, DocumentReader, DriverContext
from devices.reading import Reading
from devices.recording.event_file import redact_bytes, redact_text
from devices.recording.recorder import RecordedReader, RecordingWriter
from devices.registry import BUILT_IN_DRIVERS, DriverTier
from ui.commands.kit_bench.cards import bench_card_readers
from ui.commands.kit_bench.chips import ChipRecordingOptions, access_key, bench_chips, fault_lines
from ui.options import KIT
from ui.text.sanitize import safe
from ui.text.translation import say

READ_S = 1.0
SHOWN = 200
"""Characters of one line of traffic."""
_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: "␡"} | dict.fromkeys(range(0x80, 0xA0), "?")
"""Control characters, which a technician has to see."""
_TIERS = {
    DriverTier.SIMULATED: _("tested with a simulated device only"),
    DriverTier.REPLAYED: _("tested with recordings of real devices"),
    DriverTier.FIELD_TESTED: _("tested in the field"),
}
_CODE_KINDS = {
    BarcodeKind.BOARDING_PASS: _("boarding pass"),
    BarcodeKind.SEAL: _("visible digital seal"),
    BarcodeKind.OPEN_SEAL: _("visible digital seal in JSON"),
    BarcodeKind.OTHER: _("of another kind"),
}
_SYMBOLOGIES = {
    Symbology.QR: "QR",
    Symbology.AZTEC: "Aztec",
    Symbology.PDF417: "PDF417",
    Symbology.DATA_MATRIX: "Data Matrix",
    Symbology.UNKNOWN: _("unknown code"),
}


@dataclass(frozen=True, slots=True)
class ChipBenchOptions:
    """Which chip reader is tested, and what opens the chip."""

    url: str = ""
    zone: str = field(default="", repr=False)
    can: str = field(default="", repr=False)


def bench_readers(
    home: Path,
    url: str,
    record: Path | None,
    seconds: float | None,
    shows: Literal["shape", "text"],
    chip: ChipBenchOptions = ChipBenchOptions(),
    card: str = "",
) -> int:
    """Discover, open, read. Returns 1 if the reader does not work at the end, else 0.

    Raises:
        DeviceFault: SETUP, for a wrong URL.
    """
    must_be_kit(home)
    settings = Settings.load(home / SETTINGS_FILE)
    line = _Line(shows)
    context = DriverContext(home.resolve(), settings.profile, tap=line.receive)
    faults: dict[str, DeviceFault] = {}
    readers = registry.discover(context, faults.__setitem__)
    chip_readers = registry.discover_chips(context, faults.__setitem__)
    heading = plural("Found {count} reader:", "Found {count} readers:", len(readers))
    _print_devices(heading if readers else _("No readers were found."), readers)
    heading = plural("Found {count} chip reader:", "Found {count} chip readers:", len(chip_readers))
    _print_devices(heading if chip_readers else _("No chip readers were found."), chip_readers)
    if faults:
        say(_("These drivers could not be asked for their devices:"))
    for scheme, fault in faults.items():
        say(_("  {scheme}://  {what}", scheme=safe(scheme, SHOWN), what=safe(fault.what, SHOWN)))
    if card_readers := registry.discover_cards(context):
        heading = plural("Found {count} card reader:", "Found {count} card readers:", len(card_readers))
        _print_devices(heading, card_readers)
    if card:
        return bench_card_readers(card, settings.card, context, seconds)
    if chip.url or is_chip_reader(url):
        device = registry.chip_reader(settings.chip.reader if chip.url == KIT else chip.url or url, context)
        recording_options = ChipRecordingOptions(record, shows) if record is not None else None
        return asyncio.run(bench_chips(device, access_key(chip.zone, chip.can), seconds, recording_options))
    url = url or settings.reader
    if not url:
        if readers or chip_readers:
            say(_("kit.toml names no reader: choose one of these with --reader URL."))
        else:
            say(_("kit.toml names no reader, and none was found. Connect one, or give --reader URL."))
        return 0
    reader = registry.reader(url, context)
    _print_reader(url, reader)
    if record is not None:
        recording = RecordingWriter(record, reader.info, redact=shows == "shape")
        line.copy_to = recording.write_bytes
        reader = RecordedReader(reader, recording)
    return asyncio.run(_watch(reader, line, DeviceUrl.parse(url), seconds))


class _Line:
    """The bytes that arrived since the last document, and how they are shown."""

    def __init__(self, shows: Literal["shape", "text"]) -> None:
        self._shows = shows
        self.copy_to: Callable[[bytes], None] | None = None
        self.pending = b""
        self.has_received = False
        """Whether anything arrived at all."""

    def receive(self, data: bytes) -> None:
        """Take and print some bytes."""
        self.has_received = True
        self.pending = (self.pending + data)[-4096:]
        if self.copy_to is not None:
            self.copy_to(data)
        visible = data if self._shows == "text" else redact_bytes(data)
        text = _show_controls(visible.decode("latin-1"))
        say(_("  line  {bytes:5} bytes  {text}", bytes=len(data), text=text))

    def text(self, raw: str) -> str:
        """A document's text as it may be shown."""
        return _show_controls(raw if self._shows == "text" else redact_text(raw))


def _print_devices(heading: Message, devices: Sequence[DiscoveredDevice]) -> None:
    say(heading)
    for candidate in devices:
        click.echo(f"  {safe(candidate.url, SHOWN)}  {safe(candidate.info.title, SHOWN)}")


def _print_reader(url: str, device: DocumentReader) -> None:
    ours = BUILT_IN_DRIVERS.get(DeviceUrl.parse(url).scheme)
    driver = (
        _("{tier}, over: {channel}", tier=_TIERS[ours.tier], channel=ours.channel)
        if ours
        else _("a third party's driver")
    )
    title = safe(device.info.title, SHOWN)
    say(_("Reading {title} ({driver}). Place a document on it; Ctrl+C stops.", title=title, driver=driver))


async def _watch(device: DocumentReader, line: _Line, url: DeviceUrl, seconds: float | None) -> int:
    """Read for so many seconds once the device is open, and at least once; 1 if the last read failed."""
    left_s = float("inf") if seconds is None else seconds
    try:
        await device.open()
        until = time.monotonic() + left_s
        last_fault = EMPTY
        while True:
            fault = await _read_once(device, line, url, min(READ_S, left_s))
            if fault and fault != last_fault:  # a device that stays away is reported once
                say(fault)
            last_fault = fault
            if fault:
                await asyncio.sleep(min(READ_S / 4, left_s))
            left_s = until - time.monotonic()
            if left_s <= 0:
                break
        if not line.has_received and not last_fault:
            _print_hint(registry.silence_hint(url.scheme))
        return 1 if last_fault else 0
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        say(fault_lines(fault))
        return 1
    finally:
        await device.close()


async def _read_once(device: DocumentReader, line: _Line, url: DeviceUrl, timeout_s: float) -> Message:
    """Read once and print what arrived; returns the lines for a fault, or EMPTY."""
    try:
        event = await device.read(timeout_s)
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        hint = advice(line.pending, url.settings.get("framing", "auto")) if line.pending else ""
        line.pending = b""
        lines = fault_lines(fault)
        return join([lines, _hint_line(hint)], "\n") if hint else lines
    if isinstance(event, Retry):
        line.has_received = True
        say(_("  retry {text}", text=event.says))
    elif event is not None:
        _print_reading(event, line, url)
    return EMPTY


def _print_reading(reading: Reading, line: _Line, url: DeviceUrl) -> None:
    say(_("  read  {text}", text=line.text(reading.raw)))
    for code in reading.codes:
        kind, size = _CODE_KINDS[code.kind], len(code.content)
        say(
            _(
                "  code  {symbology}, {bytes} bytes, {kind}",
                symbology=_SYMBOLOGIES[code.symbology],
                bytes=size,
                kind=kind,
            )
        )
    if reading.codes and not reading.raw:
        line.pending, line.has_received = b"", True
        return
    document = document_from_reading(reading, date.today())  # noqa: DTZ011 (only settles a century that is not shown)
    say(_zone_line(document))
    framing = url.settings.get("framing", "auto")
    hint = advice(line.pending, framing) if line.pending and (document.format is None or framing != "auto") else ""
    if hint:
        _print_hint(hint)
    line.pending, line.has_received = b"", True


def _zone_line(document: TravelDocument) -> Message:
    if document.format is None:
        return _("  no    This is not a machine-readable zone")
    wrong = [digit.field for digit in document.digits if not digit.ok]
    if wrong:
        return _("  ok    {format} zone, wrong check digit: {fields}", format=document.format, fields=", ".join(wrong))
    return _("  ok    {format} zone, every check digit is right", format=document.format)


def _hint_line(hint: str) -> Message:
    return _("  hint  {text}", text=hint)


def _print_hint(hint: str) -> None:
    say(_hint_line(hint))


def _show_controls(text: str) -> str:
    """On one line, with pictures for control characters: nothing a device sends moves the cursor."""
    return safe(text.translate(_PICTURES), SHOWN)
