"""Every list this kit carries, by name."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from data import durable_files
from data.errors import Damaged
from data.kit.vault import StoreKey
from data.lists.edition import check_list_name
from data.lists.replica import Companion, Replica

_KIND_FILE = "kind.json"


class Catalogue:
    """The folder `lists/` of a kit. `companions`, by kind of list: what makes the file beside each new base."""

    def __init__(self, folder: Path, key: StoreKey, companions: Mapping[str, Companion] | None = None) -> None:
        self._folder = folder
        self._key = key
        self._open: dict[str, Replica] = {}
        self._companions = companions or {}

    def names(self) -> list[str]:
        """Names of the lists that are here, sorted."""
        if not self._folder.exists():
            return []
        return sorted(path.parent.name for path in self._folder.glob(f"*/{_KIND_FILE}"))

    def __iter__(self) -> Iterator[Replica]:
        return (self.open(name) for name in self.names())

    def open(self, name: str) -> Replica:
        """A list that is here. Opened once; every caller gets the same."""
        if name not in self._open:
            replica = Replica(self._folder / check_list_name(name), self._kind_of(name), self._key)
            replica.companion = self._companions.get(replica.kind)
            self._open[name] = replica
        return self._open[name]

    def add(self, name: str, kind: str) -> Replica:
        """The list `name`, made empty when it is not here yet."""
        note = self._folder / check_list_name(name) / _KIND_FILE
        if not note.exists():
            durable_files.make_folder(note.parent)
            durable_files.write_durably(note, json.dumps({"kind": kind}).encode())
        return self.open(name)

    def discard(self, name: str) -> None:
        """Forget a list whose files cannot be used any more, so that it can come anew."""
        if name in self._open:
            self._open.pop(name).close()
        shutil.rmtree(self._folder / check_list_name(name))

    def close(self) -> None:
        """Let go of every file."""
        for replica in self._open.values():
            replica.close()
        self._open.clear()

    def _kind_of(self, name: str) -> str:
        note = self._folder / name / _KIND_FILE
        try:
            return str(json.loads(note.read_bytes())["kind"])
        except (OSError, ValueError, KeyError) as error:
            raise Damaged(f"The list {name} cannot be opened", do="Run `waypost courier run`") from error
