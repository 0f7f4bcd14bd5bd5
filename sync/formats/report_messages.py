"""What a kit and headquarters say to each other about reports: segments, acknowledgements, and the box both travel in.

**Box.** Signed by the sender, *then* sealed to the receiver with age:

    age( public key of the sender (32) ‖ Ed25519 signature (64) ‖ content )

- The signature covers a purpose, so that no message passes for one of another kind, and the content. age alone does not
  say who sent a message; the sender's key comes first, so that nothing of it is parsed before it is verified.

**Segment.** Entries of one stream on their way from a kit to headquarters, over a link or on a stick alike:

    header length (4 bytes) ‖ header, canonical JSON ‖ zstd of lines `kind SPACE body LINEFEED`

    {"format": 1, "kit": …, "enrolment": …, "incarnation": …, "stream": …, "begins": {"seq", "hash"},
     "after": {"seq", "hash"}, "end": {"seq", "hash"}}

- A body is canonical JSON, so it holds no line feed.
- Hashes do not travel: whoever reads a segment computes them from `after` on, and must come out at `end`.

**Acknowledgement.** Up to where headquarters holds each stream of one kit without a gap, signed with the `kits` key:

    {"format": 1, "kit": …, "enrolment": …, "incarnation": …, "heads": {stream: {"seq", "hash"}, …},
     "signed": …, "expires": …}

- A stream of this incarnation that headquarters never heard of is not named, so each acknowledgement shows whatever
  headquarters may have lost.
- It binds the enrolment, the journal's incarnation and the hashes of its chains, so that none passes for another kit's
  or another history's.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pyrage
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from data.errors import TrustError
from data.journal.chains import Position, Stream, hash_entry
from data.journal.outgoing import AcknowledgedHeads, OutboxBatch, OutboxEntry
from data.json_codec import Hexadecimal, ZonedTime, decode, encode_canonical, exactly, within
from data.text import THE_VALUE, Message, _
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.sealed_file import ZstdFrame
from sync.limits import LIMITS, SyncLimits

_KEY_BYTES, _SIGNATURE_BYTES = 32, 64

SEGMENT_PURPOSE = b"waypost/segment/v1\n"
SEGMENT_TITLE = _("Report")
SEGMENT_FORMAT = 1
_ROOM_BYTES = 2048
"""For header, signature and seal."""
_LEVEL = 12
_HASH_BYTES = 32
_KIND = re.compile(rb"[a-z0-9_]{1,40}")

ACKNOWLEDGEMENT_PURPOSE = b"waypost/acknowledgement/v1\n"
ACKNOWLEDGEMENT_FORMAT = 1
_ACKNOWLEDGEMENT_TITLE = _("Acknowledgement")
_STAYS = _("Everything stays on this kit until headquarters has it.")

UPLINK_PATH = "uplink"


def seal_message(purpose: bytes, content: bytes, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """`content`, signed for `purpose` and sealed to the age recipient."""
    public = signer.public_key().public_bytes_raw()
    box = public + signer.sign(purpose + content) + content
    return bytes(pyrage.encrypt(box, [pyrage.x25519.Recipient.from_str(recipient)]))


def open_message(
    purpose: bytes, sealed: bytes, identity: str, *, most_bytes: int, known: Callable[[bytes], bool], title: Message
) -> tuple[bytes, bytes]:
    """The sender's public key and the verified content.

    `known` says whether a public key is one that may send; `title` names the message at the beginning of an error.

    Raises:
        TrustError: it is too large, sealed to somebody else, from nobody known, or not signed by its sender.
    """
    if len(sealed) > most_bytes:
        raise TrustError(_("{title}: it is too large", title=title))
    try:
        box = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise TrustError(_("{title}: it is sealed to somebody else, or was changed", title=title)) from error
    public, signature = box[:_KEY_BYTES], box[_KEY_BYTES : _KEY_BYTES + _SIGNATURE_BYTES]
    content = box[_KEY_BYTES + _SIGNATURE_BYTES :]
    if not known(public):
        raise TrustError(_("{title}: its sender is not known here", title=title))
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, purpose + content)
    except (InvalidSignature, ValueError) as error:
        raise TrustError(_("{title}: its sender did not sign it", title=title)) from error
    return public, content


@dataclass(frozen=True, slots=True)
class Segment:
    """What a kit says in one message."""

    kit: str
    enrolment: str
    batch: OutboxBatch
    positions: tuple[Position, ...]
    """Of each entry of the batch, computed from its first."""


def seal_segment(
    enrolment: EnrolmentFile, batch: OutboxBatch, *, limits: SyncLimits = LIMITS
) -> tuple[bytes, OutboxBatch]:
    """The segment as it travels, and what of `batch` is in it: as much as a segment holds."""
    entries = batch.entries[: limits.segment_entries]
    packed = _pack_entries(entries)
    while len(packed) > limits.segment_bytes - _ROOM_BYTES and len(entries) > 1:
        share = (limits.segment_bytes - _ROOM_BYTES) / len(packed)
        entries = entries[: max(1, int(len(entries) * share * 0.95))]
        packed = _pack_entries(entries)
    part = _first_entries(batch, entries)
    header = encode_canonical(
        {
            "format": SEGMENT_FORMAT,
            "kit": enrolment.kit,
            "enrolment": enrolment.enrolment_id,
            "incarnation": part.incarnation,
            "stream": part.stream,
            "begins": part.begins,
            "after": part.after,
            "end": part.end,
        }
    )
    content = len(header).to_bytes(4, "big") + header + packed
    return seal_message(SEGMENT_PURPOSE, content, enrolment.signer, enrolment.headquarters), part


def read_segment(content: bytes, *, limits: SyncLimits = LIMITS) -> Segment:
    """Read the verified content of a signed box.

    Raises:
        TrustError: it is no segment, or its entries do not lead to its end.
        MalformedError: its entries are not in one zstd frame.
    """
    length = int.from_bytes(content[:4], "big")
    if length > _ROOM_BYTES:
        raise TrustError(_("This report cannot be read: its header is too large"))
    header, packed = content[4 : 4 + length], content[4 + length :]
    return decode(
        _SegmentHeader,
        header,
        lambda why: TrustError(_("This report cannot be read: {why}", why=why.says)),
        build=lambda facts: _to_segment(facts, packed, limits),
    )


def chain_positions(stream: Stream, after: Position, entries: tuple[OutboxEntry, ...]) -> tuple[Position, ...]:
    """The position of each of `entries`, which follow `after`."""
    positions = []
    for entry in entries:
        seq = after.seq + 1
        after = Position(seq, hash_entry(stream.value, seq, entry.kind, entry.body, after.hash))
        positions.append(after)
    return tuple(positions)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What headquarters holds of one life of one kit's journal."""

    kit: str
    enrolment: str
    incarnation: str
    heads: Mapping[Stream, Position]
    signed: datetime
    expires: datetime


def seal_acknowledgement(acknowledgement: Acknowledgement, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """The acknowledgement as it travels."""
    return seal_message(
        ACKNOWLEDGEMENT_PURPOSE,
        encode_canonical({"format": ACKNOWLEDGEMENT_FORMAT, **_acknowledgement_facts(acknowledgement)}),
        signer,
        recipient,
    )


def read_acknowledgement(
    sealed: bytes, enrolment: EnrolmentFile, signer: Ed25519PublicKey, now: datetime, *, limits: SyncLimits = LIMITS
) -> AcknowledgedHeads:
    """What a sealed acknowledgement says to this kit now.

    Raises:
        TrustError: headquarters did not sign it, it is meant for another kit, or it has expired.
    """
    try:
        _sender, content = open_message(
            ACKNOWLEDGEMENT_PURPOSE,
            sealed,
            enrolment.identity,
            most_bytes=limits.acknowledgement_bytes,
            known=lambda public: public == signer.public_bytes_raw(),
            title=_ACKNOWLEDGEMENT_TITLE,
        )
    except TrustError as error:
        raise TrustError(error.what, means=_STAYS, do=_("Tell headquarters if it happens again")) from error
    acknowledgement = decode(
        _AcknowledgementFacts,
        content,
        lambda _why: TrustError(_("The acknowledgement cannot be read"), means=_STAYS, do=_("Tell headquarters")),
        build=_to_acknowledgement,
    )
    if (acknowledgement.kit, acknowledgement.enrolment) != (enrolment.kit, enrolment.enrolment_id):
        raise TrustError(_("The acknowledgement is meant for another kit, or for an earlier enrolment"), means=_STAYS)
    if acknowledgement.expires < now:
        raise TrustError(
            _("The acknowledgement has expired"),
            means=_STAYS,
            do=_("Send the reports again, over a link or on a stick"),
        )
    return AcknowledgedHeads(acknowledgement.incarnation, acknowledgement.heads, acknowledgement.signed)


_Random = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class _PositionFacts:
    seq: Annotated[int, within(0, (1 << 53) - 1, _("{field} is out of bounds", field=THE_VALUE))]
    hash: Annotated[Hexadecimal, Field(min_length=_HASH_BYTES, max_length=_HASH_BYTES)]

    def to_position(self) -> Position:
        return Position(self.seq, self.hash)


@dataclass(frozen=True, slots=True)
class _SegmentHeader:
    format: Annotated[int, exactly(SEGMENT_FORMAT)]
    kit: Annotated[str, Field(min_length=1, max_length=64)]
    enrolment: _Random
    incarnation: _Random
    stream: Stream
    begins: _PositionFacts
    after: _PositionFacts
    end: _PositionFacts


@dataclass(frozen=True, slots=True)
class _AcknowledgementFacts:
    format: Annotated[int, exactly(ACKNOWLEDGEMENT_FORMAT)]
    kit: str
    enrolment: str
    incarnation: str
    heads: dict[Stream, _PositionFacts]
    signed: ZonedTime
    expires: ZonedTime


def _to_segment(facts: _SegmentHeader, packed: bytes, limits: SyncLimits) -> Segment:
    begins, after, end = (position.to_position() for position in (facts.begins, facts.after, facts.end))
    if not begins.seq <= after.seq < end.seq <= after.seq + limits.segment_entries:
        raise ValueError(_("its numbers are out of order"))
    entries = _unpack_entries(packed, limits)
    positions = chain_positions(facts.stream, after, entries)
    if positions[-1] != end:
        raise ValueError(_("its entries do not lead to the final digest that it states"))
    batch = OutboxBatch(facts.incarnation, facts.stream, begins, after, entries, end)
    return Segment(facts.kit, facts.enrolment, batch, positions)


def _pack_entries(entries: tuple[OutboxEntry, ...]) -> bytes:
    lines = b"".join(b"%b %b\n" % (entry.kind.encode(), entry.body) for entry in entries)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(lines)


def _unpack_entries(packed: bytes, limits: SyncLimits) -> tuple[OutboxEntry, ...]:
    most = limits.segment_text_bytes * 2
    frame = ZstdFrame(SEGMENT_TITLE)
    frame.passes(packed)
    frame.must_be_over()
    reader = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes).stream_reader(io.BytesIO(packed))
    try:
        lines = reader.read(most + 1)
    except zstandard.ZstdError as error:
        raise ValueError(_("it cannot be decompressed")) from error
    if len(lines) > most:
        raise ValueError(_("it is too large once decompressed"))
    if not lines.endswith(b"\n"):
        raise ValueError(_("it breaks off"))
    return tuple(map(_entry, lines[:-1].split(b"\n")))


def _entry(line: bytes) -> OutboxEntry:
    kind, space, body = line.partition(b" ")
    if not _KIND.fullmatch(kind) or not space:
        raise ValueError(_("a line is not an entry"))
    return OutboxEntry(kind.decode(), body)


def _first_entries(batch: OutboxBatch, entries: tuple[OutboxEntry, ...]) -> OutboxBatch:
    if len(entries) == len(batch.entries):
        return batch
    end = chain_positions(batch.stream, batch.after, entries)[-1]
    return OutboxBatch(batch.incarnation, batch.stream, batch.begins, batch.after, entries, end)


def _acknowledgement_facts(acknowledgement: Acknowledgement) -> dict[str, Any]:
    return {name: getattr(acknowledgement, name) for name in Acknowledgement.__dataclass_fields__}


def _to_acknowledgement(facts: _AcknowledgementFacts) -> Acknowledgement:
    heads = {stream: position.to_position() for stream, position in facts.heads.items()}
    return Acknowledgement(facts.kit, facts.enrolment, facts.incarnation, heads, facts.signed, facts.expires)
