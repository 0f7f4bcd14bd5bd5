"""Makes sealed files of one list under its newest key: deltas, snapshots, their parts, digests.

- A file is made elsewhere, synced and moved into the tree under a name that holds its hash: a name never means two
  contents.
- A version's rows are cut into the parts of its snapshot, in either form.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain

from sqlalchemy import Connection

from data.lists.key_ranges import RangeRows, count_rows, digest_range, first_key
from data.lists.kinds import body_fields, load_kind
from data.lists.rows import NO_ROWS, WIDTH, PackedRows, Row, concatenate_rows, pack_batch, to_numbers
from data.lists.storage.base_formats import Columns
from sync.formats import payload, sealed_file
from sync.formats.columns import BLOCK, WHOLE, ColumnField
from sync.formats.manifest import FileLetter, SealedFile, Snapshot, make_sealed_file
from sync.formats.parts_directory import PartsDirectory, SnapshotPart, digests_to_json, directory_to_json
from sync.formats.payload import Canary, Header, PayloadKind, RowForm
from sync.formats.sealed_file import Compression
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store import payload_table, row_table, tree
from sync.headquarters.store.list_table import StoredList, edition_at, find_steps, list_keys
from sync.limits import LIMITS
from sync.trust.bounds import VersionStep

_NEAR_BYTES = 8


def split_rows(pages: Iterable[list[Row]], count: int) -> Iterator[RangeRows]:
    """All `count` rows in key ranges: each large enough to be worth a file, and not more than a directory holds."""
    least = _least(count)
    waiting: list[Row] = []
    size = 0
    for page in pages:
        for row in page:
            waiting.append(row)
            size += len(row.key) + len(row.body)
            if size >= LIMITS.part_bytes and len(waiting) >= least:
                yield waiting
                waiting, size = [], 0
    if waiting:
        yield waiting


def split_packed_rows(pages: Iterable[PackedRows], count: int) -> Iterator[RangeRows]:
    """`split_rows` for rows of fixed width."""
    size = max(_least(count), LIMITS.part_bytes // (2 * WIDTH))
    waiting = NO_ROWS
    for page in pages:
        waiting = concatenate_rows([waiting, page])
        while len(waiting.keys) >= size:
            yield PackedRows(waiting.keys[:size], waiting.bodies[:size])
            waiting = PackedRows(waiting.keys[size:], waiting.bodies[size:])
    if len(waiting.keys):
        yield waiting


def payload_pieces(header: Header, removed: Sequence[bytes], rows: RangeRows) -> Iterator[bytes]:
    """The pieces of a payload with these rows."""
    if isinstance(rows, PackedRows):
        keys = [to_numbers(removed[start : start + BLOCK]) for start in range(0, len(removed), BLOCK)]
        return payload.write_columns(header, keys, _blocks(rows))
    return payload.write_rows(header, removed, rows)


def rows_in_form(rows: list[Row], form: RowForm) -> RangeRows:
    """Rows in the shape of their form."""
    return pack_batch(rows) if form is RowForm.COLUMNS else rows


@dataclass(frozen=True, slots=True)
class DeltaRange:
    """From version `since` to version `to`."""

    since: int
    to: int


class FileMaker:
    """Makes files of one list, inside the caller's transaction."""

    def __init__(self, home: HeadquartersHome, connection: Connection, entry: StoredList) -> None:
        self._home = home
        self._connection = connection
        self._entry = entry
        kind = load_kind(entry.kind)
        self._form = RowForm.COLUMNS if Columns.of(kind).is_packed else RowForm.ROWS
        self._fields = tuple(ColumnField(*field) for field in body_fields(kind)) or WHOLE

    def delta(self, delta_range: DeltaRange) -> SealedFile:
        """What versions after `delta_range.since` touched, up to `delta_range.to`."""
        removed = row_table.removed_keys(self._connection, self._entry.name, delta_range.since, delta_range.to)
        rows = rows_in_form(
            row_table.added_rows(self._connection, self._entry.name, delta_range.since, delta_range.to), self._form
        )
        counts = {"since": delta_range.since, "removed": len(removed), "rows": count_rows(rows)}
        header = self._header(PayloadKind.DELTA, delta_range.to, **counts)
        return self._seal(FileLetter.DELTA, delta_range.since, delta_range.to, payload_pieces(header, removed, rows))

    def snapshot(self, version: int) -> tuple[Snapshot, tuple[SealedFile, ...]]:
        """A whole version: in one file when it is short, else the directory of its parts, and these."""
        header = self._header(PayloadKind.SNAPSHOT, version)
        parts = self._stretches(version, header.rows)
        first, second = next(parts, rows_in_form([], self._form)), next(parts, None)
        if second is None:
            payload_table.replace_parts(self._connection, self._entry.name, [], [])
            content = payload_pieces(header, [], first)
            return Snapshot(version, self._seal(FileLetter.SNAPSHOT, version, 0, content)), ()
        return self._snapshot_in_parts(version, chain([first, second], parts))

    def _stretches(self, version: int, count: int) -> Iterator[RangeRows]:
        where = self._connection, self._entry.name, version
        if self._form is RowForm.COLUMNS:
            return split_packed_rows(row_table.packed_pages_at(*where), count)
        return split_rows(row_table.pages_at(*where), count)

    def digests(self, version: int, digests: Sequence[int]) -> SealedFile:
        """The digests of a version over the parts of the snapshot in force."""
        header = self._header(PayloadKind.DIGESTS, version, rows=0, number=len(digests))
        content = [payload.write_header(header), payload.prefix_length(digests_to_json(digests))]
        return self._seal(FileLetter.DIGESTS, version, 0, content)

    def _snapshot_in_parts(self, version: int, rows: Iterator[RangeRows]) -> tuple[Snapshot, tuple[SealedFile, ...]]:
        parts: list[SnapshotPart] = []
        digests: list[int] = []
        for number, stretch in enumerate(rows):
            header = self._header(PayloadKind.PART, version, rows=count_rows(stretch), number=number)
            file = self._seal(FileLetter.PART, version, number, payload_pieces(header, [], stretch))
            parts.append(SnapshotPart(first_key(stretch) if number else b"", header.rows, file))
            digests.append(digest_range(stretch))
        directory = PartsDirectory(tuple(parts))
        payload_table.replace_parts(self._connection, self._entry.name, directory.starts, digests)
        header = self._header(PayloadKind.SNAPSHOT, version, number=len(parts))
        content = [payload.write_header(header), payload.prefix_length(directory_to_json(directory))]
        file = self._seal(FileLetter.SNAPSHOT, version, 0, content)
        return Snapshot(version, file, directory.size), tuple(part.file for part in parts)

    def _header(
        self,
        what: PayloadKind,
        version: int,
        *,
        since: int = 0,
        removed: int = 0,
        rows: int | None = None,
        number: int = 0,
    ) -> Header:
        edition = edition_at(self._connection, self._entry, version)
        assert edition is not None  # noqa: S101
        whole = what in (PayloadKind.SNAPSHOT, PayloadKind.DELTA)
        return Header(
            edition=edition,
            payload=what,
            since=since,
            removed=removed,
            rows=edition.count if rows is None else rows,
            form=self._form,
            canaries=tuple(self._canaries(version)) if whole else (),
            fields=self._fields,
            number=number,
            steps=tuple(self._steps(since, version)) if whole else (),
        )

    def _steps(self, since: int, version: int) -> Iterator[VersionStep]:
        """What the versions after `since` changed, as many as kits count, under the salt of `version`."""
        numbers = find_steps(self._connection, self._entry.name, since, version, LIMITS.bound_steps)
        for number, (came, went) in row_table.counts_by_version(self._connection, self._entry.name, numbers).items():
            yield VersionStep(number, came, went)

    def _canaries(self, version: int) -> Iterator[Canary]:
        """As many distinct ones as a list has: where chance meets a row again, the one behind it serves."""
        met: set[bytes] = set()
        for _ in range(LIMITS.made_canaries):
            row = self._sample(version, secrets.token_bytes(_NEAR_BYTES))
            while row is not None and row.key in met:
                row = self._sample(version, row.key + b"\0") if len(met) < self._count(version) else None
            if row is None:
                return
            met.add(row.key)
            yield Canary.of(row)

    def _sample(self, version: int, near: bytes) -> Row | None:
        return row_table.sample(self._connection, self._entry.name, version, near)

    def _count(self, version: int) -> int:
        edition = edition_at(self._connection, self._entry, version)
        return edition.count if edition else 0

    def _seal(self, letter: FileLetter, first: int, second: int, content: Iterable[bytes]) -> SealedFile:
        temporary, epoch = self._home.making / "payload", self._entry.key_epoch
        key = list_keys(self._connection, self._entry.name)[epoch]
        packing = Compression.PLANES if self._form is RowForm.COLUMNS else Compression.TEXT
        with temporary.open("w+b") as file:
            sealed_file.seal_file(content, key, file, packing=packing)
            size = file.tell()
            file.seek(0)
            sha256 = file_digest(file, "sha256").hexdigest()
        sealed = make_sealed_file(letter, epoch, first, second, size, sha256)
        tree.place(self._home, temporary, f"lists/{self._entry.name}/{sealed.name}")
        return sealed


def _least(count: int) -> int:
    return -(-count // LIMITS.parts)


def _blocks(rows: PackedRows) -> Iterator[PackedRows]:
    for start in range(0, len(rows.keys), BLOCK):
        yield PackedRows(rows.keys[start : start + BLOCK], rows.bodies[start : start + BLOCK])
