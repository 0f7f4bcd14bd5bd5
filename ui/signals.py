"""Signals of a service: SIGTERM and SIGINT end it within a second, SIGUSR1 makes it look for news now.

A thread of its own hears of them through a wake-up descriptor, written the moment they come, in whichever thread of
whichever library: a handler of Python's would wait for whatever the main thread computes.
"""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType
from typing import Protocol

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


class Service(Protocol):
    """What obeys."""

    def request(self) -> None:
        """Look for news now."""

    def stop_at_once(self, ended: Event) -> None:
        """End within a second; `ended` says that the main thread has."""


@contextmanager
def obeying_signals(service: Service) -> Iterator[None]:
    """Pass signals to `service` while the block runs, which is in the main thread."""
    ended = Event()
    heard, told = socket.socketpair()
    told.setblocking(False)
    with heard, told:
        before = {number: signal.signal(number, _wake_only) for number in _HEARD}
        old_wakeup = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        Thread(target=_listen, args=(heard, service, ended), name="signals", daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            signal.set_wakeup_fd(old_wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)


def _wake_only(number: int, frame: FrameType | None) -> None:
    """What is to be done is done by the thread that listens."""


def _listen(heard: socket.socket, service: Service, ended: Event) -> None:
    heard.settimeout(0.5)
    while not ended.is_set():
        try:
            numbers = heard.recv(16)
        except TimeoutError:
            continue
        except OSError:
            return
        for number in numbers:
            if number == signal.SIGUSR1:
                service.request()
            elif number in (signal.SIGTERM, signal.SIGINT):
                service.stop_at_once(ended)
