"""The rows of a snapshot, from its own file or from its parts, one after the other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.packed_rows import WIDTH, PackedRows
from data.lists.row import Row
from sync.formats.directory import Directory, Part
from sync.formats.payload import Payload, PayloadReader
from sync.list_file import opened

Fetched = Callable[[Part], Path]
"""Where the verified file of a part lies."""


class Parts:
    """Reads parts of one snapshot."""

    def __init__(self, edition: Edition, directory: Directory, key: bytes, fetched: Fetched) -> None:
        self._edition = edition
        self._directory = directory
        self._key = key
        self._fetched = fetched

    def rows(self, numbers: Iterable[int] | None = None) -> Iterator[Row]:
        """The rows of some parts, or of all; TrustError for a part that is another one, or a row outside its part."""
        return chain.from_iterable(map(self._rows_of, self._numbers(numbers)))

    def packed_rows(self, numbers: Iterable[int] | None = None) -> Iterator[PackedRows]:
        """`rows` in bulk."""
        return chain.from_iterable(map(self._packed_of, self._numbers(numbers)))

    def _numbers(self, numbers: Iterable[int] | None) -> Iterable[int]:
        return range(len(self._directory.parts)) if numbers is None else numbers

    def _rows_of(self, number: int) -> Iterator[Row]:
        first, end = self._bounds(number)
        with self._opened(number) as reader:
            for row in reader.rows():
                if row.key < first or (end is not None and row.key >= end):
                    raise self._outside()
                yield row

    def _packed_of(self, number: int) -> Iterator[PackedRows]:
        first, end = self._bounds(number)
        low, high = int.from_bytes(first, "big"), int.from_bytes(end, "big") if end is not None else 1 << 8 * WIDTH
        with self._opened(number) as reader:
            for rows in reader.packed_rows():
                if int(rows.keys[0]) < low or int(rows.keys[-1]) >= high:
                    raise self._outside()
                yield rows

    @contextmanager
    def _opened(self, number: int) -> Iterator[PayloadReader]:
        part = self._directory.parts[number]
        with opened(self._fetched(part), self._key) as reader:
            header = reader.header
            found = (header.payload, header.edition, header.number, header.rows)
            if found != (Payload.PART, self._edition, number, part.rows):
                raise TrustError(
                    f"A part of {self._edition.list} is not the one its directory names", means="The old list stays."
                )
            yield reader

    def _bounds(self, number: int) -> tuple[bytes, bytes | None]:
        starts = self._directory.starts
        return starts[number], starts[number + 1] if number + 1 < len(starts) else None

    def _outside(self) -> TrustError:
        return TrustError(f"A part of {self._edition.list} holds a row of another part", means="The old list stays.")
