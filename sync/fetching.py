"""Downloads over several sources: who gave wrong bytes is set aside, who broke off is followed by the next.

What is verified is kept for neighbours, where the kit shares.
"""

from collections.abc import Callable
from pathlib import Path

from data.errors import AskedToWait, Interrupted, LinkError, NotOffered, Postponed, TrustError
from sync.formats.manifest import SealedFile
from sync.lines.link import Link
from sync.lines.mirrors import Mirrors
from sync.staging import Staging

Keep = Callable[[str, SealedFile, Path], None]
"""Called with each file that was verified, by its published path, while it lies in staging."""


class Fetching(Staging):
    """`staging/`, filled from `mirrors` by way of `link`."""

    def __init__(self, folder: Path, link: Link, mirrors: Mirrors, keep: Keep = lambda path, file, whole: None) -> None:
        super().__init__(folder, link)
        self._mirrors = mirrors
        self._keep = keep

    def fetch(self, path: str, file: SealedFile, key: bytes | None = None) -> Path:
        """See `Staging.fetch`; an error only when no source is left."""
        for _ in range(self._mirrors.count - 1):
            try:
                return self._fetch(path, file, key)
            except TrustError:
                if not self._mirrors.drop_givers(path):
                    raise
            except (Postponed, Interrupted, AskedToWait, NotOffered):
                raise
            except LinkError:
                if not self._mirrors.ask_givers_last(path):
                    raise
        return self._fetch(path, file, key)

    def _fetch(self, path: str, file: SealedFile, key: bytes | None) -> Path:
        whole = super().fetch(path, file, key)
        self._keep(path, file, whole)
        return whole
