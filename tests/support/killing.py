"""Ends a child process with SIGKILL, at a chosen moment of its work or at a random one.

A moment is a call that makes something durable: an fsync, a rename, an unlink, a write in place, a COMMIT, a write of
rows. Killed before its n-th moment, for every n, a process leaves every state that a kill between two such calls can
leave.
"""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data import store

NEVER = 1 << 30


def moments_of(work: Callable[[], object], kill_before: int = NEVER) -> int | None:
    """Do `work` in a child that is killed before its moment `kill_before`.

    Returns how many moments the work has when it ended by itself, None when it was killed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _be_killed(work, kill_before, writer)
    os.close(writer)
    with os.fdopen(reader) as told:
        words = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    assert words.isdigit(), words
    return int(words)


def kill_after(work: Callable[[], object], delay_s: float) -> bool:
    """Do `work` in a child that is killed after `delay_s`, if it still runs then; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _be_killed(work: Callable[[], object], kill_before: int, writer: int) -> None:
    try:
        counted = _Moments(kill_before)
        counted.watch()
        work()
        words = str(counted.passed)
    except BaseException as error:
        words = f"{type(error).__name__}: {error}"
    os.write(writer, words.encode())
    os._exit(0)


class _Moments:
    """Counts moments in this process."""

    def __init__(self, kill_before: int) -> None:
        self.passed = 0
        self._kill_before = kill_before

    def come(self) -> None:
        if self.passed == self._kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def watch(self) -> None:
        """For this process only: it is a child and ends soon."""
        for owner, name in ((os, "fsync"), (os, "pwrite"), (Path, "replace"), (Path, "unlink")):
            setattr(owner, name, self._before(getattr(owner, name)))
        come = self.come
        connect = store.driver.connect

        class Connection(store.driver.Connection):  # type: ignore[misc, name-defined]
            def execute(self, sql: str, *arguments: Any) -> Any:
                if sql == "COMMIT":
                    come()
                return super().execute(sql, *arguments)

            def executemany(self, *arguments: Any) -> Any:
                come()
                return super().executemany(*arguments)

            def commit(self) -> None:
                come()
                super().commit()

        store.driver.connect = lambda *arguments, **options: connect(*arguments, factory=Connection, **options)

    def _before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.come()
            return function(*arguments, **options)

        return counted
