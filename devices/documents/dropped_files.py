"""A folder into which a reader's own software drops files: one driver below, whatever the files hold.

- Files with the right endings are taken, oldest first; others (half-copied `.part` files) are left alone.
- A file that is surely whole is taken at once; another is taken when it has not grown for `settle` seconds
  (default 2), so that a file which is still being written is not torn.
- `after`: `delete` (default of a production kit: nothing of a traveller stays in clear on the disk) or `aside`,
  which moves what was taken into the folder `read`.
- A folder on a network can hang: add `isolated=yes`.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from data.log.error_log import log_error, suppress_logged
from devices.faults import DeviceFault, FaultReason
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import DeviceInfo, DeviceUrl, DriverContext

ASIDE = "read"
LOOK_S = 0.1
_Size = tuple[int, int]
"""Bytes and time of change (ns): the same twice means that nobody wrote."""


class DroppedFileFormat(Protocol):
    """What the files of a folder hold, and how it is read."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of their names, in small letters."""

    @property
    def most_bytes(self) -> int:
        """How much of a file is read."""

    def interpret(self, data: bytes) -> ChannelEvent:
        """What a whole file says; it may take a while, and runs beside the reader's loop."""

    def is_whole(self, data: bytes) -> bool:
        """Whether nothing can be missing; else one waits until the file has not grown for a while."""


def folder_reader(url: DeviceUrl, context: DriverContext, info: DeviceInfo, format: DroppedFileFormat) -> LiveReader:
    """A closed reader of a folder with such files; DeviceFault SETUP for a setting that cannot be."""
    path = Path(url.where)
    after = url.settings.get("after", "delete" if context.profile == "production" else "aside")
    try:
        settle_s = float(url.settings.get("settle", "2"))
    except ValueError:
        settle_s = -1.0
    if not path.is_absolute() or after not in ("delete", "aside") or not 0 < settle_s <= 60:
        raise DeviceFault(
            FaultReason.SETUP, "A folder reader is folder:///…, with after=delete or aside, settle in seconds"
        )
    return LiveReader(info, FolderChannel(path, after, settle_s, format), context.now)


class FolderChannel:
    """Files that appear in one folder."""

    def __init__(self, path: Path, after: str, settle_s: float, format: DroppedFileFormat) -> None:
        self._path = path
        self._format = format
        self._after = after
        self._settle_s = settle_s
        self._folder: int | None = None
        self._pending: dict[str, tuple[_Size, float]] = {}
        self._growing: set[str] = set()
        self._taken_sizes: dict[str, _Size] = {}

    @property
    def has_begun(self) -> bool:
        """Whether a file grew between the last two looks: one that only waits to be taken is no reading yet."""
        return bool(self._growing)

    def connect(self) -> None:
        """Lock the folder for this process."""
        try:
            self._folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.disconnect()
            raise DeviceFault(FaultReason.BUSY, f"Another program reads {self._path.name}") from None
        except PermissionError:
            raise DeviceFault(FaultReason.DENIED, f"This user may not open the folder {self._path.name}") from None
        except OSError:
            if self._folder is None:
                raise self._unplugged_fault() from None
            # A file system without locks: the claim within this process has to do.

    async def receive(self) -> Sequence[ChannelEvent]:
        """The next file that is whole."""
        await asyncio.sleep(LOOK_S)
        if self._folder is None or not self._is_there():
            raise self._unplugged_fault()
        try:
            files = sorted(self._files())
        except OSError as error:
            raise self._unplugged_fault() from error
        self._forget({name for _, name, _ in files})
        for _, name, size in files:
            data = self._data(name, size)
            if data is not None:
                event = await self._interpret(data)
                self._put_away(name, size)
                return (event,)
        return ()

    async def _interpret(self, data: bytes) -> ChannelEvent:
        try:
            return await asyncio.to_thread(self._format.interpret, data)
        except DeviceFault as fault:
            return fault

    def disconnect(self) -> None:
        """Let go of the folder."""
        folder, self._folder = self._folder, None
        self._pending.clear()
        self._growing.clear()
        if folder is not None:
            os.close(folder)

    def _is_there(self) -> bool:
        assert self._folder is not None  # noqa: S101 (receive looked)
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._folder))
        except OSError:
            return False

    def _files(self) -> Iterator[tuple[int, str, _Size]]:
        with os.scandir(self._path) as entries:
            for entry in entries:
                if entry.name.lower().endswith(self._format.suffixes) and entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    size = facts.st_size, facts.st_mtime_ns
                    if facts.st_size and self._taken_sizes.get(entry.name) != size:
                        yield facts.st_mtime_ns, entry.name, size

    def _data(self, name: str, size: _Size) -> bytes | None:
        """What is in a whole file; None for one that may still grow, or that has gone meanwhile."""
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                data = file.read(self._format.most_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            log_error(error, device="watch")
            return None
        return data if self._format.is_whole(data) or self._has_settled(name, size) else None

    def _has_settled(self, name: str, size: _Size) -> bool:
        now = time.monotonic()
        before, since = self._pending.get(name, (size, now))
        self._growing.discard(name)
        if before != size:
            since = now
            self._growing.add(name)
        self._pending[name] = size, since
        return now - since >= self._settle_s

    def _put_away(self, name: str, size: _Size) -> None:
        self._pending.pop(name, None)
        self._growing.discard(name)
        self._taken_sizes[name] = size  # also where the file cannot be moved: a document is given out once
        with suppress_logged(OSError, device="watch"):
            if self._after == "delete":
                (self._path / name).unlink()
            else:
                (self._path / ASIDE).mkdir(mode=0o700, exist_ok=True)
                (self._path / name).replace(self._path / ASIDE / name)

    def _forget(self, there: set[str]) -> None:
        """What is in the folder no more is not waited for; what was put away and stayed is remembered."""
        self._pending = {name: seen for name, seen in self._pending.items() if name in there}
        self._growing &= there
        self._taken_sizes = {name: size for name, size in self._taken_sizes.items() if (self._path / name).exists()}

    def _unplugged_fault(self) -> DeviceFault:
        hint = "Mount the folder again, or correct its path in the reader's URL"
        return DeviceFault(FaultReason.UNPLUGGED, f"The folder {self._path.name} is not there", hint=hint)
