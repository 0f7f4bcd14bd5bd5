"""Writes a stick so that pulling it out at any moment harms neither side, and the next try continues.

- A file is written under another name, forced to the medium and renamed; a name never shows half a file.
- A large file continues from what is there already, as far as that equals the original: what a failing stick made of it
  is written again.
- Nothing is written through a symbolic link, which would lead out of the stick.
- How much room is needed is known, and said, before anything is written.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from data.durable_files import PUBLIC_FOLDER_MODE, PUBLIC_MODE, set_mode
from data.errors import InputError, LinkError, StoreError, WaypostError, describe_os_error
from data.text import _
from sync.formats.stick import STICK_FOLDER, UNFINISHED_SUFFIX, Stick, StickFolder, piece_name
from sync.limits import LIMITS, SyncLimits

_PIECE = 1 << 20
_SAFE = _("What was on the stick before can still be used. Nothing on this machine is lost.")
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)


class StickWriter:
    """A stick that is written."""

    def __init__(self, folder: Path, *, limits: SyncLimits = LIMITS) -> None:
        if folder.exists() and not folder.is_dir():
            raise LinkError(_("{path} is not a folder", path=folder), do=_("Give the folder of the stick"))
        if not folder.is_dir():
            raise LinkError(_("{folder} does not exist", folder=folder), do=_("Plug in the stick, or mount it"))
        self._stick = Stick(folder, limits=limits)
        self._root = folder / STICK_FOLDER
        self._limits = limits
        self._check_no_way_out()
        with _translate_errors("its folders"):
            for part in StickFolder:
                _make_folder(self._root / part)

    def must_hold(self, sizes: Iterator[int]) -> None:
        """StoreError unless the stick has room for files that still need so many bytes each."""
        cluster = self._limits.stick_cluster_bytes
        needed = sum(-(-size // cluster) * cluster for size in sizes if size > 0)
        free = shutil.disk_usage(self._root).free
        if needed > free:
            raise StoreError(
                _(
                    "The stick has {free} free; {needed} is needed",
                    free=_format_size(free),
                    needed=_format_size(needed),
                ),
                means=_("Nothing was written."),
                do=_(
                    "Use a larger stick, or free {size} on this one; its folder {folder} may be emptied once both ends "
                    "have read it",
                    size=_format_size(needed - free),
                    folder=STICK_FOLDER,
                ),
            )

    def missing(self, name: str, size: int) -> int:
        """Bytes of a published file that are not on the stick yet, judged by sizes."""
        return sum(end - start - self._have(piece_name(name, number), end - start)
                   for number, start, end in self._pieces_of(size))  # fmt: skip

    def copy(self, source: Path, name: str, wrote: Callable[[int], None] = lambda size: None) -> None:
        """Copy a file of the published tree to the stick; what is already there is not copied again."""
        with _read_here(source) as original:
            size = os.fstat(original.fileno()).st_size
            for number, start, end in self._pieces_of(size):
                self._copy_piece(original, piece_name(name, number), start, end, wrote)

    def put(self, part: StickFolder, name: str, content: bytes) -> None:
        """Put a small file on the stick, in place of what had its name."""
        path = self._root / part / name
        with _translate_errors(name):
            if _size(path) == len(content) and path.read_bytes() == content:
                return
            unfinished = path.with_name(path.name + UNFINISHED_SUFFIX)
            with _open_for_change(unfinished) as file:
                file.truncate(0)
                file.write(content)
                _force(file)
            _put_in_place(unfinished, path)

    def keep_only(self, part: StickFolder, wanted: Callable[[str], bool]) -> None:
        """Remove those of our files in a folder that are not wanted; what is not ours stays."""
        for name in self._stick.all_names(part):
            finished = name.removesuffix(UNFINISHED_SUFFIX)
            if not wanted(finished) or (name != finished and (self._root / part / finished).exists()):
                with _translate_errors(name):
                    (self._root / part / name).unlink(missing_ok=True)

    def _copy_piece(self, original: IO[bytes], name: str, start: int, end: int, wrote: Callable[[int], None]) -> None:
        path = self._root / StickFolder.PUBLIC / name
        unfinished = path.with_name(name + UNFINISHED_SUFFIX)
        with _translate_errors(name):
            if _size(path) is not None:
                if _same_until(original, path, start, end) == end - start == _size(path):
                    return
                path.replace(unfinished)
            same_bytes = _same_until(original, unfinished, start, end) if _size(unfinished) else 0
            original.seek(start + same_bytes)
            with _open_for_change(unfinished) as file:
                file.truncate(same_bytes)
                file.seek(same_bytes)
                _write_rest(original, file, end - start - same_bytes, wrote)
            _put_in_place(unfinished, path)

    def _pieces_of(self, size: int) -> Iterator[tuple[int, int, int]]:
        most = self._limits.stick_piece_bytes
        for number, start in enumerate(range(0, max(size, 1), most)):
            yield number, start, min(size, start + most)

    def _have(self, name: str, size: int) -> int:
        path = self._root / StickFolder.PUBLIC / name
        for candidate in (path, path.with_name(name + UNFINISHED_SUFFIX)):
            if (present := _size(candidate)) is not None:
                return min(size, present)
        return 0

    def _check_no_way_out(self) -> None:
        for path in (self._root, *(self._root / part for part in StickFolder)):
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                raise InputError(
                    _("{path} is not an ordinary folder", path=path),
                    means=_("Nothing was written."),
                    do=_("Use another stick, or see what it is and move it away"),
                )


def _size(path: Path) -> int | None:
    """Bytes of a plain file; None for anything else."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _make_folder(folder: Path) -> None:
    """The other end is another machine, with other users."""
    for path in (folder.parent, folder):
        if not path.exists():
            path.mkdir()
            set_mode(path, PUBLIC_FOLDER_MODE)


@contextmanager
def _open_for_change(path: Path) -> Iterator[IO[bytes]]:
    """A plain file to be changed, made when it is not there."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    with os.fdopen(descriptor, "r+b") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "a device or a pipe in place of a file", path.name)
        set_mode(path, PUBLIC_MODE)
        yield file


def _same_until(original: IO[bytes], path: Path, start: int, end: int) -> int:
    """How many bytes of `path` equal the original's from `start` on, in whole pieces."""
    same = 0
    original.seek(start)
    with path.open("rb") as there:
        while same < end - start:
            wanted = original.read(min(_PIECE, end - start - same))
            if there.read(len(wanted)) != wanted:
                return same
            same += len(wanted)
    return same


def _write_rest(original: IO[bytes], file: IO[bytes], rest: int, wrote: Callable[[int], None]) -> None:
    unsynced = 0
    while rest:
        piece = original.read(min(_PIECE, rest))
        if not piece:
            raise StoreError(
                _("A published file became shorter while it was being copied"), do=_("Run the command again")
            )
        file.write(piece)
        rest -= len(piece)
        unsynced += len(piece)
        wrote(len(piece))
        if unsynced >= 16 * _PIECE:
            _force(file)
            unsynced = 0
    _force(file)


def _force(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _put_in_place(unfinished: Path, path: Path) -> None:
    unfinished.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some drivers for a stick's file systems cannot force a folder; the file itself was forced.
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def _read_here(source: Path) -> Iterator[IO[bytes]]:
    try:
        with source.open("rb") as file:
            yield file
    except WaypostError:
        raise
    except OSError as error:
        raise StoreError(
            _("{name} cannot be read ({reason})", name=source.name, reason=describe_os_error(error)),
            do=_("Run `waypost hq publish`"),
        ) from error


@contextmanager
def _translate_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreError(
                _("The stick is full"), means=_SAFE, do=_("Free some space on it, or use a larger stick")
            ) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StoreError(
                _("The stick cannot be written ({reason})", reason=describe_os_error(error)),
                means=_SAFE,
                do=_("Check its write-protect switch, or mount it writable"),
            ) from error
        raise StoreError(
            _("The stick failed at {name} ({reason})", name=name, reason=describe_os_error(error)),
            means=_SAFE,
            do=_("Plug it in again, or use another stick"),
        ) from error


def _format_size(size: int) -> str:
    """Rounded up, so that who frees so much has enough."""
    return f"{-(-size // 1000)} kB" if size < 1_000_000 else f"{-(-size // 100_000) / 10:.1f} MB"
