"""What a kit that shares has for its neighbours: verified public files, under exactly the names they were published by.

Nothing here is secret: metadata is public, list files are ciphertext. Envelopes are for one kit and are not kept.
When the folder is full, what came first goes first.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from data.home import KitHome
from sync.formats.manifest import SealedFile

_MB = 1_000_000
_SLASH = "~"
"""Stands for `/` in the name of a kept file; published paths have none (`sync.lines.link.checked_path`)."""


class Share:
    """The files a kit keeps for others, in `shared/` beside its trusted metadata."""

    def __init__(self, folder: Path, trust: Path, most_bytes: int) -> None:
        """`most_bytes` 0: this kit does not share."""
        self._folder = folder
        self._trust = trust
        self._most_bytes = most_bytes

    @classmethod
    def of(cls, home: KitHome) -> "Share":
        """The share of a kit, as kit.toml has it."""
        settings = home.settings.courier
        return cls(home.path / "shared", home.trust, int(settings.share_mb * _MB) if settings.share else 0)

    def keep(self, path: str, file: SealedFile, whole: Path) -> None:
        """Keep the verified file `whole`, published at `path`, for neighbours; without a copy of its bytes."""
        if file.size > self._most_bytes:
            return
        with suppress(OSError):  # a neighbour's convenience never stops a sync
            self._folder.mkdir(exist_ok=True)
            self._make_room(file.size)
            with suppress(FileExistsError):
                os.link(whole, self._folder / path.replace("/", _SLASH))

    def offer(self) -> dict[str, Path]:
        """Every path of the published tree that this kit can give, and the file that holds it."""
        kept = self._folder.iterdir() if self._folder.is_dir() else ()
        files = {file.name.replace(_SLASH, "/"): file for file in kept}
        return {**files, **dict(self._metadata()), **dict(self._targets())}

    def version(self) -> int:
        """Version of the newest timestamp here; 0 before the first sync."""
        try:
            version: int = _read(self._trust / "timestamp.json").signed.version
            return version
        except (OSError, RepositoryError, ValueError):
            return 0

    def _metadata(self) -> Iterable[tuple[str, Path]]:
        for role in ("timestamp", "snapshot", "targets", "lists"):
            file = self._trust / f"{role}.json"
            with suppress(OSError, RepositoryError, ValueError):
                version = _read(file).signed.version
                yield f"metadata/{role}.json" if role == "timestamp" else f"metadata/{version}.{role}.json", file
        for file in (self._trust / "root_history").glob("*.root.json"):
            yield f"metadata/{file.name}", file

    def _targets(self) -> Iterable[tuple[str, Path]]:
        for role in ("targets", "lists"):
            with suppress(OSError, RepositoryError, ValueError):
                for path, target in _read(self._trust / f"{role}.json").signed.targets.items():
                    folder, slash, name = path.rpartition("/")
                    yield (
                        f"{folder}{slash}{next(iter(target.hashes.values()))}.{name}",
                        self._trust / "targets" / quote(path, ""),
                    )

    def _make_room(self, size: int) -> None:
        there = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
        total = sum(file.stat().st_size for file in there)
        for file in there:
            if total + size <= self._most_bytes:
                break
            total -= file.stat().st_size
            file.unlink()


def _read(file: Path) -> Metadata[Any]:
    return Metadata.from_bytes(file.read_bytes())
