"""A version's rows cut into the parts of its snapshot, in either form."""

from collections.abc import Iterable, Iterator, Sequence

from data.lists.packed_rows import EMPTY, WIDTH, PackedRows, joined, numbers
from data.lists.row import Row, packed
from data.lists.stretches import Stretch
from sync.formats import payload
from sync.formats.columns import BLOCK
from sync.formats.payload import Form, Header
from sync.limits import LIMITS


def cut(pages: Iterable[list[Row]], count: int) -> Iterator[Stretch]:
    """All `count` rows in stretches: each large enough to be worth a file, and not more than a directory holds."""
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


def cut_packed(pages: Iterable[PackedRows], count: int) -> Iterator[Stretch]:
    """`cut` for rows of fixed width."""
    size = max(_least(count), LIMITS.part_bytes // (2 * WIDTH))
    waiting = EMPTY
    for page in pages:
        waiting = joined([waiting, page])
        while len(waiting.keys) >= size:
            yield PackedRows(waiting.keys[:size], waiting.bodies[:size])
            waiting = PackedRows(waiting.keys[size:], waiting.bodies[size:])
    if len(waiting.keys):
        yield waiting


def content(header: Header, removed: Sequence[bytes], rows: Stretch) -> Iterator[bytes]:
    """The pieces of a payload with these rows."""
    if isinstance(rows, PackedRows):
        keys = [numbers(removed[start : start + BLOCK]) for start in range(0, len(removed), BLOCK)]
        return payload.write_columns(header, keys, _blocks(rows))
    return payload.write(header, removed, rows)


def as_stretch(rows: list[Row], form: Form) -> Stretch:
    """Rows in the shape of their form."""
    return packed(rows) if form is Form.COLUMNS else rows


def _least(count: int) -> int:
    return -(-count // LIMITS.parts)


def _blocks(rows: PackedRows) -> Iterator[PackedRows]:
    for start in range(0, len(rows.keys), BLOCK):
        yield PackedRows(rows.keys[start : start + BLOCK], rows.bodies[start : start + BLOCK])
