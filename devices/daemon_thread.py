"""Blocking calls of drivers in threads that hold nobody: not the loop that waits, and not the end of the program."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def call_in_thread(call: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
    """What `call` returns or raises, from a thread of its own.

    Unlike the threads of `asyncio.to_thread`, a call that never returns does not keep the program from ending. Who
    cancels is free at once; what the call returns or raises later is dropped.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    outcome: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result)  # type: ignore[arg-type]  # there is one where there is no error

    def work() -> None:
        result, error = None, None
        try:
            result = context.run(call, *arguments, **named)
        except BaseException as problem:  # the caller gets it
            error = problem
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, error)

    Thread(target=work, name=getattr(call, "__name__", "call"), daemon=True).start()
    return await outcome
