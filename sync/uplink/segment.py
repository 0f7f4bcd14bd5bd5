"""A segment: entries of one stream on their way from a kit to headquarters, over a link or on a stick alike.

    header length (4 bytes) ‖ header, canonical JSON ‖ zstd of lines `kind SPACE body LINEFEED`

    {"format": 1, "kit": …, "enrolment": …, "incarnation": …, "stream": …, "begins": {"seq", "hash"},
     "after": {"seq", "hash"}, "end": {"seq", "hash"}}

in a signed box (`sync.formats.signed_box`) from the kit to headquarters. A body is canonical JSON, so it holds no line
feed.
Hashes do not travel: whoever reads a segment computes them from `after` on, and must come out at `end`.
"""

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import zstandard

from data.errors import TrustError
from data.journal.outbox import Position, Stream, entry_hash
from data.journal.outgoing import Batch, Entry
from data.plain import canonical
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.one_frame import OneFrame
from sync.formats.signed_box import seal
from sync.limits import LIMITS, Limits

PURPOSE = b"waypost/segment/v1\n"
WHAT = "This report"
FORMAT = 1
_ROOM_BYTES = 2048
"""For header, signature and seal."""
_LEVEL = 12
_RANDOM = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(rb"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Segment:
    """What a kit says in one message."""

    kit: str
    enrolment: str
    batch: Batch
    positions: tuple[Position, ...]
    """Of each entry of the batch, computed from its first."""


def sealed_segment(enrolment: EnrolmentFile, batch: Batch, *, limits: Limits = LIMITS) -> tuple[bytes, Batch]:
    """The segment as it travels, and what of `batch` is in it: as much as a segment holds."""
    entries = batch.entries[: limits.segment_entries]
    packed = _packed(entries)
    while len(packed) > limits.segment_bytes - _ROOM_BYTES and len(entries) > 1:
        share = (limits.segment_bytes - _ROOM_BYTES) / len(packed)
        entries = entries[: max(1, int(len(entries) * share * 0.95))]
        packed = _packed(entries)
    part = _first(batch, entries)
    header = canonical(
        {
            "format": FORMAT,
            "kit": enrolment.kit,
            "enrolment": enrolment.incarnation,
            "incarnation": part.incarnation,
            "stream": part.stream,
            "begins": part.begins,
            "after": part.after,
            "end": part.end,
        }
    )
    content = len(header).to_bytes(4, "big") + header + packed
    return seal(PURPOSE, content, enrolment.signer, enrolment.headquarters), part


def segment_from(content: bytes, *, limits: Limits = LIMITS) -> Segment:
    """Read the verified content of a signed box.

    Raises:
        TrustError: it is no segment, or its entries do not lead to its end.
        MalformedError: its entries are not in one zstd frame.
    """
    try:
        length = int.from_bytes(content[:4], "big")
        if length > _ROOM_BYTES:
            raise ValueError("its header is too large")
        return _segment(json.loads(content[4 : 4 + length]), content[4 + length :], limits)
    except (ValueError, KeyError, TypeError, RecursionError, zstandard.ZstdError) as error:
        raise TrustError(f"{WHAT} cannot be read ({str(error)[:80]})") from error


def chained(stream: Stream, after: Position, entries: tuple[Entry, ...]) -> tuple[Position, ...]:
    """The position of each of `entries`, which follow `after`."""
    positions = []
    for entry in entries:
        seq = after.seq + 1
        after = Position(seq, entry_hash(stream.value, seq, entry.kind, entry.body, after.hash))
        positions.append(after)
    return tuple(positions)


def _segment(facts: dict[str, Any], packed: bytes, limits: Limits) -> Segment:
    if facts["format"] != FORMAT:
        raise ValueError("another format")
    kit, enrolment, incarnation = str(facts["kit"]), str(facts["enrolment"]), str(facts["incarnation"])
    if not 0 < len(kit) <= 64 or not _RANDOM.fullmatch(enrolment) or not _RANDOM.fullmatch(incarnation):
        raise ValueError("a name is out of bounds")
    begins, after, end = (position_from(facts[name]) for name in ("begins", "after", "end"))
    if not begins.seq <= after.seq < end.seq <= after.seq + limits.segment_entries:
        raise ValueError("its numbers are out of order")
    entries = _unpacked(packed, limits)
    stream = Stream(facts["stream"])
    positions = chained(stream, after, entries)
    if positions[-1] != end:
        raise ValueError("its entries do not lead to its end")
    return Segment(kit, enrolment, Batch(incarnation, stream, begins, after, entries, end), positions)


def position_from(facts: dict[str, Any]) -> Position:
    """A position from JSON; ValueError, KeyError or TypeError when it is none."""
    seq, digest = facts["seq"], facts["hash"]
    if type(seq) is not int or not 0 <= seq < 1 << 53 or not _HASH.fullmatch(digest):
        raise ValueError("a position is out of bounds")
    return Position(seq, bytes.fromhex(digest))


def _packed(entries: tuple[Entry, ...]) -> bytes:
    lines = b"".join(b"%b %b\n" % (entry.kind.encode(), entry.body) for entry in entries)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(lines)


def _unpacked(packed: bytes, limits: Limits) -> tuple[Entry, ...]:
    most = limits.segment_text_bytes * 2
    frame = OneFrame(WHAT)
    frame.passes(packed)
    frame.must_be_over()
    reader = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes).stream_reader(io.BytesIO(packed))
    lines = reader.read(most + 1)
    if len(lines) > most:
        raise ValueError("it is too large when unpacked")
    if not lines.endswith(b"\n"):
        raise ValueError("it breaks off")
    return tuple(map(_entry, lines[:-1].split(b"\n")))


def _entry(line: bytes) -> Entry:
    kind, space, body = line.partition(b" ")
    if not _KIND.fullmatch(kind) or not space:
        raise ValueError("a line is no entry")
    return Entry(kind.decode(), body)


def _first(batch: Batch, entries: tuple[Entry, ...]) -> Batch:
    if len(entries) == len(batch.entries):
        return batch
    end = chained(batch.stream, batch.after, entries)[-1]
    return Batch(batch.incarnation, batch.stream, batch.begins, batch.after, entries, end)
