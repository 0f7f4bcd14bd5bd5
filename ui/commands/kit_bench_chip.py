"""`waypost kit bench` at a chip reader: whether a chip lies there, each command without its secrets, a hint a fault.

A chip is opened by its zone or its number, so one of them is asked for; what the chip says is judged without the kit's
lists, for they are locked, and shown as its shape alone.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Literal

import click

from data.certificates.trust_store import TrustStore
from data.clock import read_system_time
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from data.errors import WaypostError
from data.log.error_log import log_error
from devices.chip.access_keys import AccessKey, CanKey, MrzKey
from devices.chip.authenticity import AuthenticityAnswer
from devices.chip.deadline import Deadline
from devices.chip.inspection import read_chip
from devices.chip.random_source import RandomSource
from devices.chip.reading import ChipReading
from devices.chip.recording.exchange_file import ChipRecordingWriter, Exchange
from devices.chip.recording.transports import TracedTransport, random_source_for, record_transport
from devices.faults import DeviceFault
from devices.ports import ChipReader, DeviceState, Transport
from ui.text.chip_result import picture_line
from ui.text.sanitize import safe

LAY_S = 1.0
READ_S = 30.0
_SEED_BYTES = 16
SHOWN = 200
_MARKS = {AuthenticityAnswer.PASS: "ok", AuthenticityAnswer.FAIL: "no", AuthenticityAnswer.NOT_DONE: "?"}


def access_key(zone: str, can: str) -> AccessKey | None:
    """What opens the chip; None where nothing was given. InputError for what opens none."""
    if can:
        return CanKey(can)
    if not zone:
        return None
    return MrzKey.of_document(parse_mrz(zone, capture=Capture.MACHINE, today=read_system_time().date()))


@dataclass(frozen=True, slots=True)
class ChipRecordingOptions:
    """Where a chip is to be written down, and whether with what it says."""

    path: Path
    keeps: Literal["shape", "text"]

    def begin(self, chip: Transport) -> tuple[Transport, ChipRecordingWriter, RandomSource]:
        """The chip with its recorder, the file to close, and what to read it with. DeviceFault SETUP."""
        return record_transport(self.path, chip, token_bytes(_SEED_BYTES) if self.keeps == "text" else b"")


async def bench_chips(
    device: ChipReader, key: AccessKey | None, seconds: float | None, recording: ChipRecordingOptions | None = None
) -> int:
    """Read each chip that is laid down until `seconds` are over; 1 where the last one, or the reader, failed.

    A recording holds one chip: with `recording` the first is the last.
    """
    click.echo(f"Chips on {_sanitize(device.info.title)}. Lay a document on it; Ctrl+C ends.")
    if key is None:
        click.echo("A chip opens to its zone or its number alone: give --mrz or --can to read it.")
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    states = asyncio.create_task(_print_states(device))
    try:
        await device.open()
        return await _read_chips(device, key, until, recording)
    except DeviceFault as fault:
        log_error(fault, device=device.info.driver)
        click.echo(fault_lines(fault))
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
            click.echo(f"  state {state.health.value}{f': {state.reason.value}' if state.reason else ''}")


async def _read_chips(
    device: ChipReader, key: AccessKey | None, until: float, recording: ChipRecordingOptions | None
) -> int:
    failed, last_fault = False, ""
    while (left := until - time.monotonic()) > 0:
        try:
            chip = await device.chip(min(LAY_S, left))
        except DeviceFault as fault:
            log_error(fault, device=device.info.driver)
            failed = True
            if (lines := fault_lines(fault)) != last_fault:  # a device that stays away is reported once
                last_fault = lines
                click.echo(lines)
            await asyncio.sleep(min(LAY_S / 4, max(0.0, left)))
            continue
        if chip is not None:
            failed, last_fault = not await asyncio.to_thread(_read_one_chip, chip, key, recording), ""
            if device.info.simulated or key is None or recording is not None:
                break
    return int(failed)


def _read_one_chip(chip: Transport, key: AccessKey | None, recording: ChipRecordingOptions | None) -> bool:
    """Whether a chip that was laid down could be read, or need not be."""
    click.echo("  chip  a chip lies on the reader")
    if key is None:
        return True
    try:
        if recording is None:
            _print_reading(_read(chip, key, random_source_for(chip)), click.echo)
            return True
        transport, file, random_source = recording.begin(chip)
        with closing(file):
            _print_reading(_read(transport, key, random_source), click.echo)
    except WaypostError as error:
        log_error(error)
        click.echo(f"  fault {_sanitize(error.what)}\n  do    {_sanitize(error.do)}")
        return False
    return True


def _read(chip: Transport, key: AccessKey, random_source: RandomSource) -> ChipReading:
    traced = TracedTransport(chip, _print_exchange)
    return read_chip(
        traced, key, TrustStore([]), deadline=Deadline(READ_S), now=read_system_time(), random_source=random_source
    )


def _print_reading(reading: ChipReading, say: Callable[[str], None]) -> None:
    say(f"  read  opened by {_sanitize(reading.access.protocol)} in {sum(reading.stages_ms.values()):.0f} ms")
    for downgrade in reading.access.downgrades:
        say(f"  weak  {_sanitize(downgrade)}")
    for check in reading.checks:
        say(f"  {_MARKS[check.answer]:5} {check.name}: {check.reason.value}")
    for name, why in reading.unread.items():
        say(f"  ?     {_sanitize(name)}: {_sanitize(why)}")
    say(f"  {picture_line(reading)}".replace("kept for the face check, in memory only", "read, not kept"))
    say("  hint  Judged without the kit's lists: whether the signer is trusted, `waypost check --chip` says")


def _print_exchange(exchange: Exchange) -> None:
    click.echo(f"  apdu  {exchange}")


def _sanitize(text: str) -> str:
    return safe(text, SHOWN)


def fault_lines(fault: DeviceFault, show: Callable[[str], str] = _sanitize) -> str:
    """A fault and its hint; `show` makes what a device sends harmless."""
    return f"  fault {fault.reason}: {show(fault.what)}\n  do    {show(fault.hint)}"
