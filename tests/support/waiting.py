"""Waits for events, not for the clock: however busy the machine is, a test goes on when what it waits for is so.

    wait_until(lambda: path.exists(), "the file")
    await until(lambda: device.state.health is Health.READY, "the reader")
    await within(reading)  # the same for something that can be awaited

Each ends with AssertionError or TimeoutError after `GUARD_S`, which only keeps a broken test from hanging.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Got = TypeVar("Got")
GUARD_S = 60.0
"""As long as anything may take that is bound to come; no test expects to wait for it."""
LOOK_S = 0.01
"""Between two looks at what tells nobody when it changes."""


def wait_until(true: Callable[[], object], what: str = "it") -> None:
    """Return as soon as `true` says so."""
    ends = time.monotonic() + GUARD_S
    while not true():
        assert time.monotonic() < ends, f"waited {GUARD_S:g} s in vain for {what}"
        time.sleep(LOOK_S)


async def until(true: Callable[[], object], what: str = "it") -> None:
    """Return as soon as `true` says so; meanwhile the loop runs."""
    ends = time.monotonic() + GUARD_S
    while not true():
        assert time.monotonic() < ends, f"waited {GUARD_S:g} s in vain for {what}"
        await asyncio.sleep(LOOK_S)


async def within(work: Awaitable[Got]) -> Got:
    """What `work` comes to."""
    return await asyncio.wait_for(work, GUARD_S)


@contextmanager
def soon() -> Iterator[None]:
    """Fails where the block waits for something that never comes."""

    def stop(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
