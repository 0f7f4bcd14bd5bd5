"""What a kit that shares has for its neighbours: verified public files, under exactly the names they were published by.

Nothing here is secret: metadata is public, list files are ciphertext. Envelopes are for one kit and are not kept.
Files that no manifest names any more go first when the folder is full, then the oldest.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from data.errors import TrustError
from data.home import KitHome
from sync.manifest import SealedFile, file_path, files_of, manifest_from_json

_MB = 1_000_000
_MANIFEST = ".manifest.json"


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

    def keep(self, file: SealedFile, path: Path) -> None:
        """Keep the verified file at `path` for neighbours, without a copy of its bytes."""
        if file.size > self._most_bytes:
            return
        with suppress(OSError):  # a neighbour's convenience never stops a sync
            self._folder.mkdir(exist_ok=True)
            self._make_room(file.size)
            with suppress(FileExistsError):
                os.link(path, self._folder / file.sha256)

    def offer(self) -> dict[str, Path]:
        """Every path of the published tree that this kit can give, and the file that holds it."""
        found = dict(self._metadata())
        for path, manifest in self._targets():
            found[path] = manifest
            if path.endswith(_MANIFEST):
                found.update(self._files(path, manifest))
        return found

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

    def _files(self, path: str, manifest: Path) -> dict[str, Path]:
        name = path.split("/")[1]
        with suppress(OSError, TrustError):
            read = manifest_from_json(manifest.read_bytes(), name)
            kept = {file_path(read, file): self._folder / file.sha256 for file in files_of(read)}
            return {path: file for path, file in kept.items() if file.exists()}
        return {}

    def _make_room(self, size: int) -> None:
        wanted = set(self.offer().values())
        there = sorted(self._folder.iterdir(), key=lambda file: (file in wanted, file.stat().st_mtime))
        total = sum(file.stat().st_size for file in there)
        for file in there:
            if total + size <= self._most_bytes and file in wanted:
                break
            total -= file.stat().st_size
            file.unlink()


Offer = Callable[[], dict[str, Path]]
"""What is offered now."""


def _read(file: Path) -> Metadata[Any]:
    return Metadata.from_bytes(file.read_bytes())
