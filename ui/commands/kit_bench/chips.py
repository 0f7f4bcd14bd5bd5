"""`waypost kit bench` at a chip reader: whether a chip is there, each command without its secrets, a hint for faults.

Each chip that is presented is read once, whether that succeeds or not; then the bench waits until it is taken away.

A chip opens with its zone or its access number, so one of them must be given. The chip is judged without the kit's
lists, which need the passphrase. What it says is not shown.
"""

import asyncio
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from threading import Event, Thread
from typing import Literal

import click

from data.certificates.trust_store import TrustStore
from data.clock import read_system_time
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from data.errors import WaypostError
from data.log.error_log import log_error
from data.text import EMPTY, Message, _, in_context
from devices.chip.access_keys import AccessKey, CanKey, MrzKey
from devices.chip.authenticity import AuthenticityAnswer
from devices.chip.deadline import Deadline
from devices.chip.inspection import read_chip
from devices.chip.random_source import RandomSource
from devices.chip.reading import ChipReading
from devices.chip.recording.exchange_file import ChipRecordingWriter, Exchange
from devices.chip.recording.transports import TracedTransport, random_source_for, record_transport
from devices.daemon_thread import call_in_thread
from devices.faults import DeviceFault, FaultReason
from devices.ports import ChipReader, DeviceHealth, DeviceState, Transport
from ui.text.chip_result import portrait
from ui.text.sanitize import safe
from ui.text.translation import say, translate

LAY_S = 1.0
READ_S = 30.0
LOOK_S = 0.5
"""Between two looks at whether a chip is still there."""
_HARMLESS = bytes.fromhex("00A4000C023F00")
"""SELECT of the master file."""
_GONE = (FaultReason.UNPLUGGED, FaultReason.NOT_OPEN)
_SEED_BYTES = 16
SHOWN = 200
_ANSWER_WORDS = {AuthenticityAnswer.PASS: _("ok"), AuthenticityAnswer.FAIL: _("no"), AuthenticityAnswer.NOT_DONE: "?"}
_HEALTH = {
    DeviceHealth.ABSENT: in_context("state of a device", "absent"),
    DeviceHealth.CONNECTING: in_context("state of a device", "connecting"),
    DeviceHealth.READY: in_context("state of a device", "ready"),
    DeviceHealth.BUSY: in_context("state of a device", "busy"),
    DeviceHealth.DEGRADED: in_context("state of a device", "degraded"),
    DeviceHealth.FAULTED: in_context("state of a device", "faulted"),
}


def access_key(zone: str, can: str) -> AccessKey | None:
    """What opens the chip; None where nothing was given. InputError where it cannot open any chip."""
    if can:
        return CanKey(can)
    if not zone:
        return None
    return MrzKey.of_document(parse_mrz(zone, capture=Capture.MACHINE, today=read_system_time().date()))


@dataclass(frozen=True, slots=True)
class ChipRecordingOptions:
    """Where a chip is recorded, and whether with its contents."""

    path: Path
    keeps: Literal["shape", "text"]

    def begin(self, chip: Transport) -> tuple[Transport, ChipRecordingWriter, RandomSource]:
        """The chip with its recorder, the file to close, and the random source to read it with. DeviceFault SETUP."""
        return record_transport(self.path, chip, token_bytes(_SEED_BYTES) if self.keeps == "text" else b"")


async def bench_chips(
    device: ChipReader, key: AccessKey | None, seconds: float | None, recording: ChipRecordingOptions | None = None
) -> int:
    """Read each presented chip once, until `seconds` are over. Returns 1 if the last chip, or the reader, failed.

    A recording holds one chip, so with `recording` only the first is read.
    """
    title = _sanitize(device.info.title)
    say(_("Reading chips on {title}. Place a document on it; Ctrl+C stops.", title=title))
    if key is None:
        say(_("A chip can only be opened with its zone or its access number: give --mrz or --can to read it."))
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    states = asyncio.create_task(_print_states(device))
    try:
        await device.open()
        return await _read_chips(device, key, until, recording)
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        say(fault_lines(fault))
        return 1
    finally:
        await device.close()
        states.cancel()
        with suppress(asyncio.CancelledError):
            await states


async def _print_states(device: ChipReader) -> None:
    last_state: DeviceState | None = None
    async for state in device.events():
        if state != last_state:
            last_state = state
            health = _HEALTH[state.health]
            if state.reason:
                say(_("  state {health}: {reason}", health=health, reason=state.reason.value))
            else:
                say(_("  state {health}", health=health))


async def _read_chips(
    device: ChipReader, key: AccessKey | None, until: float, recording: ChipRecordingOptions | None
) -> int:
    failed, last_fault = False, EMPTY
    while (left := until - time.monotonic()) > 0:
        try:
            chip = await device.chip(min(LAY_S, left))
        except DeviceFault as fault:
            log_error(fault, device=device.info.driver)
            failed = True
            if (lines := fault_lines(fault)) != last_fault:  # a device that stays away is reported once
                last_fault = lines
                say(lines)
            await asyncio.sleep(min(LAY_S / 4, max(0.0, left)))
            continue
        if chip is not None:
            failed, last_fault = not await call_in_thread(_read_one_chip, chip, key, recording), EMPTY
            if device.info.simulated or key is None or recording is not None:
                break
            say(_("  chip  It was read once. Take it off the reader; then place the next one."))
            await _wait_for_removal(chip, until)
    return int(failed)


async def _wait_for_removal(chip: Transport, until: float) -> None:
    """Return when the chip is taken away, at the latest at `until` of the monotonic clock.

    The chip is asked in a thread of its own: a driver that hangs is left behind, as it is when a chip is read.
    """
    is_over, is_removed = Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch() -> None:
        while not is_over.wait(LOOK_S):
            try:
                chip.transmit(_HARMLESS)
            except DeviceFault as fault:
                if fault.reason in _GONE:
                    with suppress(RuntimeError):  # nobody waits any longer
                        loop.call_soon_threadsafe(is_removed.set)
                    return

    Thread(target=watch, name="chip removal", daemon=True).start()
    try:
        async with asyncio.timeout(None if until == float("inf") else max(0.0, until - time.monotonic())):
            await is_removed.wait()
    except TimeoutError:
        return
    finally:
        is_over.set()


def _read_one_chip(chip: Transport, key: AccessKey | None, recording: ChipRecordingOptions | None) -> bool:
    """Whether a chip that was presented could be read, or need not be."""
    say(_("  chip  there is a chip on the reader"))
    if key is None:
        return True
    try:
        if recording is None:
            _print_reading(_read(chip, key, random_source_for(chip)))
            return True
        transport, file, random_source = recording.begin(chip)
        with closing(file):
            _print_reading(_read(transport, key, random_source))
    except WaypostError as error:
        log_error(error)
        say(_("  fault {what}\n  do    {do}", what=_sanitize(error.what), do=_sanitize(error.do)))
        return False
    return True


def _read(chip: Transport, key: AccessKey, random_source: RandomSource) -> ChipReading:
    traced = TracedTransport(chip, _print_exchange)
    return read_chip(
        traced, key, TrustStore([]), deadline=Deadline(READ_S), now=read_system_time(), random_source=random_source
    )


def _print_reading(reading: ChipReading) -> None:
    protocol, took_ms = _sanitize(reading.access.protocol), sum(reading.stages_ms.values())
    say(_("  read  opened by {protocol} in {ms:.0f} ms", protocol=protocol, ms=took_ms))
    for downgrade in reading.access.downgrades:
        say(_("  weak  {reason}", reason=_sanitize(downgrade)))
    for check in reading.checks:
        click.echo(f"  {translate(_ANSWER_WORDS[check.answer]):5} {check.name}: {check.reason.value}")
    for name, why in {**reading.unread, **reading.unclear}.items():
        click.echo(f"  ?     {_sanitize(name)}: {_sanitize(why)}")
    picture = portrait(reading)
    if picture is None:
        say(_("  ?     no picture on the chip could be read"))
    else:
        say(_("  ok    picture of {bytes:,} bytes, read but not stored", bytes=len(picture.content)))
    say(
        _("  hint  This was judged without the kit's lists. `waypost check --chip` says whether the signer is trusted.")
    )


def _print_exchange(exchange: Exchange) -> None:
    click.echo(f"  apdu  {exchange}")


def _sanitize(text: str) -> str:
    return safe(text, SHOWN)


def fault_lines(fault: DeviceFault) -> Message:
    """A fault and its hint; nothing that a device sends moves the cursor."""
    what, hint = _sanitize(fault.what), _sanitize(fault.hint)
    return _("  fault {reason}: {what}\n  do    {hint}", reason=fault.reason, what=what, hint=hint)
