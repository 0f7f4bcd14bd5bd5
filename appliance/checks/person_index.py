"""What a person check keeps in memory of its list, and which version that is.

A screening looks at the list's version first; an index of another version is never asked: it is built anew.
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from appliance.ports import ListView
from data.lists.edition import Edition

I = TypeVar("I")  # noqa: E741  (an index)


class VersionedIndex(Generic[I]):
    """One index, tied to the version it was built from."""

    def __init__(self, build: Callable[[ListView], I]) -> None:
        self._build = build
        self._lock = Lock()
        self._built: tuple[int, int, I] | None = None

    def of(self, view: ListView, edition: Edition) -> I:
        """The index of exactly this version; built here when another one is in memory.

        Two screenings never build it twice. A build that outlasts a check's deadline leaves that screening
        NOT_DONE and serves the next.
        """
        with self._lock:
            if self._built is None or self._built[:2] != (edition.version, edition.digest):
                self._built = None  # the old one goes before the new one needs its memory
                self._built = (edition.version, edition.digest, self._build(view))
            return self._built[2]
