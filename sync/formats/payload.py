"""What is inside a sealed list file: a header, then what the header counts.

    header   length (varint), JSON: {"edition": …, "payload": …, "since": n, "removed": n, "rows": n, "form": …,
             "canaries": [[key, check], …], "fields": […], "number": n, "steps": [[version, came, went], …]}
    then     of a snapshot in parts and of digests: length, JSON (`sync.formats.parts_directory`)
             of any other: removed keys, strictly ascending, then rows, strictly ascending by key

Rows have one of two forms. `rows`: each removed key is length, key; each row length, key, length, body; a varint
is unsigned LEB128. `columns`: keys and bodies of 8 bytes each, in planes (`sync.formats.columns`), block after block.
Removals come first, so that they are applied first. Every length is checked against its bound before it is read, and
nothing may follow the end.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import IO, Annotated, Any

from pydantic import Field

from data.errors import TrustError
from data.json_codec import Hexadecimal, decode
from data.lists.edition import Edition, edition_facts
from data.lists.rows import Numbers, PackedRows, Row, is_ascending, to_row_bytes, unpack_rows
from data.text import THE_VALUE, Message, _
from sync.formats.columns import BLOCK, WHOLE, ColumnField, check_fields, read_keys, read_rows, write_bodies, write_keys
from sync.limits import LIMITS, SyncLimits
from sync.trust.bounds import VersionStep

_VARINT_BYTES = 5
_CHECK_BYTES = 16


class PayloadKind(StrEnum):
    """What a file does to a list."""

    SNAPSHOT = "snapshot"
    """A whole version, or the directory of its parts."""
    PART = "part"
    """The rows of a snapshot between two keys."""
    DELTA = "delta"
    DIGESTS = "digests"


class RowForm(StrEnum):
    """The form of its rows."""

    ROWS = "rows"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Canary:
    """A row that must be found once the payload was applied."""

    key: bytes
    check: bytes
    """The first 16 bytes of the body's SHA-256."""

    @classmethod
    def of(cls, row: Row) -> "Canary":
        """What finds `row` again."""
        return cls(row.key, sha256(row.body).digest()[:_CHECK_BYTES])

    def is_body(self, body: bytes | None) -> bool:
        """Whether `body` is what stood under the key."""
        return body is not None and sha256(body).digest()[:_CHECK_BYTES] == self.check


@dataclass(frozen=True, slots=True)
class Header:
    """What a payload says about itself."""

    edition: Edition
    """The version that the payload leads to; of digests the version they are of."""
    payload: PayloadKind
    since: int
    """The first version that a delta fits; 0 in anything else."""
    removed: int
    rows: int
    """For a snapshot in parts, the rows of all parts, which are in other files."""
    form: RowForm = RowForm.ROWS
    canaries: tuple[Canary, ...] = ()
    fields: tuple[ColumnField, ...] = WHOLE
    """Of bodies in columns."""
    number: int = 0
    """Of a part, 0 upwards; of a snapshot in parts how many there are."""
    steps: tuple[VersionStep, ...] = ()
    """Of a snapshot or a delta: versions that it leads over and that changed rows, oldest first."""


def write_rows(header: Header, removed: Iterable[bytes], rows: Iterable[Row]) -> Iterator[bytes]:
    """The pieces of a payload in form `rows`; keys and rows in ascending order, as many as `header` says."""
    yield write_header(header)
    yield from map(prefix_length, removed)
    for row in rows:
        yield prefix_length(row.key) + prefix_length(row.body)


def write_columns(header: Header, removed: Iterable[Numbers], parts: Iterable[PackedRows]) -> Iterator[bytes]:
    """The pieces of a payload in form `columns`; each piece is a plane. Blocks as `in_blocks` makes them."""
    yield write_header(header)
    before = 0
    for keys in removed:
        yield from write_keys(keys, before)
        before = int(keys[-1])
    before = 0
    for part in parts:
        yield from write_keys(part.keys, before)
        yield from write_bodies(part.bodies, header.fields)
        before = int(part.keys[-1])


def write_header(header: Header) -> bytes:
    """The first piece of a payload."""
    facts: dict[str, Any] = {
        "edition": edition_facts(header.edition),
        "payload": header.payload,
        "since": header.since,
        "removed": header.removed,
        "rows": header.rows,
        "form": header.form,
        "canaries": [[canary.key.hex(), canary.check.hex()] for canary in header.canaries],
        "number": header.number,
    }
    if header.steps:
        facts["steps"] = [[step.version, step.came, step.went] for step in header.steps]
    if header.form is RowForm.COLUMNS:
        facts["fields"] = [field if field.minus >= 0 else field[:2] for field in header.fields]
    return prefix_length(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode())


class PayloadReader:
    """A payload read in one pass: `header` at once, then `removed_keys()` or `packed_removed_keys()`, then the rows."""

    def __init__(self, stream: IO[bytes], *, limits: SyncLimits = LIMITS) -> None:
        self._stream = stream
        self._limits = limits
        self.header = _read_header(self._frame(limits.header_bytes), limits)

    def directory(self) -> bytes:
        """The JSON of a snapshot in parts, or of digests; it is all there is."""
        content = self._frame(self._limits.directory_bytes)
        self._must_end()
        return content

    def removed_keys(self) -> Iterator[bytes]:
        """The removed keys; TrustError for an invalid one."""
        if self.header.form is RowForm.COLUMNS:
            for keys in self.packed_removed_keys():
                yield from to_row_bytes(keys)
            return
        before = None
        for _number in range(self.header.removed):
            key = self._frame(self._limits.key_bytes)
            _must_ascend(before, key)
            yield key
            before = key

    def rows(self) -> Iterator[Row]:
        """The rows, after the removed keys; TrustError for an invalid row, or for anything after the last."""
        if self.header.form is RowForm.COLUMNS:
            for part in self.packed_rows():
                yield from unpack_rows(part)
            return
        before = None
        for _number in range(self.header.rows):
            key = self._frame(self._limits.key_bytes)
            _must_ascend(before, key)
            yield Row(key, self._frame(self._limits.body_bytes))
            before = key
        self._must_end()

    def packed_removed_keys(self) -> Iterator[Numbers]:
        """What `removed_keys` gives, in bulk, of a payload in columns."""
        last, left = -1, self.header.removed
        while left:
            keys = read_keys(self._exactly, min(left, BLOCK), max(last, 0))
            _must_go_on(last, keys)
            last, left = int(keys[-1]), left - len(keys)
            yield keys

    def packed_rows(self) -> Iterator[PackedRows]:
        """What `rows` gives, in bulk, of a payload in columns."""
        last, left = -1, self.header.rows
        while left:
            try:
                part = read_rows(self._exactly, min(left, BLOCK), max(last, 0), self.header.fields)
            except ValueError as error:
                raise payload_error(_("A list file has a row with an invalid body")) from error
            _must_go_on(last, part.keys)
            last, left = int(part.keys[-1]), left - len(part.keys)
            yield part
        self._must_end()

    def _must_end(self) -> None:
        if self._stream.read(1):
            raise payload_error(_("A list file continues after its end"))

    def _frame(self, most: int) -> bytes:
        length = self._varint()
        if length > most:
            raise payload_error(
                _("A list file has an entry of {length} bytes; at most {most} are allowed", length=length, most=most)
            )
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        content = self._stream.read(length)
        if len(content) != length:
            raise payload_error(_("A list file ends too early"))
        return content

    def _varint(self) -> int:
        value = 0
        for place in range(_VARINT_BYTES):
            byte = self._stream.read(1)
            if not byte:
                raise payload_error(_("A list file ends too early"))
            value |= (byte[0] & 0x7F) << (7 * place)
            if byte[0] < 0x80:
                return value
        raise payload_error(_("A list file has an invalid length"))


def prefix_length(content: bytes) -> bytes:
    """`content` with its length in front."""
    length, prefix = len(content), bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    prefix.append(length)
    return bytes(prefix) + content


def payload_error(what: Message) -> TrustError:
    """What is wrong with a file whose seal was right."""
    return TrustError(what, means=_("Nothing in it was used; the old list stays in force."))


def _read_header(content: bytes, limits: SyncLimits) -> Header:
    header = decode(
        _HeaderFacts,
        content,
        lambda _why: payload_error(_("A list file has a header that cannot be read")),
        build=lambda facts: _to_header(facts, limits),
        most_bytes=limits.header_bytes,
    )
    _must_fit_together(header)
    return header


_Check = Annotated[Hexadecimal, Field(min_length=_CHECK_BYTES, max_length=_CHECK_BYTES)]


@dataclass(frozen=True, slots=True)
class _HeaderFacts:
    """A header as JSON; only columns have `fields`, and files of an older Waypost have no `steps`."""

    edition: Edition
    payload: PayloadKind
    since: int
    removed: int
    rows: int
    form: RowForm
    canaries: tuple[tuple[Hexadecimal, _Check], ...]
    number: int
    fields: tuple[tuple[int, ...], ...] = ()
    steps: tuple[tuple[int, int, int], ...] = ()


def _to_header(facts: _HeaderFacts, limits: SyncLimits) -> Header:
    if not all(0 <= count <= limits.rows for count in (facts.since, facts.removed, facts.rows, facts.number)):
        raise ValueError(_("{field} must have counts within the limits", field=THE_VALUE))
    return Header(
        edition=facts.edition,
        payload=facts.payload,
        since=facts.since,
        removed=facts.removed,
        rows=facts.rows,
        form=facts.form,
        canaries=tuple(Canary(key, check) for key, check in facts.canaries[: limits.canaries]),
        fields=check_fields(facts.fields) if facts.form is RowForm.COLUMNS else WHOLE,
        number=facts.number,
        steps=tuple(_to_steps(facts, limits)),
    )


def _to_steps(facts: _HeaderFacts, limits: SyncLimits) -> Iterator[VersionStep]:
    before = facts.since
    for version, came, went in facts.steps:
        if not before < version <= facts.edition.version or not (0 <= came <= limits.rows and 0 <= went <= limits.rows):
            raise ValueError(_("{field} must have counts within the limits", field=THE_VALUE))
        before = version
        yield VersionStep(version, came, went)


def _must_fit_together(header: Header) -> None:
    delta = header.payload is PayloadKind.DELTA
    if not delta and (header.since or header.removed):
        raise payload_error(_("A list file ({kind}) has a header that contradicts itself", kind=header.payload))
    if header.payload is PayloadKind.SNAPSHOT and header.rows != header.edition.count:
        raise payload_error(_("A list file ({kind}) has a header that contradicts itself", kind=header.payload))
    if delta and not 0 < header.since < header.edition.version:
        raise payload_error(_("A list file is a delta that does not lead to a later version"))


def _must_ascend(before: bytes | None, key: bytes) -> None:
    if before is not None and key <= before:
        raise payload_error(_("A list file has keys out of order"))


def _must_go_on(last: int, keys: Numbers) -> None:
    if int(keys[0]) <= last or not is_ascending(PackedRows(keys, keys)):
        raise payload_error(_("A list file has keys out of order"))
