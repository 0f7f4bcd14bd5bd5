"""Files that servers, sticks and neighbours carry and cannot read: compressed, then sealed in chunks.

Layout: 8 bytes magic, 16 bytes random file id, then chunks of AES-256-GCM over at most 64 KiB each. The key is
HKDF-SHA256 (RFC 5869) of the list's key with the file id as salt. A chunk's nonce is its number (11 bytes) and a
byte that is 1 in the last chunk, as in the STREAM construction, so chunks cannot be cut off, swapped or
moved between files. What is inside is one zstd frame (RFC 8878); unpacking is bounded in memory and in size.
"""

import io
import secrets
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import IO, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.errors import TrustError
from sync.formats.one_frame import OneFrame
from sync.limits import LIMITS, Limits

MAGIC = b"WAYPOST1"
ID_BYTES = 16
HEADER_BYTES = len(MAGIC) + ID_BYTES
TAG_BYTES = 16
_SMALL_BYTES = 256 * 1024


class Packing(Enum):
    """How the pieces of a content are compressed."""

    TEXT = 15
    """As one text: what they say over and over is said once."""
    PLANES = 3
    """Each piece by itself: bytes of one kind, with statistics of their own (a tenth smaller, ten times as fast)."""


def seal(
    plain: Iterable[bytes], key: bytes, file: IO[bytes], *, packing: Packing = Packing.TEXT, limits: Limits = LIMITS
) -> None:
    """Write the pieces of `plain` to `file`, compressed and sealed under the 32-byte `key`."""
    header = MAGIC + secrets.token_bytes(ID_BYTES)
    file.write(header)
    cipher = _cipher(key, header)
    number, held = 0, None
    for chunk in _chunks(_compressed(plain, packing), limits.chunk_bytes):
        if held is not None:
            file.write(cipher.encrypt(_nonce(number, last=False), held, header))
            number += 1
        held = chunk
    file.write(cipher.encrypt(_nonce(number, last=True), held or b"", header))


def unseal(file: IO[bytes], key: bytes, *, limits: Limits = LIMITS) -> IO[bytes]:
    """A stream of what was sealed into `file`; each piece is authenticated before it is given out.

    Raises:
        TrustError: here or while reading: not sealed under `key`, cut, changed, or unpacking too large.
        MalformedError: its content is not one zstd frame.
    """
    return io.BufferedReader(_Unsealed(file, key, limits), limits.chunk_bytes)


def spoiled(file: IO[bytes], key: bytes, *, limits: Limits = LIMITS) -> list[range]:
    """Where in `file` the bytes lie that are not as they were sealed under `key`; neighbouring ones as one range.

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
        head, *others = wrong
        wrong = [range(HEADER_BYTES, head.stop), *others]
    return [span for span in wrong if span]


class _Unsealed(io.RawIOBase):
    """The decompressed content, as a raw stream under a BufferedReader."""

    def __init__(self, file: IO[bytes], key: bytes, limits: Limits) -> None:
        self._source = _Compressed(file, key, limits)
        unpacker = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes)
        self._unpacked = unpacker.stream_reader(cast(IO[bytes], self._source), read_size=limits.chunk_bytes)
        self._limits = limits
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._unpacked.read(len(buffer))
        except zstandard.ZstdError as error:
            raise _refused("does not unpack") from error
        self._given += len(piece)
        if self._given > self._limits.expansion_free_bytes + self._limits.expansion * self._source.taken:
            raise _refused("unpacks to far more than a list can be")
        if not piece:
            self._source.must_end()
        buffer[: len(piece)] = piece
        return len(piece)


class _Compressed:
    """The sealed chunks of a file, opened one after the other: what the decompressor reads from."""

    def __init__(self, file: IO[bytes], key: bytes, limits: Limits) -> None:
        self.taken = 0
        """Sealed bytes read so far."""
        self._pieces = self._open(file, key, limits)
        self._rest = b""
        self._frame = OneFrame("A list file")

    def read(self, size: int) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
            self._frame.passes(self._rest)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    def must_end(self) -> None:
        """MalformedError when this is not the end of the one compressed frame."""
        self.read(1)  # what is behind a frame is refused as it comes
        self._frame.must_be_over()

    def _open(self, file: IO[bytes], key: bytes, limits: Limits) -> Iterator[bytes]:
        header = file.read(HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise _refused("is no sealed file")
        cipher = _cipher(key, header)
        number, sealed = 0, file.read(limits.chunk_bytes + TAG_BYTES)
        while True:
            following = file.read(limits.chunk_bytes + TAG_BYTES)
            self.taken += len(sealed)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), sealed, header)
            except (InvalidTag, ValueError) as error:
                raise _refused("was cut or changed, or is sealed under another key") from error
            if not following:
                return
            number, sealed = number + 1, following


def _compressed(plain: Iterable[bytes], packing: Packing) -> Iterator[bytes]:
    pieces, first = iter(plain), bytearray()
    while packing is Packing.TEXT and len(first) < _SMALL_BYTES:
        piece = next(pieces, None)
        if piece is None:  # of a known, small size: the tables of a large one would take longer to clear than to fill
            yield zstandard.ZstdCompressor(level=packing.value).compress(bytes(first))
            return
        first += piece
    packer = zstandard.ZstdCompressor(level=packing.value).compressobj()
    yield packer.compress(bytes(first))
    for piece in pieces:
        yield packer.compress(piece)
        if packing is Packing.PLANES:
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


def _refused(why: str) -> TrustError:
    return TrustError(f"A list file {why}", means="Nothing of it was taken; the old list stays.")
