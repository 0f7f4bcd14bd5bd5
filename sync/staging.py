"""Downloads on their way: resumable at any byte, exact in size, verified before anybody reads them.

A download is named by its SHA-256, so a part goes on wherever it is offered, also after a reboot. Only ciphertext
lies here.
"""

import os
import shutil
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path
from typing import IO

from data import files
from data.errors import LinkError, StoreError, TrustError
from sync.formats.manifest import SealedFile
from sync.limits import LIMITS
from sync.lines.link import STAYS, Link


class Staging:
    """The folder `staging/` of a kit, filled from one link."""

    def __init__(self, folder: Path, link: Link) -> None:
        self._folder = folder
        self._link = link

    def missing(self, file: SealedFile) -> int:
        """Bytes of `file` that are not here yet."""
        if self._whole(file).exists():
            return 0
        return max(0, file.size - self._have(file))

    def whole(self, file: SealedFile) -> Path | None:
        """Where the verified file lies, if it is here."""
        path = self._whole(file)
        return path if path.exists() else None

    def must_have_room(self, size: int) -> None:
        """StoreError unless `size` more bytes fit on the disk."""
        if shutil.disk_usage(self._folder).free < size + LIMITS.spare_bytes:
            raise StoreError(
                f"The disk is nearly full: {size / 1e6:.0f} MB are needed",
                means=STAYS,
                do="Free some space and try again",
            )

    def fetch(self, path: str, file: SealedFile) -> Path:
        """The verified file, from the link's `path`, as far as it is not here yet.

        Raises:
            LinkError: the line broke; what came is kept.
            TrustError: what came is not what was signed; it is thrown away.
            StoreError: the disk is full.
        """
        whole, part = self._whole(file), self._part(file)
        if whole.exists():
            return whole
        resumed = self._have(file) > 0
        self._download(path, file)
        if not _is(part, file) and resumed:
            # The part that was here may be what a power cut left; only a download in one piece proves a lie.
            part.unlink()
            self._download(path, file)
        if not _is(part, file):
            part.unlink()
            raise TrustError(f"{path} is not the file that was signed", means=STAYS, do="Tell headquarters")
        files.sync_file(part)
        files.put_in_place(part, whole)
        return whole

    def forget(self, file: SealedFile) -> None:
        """Remove what came of `file`."""
        self._whole(file).unlink(missing_ok=True)
        self._part(file).unlink(missing_ok=True)

    def keep_only(self, wanted: Iterable[SealedFile]) -> None:
        """Remove what no version needs any more."""
        names = {path.name for file in wanted for path in (self._whole(file), self._part(file))}
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()

    def _download(self, path: str, file: SealedFile) -> None:
        part, have = self._part(file), self._have(file)
        if have > file.size:
            part.unlink()
            have = 0
        if have < file.size:
            self.must_have_room(file.size - have)
            try:
                with self._link.open(path, have) as pieces, part.open("ab") as out:
                    _write(out, pieces, file, path)
            except TrustError:
                part.unlink()
                raise
        if self._have(file) < file.size:
            raise LinkError(
                f"{path} broke off after {self._have(file)} of {file.size} bytes",
                means=f"{STAYS} What came is kept.",
                do="It goes on from there at the next run",
            )

    def _have(self, file: SealedFile) -> int:
        part = self._part(file)
        return part.stat().st_size if part.exists() else 0

    def _whole(self, file: SealedFile) -> Path:
        return self._folder / file.sha256

    def _part(self, file: SealedFile) -> Path:
        return self._folder / f"{file.sha256}.part"


def _write(out: IO[bytes], pieces: Iterable[bytes], file: SealedFile, path: str) -> None:
    unsynced = 0
    for piece in pieces:
        if out.tell() + len(piece) > file.size:
            raise TrustError(f"{path} is longer than was signed", means=STAYS, do="Tell headquarters")
        out.write(piece)
        unsynced += len(piece)
        if unsynced >= LIMITS.sync_bytes:
            out.flush()
            os.fsync(out.fileno())
            unsynced = 0


def _is(path: Path, file: SealedFile) -> bool:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest() == file.sha256
