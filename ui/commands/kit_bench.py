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
from devices import registry
from devices.faults import DeviceFault, Retry
from devices.framing.selection import advice
from devices.ports import DeviceUrl, DiscoveredDevice, DocumentReader, DriverContext
from devices.reading import Reading
from devices.recording.event_file import redact_bytes, redact_text
from devices.recording.recorder import RecordedReader, RecordingWriter
from devices.registry import BUILT_IN_DRIVERS
from ui.commands.kit_bench_chip import ChipRecordingOptions, access_key, bench_chips
from ui.options import KIT
from ui.text.sanitize import counted

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
    context = DriverContext(home.resolve(), settings.profile, tap=line.came)
    _discover("reader", registry.discover(context))
    _discover("chip reader", registry.discover_chips(context))
    if chip.url or is_chip_reader(url):
        device = registry.chip_reader(settings.chip.reader if chip.url == KIT else chip.url or url, context)
        written = ChipRecordingOptions(record, shows) if record is not None else None
        return asyncio.run(bench_chips(device, access_key(chip.zone, chip.can), seconds, written))
    url = url or settings.reader
    if not url:
        click.echo("No reader is named in kit.toml: choose one of these with --reader URL.")
        return 0
    reader = registry.reader(url, context)
    _introduce(url, reader)
    if record is not None:
        recording = RecordingWriter(record, reader.info, redact=shows == "shape")
        line.also = recording.write_bytes
        reader = RecordedReader(reader, recording)
    return asyncio.run(_watch(reader, line, DeviceUrl.parse(url), seconds))


class _Line:
    """The bytes that came since the last document, and how they are shown."""

    def __init__(self, shows: Literal["shape", "text"]) -> None:
        self._shows = shows
        self.also: Callable[[bytes], None] | None = None
        self.since = b""
        self.heard = False
        """Whether anything came at all."""

    def came(self, data: bytes) -> None:
        """Hear some bytes."""
        self.heard = True
        self.since = (self.since + data)[-4096:]
        if self.also is not None:
            self.also(data)
        shown = data if self._shows == "text" else redact_bytes(data)
        click.echo(f"  line  {len(data):5} bytes  {_visible(shown.decode('latin-1'))}")

    def text(self, raw: str) -> str:
        """A document's text as it may be shown."""
        return _visible(raw if self._shows == "text" else redact_text(raw))


def _discover(what: str, found: Sequence[DiscoveredDevice]) -> None:
    click.echo(f"Found {counted(len(found), what)}:")
    for candidate in found:
        click.echo(f"  {_visible(candidate.url)}  {_visible(candidate.info.title)}")


def _introduce(url: str, device: DocumentReader) -> None:
    ours = BUILT_IN_DRIVERS.get(DeviceUrl.parse(url).scheme)
    tier = f"{ours.tier}, exercised over: {ours.channel}" if ours else "a third party's driver"
    click.echo(f"Reading {_visible(device.info.title)} ({tier}). Lay a document on it; Ctrl+C ends.")


async def _watch(device: DocumentReader, line: _Line, url: DeviceUrl, seconds: float | None) -> int:
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    try:
        await device.open()
        said = ""
        while (left := until - time.monotonic()) > 0:
            fault = await _once(device, line, url, min(READ_S, left))
            if fault and fault != said:  # a device that stays away is told once
                click.echo(fault)
            said = fault
            if fault:
                await asyncio.sleep(min(READ_S / 4, max(0.0, left)))
        if not line.heard and not said:
            click.echo(f"  hint  {advice(b'', '')}")
        return 1 if said else 0
    except DeviceFault as fault:
        click.echo(_fault_lines(fault))
        return 1
    finally:
        await device.close()


async def _once(device: DocumentReader, line: _Line, url: DeviceUrl, timeout_s: float) -> str:
    """Read once and say what came; the fault in words, or nothing."""
    try:
        got = await device.read(timeout_s)
    except DeviceFault as fault:
        hint = advice(line.since, url.settings.get("framing", "auto")) if line.since else ""
        line.since = b""
        return _fault_lines(fault) + (f"\n  hint  {hint}" if hint else "")
    if isinstance(got, Retry):
        line.heard = True
        click.echo(f"  retry {got.says}")
    elif got is not None:
        _read(got, line, url)
    return ""


def _read(got: Reading, line: _Line, url: DeviceUrl) -> None:
    click.echo(f"  read  {line.text(got.raw)}")
    for code in got.codes:
        click.echo(f"  code  {code.symbology.value}, {len(code.content)} bytes, {code.kind.value.replace('_', ' ')}")
    if got.codes and not got.raw:
        line.since, line.heard = b"", True
        return
    document = document_from_reading(got, date.today())  # noqa: DTZ011 (only settles a century that is not shown)
    click.echo(f"  {_zone_line(document)}")
    framing = url.settings.get("framing", "auto")
    hint = advice(line.since, framing) if line.since and (document.format is None or framing != "auto") else ""
    if hint:
        click.echo(f"  hint  {hint}")
    line.since, line.heard = b"", True


def _zone_line(document: TravelDocument) -> str:
    if document.format is None:
        return "no    This is no machine-readable zone"
    wrong = [digit.field for digit in document.digits if not digit.ok]
    digits = f"wrong check digit: {', '.join(wrong)}" if wrong else "every check digit is right"
    return f"ok    {document.format} zone, {digits}"


def _fault_lines(fault: DeviceFault) -> str:
    return f"  fault {fault.reason}: {_visible(fault.what)}\n  do    {_visible(fault.hint)}"


def _visible(text: str) -> str:
    """On one line, with pictures for control characters: nothing a device sends moves the cursor."""
    return "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else c if c.isprintable() else "?" for c in text[:SHOWN])
