"""Whether a chip lies on a PC/SC reader, watched in a thread of its own; every change is told once."""

from collections.abc import Callable
from enum import Enum
from threading import Event, Thread
from typing import Any

from devices.chip.readers.service import OK, context, library
from devices.faults import DeviceFault

_LOOK_MS = 500
_PAUSE_S = 0.25
"""Between two looks for a reader or a service that is away."""
_STOP_S = 2.0


class Presence(Enum):
    """What is there."""

    NO_READER = "no_reader"
    NO_CHIP = "no_chip"
    CHIP = "chip"


class PresenceWatch:
    """Watches the reader called `name`; `tell` is called from the watching thread."""

    def __init__(self, name: str, tell: Callable[[Presence], None]) -> None:
        self._name = name
        self._tell = tell
        self._stopped = Event()
        self._context: Any = None
        self._told: Presence | None = None
        self._thread = Thread(target=self._run, name="chip reader", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; ends within moments, also while nothing happens on the reader."""
        self._stopped.set()
        if self._context is not None:
            library().SCardCancel(self._context)
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._context = context()
                self._watch()
            except DeviceFault:
                self._say(Presence.NO_READER)
            finally:
                self._release()
            self._stopped.wait(_PAUSE_S)

    def _watch(self) -> None:
        """Follow the reader until it goes away or the service does."""
        scard = library()
        state = scard.SCARD_STATE_UNAWARE
        while not self._stopped.is_set():
            code, states = scard.SCardGetStatusChange(self._context, _LOOK_MS, [(self._name, state)])
            if code == scard.SCARD_E_TIMEOUT:
                continue
            if code != OK:
                self._say(Presence.NO_READER)
                return
            state = states[0][1]
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                self._say(Presence.NO_READER)
                return
            self._say(Presence.CHIP if state & scard.SCARD_STATE_PRESENT else Presence.NO_CHIP)

    def _say(self, presence: Presence) -> None:
        if presence is not self._told and not self._stopped.is_set():
            self._told = presence
            self._tell(presence)

    def _release(self) -> None:
        made, self._context = self._context, None
        if made is not None:
            library().SCardReleaseContext(made)
