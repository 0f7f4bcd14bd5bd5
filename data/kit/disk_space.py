"""The room on a kit's disk, and the part of it that is kept free for the journal.

- The reserve is a file of the home that holds nothing. Its blocks are given up when the disk has less than
  `LEAST_FREE_BYTES` left, before whoever writes journal or vault meets the end of the disk, and taken again when there
  is room.
- A disk counts as filling long before that: `FILLING_BYTES`. Then lists still come and verdicts are recorded.
- Nothing here raises: a disk that cannot be asked is one about which nothing is known.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from data import durable_files
from data.kit import home_files
from data.log.error_log import log_error

RESERVE_BYTES = 16 << 20
"""About 1,700 travellers with their decisions (ADR 39): more than a lane has in a shift."""
LEAST_FREE_BYTES = 1 << 20
"""What one verdict can need at most, with a log and a map of it beside every database of a kit."""
FILLING_BYTES = 256 << 20
"""Eight times what the courier leaves free (`sync.limits`): below that the next large list may find no room, and a
technician has days to act."""
_BLOCK_BYTES = 512
"""Unit of `st_blocks`."""


class DiskCondition(StrEnum):
    """How a home's disk is, in one word; these words also go to headquarters."""

    GOOD = "good"
    FILLING = "filling"
    """A warning: everything is still recorded."""
    FULL = "full"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class DiskState:
    """What the disk of a home says about itself."""

    free_bytes: int
    """Without the reserve; what this user may still write."""
    is_read_only: bool = False

    @property
    def condition(self) -> DiskCondition:
        """In one word."""
        if self.is_read_only:
            return DiskCondition.READ_ONLY
        if not self.is_filling:
            return DiskCondition.GOOD
        return DiskCondition.FILLING if self.has_room else DiskCondition.FULL

    @property
    def is_filling(self) -> bool:
        """Whether somebody has to make room soon."""
        return not self.is_read_only and self.free_bytes < FILLING_BYTES

    @property
    def has_room(self) -> bool:
        """Whether a verdict can be written without the reserve."""
        return not self.is_read_only and self.free_bytes >= LEAST_FREE_BYTES


def read_disk_state(path: Path) -> DiskState | None:
    """The disk on which the file or folder `path` lies; None where it does not answer."""
    try:
        state = os.statvfs(path)
    except OSError as error:
        log_error(error)
        return None
    return DiskState(state.f_bavail * state.f_frsize, bool(state.f_flag & os.ST_RDONLY))


class DiskReserve:
    """The reserve of the kit in `folder`. Safe among threads and processes: to give up twice does nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = home_files.RESERVE.within(folder)

    def make_room(self) -> None:
        """Give the reserve up if the disk is about to be full. Call it before something is written: 6 µs."""
        state = read_disk_state(self._folder)
        if state is not None and not state.is_read_only and not state.has_room:
            self.give_up()

    def give_up(self) -> bool:
        """Give its blocks to whoever writes next; whether there were any."""
        try:
            if self._path.lstat().st_blocks == 0:
                return False
            descriptor = durable_files.open_regular(self._path, os.O_WRONLY)
            try:
                os.ftruncate(descriptor, 0)
                os.fsync(descriptor)  # some file systems free blocks only then
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return False
        except OSError as error:
            log_error(error)
            return False
        return True

    def take(self) -> None:
        """Take the blocks that it lacks, if the disk stays free enough. Call it between travellers."""
        try:
            if self._is_whole():
                return
            state = read_disk_state(self._folder)
            if state is None or state.is_read_only or state.free_bytes < 2 * RESERVE_BYTES:
                return
            descriptor = durable_files.open_regular(self._path, os.O_WRONLY | os.O_CREAT)
            try:
                os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
            finally:
                os.close(descriptor)
        except OSError as error:
            log_error(error)

    def _is_whole(self) -> bool:
        try:
            return self._path.lstat().st_blocks * _BLOCK_BYTES >= RESERVE_BYTES
        except FileNotFoundError:
            return False
