"""A folder into which a reader's own software drops files, in any format.

- Files with the right endings are taken, oldest first; others (half-copied `.part` files) are left alone.
- A file that is certainly complete is taken at once; any other when it has not grown for `settle` seconds (default 2),
  so that no file is taken while it is being written.
- A file that was taken lies in the folder `unread` until its document is safe (`acknowledge` of `devices.live_reader`).
  What lies there when a reader first opens the folder was given to nobody who kept it, and is given out again. What
  this reader took itself is not, also not when it opens the folder again.
- `after`, once it is safe: `delete` (default of a production kit: no data of a traveller stay in clear on the disk) or
  `aside`, which moves files into the folder `read`.
- A folder on a network can hang: add `isolated=yes`.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from data.errors import describe_os_error
from data.log.error_log import log_error, suppress_logged
from data.text import Message, _
from devices.faults import DeviceFault, FaultReason
from devices.live_reader import ChannelEvent, HeldEvent, LiveReader, PlainEvent
from devices.ports import DeviceInfo, DeviceUrl, DriverContext

ASIDE = "read"
UNREAD = "unread"
LOOK_S = 0.1
_Size = tuple[int, int]
"""Bytes and time of change (ns); both are the same if nobody has written."""


def _taken_order(path: Path) -> tuple[int, str]:
    """Oldest first: the names begin with the time of the last change, in nanoseconds."""
    time, _dash, name = path.name.partition("-")
    return (int(time) if time.isdecimal() else 0, name)


class DroppedFileFormat(Protocol):
    """The format of the files in a folder."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of their names, in small letters."""

    @property
    def most_bytes(self) -> int:
        """The most that is read of a file."""

    def interpret(self, data: bytes) -> PlainEvent:
        """The event in a complete file. It may take a while, and runs in a thread."""

    def is_whole(self, data: bytes) -> bool:
        """Whether the file is certainly complete; if not, it is read when it has not grown for a while."""


def folder_reader(url: DeviceUrl, context: DriverContext, info: DeviceInfo, format: DroppedFileFormat) -> LiveReader:
    """A closed reader of a folder with files in this format; DeviceFault SETUP for an invalid setting."""
    path = Path(url.where)
    after = url.settings.get("after", "delete" if context.profile == "production" else "aside")
    try:
        settle_s = float(url.settings.get("settle", "2"))
    except ValueError:
        settle_s = -1.0
    if not path.is_absolute() or after not in ("delete", "aside") or not 0 < settle_s <= 60:
        raise DeviceFault(
            FaultReason.SETUP,
            _("A folder is named folder:///…, with after=delete or after=aside, and settle=1 to 60 seconds"),
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
        self._left: list[Path] = []
        """Files in `unread` that were there when the folder was opened."""
        self._has_looked = False

    @property
    def has_begun(self) -> bool:
        """Whether a file grew between the last two looks. One that only waits to be taken does not count."""
        return bool(self._growing)

    def connect(self) -> None:
        """Lock the folder for this process."""
        try:
            self._folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._look_for_left()
        except BlockingIOError:
            self.disconnect()
            raise DeviceFault(FaultReason.BUSY, _("Another program is reading {name}", name=self._path.name)) from None
        except OSError as error:
            if self._folder is None:
                raise self._fault(error) from error
            log_error(
                error, device="watch"
            )  # a file system without locks: only this process knows that the folder is taken
            self._look_for_left()

    def _look_for_left(self) -> None:
        """Only when it opens the folder for the first time: what it takes itself is handed out already."""
        if not self._has_looked:
            self._has_looked, self._left = True, self._find_left()

    async def receive(self) -> Sequence[ChannelEvent]:
        """The event in the next complete file."""
        await asyncio.sleep(LOOK_S)
        if self._folder is None or not self._is_there():
            raise self._unplugged_fault()
        if self._left:
            return await self._receive_left()
        try:
            files = sorted(self._files())
        except OSError as error:
            raise self._fault(error) from error
        self._forget({name for _time, name, _size in files})
        for _time, name, size in files:
            try:
                data = self._data(name, size)
            except OSError as error:
                log_error(error, device="watch")
                self._taken_sizes[name] = size  # said once, until the file changes
                return (self._file_fault(_("cannot be read"), error),)
            if data is not None:
                taken = self._take(name, size)
                return (HeldEvent(await self._interpret(data), partial(self._put_away, taken, name)),)
        return ()

    async def _receive_left(self) -> Sequence[ChannelEvent]:
        """The oldest file that was taken before this reader was opened, and is not safe."""
        taken = self._left.pop(0)
        try:
            data = self._read(taken)
        except OSError as error:
            log_error(error, device="watch")
            return (self._file_fault(_("cannot be read"), error),)
        if data is None:
            return ()
        name = taken.name.partition("-")[2] or taken.name
        return (HeldEvent(await self._interpret(data), partial(self._put_away, taken, name)),)

    async def _interpret(self, data: bytes) -> PlainEvent:
        try:
            return await asyncio.to_thread(self._format.interpret, data)
        except DeviceFault as fault:
            return fault

    def disconnect(self) -> None:
        """Release the folder."""
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
        """The content of a complete file; None if it may still grow, or is gone."""
        data = self._read(self._path / name)
        if data is None:
            return None
        return data if self._format.is_whole(data) or self._has_settled(name, size) else None

    def _read(self, path: Path) -> bytes | None:
        """The content of a file; None if it is gone."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(self._format.most_bytes)
        except FileNotFoundError:
            return None

    def _find_left(self) -> list[Path]:
        files: list[Path] = []
        with suppress_logged(OSError, device="watch"):
            if (self._path / UNREAD).is_dir():
                files = sorted((self._path / UNREAD).iterdir(), key=_taken_order)
        return [file for file in files if file.name.lower().endswith(self._format.suffixes) and not file.is_symlink()]

    def _has_settled(self, name: str, size: _Size) -> bool:
        now = time.monotonic()
        before, since = self._pending.get(name, (size, now))
        self._growing.discard(name)
        if before != size:
            since = now
            self._growing.add(name)
        self._pending[name] = size, since
        return now - since >= self._settle_s

    def _take(self, name: str, size: _Size) -> Path:
        """Where the file of a document lies until it is safe: in `unread`, or else where it was."""
        self._pending.pop(name, None)
        self._growing.discard(name)
        self._taken_sizes[name] = size  # even if the file cannot be moved: a document is given out once
        taken = self._path / UNREAD / f"{size[1]}-{name}"
        try:
            taken.parent.mkdir(mode=0o700, exist_ok=True)
            (self._path / name).replace(taken)
        except OSError as error:
            log_error(error, device="watch")  # said when it cannot be put away either
            return self._path / name
        return taken

    def _put_away(self, taken: Path, name: str) -> DeviceFault | None:
        """Why the file of a document that is safe stays where it is, if it does."""
        try:
            if self._after == "delete":
                taken.unlink()
            else:
                (self._path / ASIDE).mkdir(mode=0o700, exist_ok=True)
                taken.replace(self._path / ASIDE / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            log_error(error, device="watch")
            return self._file_fault(_("was read, but cannot be put away and stays there"), error)
        return None

    def _forget(self, there: set[str]) -> None:
        """What is in the folder no more is not waited for; what was put away and stayed is remembered."""
        self._pending = {name: seen for name, seen in self._pending.items() if name in there}
        self._growing &= there
        self._taken_sizes = {name: size for name, size in self._taken_sizes.items() if (self._path / name).exists()}

    def _file_fault(self, problem: Message, error: OSError) -> DeviceFault:
        """The fault of one file. Its name is left out: it may be a traveller's."""
        values = {"folder": self._path.name, "problem": problem, "error": describe_os_error(error)}
        what = _("A file in the folder {folder} {problem}: {error}", **values)
        hint = _("Ask the technician: a file in the folder {folder} {problem}: {error}", **values)
        return DeviceFault(FaultReason.BAD_READ, what, hint=hint)

    def _fault(self, error: OSError) -> DeviceFault:
        """Why the folder cannot be read."""
        if isinstance(error, PermissionError):
            what = _("This user may not open the folder {name}", name=self._path.name)
            return DeviceFault(FaultReason.DENIED, what, hint=_("Ask the technician to allow the folder"))
        if isinstance(error, FileNotFoundError | NotADirectoryError) or not self._is_there():
            return self._unplugged_fault()
        reason = describe_os_error(error)
        what = _("The folder {name} cannot be read: {error}", name=self._path.name, error=reason)
        return DeviceFault(FaultReason.PROTOCOL, what, hint=_("Ask the technician to look at the disk or the share"))

    def _unplugged_fault(self) -> DeviceFault:
        hint = _("Mount the folder again, or correct its path in the reader's URL")
        return DeviceFault(FaultReason.UNPLUGGED, _("The folder {name} is missing", name=self._path.name), hint=hint)
