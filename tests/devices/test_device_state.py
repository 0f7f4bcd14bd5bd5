"""A device's state: every listener hears each change once, and then the end."""

import asyncio

from devices.device_state import MOST_UNHEARD, StateEvents
from devices.ports import BUSY, CLOSED, READY, DeviceState


async def test_every_listener_hears_each_change_once_and_then_the_end() -> None:
    events = StateEvents(CLOSED)
    states: tuple[list[DeviceState], list[DeviceState]] = ([], [])

    async def listen(to: list[DeviceState]) -> None:
        async for state in events.listen():
            to.append(state)

    listeners = [asyncio.create_task(listen(to)) for to in states]
    await asyncio.sleep(0)
    for state in (READY, READY, BUSY):
        events.change(state)
        await asyncio.sleep(0)
    events.end()
    await asyncio.gather(*listeners)
    assert states == ([CLOSED, READY, BUSY], [CLOSED, READY, BUSY])
    assert events.state == BUSY


async def test_a_listener_that_is_too_slow_hears_the_newest_changes_and_not_all() -> None:
    events = StateEvents(CLOSED)
    slow = events.listen()
    assert await anext(slow) == CLOSED
    for state in (READY, BUSY) * 1000:
        events.change(state)
    events.change(CLOSED)
    events.end()
    heard = [state async for state in slow]
    assert heard[-1] == CLOSED and len(heard) <= MOST_UNHEARD


async def test_changes_without_a_pause_between_them_are_all_heard() -> None:
    events = StateEvents(CLOSED)
    listening = events.listen()
    assert await anext(listening) == CLOSED
    for state in (READY, BUSY, READY, CLOSED):
        events.change(state)
    events.end()
    assert [state async for state in listening] == [READY, BUSY, READY, CLOSED]
