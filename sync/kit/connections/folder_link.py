"""Published files in a folder (a share, headquarters' own tree) or on a stick. Nothing in it is run or unpacked."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO

from data.durable_files import FAULTS_OF_A_FILE
from data.errors import Interrupted, LinkError, NotOffered, describe_os_error
from data.text import _
from sync.formats.stick import Stick, StickFolder, flat_name, piece_name, stick_read_error
from sync.link import PIECE_BYTES, STAYS, TIMESTAMP, Source, SourceKind, check_path, limit_bytes

_LISTS = "lists/"


class FolderLink:
    """A link to a folder."""

    def __init__(
        self, folder: Path, kind: SourceKind = SourceKind.STICK, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.source = Source(str(folder), kind)
        self._folder = folder
        self._stopped = stopped

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.link.FileLink`."""
        with os.fdopen(self._descriptor(check_path(path)), "rb") as file:
            file.seek(offset)
            yield limit_bytes(self._pieces(file, path), None if end is None else end - offset)

    def _descriptor(self, path: str) -> int:
        try:
            # A stick may hold a pipe, a device or a way out of itself where a file is expected.
            descriptor = os.open(self._folder / path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            if not self._folder.is_dir():
                raise LinkError(
                    _("The folder {folder} does not exist", folder=self._folder),
                    means=STAYS,
                    do=_("Plug in the stick, or mount the folder"),
                ) from error
            raise NotOffered(_("{path} is not in {folder}", path=path, folder=self._folder), means=STAYS) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise NotOffered(_("{path} is not a file", path=path), means=STAYS)
        return descriptor

    def _pieces(self, file: IO[bytes], path: str) -> Iterator[bytes]:
        try:
            while piece := file.read(PIECE_BYTES):
                yield piece
                if self._stopped():
                    raise Interrupted(
                        _("Copying was stopped"),
                        means=_("What was copied is kept."),
                        do=_("The next run continues from there"),
                    )
        except OSError as error:
            raise _unreadable(path, error) from error


class StickLink:
    """A link to the published files on a stick (`sync.link.FileLink`)."""

    def __init__(
        self, folder: Path, kind: SourceKind = SourceKind.STICK, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.source = Source(str(folder), kind)
        self._stick = Stick(folder)
        self._stopped = stopped

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.link.FileLink`."""
        name = flat_name(path)
        if path == TIMESTAMP:
            self._must_carry_lists()
        with self._stick.open(StickFolder.PUBLIC, name):
            yield limit_bytes(self._pieces(name, offset), None if end is None else end - offset)

    def _must_carry_lists(self) -> None:
        try:
            with self._stick.open(StickFolder.PUBLIC, flat_name(TIMESTAMP)):
                return
        except NotOffered as error:
            raise LinkError(
                _("This stick carries no lists"),
                means=STAYS,
                do=_("Fill it at headquarters with `waypost stick out`"),
            ) from error

    def _pieces(self, name: str, offset: int) -> Iterator[bytes]:
        for number in count():
            try:
                with self._stick.open(StickFolder.PUBLIC, piece_name(name, number)) as file:
                    size = os.fstat(file.fileno()).st_size
                    file.seek(min(offset, size))
                    offset -= min(offset, size)
                    while piece := file.read(PIECE_BYTES):
                        yield piece
                        if self._stopped():
                            raise Interrupted(_("Copying was stopped"), means=_("What was copied is kept."))
            except NotOffered:
                return
            except OSError as error:
                raise stick_read_error(name, error) from error


def _unreadable(path: str, error: OSError) -> LinkError:
    """What is wrong with one file of a list is no reason to wait: another file may do."""
    is_of_file = path.startswith(_LISTS) and error.errno in FAULTS_OF_A_FILE
    make_error = NotOffered if is_of_file else LinkError
    return make_error(
        _("{path} cannot be read ({reason})", path=path, reason=describe_os_error(error)),
        means=STAYS,
        do=_("Check the stick or the share"),
    )
