"""Presents the demonstration's travellers from the simulated reader and prints one verdict each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import click

from appliance.intake import Lane, document_of, screening
from appliance.result import Result
from devices.faults import DeviceFault, Retry
from devices.feed import feed
from devices.ports import DocumentReader
from devices.reading import Reading
from ui.look import VERDICTS
from ui.say import safe
from ui.wiring import Counter

QUIET_S = 5.0
"""A reader that brings nothing for so long has come to the end of the shift."""


def present(counter: Counter, reader: DocumentReader) -> None:
    """One pass over the shift, through the real port, pipeline and journal."""
    asyncio.run(_present(counter, reader))


async def _present(counter: Counter, reader: DocumentReader) -> None:
    await reader.open()
    try:
        async for event in _until_quiet(reader):
            if isinstance(event, Reading):
                _tell(await asyncio.to_thread(_screen, counter, event))
            else:
                says = event.says if isinstance(event, Retry) else str(event)
                click.echo(f"  DEVICE      {safe(says, 200)}")
    finally:
        await reader.close()


async def _until_quiet(reader: DocumentReader) -> AsyncIterator[Reading | Retry | DeviceFault]:
    async with aclosing(feed(reader)) as events:
        while True:
            try:
                yield await asyncio.wait_for(anext(events), QUIET_S)
            except (TimeoutError, StopAsyncIteration):
                return


def _screen(counter: Counter, reading: Reading) -> Result:
    settings, now = counter.kit.settings, counter.clock.now()
    lane = Lane("demonstration", settings.direction, settings.lane)
    subject = screening([document_of(reading, now.date())], lane, now, codes=reading.codes)
    return counter.screener.screen(subject)


def _tell(result: Result) -> None:
    look = VERDICTS[result.verdict]
    traveller = result.screening.traveller
    name = safe(f"{traveller.surname}, {traveller.given}", 34) if traveller else "(no name was read)"
    click.echo(f"{look.shape} {look.word:<11} {name:<34} {safe(result.says, 100)}")
    click.echo(f"  {'':<11} {safe(result.second_line, 150)}")
