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
    device: ChipReader, key: AccessKey | None, seconds: float | None, written: ChipRecordingOptions | None = None
) -> int:
    """Read each chip that is laid down until `seconds` are over; 1 where the last one, or the reader, failed.

    A recording holds one chip: with `written` the first is the last.
    """
    click.echo(f"Chips on {_visible(device.info.title)}. Lay a document on it; Ctrl+C ends.")
    if key is None:
        click.echo("A chip opens to its zone or its number alone: give --mrz or --can to read it.")
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    states = asyncio.create_task(_states(device))
    try:
        await device.open()
        return await _chips(device, key, until, written)
    except DeviceFault as fault:
        click.echo(_fault_lines(fault))
        return 1
    finally:
        await device.close()
        states.cancel()
        with suppress(asyncio.CancelledError):
            await states


async def _states(device: ChipReader) -> None:
    said: DeviceState | None = None
    async for state in device.events():
        if state != said:
            said = state
            click.echo(f"  state {state.health.value}{f': {state.reason.value}' if state.reason else ''}")


async def _chips(device: ChipReader, key: AccessKey | None, until: float, written: ChipRecordingOptions | None) -> int:
    failed, told = False, ""
    while (left := until - time.monotonic()) > 0:
        try:
            chip = await device.chip(min(LAY_S, left))
        except DeviceFault as fault:
            failed = True
            if (said := _fault_lines(fault)) != told:  # a device that stays away is told once
                told = said
                click.echo(said)
            await asyncio.sleep(min(LAY_S / 4, max(0.0, left)))
            continue
        if chip is not None:
            failed, told = not await asyncio.to_thread(_one, chip, key, written), ""
            if device.info.simulated or key is None or written is not None:
                break
    return int(failed)


def _one(chip: Transport, key: AccessKey | None, written: ChipRecordingOptions | None) -> bool:
    """Whether a chip that was laid down could be read, or need not be."""
    click.echo("  chip  a chip lies on the reader")
    if key is None:
        return True
    try:
        if written is None:
            _print_reading(_read(chip, key, random_source_for(chip)), click.echo)
            return True
        recorded, file, random_source = written.begin(chip)
        with closing(file):
            _print_reading(_read(recorded, key, random_source), click.echo)
    except WaypostError as error:
        click.echo(f"  fault {_visible(error.what)}\n  do    {_visible(error.do)}")
        return False
    return True


def _read(chip: Transport, key: AccessKey, random_source: RandomSource) -> ChipReading:
    traced = TracedTransport(chip, _show)
    return read_chip(
        traced, key, TrustStore([]), deadline=Deadline(READ_S), now=read_system_time(), random_source=random_source
    )


def _print_reading(reading: ChipReading, say: Callable[[str], None]) -> None:
    say(f"  read  opened by {_visible(reading.access.protocol)} in {sum(reading.stages_ms.values()):.0f} ms")
    for downgrade in reading.access.downgrades:
        say(f"  weak  {_visible(downgrade)}")
    for check in reading.checks:
        say(f"  {_MARKS[check.answer]:5} {check.name}: {check.reason.value}")
    for name, why in reading.unread.items():
        say(f"  ?     {_visible(name)}: {_visible(why)}")
    say(f"  {picture_line(reading)}".replace("kept for the face check, in memory only", "read, not kept"))
    say("  hint  Judged without the kit's lists: whether the signer is trusted, `waypost check --chip` says")


def _show(exchange: Exchange) -> None:
    click.echo(f"  apdu  {exchange}")


def _fault_lines(fault: DeviceFault) -> str:
    return f"  fault {fault.reason}: {_visible(fault.what)}\n  do    {_visible(fault.hint)}"


def _visible(text: str) -> str:
    return safe(text, SHOWN)
