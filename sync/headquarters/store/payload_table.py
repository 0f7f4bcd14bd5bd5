"""The sealed files of a list that are in force, as the store knows them and as far as they are still on the disk."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Row, delete, insert, select

from sync.formats.manifest import Letter, SealedFile, Snapshot
from sync.headquarters.store import tables

_payloads = tables.payloads


class FilesInForce:
    """The files of one list. A file that was lost from the disk is none."""

    def __init__(self, connection: Connection, name: str, folder: Path) -> None:
        self._connection = connection
        self._name = name
        query = select(_payloads).where(_payloads.c.list == name)
        self._rows = [row for row in connection.execute(query) if (folder / row.name).is_file()]
        self._lost = bool(self._lost_parts(folder))

    def file(self, letter: Letter, first: int, second: int, epochs: set[int]) -> SealedFile | None:
        """The file with these numbers, sealed under a key of one of `epochs`."""
        for row in self._of(letter):
            if (row.first, row.second) == (first, second) and row.epoch in epochs:
                return _file(row)
        return None

    def snapshot(self) -> Snapshot | None:
        """The snapshot, when it is whole."""
        row = next(iter(self._of(Letter.SNAPSHOT)), None)
        if row is None or self._lost:
            return None
        return Snapshot(row.first, _file(row), sum(part.size for part in self.parts()))

    def parts(self) -> tuple[SealedFile, ...]:
        """Its parts, in order."""
        return tuple(map(_file, sorted(self._of(Letter.PART), key=lambda row: row.second)))

    def keep(self, letter: Letter, files: Iterable[SealedFile]) -> None:
        """From now on just these files of a letter are in force."""
        self._connection.execute(
            delete(_payloads).where(_payloads.c.list == self._name, _payloads.c.letter == letter.value)
        )
        values = [self._values(letter, file) for file in files]
        if values:
            self._connection.execute(insert(_payloads), values)

    def _of(self, letter: Letter) -> list[Row[tuple[object, ...]]]:
        return [row for row in self._rows if row.letter == letter]

    def _lost_parts(self, folder: Path) -> list[str]:
        query = select(_payloads.c.name).where(_payloads.c.list == self._name, _payloads.c.letter == Letter.PART.value)
        return [name for name in self._connection.scalars(query) if not (folder / name).is_file()]

    def _values(self, letter: Letter, file: SealedFile) -> dict[str, object]:
        _, epoch, first, second, _ = file.name.split("-")
        numbers = {"epoch": int(epoch), "first": int(first), "second": int(second)}
        facts = {"name": file.name, "size": file.size, "sha256": file.sha256}
        return {"list": self._name, "letter": letter.value, **numbers, **facts}


def _file(row: Row[tuple[object, ...]]) -> SealedFile:
    return SealedFile(row.name, row.size, row.sha256)
