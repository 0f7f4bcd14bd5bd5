"""Signals of a service: SIGTERM and SIGINT end it within a second, SIGUSR1 makes it look for news now.

A thread of its own waits for them: a handler of Python's would wait for whatever the main thread computes.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

_HEARD = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}


class Service(Protocol):
    """What obeys."""

    def request(self) -> None:
        """Look for news now."""

    def stop_at_once(self, ended: Event) -> None:
        """End within a second; `ended` says that the main thread has."""


@contextmanager
def obeying_signals(service: Service) -> Iterator[None]:
    """Pass signals to `service` while the block runs. Start its threads inside: they inherit who does not listen."""
    ended = Event()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    Thread(target=_listen, args=(service, ended), name="signals", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(service: Service, ended: Event) -> None:
    while not ended.is_set():
        heard = signal.sigtimedwait(_HEARD, 0.5)
        if heard is None:
            continue
        if heard.si_signo == signal.SIGUSR1:
            service.request()
        else:
            service.stop_at_once(ended)
