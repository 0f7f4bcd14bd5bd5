"""Writing files so that a crash leaves the old one or the new one, never half of either."""

import glob
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EINVAL, EIO, EISDIR, ELOOP, ENODEV, ENOTDIR, ENOTSUP, ENXIO, EPERM, EROFS
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from stat import S_IMODE, S_ISREG
from time import monotonic, sleep
from typing import IO

from data.errors import Busy, InputError, StoreError, describe_os_error
from data.text import Message, _

_NO_MODES = (EPERM, EACCES, EROFS, ENOTSUP)
"""Another user's file, a disk that cannot be written, a file system without modes."""
PRIVATE_MODE = 0o600
PRIVATE_FOLDER_MODE = 0o700
PUBLIC_MODE = 0o644
PUBLIC_FOLDER_MODE = 0o755
"""Of what is published, or carried to people and machines of other users."""
_READ_BYTES = 1 << 20
_AGAIN_S = 0.001


def write_durably(path: Path, content: bytes, *, mode: int = PRIVATE_MODE) -> None:
    """Replace `path` by `content`: written beside it, synced, renamed, folder synced."""
    replace_file(path, content, sync=True, mode=mode)


def replace_file(path: Path, content: bytes, *, sync: bool = False, mode: int = PRIVATE_MODE) -> None:
    """Replace `path` by `content`, so that a reader finds the old file or the new one; without `sync` a power cut may
    take both.

    Each call writes beside it under a name that nobody can guess and opens only what was not there: threads and
    processes may replace the same file at once, and nobody else can put a link in the way. `mode` is exact, whatever
    the process's mask says.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(16)}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if mode != PRIVATE_MODE:
                set_mode(new, mode)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if sync:
            put_in_place(new, path)
        else:
            new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def remove_unfinished(path: Path) -> None:
    """Remove what a kill left of earlier tries to replace `path`; its caller keeps other writers of `path` away."""
    for unfinished in path.parent.glob(f".{glob.escape(path.name)}.*.new"):
        unfinished.unlink(missing_ok=True)


def put_in_place(new: Path, path: Path) -> None:
    """Rename a synced file over `path` and sync the folder, so that the rename survives a power cut."""
    new.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Force a written file to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force names created, renamed or removed in `folder` to the disk."""
    sync_file(folder)


def make_folder(folder: Path, *, mode: int = PRIVATE_FOLDER_MODE) -> None:
    """Make `folder`, and those above it that are missing, so that a power cut takes none in which a file was synced.

    A file that is synced in a folder whose own name is not on the disk is lost with it.
    """
    if not folder.exists():
        make_folder(folder.parent, mode=mode)
        folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER_MODE)
        if mode != PRIVATE_FOLDER_MODE:
            set_mode(folder, mode)
        sync_folder(folder.parent)


def set_mode(path: Path, mode: int) -> None:
    """Give a file or a folder its mode, where its file system has modes and it is this user's."""
    try:
        path.chmod(mode)
    except OSError as error:
        if error.errno not in _NO_MODES:
            raise


def make_private_folder(folder: Path) -> None:
    """Make `folder` where it is missing; nobody but its user may enter it, whatever its mode was before.

    InputError where it belongs to another user, or its file system has no modes.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER_MODE)
    close_to_others(folder)
    if S_IMODE(folder.stat().st_mode) & ~PRIVATE_FOLDER_MODE:
        raise InputError(
            _("Others may enter {folder}, and this user cannot change that", folder=folder),
            means=_("Nothing was changed."),
            do=_("Choose a folder of your own, on a disk whose file system has permissions"),
        )


def close_to_others(folder: Path) -> None:
    """Let nobody but its user enter `folder`, where this user may say so."""
    if S_IMODE(folder.stat().st_mode) & ~PRIVATE_FOLDER_MODE:
        set_mode(folder, PRIVATE_FOLDER_MODE)


def ensure_folder(folder: Path) -> Path:
    """`folder`, made where it is missing. Whatever else lies under its name goes: nothing in it could be used."""
    if not folder.is_dir():
        remove(folder)
        make_folder(folder)
    return folder


def remove(path: Path) -> None:
    """Remove what lies at `path`, whatever it is: a file, a link (not what it leads to), a folder with all in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def erase(path: Path, home: Path) -> list[Path]:
    """Remove what lies at `path` with all that links there lead to: a home may have its lists on another disk.

    Links that lead nowhere stay, with the folders that they are in, and are returned: their disk may come again. A link
    that leads into `home` or to a folder around it goes without what is there. Raises OSError.
    """
    if path.is_symlink():
        return _erase_link(path, home)
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return []
    left = erase_content(path, home)
    if not left:
        path.rmdir()
    return left


def erase_content(folder: Path, home: Path) -> list[Path]:
    """`erase` for everything in `folder`, which stays, on whatever disk it is."""
    left = [link for content in sorted(folder.iterdir()) for link in erase(content, home)]
    sync_folder(folder)
    return left


def leads_into(path: Path, home: Path) -> bool:
    """Whether `path`, or what it links to, is in `home` or around it."""
    target, own = path.resolve(), home.resolve()
    return target.is_relative_to(own) or own.is_relative_to(target)


def _erase_link(link: Path, home: Path) -> list[Path]:
    try:
        target = Path(os.path.realpath(link, strict=True))
    except OSError as error:
        if error.errno != ELOOP:
            return [link]
    else:
        left = [] if leads_into(target, home) else erase(target, home)
        if left:
            return left
    link.unlink(missing_ok=True)
    return []


FAULTS_OF_A_FILE = frozenset({EACCES, EINVAL, EIO, EISDIR, ELOOP, ENODEV, ENOTDIR, ENXIO, EPERM})
"""Errors of the system that the file itself causes: trying again does not help."""


def is_faulty(path: Path) -> bool:
    """Whether the file at `path` itself keeps its content from being used: it is no regular file, may not be read and
    written, or has a place that the disk cannot read.

    False where there is none, and where the system lacks something (space, memory, descriptors): another try may do.
    """
    for flags in (os.O_RDWR, os.O_RDONLY):  # the latter on a disk that is read-only
        try:
            with os.fdopen(open_regular(path, flags), "rb") as file:
                while file.read(_READ_BYTES):
                    pass
        except OSError as error:
            if error.errno != EROFS:
                return error.errno in FAULTS_OF_A_FILE
        else:
            return False
    return False


@contextmanager
def translate_os_errors() -> Iterator[None]:
    """What the system refuses inside the block (a full disk, a failed sync) is a StoreError that says so."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            _("The system could not use a file ({reason})", reason=describe_os_error(error)),
            means=_("What was in force stays in force. Unfinished work does not count."),
            do=_("Check whether the disk is full, read-only or failing. The next run tries again"),
        ) from error


def may_be_opened(path: Path) -> bool:
    """Whether `path` is a regular file or is not there. Asked once: another process may delete it meanwhile."""
    try:
        return S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


def open_regular(path: Path, flags: int, mode: int = PRIVATE_MODE) -> int:
    """A descriptor of the file at `path`, which is made if `flags` say so.

    OSError where something else lies there. A pipe or a device is not waited for, and a link is not followed.
    """
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, mode)
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, _("{file} is not a regular file", file=path.name))
    return descriptor


def read_regular(path: Path) -> bytes:
    """The content of the file at `path`, or that a link there leads to; OSError where anything else is: a pipe is not
    waited for.
    """
    with open_to_read(path) as file:
        return file.read()


def open_to_read(path: Path) -> IO[bytes]:
    """The file at `path`, or that a link there leads to, as `read_regular` opens it."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(EINVAL, _("{file} is not a regular file", file=path.name))
    return file


def open_lock(path: Path) -> IO[bytes]:
    """The lock file `path`, made where it is missing; OSError where no regular file can be opened there."""
    return os.fdopen(open_regular(path, os.O_RDWR | os.O_CREAT), "r+b")


def wait_for_lock(descriptor: int, kind: int, longest_s: float) -> None:
    """`flock` of `kind` (LOCK_SH, LOCK_EX) on an open file; BlockingIOError where others hold it for `longest_s`.

    Nobody waits without an end: who holds a lock may hang on a disk that fails.
    """
    ends = monotonic() + longest_s
    while True:
        try:
            return flock(descriptor, kind | LOCK_NB)
        except BlockingIOError:
            if monotonic() > ends:
                raise
        sleep(_AGAIN_S)


@contextmanager
def hold_lock(path: Path, what: Message) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; Busy when another process has it.

    The kernel frees the lock when the holder ends, however it ends.
    """
    with open_lock(path) as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Busy(
                _("Another process is {what}", what=what),
                means=_("Nothing was changed."),
                do=_("Wait until it has finished"),
            ) from None
        yield
