"""What is on a stick and how it is read: one folder `waypost` with three flat folders.

    waypost/public/    the published tree, its paths with `~` for `/`; a file too large for FAT32 in pieces `…+1`, `…+2`
    waypost/reports/   <kit's public name>-<stream>-<incarnation>-<number>.report    sealed segments, in order by name
    waypost/answers/   <kit's public name>-<incarnation>.answer                      sealed acknowledgements

- Names are small letters, digits and `.~+_%-`, so that FAT32 neither refuses nor mixes them up.
- Reading changes nothing, follows no symbolic link and opens nothing but plain files; whatever else is there is left
  alone. A file is read up to its bound, and what it says counts only once it is verified.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO

from data.durable_files import FAULTS_OF_A_FILE
from data.errors import LinkError, NotOffered, TrustError, describe_os_error
from data.journal.chains import Stream
from data.journal.outgoing import OutboxBatch
from data.text import _
from sync.limits import LIMITS, SyncLimits
from sync.link import STAYS, check_path

STICK_FOLDER = "waypost"
_LISTS = "lists~"
UNFINISHED_SUFFIX = ".part"
_NAME = re.compile(r"[a-z0-9][a-z0-9.~+_%-]{0,199}")


class StickFolder(StrEnum):
    """The folders of a stick."""

    PUBLIC = "public"
    REPORTS = "reports"
    ANSWERS = "answers"


def flat_name(path: str) -> str:
    """The name on a stick of a path of the published tree; LinkError when it has none."""
    name = check_path(path).replace("/", "~")
    if not _NAME.fullmatch(name):
        raise LinkError(_("{path} is not a valid name for a file on a stick", path=repr(path[:80])), means=STAYS)
    return name


def report_name(folder: str, batch: OutboxBatch) -> str:
    """The name of a segment; `folder` is the kit's public name. Sorted names are in the order of sending."""
    stream = f"{list(Stream).index(batch.stream)}{batch.stream}"
    return f"{folder}-{stream}-{batch.incarnation[:16]}-{batch.after.seq:012}.report"


def answer_name(folder: str, incarnation: str) -> str:
    """The name of an acknowledgement."""
    return f"{folder}-{incarnation[:16]}.answer"


def is_stick(folder: Path) -> bool:
    """Whether a stick was written in this folder."""
    return (folder / STICK_FOLDER / StickFolder.PUBLIC).is_dir() or (
        folder / STICK_FOLDER / StickFolder.REPORTS
    ).is_dir()


class Stick:
    """A stick that is read."""

    def __init__(self, folder: Path, *, limits: SyncLimits = LIMITS) -> None:
        self._folder = folder
        self._limits = limits

    def names(self, part: StickFolder) -> list[str]:
        """Finished files in one of its folders by their proper names, sorted; odd names are passed over.

        Raises:
            LinkError: the stick is not there or cannot be read.
        """
        return [name for name in self.all_names(part) if not name.endswith(UNFINISHED_SUFFIX)]

    def all_names(self, part: StickFolder) -> list[str]:
        """Those, and files that somebody was writing."""
        try:
            with self._open_folder(part) as descriptor, os.scandir(descriptor) as entries:
                first = list(islice((entry.name for entry in entries), self._limits.stick_files))
        except NotOffered:
            return []
        except OSError as error:
            raise stick_read_error(part, error) from error
        return sorted(name for name in first if _NAME.fullmatch(name))

    def read(self, part: StickFolder, name: str, *, most_bytes: int) -> bytes:
        """The content of a small file.

        Raises:
            NotOffered: there is no such plain file.
            TrustError: it is larger than `most_bytes`.
            LinkError: it cannot be read.
        """
        try:
            with self.open(part, name) as file:
                content = file.read(most_bytes + 1)
        except OSError as error:
            raise stick_read_error(name, error) from error
        if len(content) > most_bytes:
            raise TrustError(
                _("{name} on the stick is larger than {most} bytes", name=name, most=most_bytes),
                do=_("Tell headquarters"),
            )
        return content

    @contextmanager
    def open(self, part: StickFolder, name: str) -> Iterator[IO[bytes]]:
        """A regular file; NotOffered when there is no file of that name, LinkError when it cannot be opened."""
        with self._open_folder(part) as folder:
            try:
                descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=folder)
            except FileNotFoundError as error:
                raise NotOffered(_("{name} is not on the stick", name=name), means=STAYS) from error
            except OSError as error:
                raise stick_read_error(name, error) from error
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotOffered(_("{name} on the stick is not a file", name=name), means=STAYS)
            yield file

    @contextmanager
    def _open_folder(self, part: StickFolder) -> Iterator[int]:
        """The folder itself: a symbolic link in its place would lead out of the stick."""
        descriptors: list[int] = []
        try:
            for step in (str(self._folder), STICK_FOLDER, part.value):
                last = {"dir_fd": descriptors[-1]} if descriptors else {}
                follow = os.O_NOFOLLOW if descriptors else 0
                descriptors.append(os.open(step, os.O_RDONLY | os.O_DIRECTORY | follow, **last))
            yield descriptors[-1]
        except FileNotFoundError as error:
            if not descriptors:
                raise LinkError(
                    _("{folder} does not exist", folder=self._folder), do=_("Plug in the stick, or mount it")
                ) from error
            raise NotOffered(
                _("This stick has no folder {folder}/{part}", folder=STICK_FOLDER, part=part), means=STAYS
            ) from error
        except NotADirectoryError as error:
            if not descriptors:
                raise LinkError(
                    _("{path} is not a folder", path=self._folder), do=_("Give the folder of the stick")
                ) from error
            raise NotOffered(
                _("{folder}/{part} on the stick is not a folder", folder=STICK_FOLDER, part=part), means=STAYS
            ) from error
        except OSError as error:
            raise stick_read_error(part, error) from error
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def piece_name(name: str, number: int) -> str:
    """The name of a piece of a file that is too large for FAT32; the first has the file's own."""
    return f"{name}+{number}" if number else name


def stick_read_error(name: str, error: OSError) -> LinkError:
    """The error for a file of a stick that the system could not read; NotOffered where another one may do."""
    is_of_file = name.startswith(_LISTS) and error.errno in FAULTS_OF_A_FILE
    make_error = NotOffered if is_of_file else LinkError
    return make_error(
        _("{name} on the stick cannot be read ({reason})", name=name, reason=describe_os_error(error)),
        means=STAYS,
        do=_("Try another stick"),
    )
