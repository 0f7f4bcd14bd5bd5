"""A call that blocks holds neither its caller nor the loop."""

import asyncio
import threading

import pytest

from devices.daemon_thread import call_in_thread
from tests.support.waiting import GUARD_S


async def test_what_a_call_returns_or_raises_reaches_the_caller() -> None:
    assert await call_in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await call_in_thread(divmod, 7, 0)


async def test_a_caller_that_gives_up_is_free_at_once_and_what_comes_later_is_dropped() -> None:
    goes_on, has_ended = threading.Event(), threading.Event()

    def hang() -> None:
        goes_on.wait(GUARD_S)
        has_ended.set()

    calling = asyncio.ensure_future(call_in_thread(hang))
    await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert not has_ended.is_set()
    goes_on.set()
    assert has_ended.wait(GUARD_S)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "hang")


def test_a_loop_that_has_ended_misses_nothing() -> None:
    goes_on = threading.Event()
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(call_in_thread(goes_on.wait, GUARD_S), 0.01))
    goes_on.set()
