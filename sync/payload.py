"""What is inside a sealed list file: a header, removed keys, then rows.

    header   length (varint), JSON: {"edition": …, "payload": "snapshot"|"delta", "since": n, "removed": n, "rows": n}
    removed  `removed` times: length (varint), key          strictly ascending
    rows     `rows` times: length, key, length, body        strictly ascending by key

A varint is unsigned LEB128. Removals come first, so that they are applied first. Every length is held
against its bound before it is read, and nothing may follow the last row.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

import numpy as np

from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.edition_text import edition_from_json, edition_to_json
from data.lists.packed_rows import WIDTH, PackedRows, ascending
from data.lists.row import Row
from sync.limits import LIMITS, Limits

_VARINT_BYTES = 5
_BULK = 1 << 16
_FRAME = np.dtype([("key_length", "u1"), ("key", ">u8"), ("body_length", "u1"), ("body", ">u8")])
"""A row of 8 bytes and 8 bytes as it lies in a payload."""


class Payload(StrEnum):
    """What a file does to a list."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class Header:
    """What a payload says about itself."""

    edition: Edition
    """The version that the payload leads to."""
    payload: Payload
    since: int
    """The version that a delta starts from; 0 in a snapshot."""
    removed: int
    rows: int


def write(header: Header, removed: Iterable[bytes], rows: Iterable[Row]) -> Iterator[bytes]:
    """The pieces of a payload; keys and rows in ascending order, as many as `header` says."""
    facts = {
        "edition": json.loads(edition_to_json(header.edition)),
        "payload": header.payload,
        "since": header.since,
        "removed": header.removed,
        "rows": header.rows,
    }
    yield _framed(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode())
    yield from map(_framed, removed)
    for row in rows:
        yield _framed(row.key) + _framed(row.body)


class PayloadReader:
    """A payload read in one pass: `header` at once, then `removed()`, then `rows()`."""

    def __init__(self, stream: IO[bytes], *, limits: Limits = LIMITS) -> None:
        self._stream = stream
        self._limits = limits
        self.header = _header(self._frame(limits.header_bytes), limits)

    def removed(self) -> Iterator[bytes]:
        """The removed keys; TrustError for one that cannot be."""
        return self._ascending(self._frame(self._limits.key_bytes) for _ in range(self.header.removed))

    def rows(self) -> Iterator[Row]:
        """The rows, once `removed()` was used up; TrustError for one that cannot be, or for what follows the last."""
        before = None
        for _ in range(self.header.rows):
            key = self._frame(self._limits.key_bytes)
            _must_ascend(before, key)
            yield Row(key, self._frame(self._limits.body_bytes))
            before = key
        if self._stream.read(1):
            raise _refused("goes on behind its last row")

    def packed_rows(self) -> Iterator[PackedRows]:
        """What `rows` gives, in bulk, where every key and body has 8 bytes; TrustError where one has not."""
        before, left = -1, self.header.rows
        while left:
            count = min(left, _BULK)
            content = self._stream.read(count * _FRAME.itemsize)
            if len(content) != count * _FRAME.itemsize:
                raise _refused("ends too early")
            frames = np.frombuffer(content, _FRAME)
            if (frames["key_length"] != WIDTH).any() or (frames["body_length"] != WIDTH).any():
                raise _refused("has a row of another size than its kind")
            part = PackedRows(frames["key"].astype(np.uint64), frames["body"].astype(np.uint64))
            if int(part.keys[0]) <= before or not ascending(part):
                raise _refused("has its keys out of order")
            before, left = int(part.keys[-1]), left - count
            yield part
        if self._stream.read(1):
            raise _refused("goes on behind its last row")

    @staticmethod
    def _ascending(keys: Iterable[bytes]) -> Iterator[bytes]:
        before = None
        for key in keys:
            _must_ascend(before, key)
            yield key
            before = key

    def _frame(self, most: int) -> bytes:
        length = self._varint()
        if length > most:
            raise _refused(f"has a part of {length} bytes where {most} are the most")
        content = self._stream.read(length)
        if len(content) != length:
            raise _refused("ends too early")
        return content

    def _varint(self) -> int:
        value = 0
        for place in range(_VARINT_BYTES):
            byte = self._stream.read(1)
            if not byte:
                raise _refused("ends too early")
            value |= (byte[0] & 0x7F) << (7 * place)
            if byte[0] < 0x80:
                return value
        raise _refused("has a length that is none")


def _header(content: bytes, limits: Limits) -> Header:
    try:
        facts = json.loads(content)
        header = Header(
            edition=edition_from_json(json.dumps(facts["edition"])),
            payload=Payload(facts["payload"]),
            since=_count(facts["since"], limits),
            removed=_count(facts["removed"], limits),
            rows=_count(facts["rows"], limits),
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise _refused("has a header that cannot be read") from error
    snapshot = header.payload is Payload.SNAPSHOT
    if snapshot and (header.since or header.removed or header.rows != header.edition.count):
        raise _refused("is a snapshot whose header contradicts itself")
    if not snapshot and not 0 < header.since < header.edition.version:
        raise _refused("is a delta that leads nowhere")
    return header


def _count(value: Any, limits: Limits) -> int:
    if type(value) is not int or not 0 <= value <= limits.rows:
        raise ValueError("not a count")
    return value


def _must_ascend(before: bytes | None, key: bytes) -> None:
    if before is not None and key <= before:
        raise _refused("has its keys out of order")


def _framed(content: bytes) -> bytes:
    length, prefix = len(content), bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    prefix.append(length)
    return bytes(prefix) + content


def _refused(why: str) -> TrustError:
    return TrustError(f"A list file {why}", means="Nothing of it was taken; the old list stays.")
