"""How many verdicts were shown without a journal: the one exception to "journal before screen" (ADR 7).

- The file `unrecorded` of the home holds one number in clear, the total since the kit was made. It is written in place,
  into a block that it has, so a full disk takes it. Where it cannot be written, or another process holds it for too
  long, the process keeps the number.
- The journal notes the total that it has an entry about, in the entry's own transaction: a verdict is counted once,
  whatever is killed in between.
"""

import os
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import Lock

from data import durable_files
from data.errors import StoreError
from data.journal.schema import read_about, write_about
from data.kit import home_files
from data.log.error_log import log_error
from data.store import Connection

UNRECORDED = "unrecorded"
"""Kind of the event "n verdicts were shown without a journal"."""
_ENTERED = "unrecorded"
"""In the journal's table `about`: the total that it has entries about."""
_DIGITS = 15
_LONGEST_WAIT_S = 0.25
"""A verdict waits behind this."""


@dataclass(frozen=True, slots=True)
class JournalState:
    """What a journal says about itself."""

    problem: StoreError | None = None
    """Why it takes no entry; None where nothing is known against it."""
    not_entered: int = 0
    """How many verdicts were shown without it of which it has no entry yet."""


class UnrecordedVerdicts:
    """The count of the kit in `folder`. Thread-safe, and safe among processes. Nothing here raises."""

    def __init__(self, folder: Path) -> None:
        self._path = home_files.UNRECORDED.within(folder)
        self._lock = Lock()
        self._unwritten = 0
        """Counted here, and not in the file yet."""

    def prepare(self, least: int) -> None:
        """Make the file where it is missing, cannot be read or is behind `least`, which the journal has entries about.

        What this process could not write before goes into it as well.
        """
        with self._lock:
            if self._read() < least or self._unwritten:
                self._change(least)

    def add(self) -> None:
        """One more verdict was shown."""
        with self._lock:
            self._unwritten += 1
            self._change(0)

    def total(self) -> int:
        """All verdicts shown without a journal so far."""
        with self._lock:
            return max(0, self._read()) + self._unwritten

    def _read(self) -> int:
        """-1 where there is no number."""
        try:
            return _parse(durable_files.read_regular(self._path))
        except FileNotFoundError:
            return -1
        except OSError as error:
            log_error(error)
            return -1

    def _change(self, least: int) -> None:
        try:
            descriptor = durable_files.open_regular(self._path, os.O_RDWR | os.O_CREAT)
            try:
                durable_files.wait_for_lock(descriptor, LOCK_EX, _LONGEST_WAIT_S)
                total = max(_parse(os.pread(descriptor, _DIGITS + 1, 0)), least) + self._unwritten
                os.pwrite(descriptor, b"%0*d\n" % (_DIGITS, total), 0)
                self._unwritten = 0
                flock(descriptor, LOCK_UN)  # a sync may hang, and others count meanwhile
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            log_error(error)


def _parse(content: bytes) -> int:
    return int(content) if len(content) == _DIGITS + 1 and content[:-1].isdigit() else -1


def read_entered(connection: Connection) -> int:
    """Of how many verdicts shown without it the journal has entries."""
    return int(read_about(connection, _ENTERED) or 0)


def note_entered(connection: Connection, total: int) -> None:
    """The journal has entries about so many; in the transaction of the last of them."""
    write_about(connection, _ENTERED, str(total).encode())
