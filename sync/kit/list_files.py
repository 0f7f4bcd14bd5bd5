"""Opens list files that were fetched and verified, and reads a snapshot's rows from its own file or from its parts.

A file is compared with what the manifest says before a row of it is used.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.kinds import load_kind
from data.lists.rows import WIDTH, PackedRows, Row
from data.lists.storage.base_formats import Columns
from data.text import _
from sync.formats.manifest import Manifest
from sync.formats.parts_directory import PartsDirectory, SnapshotPart, directory_from_json
from sync.formats.payload import Header, PayloadKind, PayloadReader, RowForm
from sync.formats.sealed_file import unseal_file

FetchPart = Callable[[SnapshotPart], Path]
"""Gives the path of a part's verified file."""


@contextmanager
def open_payload(path: Path, key: bytes) -> Iterator[PayloadReader]:
    """The payload in the file at `path`.

    Raises:
        TrustError: here or while reading: it is not sealed under `key`, or is no payload.
    """
    with path.open("rb") as file:
        yield PayloadReader(unseal_file(file, key))


def check_header(header: Header, payload: PayloadKind, manifest: Manifest, kind_name: str, since: int, to: int) -> None:
    """TrustError unless the file is the one that the manifest announced."""
    edition = header.edition
    facts = (header.payload, edition.list, edition.kind, edition.version, header.since)
    if facts != (payload, manifest.list, kind_name, to, since):
        raise TrustError(
            _("A file of {list} does not match its manifest", list=manifest.list),
            means=_("The old list stays in force."),
        )
    form = RowForm.COLUMNS if Columns.of(load_kind(kind_name)).is_packed else RowForm.ROWS
    if header.form is not form:
        raise TrustError(
            _("A file of {list} has rows in a form that its kind of list does not use", list=manifest.list),
            means=_("The old list stays in force."),
        )


def read_directory(path: Path, key: bytes, manifest: Manifest, kind_name: str) -> tuple[Header, PartsDirectory | None]:
    """A snapshot's header, and the directory of its parts; None if the file itself holds the rows.

    Raises:
        TrustError: it is another file than the manifest names, or contradicts itself.
    """
    with open_payload(path, key) as reader:
        header, snapshot = reader.header, manifest.snapshot
        check_header(header, PayloadKind.SNAPSHOT, manifest, kind_name, 0, snapshot.version)
        if bool(header.number) != bool(snapshot.parts_bytes):
            raise TrustError(
                _("The snapshot of {list} has different parts from those in its manifest", list=manifest.list)
            )
        if not header.number:
            return header, None
        epoch, rows = snapshot.file.epoch, header.rows
        directory = directory_from_json(reader.directory(), epoch=epoch, version=snapshot.version, rows=rows)
    if directory.size != snapshot.parts_bytes or len(directory.parts) != header.number:
        raise TrustError(_("The snapshot of {list} has different parts from those in its manifest", list=manifest.list))
    return header, directory


class PartsReader:
    """Reads parts of one snapshot."""

    def __init__(self, edition: Edition, directory: PartsDirectory, key: bytes, fetched: FetchPart) -> None:
        self._edition = edition
        self._directory = directory
        self._key = key
        self._fetched = fetched

    def rows(self, numbers: Iterable[int] | None = None) -> Iterator[Row]:
        """The rows of some parts, or of all; TrustError for a part that is another one, or a row outside its part."""
        return chain.from_iterable(map(self._rows_of, self._numbers(numbers)))

    def packed_rows(self, numbers: Iterable[int] | None = None) -> Iterator[PackedRows]:
        """`rows` in bulk."""
        return chain.from_iterable(map(self._packed_rows_of, self._numbers(numbers)))

    def _numbers(self, numbers: Iterable[int] | None) -> Iterable[int]:
        return range(len(self._directory.parts)) if numbers is None else numbers

    def _rows_of(self, number: int) -> Iterator[Row]:
        first, end = self._bounds(number)
        with self._open_part(number) as reader:
            for row in reader.rows():
                if row.key < first or (end is not None and row.key >= end):
                    raise self._outside()
                yield row

    def _packed_rows_of(self, number: int) -> Iterator[PackedRows]:
        first, end = self._bounds(number)
        low, high = int.from_bytes(first, "big"), int.from_bytes(end, "big") if end is not None else 1 << 8 * WIDTH
        with self._open_part(number) as reader:
            for rows in reader.packed_rows():
                if int(rows.keys[0]) < low or int(rows.keys[-1]) >= high:
                    raise self._outside()
                yield rows

    @contextmanager
    def _open_part(self, number: int) -> Iterator[PayloadReader]:
        part = self._directory.parts[number]
        with open_payload(self._fetched(part), self._key) as reader:
            header = reader.header
            facts = (header.payload, header.edition, header.number, header.rows)
            if facts != (PayloadKind.PART, self._edition, number, part.rows):
                raise TrustError(
                    _("A part of {list} is not the one that its directory names", list=self._edition.list),
                    means=_("The old list stays in force."),
                )
            yield reader

    def _bounds(self, number: int) -> tuple[bytes, bytes | None]:
        starts = self._directory.starts
        return starts[number], starts[number + 1] if number + 1 < len(starts) else None

    def _outside(self) -> TrustError:
        return TrustError(
            _("A part of {list} has a row that belongs to another part", list=self._edition.list),
            means=_("The old list stays in force."),
        )
