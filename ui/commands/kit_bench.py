"""`waypost kit bench`: what a technician sees of the kit's readers. Headless; it ends by itself with `--seconds`.

Without `--reveal` letters are X and digits 0, on the screen and in a recording: nobody's document is left behind.
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
from data.documents.travel_document import TravelDocument
from data.kit.settings import SETTINGS_FILE, Settings
from data.log.error_log import log_error
from devices import registry
from devices.faults import DeviceFault, Retry
from devices.framing.selection import advice
from devices.ports import DeviceUrl, DiscoveredDevice, DocumentReader, DriverContext
from devices.reading import Reading
from devices.recording.event_file import redact_bytes, redact_text
from devices.recording.recorder import RecordedReader, RecordingWriter
from devices.registry import BUILT_IN_DRIVERS
from ui.commands.kit_bench_chip import ChipRecordingOptions, access_key, bench_chips, fault_lines
from ui.options import KIT
from ui.text.sanitize import pluralize

READ_S = 1.0
SHOWN = 200
"""Characters of one line of traffic."""


@dataclass(frozen=True, slots=True)
class ChipBenchOptions:
    """Which chip reader is tried, and what opens the chip."""

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
) -> int:
    """Discover, open, read; 1 where the reader does not work at the end, else 0. DeviceFault SETUP for a wrong URL."""
    settings = Settings.load(home / SETTINGS_FILE)
    line = _Line(shows)
    context = DriverContext(home.resolve(), settings.profile, tap=line.receive)
    _print_devices("reader", registry.discover(context))
    _print_devices("chip reader", registry.discover_chips(context))
    if chip.url or is_chip_reader(url):
        device = registry.chip_reader(settings.chip.reader if chip.url == KIT else chip.url or url, context)
        recording_options = ChipRecordingOptions(record, shows) if record is not None else None
        return asyncio.run(bench_chips(device, access_key(chip.zone, chip.can), seconds, recording_options))
    url = url or settings.reader
    if not url:
        click.echo("No reader is named in kit.toml: choose one of these with --reader URL.")
        return 0
    reader = registry.reader(url, context)
    _print_reader(url, reader)
    if record is not None:
        recording = RecordingWriter(record, reader.info, redact=shows == "shape")
        line.copy_to = recording.write_bytes
        reader = RecordedReader(reader, recording)
    return asyncio.run(_watch(reader, line, DeviceUrl.parse(url), seconds))


class _Line:
    """The bytes that came since the last document, and how they are shown."""

    def __init__(self, shows: Literal["shape", "text"]) -> None:
        self._shows = shows
        self.copy_to: Callable[[bytes], None] | None = None
        self.pending = b""
        self.has_received = False
        """Whether anything came at all."""

    def receive(self, data: bytes) -> None:
        """Take and print some bytes."""
        self.has_received = True
        self.pending = (self.pending + data)[-4096:]
        if self.copy_to is not None:
            self.copy_to(data)
        visible = data if self._shows == "text" else redact_bytes(data)
        click.echo(f"  line  {len(data):5} bytes  {_show_controls(visible.decode('latin-1'))}")

    def text(self, raw: str) -> str:
        """A document's text as it may be shown."""
        return _show_controls(raw if self._shows == "text" else redact_text(raw))


def _print_devices(what: str, devices: Sequence[DiscoveredDevice]) -> None:
    click.echo(f"Found {pluralize(len(devices), what)}:")
    for candidate in devices:
        click.echo(f"  {_show_controls(candidate.url)}  {_show_controls(candidate.info.title)}")


def _print_reader(url: str, device: DocumentReader) -> None:
    ours = BUILT_IN_DRIVERS.get(DeviceUrl.parse(url).scheme)
    tier = f"{ours.tier}, exercised over: {ours.channel}" if ours else "a third party's driver"
    click.echo(f"Reading {_show_controls(device.info.title)} ({tier}). Lay a document on it; Ctrl+C ends.")


async def _watch(device: DocumentReader, line: _Line, url: DeviceUrl, seconds: float | None) -> int:
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    try:
        await device.open()
        last_fault = ""
        while (left := until - time.monotonic()) > 0:
            fault = await _read_once(device, line, url, min(READ_S, left))
            if fault and fault != last_fault:  # a device that stays away is reported once
                click.echo(fault)
            last_fault = fault
            if fault:
                await asyncio.sleep(min(READ_S / 4, max(0.0, left)))
        if not line.has_received and not last_fault:
            click.echo(f"  hint  {advice(b'', '')}")
        return 1 if last_fault else 0
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        click.echo(fault_lines(fault, _show_controls))
        return 1
    finally:
        await device.close()


async def _read_once(device: DocumentReader, line: _Line, url: DeviceUrl, timeout_s: float) -> str:
    """Read once and say what came; the fault in words, or nothing."""
    try:
        event = await device.read(timeout_s)
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        hint = advice(line.pending, url.settings.get("framing", "auto")) if line.pending else ""
        line.pending = b""
        return fault_lines(fault, _show_controls) + (f"\n  hint  {hint}" if hint else "")
    if isinstance(event, Retry):
        line.has_received = True
        click.echo(f"  retry {event.says}")
    elif event is not None:
        _print_reading(event, line, url)
    return ""


def _print_reading(reading: Reading, line: _Line, url: DeviceUrl) -> None:
    click.echo(f"  read  {line.text(reading.raw)}")
    for code in reading.codes:
        click.echo(f"  code  {code.symbology.value}, {len(code.content)} bytes, {code.kind.value.replace('_', ' ')}")
    if reading.codes and not reading.raw:
        line.pending, line.has_received = b"", True
        return
    document = document_from_reading(reading, date.today())  # noqa: DTZ011 (only settles a century that is not shown)
    click.echo(f"  {_zone_line(document)}")
    framing = url.settings.get("framing", "auto")
    hint = advice(line.pending, framing) if line.pending and (document.format is None or framing != "auto") else ""
    if hint:
        click.echo(f"  hint  {hint}")
    line.pending, line.has_received = b"", True


def _zone_line(document: TravelDocument) -> str:
    if document.format is None:
        return "no    This is no machine-readable zone"
    wrong = [digit.field for digit in document.digits if not digit.ok]
    digits = f"wrong check digit: {', '.join(wrong)}" if wrong else "every check digit is right"
    return f"ok    {document.format} zone, {digits}"


def _show_controls(text: str) -> str:
    """On one line, with pictures for control characters: nothing a device sends moves the cursor."""
    return "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else c if c.isprintable() else "?" for c in text[:SHOWN])
