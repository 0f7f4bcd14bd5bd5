"""`folder:///path`: readers whose own software drops each zone as a text file into a folder.

- Files ending in .txt or .mrz are taken, oldest first; others (images, half-copied `.part` files) are left alone.
- A file that holds a whole zone is taken at once; another is taken when it has not grown for `settle` seconds
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
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from data.documents.mrz.formats import layout_of
from data.documents.mrz.lines import mrz_lines
from data.errors import InputError
from devices.channel import Heard
from devices.faults import DeviceFault, Reason
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.reading import LONGEST_RAW
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = False
SUFFIXES = (".txt", ".mrz")
INBOX, ASIDE = "inbox", "read"
LOOK_S = 0.1
_Size = tuple[int, int]
"""Bytes and time of change (ns): the same twice means that nobody wrote."""


def discover(place: Surroundings) -> Iterator[Candidate]:
    """The folder `inbox` of the kit's home, where there is one."""
    path = (place.folder / INBOX).resolve()
    if path.is_dir():
        yield Candidate(f"folder://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP for a setting that cannot be."""
    path = Path(url.where)
    after = url.settings.get("after", "delete" if place.profile == "production" else "aside")
    try:
        settle_s = float(url.settings.get("settle", "2"))
    except ValueError:
        settle_s = -1.0
    if not path.is_absolute() or after not in ("delete", "aside") or not 0 < settle_s <= 60:
        raise DeviceFault(Reason.SETUP, "A folder reader is folder:///…, with after=delete or aside, settle in seconds")
    return LiveReader(_info(path), FolderChannel(path, after, settle_s), place.now)


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"folder:{path}", f"Folder {path.name}"[:80], "folder")


class FolderChannel:
    """Files that appear in one folder."""

    def __init__(self, path: Path, after: str, settle_s: float) -> None:
        self._path = path
        self._after = after
        self._settle_s = settle_s
        self._folder: int | None = None
        self._growing: dict[str, tuple[_Size, float]] = {}
        self._done: dict[str, _Size] = {}

    @property
    def begun(self) -> bool:
        """Whether a file is there that is not whole yet."""
        return bool(self._growing)

    def connect(self) -> None:
        """Lock the folder for this process."""
        try:
            self._folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.disconnect()
            raise DeviceFault(Reason.BUSY, f"Another program reads {self._path.name}") from None
        except PermissionError:
            raise DeviceFault(Reason.DENIED, f"This user may not open the folder {self._path.name}") from None
        except OSError:
            if self._folder is None:
                raise self._gone() from None
            # A file system without locks: the claim within this process has to do.

    async def receive(self) -> Sequence[Heard]:
        """The next file that is whole."""
        await asyncio.sleep(LOOK_S)
        if self._folder is None or not self._is_there():
            raise self._gone()
        try:
            files = sorted(self._files())
        except OSError as error:
            raise self._gone() from error
        self._forget({name for _, name, _ in files})
        for _, name, size in files:
            text = self._text(name, size)
            if text is not None:
                self._put_away(name, size)
                return (text,)
        return ()

    def disconnect(self) -> None:
        """Let go of the folder."""
        folder, self._folder = self._folder, None
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
                if entry.name.lower().endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    size = facts.st_size, facts.st_mtime_ns
                    if facts.st_size and self._done.get(entry.name) != size:
                        yield facts.st_mtime_ns, entry.name, size

    def _text(self, name: str, size: _Size) -> str | None:
        """The text of a whole file; None for one that may still grow, or that has gone meanwhile."""
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                text = _decoded(file.read(4 * LONGEST_RAW))
        except OSError:
            return None
        if not _is_zone(text) and not self._settled(name, size):
            return None
        return text

    def _settled(self, name: str, size: _Size) -> bool:
        now = time.monotonic()
        before, since = self._growing.get(name, (size, now))
        if before != size:
            since = now
        self._growing[name] = size, since
        return now - since >= self._settle_s

    def _put_away(self, name: str, size: _Size) -> None:
        self._growing.pop(name, None)
        self._done[name] = size  # also where the file cannot be moved: a document is given out once
        with suppress(OSError):
            if self._after == "delete":
                (self._path / name).unlink()
            else:
                (self._path / ASIDE).mkdir(mode=0o700, exist_ok=True)
                (self._path / name).replace(self._path / ASIDE / name)

    def _forget(self, there: set[str]) -> None:
        """What is in the folder no more is not waited for; what was put away and stayed is remembered."""
        self._growing = {name: seen for name, seen in self._growing.items() if name in there}
        self._done = {name: size for name, size in self._done.items() if (self._path / name).exists()}

    def _gone(self) -> DeviceFault:
        hint = "Mount the folder again, or correct its path in the reader's URL"
        return DeviceFault(Reason.UNPLUGGED, f"The folder {self._path.name} is not there", hint=hint)


def _is_zone(text: str) -> bool:
    try:
        return layout_of(mrz_lines(text)) is not None
    except InputError:
        return False


def _decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark (as some Windows software writes), else Latin-1."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
