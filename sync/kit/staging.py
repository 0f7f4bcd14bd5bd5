"""Downloads on their way: resumable at any byte, exact in size, verified before anybody reads them.

- A download is named by its SHA-256, so a partial download continues from any source, also after a reboot. Only
  ciphertext is kept here.
- It is forced to the disk each hundredth of its size, not more often than each chunk and each MiB at the latest. Bytes
  are what a power cut wastes, so bytes bound it: in a second a fast line brings many and a thin one too few for a sync.
- Where a file that came whole is not what was signed, the chunks that open stay and the others are fetched again.
- Over several sources, who gave wrong bytes is set aside, and who broke off is followed by the next. What is verified
  is kept for neighbours, where the kit shares.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import IO

from data import durable_files
from data.errors import AskedToWait, Interrupted, LinkError, NotOffered, Postponed, StoreError, TrustError
from data.log.error_log import log_error
from data.text import _, join
from sync.formats.manifest import SealedFile
from sync.formats.sealed_file import HEADER_BYTES, TAG_BYTES, damaged_ranges
from sync.kit.connections.mirrors import Mirrors
from sync.limits import LIMITS
from sync.link import STAYS, FileLink

_ONE_CHUNK = HEADER_BYTES + LIMITS.chunk_bytes + TAG_BYTES

KeepFile = Callable[[str, SealedFile, Path], None]
"""Called with each file that was verified, by its published path, while it lies in staging."""


class Staging:
    """The folder `staging/` of a kit, filled from one link.

    path = Staging(kit.staging, link).fetch(file_path(manifest, file), file, key)
    """

    def __init__(self, folder: Path, link: FileLink) -> None:
        self._folder = folder
        self._link = link
        for path in folder.iterdir():
            if path.is_symlink() or not path.is_file():
                durable_files.remove(path)

    def missing(self, file: SealedFile) -> int:
        """Bytes of `file` that are not here yet, or are here and wrong."""
        if self._whole(file).exists():
            return 0
        wrong = self._wrong_bytes(file)
        return max(0, file.size - self._have(file)) if wrong is None else wrong

    def whole(self, file: SealedFile) -> Path | None:
        """Path of the verified file, if it is here."""
        path = self._whole(file)
        return path if path.exists() else None

    def must_have_room(self, size: int) -> None:
        """StoreError unless `size` more bytes fit on the disk."""
        needed = size + LIMITS.spare_bytes
        if shutil.disk_usage(self._folder).free < needed:
            raise StoreError(
                _("The disk is nearly full: {size} MB must be free", size=-(-needed // 1_000_000)),
                means=STAYS,
                do=_("Free some space, then try again"),
            )

    def fetch(self, path: str, file: SealedFile, key: bytes | None = None) -> Path:
        """The verified file, from the link's `path`, as far as it is not here yet.

        `key` is that of the list, where it is here: it tells which chunks of a file that came wrong are right.

        Raises:
            LinkError: the connection broke; what was received is kept.
            TrustError: what came is not what was signed; what is wrong of it does not count as here.
            StoreError: the disk is full.
        """
        whole, part = self._whole(file), self._part(file)
        if whole.exists():
            return whole
        resumed = self._have(file) > 0
        self._download(path, file)
        if not _has_hash(part, file) and resumed:
            # What was here may be what a power cut or another source left: only what comes now proves a lie.
            self._mend(path, file, key)
        if not _has_hash(part, file):
            self._keep_what_is_right(file, self._wrong(file, key))
            raise TrustError(
                _("{path} is not the file that headquarters signed", path=path), means=STAYS, do=_("Tell headquarters")
            )
        durable_files.sync_file(part)
        durable_files.put_in_place(part, whole)
        self._note(file).unlink(missing_ok=True)
        return whole

    def forget(self, file: SealedFile) -> None:
        """Remove what was received of `file`."""
        for path in self._paths(file):
            path.unlink(missing_ok=True)

    def forget_spoiled(self, files: Iterable[SealedFile]) -> None:
        """Remove those of these files that were verified and are not as they were signed any more: a disk fails."""
        for file in files:
            whole = self._whole(file)
            if whole.exists() and not _has_hash(whole, file):
                whole.unlink()

    def keep_only(self, wanted: Iterable[SealedFile]) -> None:
        """Remove files that no version needs any longer."""
        names = {path.name for file in wanted for path in self._paths(file)}
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
                    _write(out, _limit_size(pieces, file.size - have, path), file)
            except TrustError:
                part.unlink()
                raise
        if self._have(file) == have < file.size:  # the source has no more of it: trying again would not help
            raise NotOffered(
                _(
                    "{path} ends after {received} of {size} bytes at its source",
                    path=path,
                    received=have,
                    size=file.size,
                ),
                means=STAYS,
                do=_("Tell headquarters"),
            )
        if self._have(file) < file.size:
            raise _broken_off_error(path, self._have(file), file)

    # ── repair of downloads ──────────────────────────────────────────────────────────────────────────────────

    def _mend(self, path: str, file: SealedFile, key: bytes | None) -> None:
        """Fetch the wrong ranges again of a part that has its full length."""
        wrong = self._wrong(file, key)
        if key and wrong == [range(file.size)] and file.size > _ONE_CHUNK:
            self._fill(path, file, [range(HEADER_BYTES)])  # under a wrong head every chunk looks wrong
            wrong = self._wrong(file, key)
            if not wrong:
                return
        if self._keep_what_is_right(file, wrong):
            self._fill(path, file, wrong)
        else:
            self._download(path, file)

    def _wrong(self, file: SealedFile, key: bytes | None) -> list[range]:
        if key is None:
            return [range(file.size)]
        with self._part(file).open("rb") as content:
            return damaged_ranges(content, key)

    def _keep_what_is_right(self, file: SealedFile, wrong: list[range]) -> bool:
        """Note how much of a part is wrong; False where nothing tells right bytes from wrong ones, and it is gone."""
        if wrong and wrong != [range(file.size)]:
            durable_files.write_durably(self._note(file), b"%d" % sum(map(len, wrong)))
            return True
        self.forget(file)
        return False

    def _fill(self, path: str, file: SealedFile, spans: list[range]) -> None:
        for span in spans:
            with self._link.open(path, span.start, span.stop) as pieces, self._part(file).open("r+b") as out:
                out.seek(span.start)
                _write(out, pieces, file)
                if out.tell() < span.stop:
                    raise _broken_off_error(path, out.tell(), file)

    def _wrong_bytes(self, file: SealedFile) -> int | None:
        """How much of a part that is whole in length is known to be wrong; None where nobody looked yet."""
        try:
            return min(int(self._note(file).read_text()), file.size)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log_error(error)
            return None

    def _have(self, file: SealedFile) -> int:
        part = self._part(file)
        return part.stat().st_size if part.exists() else 0

    def _whole(self, file: SealedFile) -> Path:
        return self._folder / file.sha256

    def _part(self, file: SealedFile) -> Path:
        return self._folder / f"{file.sha256}.part"

    def _note(self, file: SealedFile) -> Path:
        return self._folder / f"{file.sha256}.wrong"

    def _paths(self, file: SealedFile) -> tuple[Path, ...]:
        return self._whole(file), self._part(file), self._note(file)


class MirroredStaging(Staging):
    """`staging/`, filled from `mirrors` by way of `link`."""

    def __init__(
        self, folder: Path, link: FileLink, mirrors: Mirrors, keep: KeepFile = lambda path, file, whole: None
    ) -> None:
        super().__init__(folder, link)
        self._mirrors = mirrors
        self._keep = keep

    def fetch(self, path: str, file: SealedFile, key: bytes | None = None) -> Path:
        """See `Staging.fetch`; an error only when no source is left."""
        for _attempt in range(self._mirrors.count - 1):
            try:
                return self._fetch(path, file, key)
            except TrustError as error:
                if not self._mirrors.drop_givers(path):
                    raise
                log_error(error)
            except (Postponed, Interrupted, AskedToWait, NotOffered):
                raise
            except LinkError as error:
                if not self._mirrors.ask_givers_last(path):
                    raise
                log_error(error)
        return self._fetch(path, file, key)

    def _fetch(self, path: str, file: SealedFile, key: bytes | None) -> Path:
        whole = super().fetch(path, file, key)
        self._keep(path, file, whole)
        return whole


def _write(out: IO[bytes], pieces: Iterable[bytes], file: SealedFile) -> None:
    most = min(LIMITS.sync_bytes, max(LIMITS.chunk_bytes, int(file.size * LIMITS.sync_share)))
    unsynced = 0
    for piece in pieces:
        out.write(piece)
        unsynced += len(piece)
        if unsynced >= most:
            out.flush()
            os.fsync(out.fileno())
            unsynced = 0


def _limit_size(pieces: Iterable[bytes], most: int, path: str) -> Iterator[bytes]:
    """`pieces`; TrustError where they are more than `most` bytes."""
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            raise TrustError(
                _("{path} is longer than the file that headquarters signed", path=path),
                means=STAYS,
                do=_("Tell headquarters"),
            )
        yield piece


def _broken_off_error(path: str, at: int, file: SealedFile) -> LinkError:
    return LinkError(
        _("{path} broke off after {received} of {size} bytes", path=path, received=at, size=file.size),
        means=join([STAYS, _("What was downloaded is kept.")]),
        do=_("The next run continues from there"),
    )


def _has_hash(path: Path, file: SealedFile) -> bool:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest() == file.sha256
