"""Files that servers, sticks and neighbours carry and cannot read: compressed, then sealed in chunks.

Layout: 8 bytes magic, 16 bytes random file id, then chunks of AES-256-GCM over at most 64 KiB each. The key is
HKDF-SHA256 (RFC 5869) of the list's key with the file id as salt. A chunk's nonce is its number (11 bytes) and a
byte that is 1 in the last chunk, as in the STREAM construction, so chunks cannot be cut off, swapped or
moved between files.

- What is inside is exactly one zstd frame: a decompressor alone would read frame after frame, and skippable ones too.
  `ZstdFrame` follows the headers of frame and blocks (RFC 8878, section 3.1.1) as the bytes come by, unpacking nothing.
- Unpacking is bounded in memory and in size.
"""

import io
import secrets
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import IO, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.errors import MalformedError, TrustError
from data.text import Message, _
from sync.limits import LIMITS, SyncLimits

_MAGIC = b"\x28\xb5\x2f\xfd"
_SHORTEST = len(_MAGIC) + 1
_BLOCK_BYTES = 3
_DICTIONARY_BYTES = (0, 1, 2, 4)
_SIZE_BYTES = (0, 2, 4, 8)
_CHECKSUM_BYTES = 4
_REPEATED, _RESERVED = 1, 3

MAGIC = b"WAYPOST1"
ID_BYTES = 16
HEADER_BYTES = len(MAGIC) + ID_BYTES
TAG_BYTES = 16
_SMALL_BYTES = 256 * 1024


class ZstdFrame:
    """Watches one frame go by, in pieces of any size."""

    def __init__(self, title: Message) -> None:
        """`title` names what the frame belongs to; errors begin with it."""
        self._title = title
        self._head = bytearray()
        self._next = _FramePart.FRAME
        self._skip = 0
        self._checksum = False

    def passes(self, piece: bytes) -> None:
        """Look at the next bytes; MalformedError when they do not begin, continue or end one frame."""
        at = 0
        while at < len(piece):
            if self._skip:
                step = min(self._skip, len(piece) - at)
                self._skip -= step
                at += step
                continue
            if self._next is _FramePart.NOTHING:
                raise self._refusal(_("{title}: the compressed data continues after its end", title=self._title))
            needed = (_SHORTEST if self._next is _FramePart.FRAME else _BLOCK_BYTES) - len(self._head)
            self._head += piece[at : at + needed]
            at += needed
            if len(self._head) == (_SHORTEST if self._next is _FramePart.FRAME else _BLOCK_BYTES):
                self._begin(bytes(self._head))
                self._head.clear()

    def must_be_over(self) -> None:
        """MalformedError when the frame has not come to its end."""
        if self._skip or self._next is not _FramePart.NOTHING:
            raise self._refusal(_("{title}: the compressed data breaks off", title=self._title))

    def _begin(self, head: bytes) -> None:
        if self._next is _FramePart.FRAME:
            self._begin_frame(head)
        else:
            self._begin_block(int.from_bytes(head, "little"))

    def _begin_frame(self, head: bytes) -> None:
        if not head.startswith(_MAGIC):
            raise self._refusal(_("{title}: it cannot be decompressed", title=self._title))
        descriptor = head[-1]
        single, size = bool(descriptor & 0x20), descriptor >> 6
        self._checksum = bool(descriptor & 0x04)
        stated = _SIZE_BYTES[size] or int(single)
        self._skip = int(not single) + _DICTIONARY_BYTES[descriptor & 0x03] + stated
        self._next = _FramePart.BLOCK

    def _begin_block(self, head: int) -> None:
        last, kind, size = head & 1, head >> 1 & 3, head >> 3
        if kind == _RESERVED:
            raise self._refusal(_("{title}: it cannot be decompressed", title=self._title))
        self._skip = 1 if kind == _REPEATED else size
        if last:
            self._skip += _CHECKSUM_BYTES if self._checksum else 0
            self._next = _FramePart.NOTHING

    def _refusal(self, what: Message) -> MalformedError:
        return MalformedError(what, means=_("Nothing in it was used."))


class Compression(Enum):
    """How the pieces of a content are compressed."""

    TEXT = 15
    """As one text: what they say over and over is said once."""
    PLANES = 3
    """Each piece by itself: bytes of one kind, with statistics of their own (a tenth smaller, ten times as fast)."""


def seal_file(
    plain: Iterable[bytes],
    key: bytes,
    file: IO[bytes],
    *,
    packing: Compression = Compression.TEXT,
    limits: SyncLimits = LIMITS,
) -> None:
    """Write the pieces of `plain` to `file`, compressed and sealed under the 32-byte `key`."""
    header = MAGIC + secrets.token_bytes(ID_BYTES)
    file.write(header)
    cipher = _cipher(key, header)
    number, pending = 0, None
    for chunk in _chunks(_compress(plain, packing), limits.chunk_bytes):
        if pending is not None:
            file.write(cipher.encrypt(_nonce(number, last=False), pending, header))
            number += 1
        pending = chunk
    file.write(cipher.encrypt(_nonce(number, last=True), pending or b"", header))


def unseal_file(file: IO[bytes], key: bytes, *, limits: SyncLimits = LIMITS) -> IO[bytes]:
    """A stream of what was sealed into `file`; each piece is authenticated before it is given out.

    Raises:
        TrustError: here or while reading: not sealed under `key`, cut, changed, or unpacking too large.
        MalformedError: its content is not one zstd frame.
    """
    return io.BufferedReader(_Unsealed(file, key, limits), limits.chunk_bytes)


def damaged_ranges(file: IO[bytes], key: bytes, *, limits: SyncLimits = LIMITS) -> list[range]:
    """The ranges of `file` that are not as they were sealed under `key`; adjacent ones as one range.

    A chunk that opens can only be this file's own, of this number: nobody without the key can make another. Where the
    head is wrong nothing opens, and all of the file is one range.
    """
    header = file.read(HEADER_BYTES)
    cipher, number, start = _cipher(key, header), 0, len(header)
    wrong = [range(start)]
    sealed = file.read(limits.chunk_bytes + TAG_BYTES)
    opened = 0
    while sealed:
        following = file.read(limits.chunk_bytes + TAG_BYTES)
        if _opens(cipher, _nonce(number, last=not following), sealed, header):
            opened += 1
        elif wrong[-1].stop == start:
            wrong[-1] = range(wrong[-1].start, start + len(sealed))
        else:
            wrong.append(range(start, start + len(sealed)))
        number, start, sealed = number + 1, start + len(sealed), following
    if opened:  # so the head is right, which every chunk is bound to
        head, *rest = wrong
        wrong = [range(HEADER_BYTES, head.stop), *rest]
    return [span for span in wrong if span]


class _FramePart(Enum):
    FRAME = auto()
    BLOCK = auto()
    NOTHING = auto()


class _Unsealed(io.RawIOBase):
    """The decompressed content, as a raw stream under a BufferedReader."""

    def __init__(self, file: IO[bytes], key: bytes, limits: SyncLimits) -> None:
        self._source = _Compressed(file, key, limits)
        unpacker = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes)
        self._unpacked = unpacker.stream_reader(cast(IO[bytes], self._source), read_size=limits.chunk_bytes)
        self._limits = limits
        self._unpacked_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._unpacked.read(len(buffer))
        except zstandard.ZstdError as error:
            raise _refusal(_("A list file cannot be decompressed")) from error
        self._unpacked_bytes += len(piece)
        if (
            self._unpacked_bytes
            > self._limits.expansion_free_bytes + self._limits.expansion * self._source.sealed_bytes
        ):
            raise _refusal(_("A list file decompresses to far more than a list can be"))
        if not piece:
            self._source.must_end()
        buffer[: len(piece)] = piece
        return len(piece)


class _Compressed:
    """The sealed chunks of a file, opened one after the other: what the decompressor reads from."""

    def __init__(self, file: IO[bytes], key: bytes, limits: SyncLimits) -> None:
        self.sealed_bytes = 0
        """Sealed bytes read so far."""
        self._pieces = self._open(file, key, limits)
        self._rest = b""
        self._frame = ZstdFrame(_("List file"))

    def read(self, size: int) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
            self._frame.passes(self._rest)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    def must_end(self) -> None:
        """MalformedError when this is not the end of the one compressed frame."""
        self.read(1)  # bytes after a frame are refused as soon as they are read
        self._frame.must_be_over()

    def _open(self, file: IO[bytes], key: bytes, limits: SyncLimits) -> Iterator[bytes]:
        header = file.read(HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise _refusal(_("A list file is not a sealed file"))
        cipher = _cipher(key, header)
        number, sealed = 0, file.read(limits.chunk_bytes + TAG_BYTES)
        while True:
            following = file.read(limits.chunk_bytes + TAG_BYTES)
            self.sealed_bytes += len(sealed)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), sealed, header)
            except (InvalidTag, ValueError) as error:
                raise _refusal(_("A list file was cut off or changed, or is sealed under another key")) from error
            if not following:
                return
            number, sealed = number + 1, following


def _compress(plain: Iterable[bytes], packing: Compression) -> Iterator[bytes]:
    pieces, first = iter(plain), bytearray()
    while packing is Compression.TEXT and len(first) < _SMALL_BYTES:
        piece = next(pieces, None)
        if piece is None:  # of a known, small size: the tables of a large one would take longer to clear than to fill
            yield zstandard.ZstdCompressor(level=packing.value).compress(bytes(first))
            return
        first += piece
    packer = zstandard.ZstdCompressor(level=packing.value).compressobj()
    yield packer.compress(bytes(first))
    for piece in pieces:
        yield packer.compress(piece)
        if packing is Compression.PLANES:
            yield packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    yield packer.flush()


def _chunks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def _opens(cipher: AESGCM, nonce: bytes, sealed: bytes, header: bytes) -> bool:
    try:
        cipher.decrypt(nonce, sealed, header)
    except (InvalidTag, ValueError):
        return False
    return True


def _cipher(key: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=header[len(MAGIC) :], info=b"waypost/sealed-file/v1").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _refusal(what: Message) -> TrustError:
    return TrustError(what, means=_("Nothing in it was used; the old list stays in force."))
