"""Which desks live: each has a file in the folder `desks`, and holds its lock for as long as its process runs.

- The kernel frees the lock when the process ends, however it ends: a kill needs no clearing up, and a process number
  that somebody else has by now proves nothing.
- The file of a dead desk is removed by whoever finds it. A desk whose file was removed before it had the lock makes
  another one.
"""

import os
from collections.abc import Callable, Iterable
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from uuid import uuid4
from weakref import finalize

from data.durable_files import open_lock, open_regular
from data.kit import home_files
from data.log.error_log import log_error, suppress_logged

NOBODY = ""
"""Of a document whose desk could not make its file: any desk may take it."""


class LivingDesks:
    """The desks at one journal, and this one among them."""

    def __init__(self, home: Path) -> None:
        self._folder = home_files.DESKS.within(home)
        self._own = NOBODY
        self._close: Callable[[], object] = bool

    def hold(self) -> str:
        """The id of this desk, which lives from now on; NOBODY where its file cannot be made."""
        try:
            while not self._own:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                self._begin(str(uuid4()))
        except OSError as error:
            log_error(error)
        return self._own

    def _begin(self, own: str) -> None:
        path = self._folder / own
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT)
        close = finalize(self, os.close, descriptor)
        with suppress_logged(BlockingIOError, FileNotFoundError):  # another desk is looking at it, or has removed it
            flock(descriptor, LOCK_EX | LOCK_NB)
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                self._own, self._close = own, close
                return
        close()

    def release(self) -> None:
        """Live no more: what this desk has not screened belongs to the next."""
        if self._own:
            with suppress_logged(OSError):
                (self._folder / self._own).unlink(missing_ok=True)
        self._close()
        self._own, self._close = NOBODY, bool

    def find_living(self, desks: Iterable[str]) -> frozenset[str]:
        """Those of `desks` that live; the files of all desks that do not are removed."""
        living = frozenset(desk for desk in desks if desk and (desk == self._own or self._lives(desk)))
        with suppress_logged(OSError):
            for path in self._folder.iterdir():
                if path.name not in (self._own, *living):
                    self._lives(path.name)
        return living

    def _lives(self, desk: str) -> bool:
        path = self._folder / desk
        if not path.exists():
            return False
        try:
            with open_lock(path) as file:
                flock(file, LOCK_EX | LOCK_NB)
                path.unlink(missing_ok=True)
        except BlockingIOError:
            return True
        except OSError as error:  # nobody can say: whoever lives keeps what it has
            log_error(error)
            return True
        return False
