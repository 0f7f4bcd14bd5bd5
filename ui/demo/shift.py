"""Presents the demonstration's travellers from the simulated reader and prints one verdict each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import click

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.result import Result
from data.documents.codes import Code
from devices.faults import DeviceFault, Retry
from devices.feed import feed
from devices.ports import DocumentReader
from devices.reading import Reading
from ui.look import VERDICTS
from ui.say import safe

OFFICER = "demonstration"
QUIET_S = 5.0
"""A reader that brings nothing for so long has come to the end of the shift."""


def present(counter: Counter, reader: DocumentReader) -> None:
    """One pass over the shift, through the real port, pipeline and journal."""
    asyncio.run(_present(counter, reader))


async def _present(counter: Counter, reader: DocumentReader) -> None:
    codes: tuple[Code, ...] = ()  # laid down before the document they belong to
    await reader.open()
    try:
        async for event in _until_quiet(reader):
            if isinstance(event, Reading):
                subject = Subject.from_reading(event, counter.today()).with_codes(codes)
                codes = subject.codes if subject.is_only_codes else ()
                if not subject.is_only_codes:
                    _tell(await asyncio.to_thread(_screen, counter, subject))
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


def _screen(counter: Counter, subject: Subject) -> Result:
    counter.look()  # lists may have been locked, or come anew, since the traveller before
    return counter.screen(ScreeningRequest(subject, OFFICER))


def _tell(result: Result) -> None:
    look = VERDICTS[result.verdict]
    traveller = result.screening.traveller
    name = safe(f"{traveller.surname}, {traveller.given}", 34) if traveller else "(no name was read)"
    click.echo(f"{look.shape} {look.word:<11} {name:<34} {safe(result.says, 100)}")
    click.echo(f"  {'':<11} {safe(result.second_line, 150)}")
