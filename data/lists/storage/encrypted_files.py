"""Encrypted files that are no databases: equal blocks read at any place, and arrays read whole (sidecars).

A block file is written once:

    opening   4096 bytes: a mark, a random file id
    blocks    `stored` bytes each: AES-256-GCM, 16 bytes of them the tag; block n under nonce n
    sheet     one more block, under the greatest nonce: JSON of whoever wrote the file, and how many blocks there are

- Each key is derived for one file (HKDF over a random id), so a nonce never serves twice under a key.
- A block that was changed, moved, or taken from another file does not open: Damaged, never other rows.
- A file without its sheet, or with more or fewer blocks than the sheet says, does not open at all.

A sidecar keeps arrays computed from a list's base beside it, so that they need not be computed at every start.

- Nothing lies in clear: pieces of 4 MiB under AES-256-GCM, each bound to the base, to what the file is for, to its
  place and to being the last one or not. A cut, swapped or older file is refused, and whoever asks computes anew.
- A sidecar belongs to one base and goes with it.
"""

import json
import os
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader, BufferedWriter
from mmap import MAP_ANONYMOUS, MAP_POPULATE, MAP_PRIVATE, mmap
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from data import durable_files
from data.errors import Damaged

TAG_BYTES = 16
_MARK = b"waypost blocks 1"
_ID_BYTES = 32
_OPENING_BYTES = 4096
_SHEET_NONCE = b"\xff" * 12
_READ_BYTES = 1 << 20

SIDECAR_SUFFIX = ".index"
_PIECE_BYTES = 4 << 20
_ALIGNMENT = 64
_SIDECAR_MARK = b"WAYPOSTX2"
_SALT_BYTES = 16
Arrays = dict[str, NDArray[Any]]


class BlockWriter:
    """Writes one file. What it wrote counts only after `close`."""

    def __init__(self, path: Path, key: bytes, stored: int) -> None:
        file_id = os.urandom(_ID_BYTES)
        self._room = stored - TAG_BYTES
        self._cipher = _derive_block_cipher(key, file_id)
        self._blocks = 0
        self._file = path.open("xb", buffering=_READ_BYTES)
        self._file.write((_MARK + file_id).ljust(_OPENING_BYTES, b"\0"))

    def append(self, content: bytes | memoryview) -> None:
        """The next block; ValueError unless it is as long as `stored` leaves room for."""
        if len(content) != self._room:
            raise ValueError(f"a block of {len(content)} bytes where {self._room} belong")
        self._file.write(self._cipher.encrypt(_block_nonce(self._blocks), content, None))
        self._blocks += 1

    def close(self, sheet: dict[str, Any]) -> None:
        """Write the sheet, force everything to the disk and let go of the file."""
        text = json.dumps({**sheet, "blocks": self._blocks}, separators=(",", ":")).encode()
        if len(text) > self._room:
            raise ValueError("the sheet does not fit into a block")
        self._file.write(self._cipher.encrypt(_SHEET_NONCE, text.ljust(self._room), None))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Let go of a file that will not be finished."""
        self._file.close()


class BlockFile:
    """Reads one file. Raises Damaged for whatever is not as it was written; safe in several threads."""

    def __init__(self, path: Path, key: bytes, stored: int) -> None:
        self._name = path.name
        self._stored = stored
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise self._make_damaged_error() from error
        try:
            # A lookup wants one block: reading ahead would fetch 30 more from a slow disk.
            os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_RANDOM)
            self._cipher = _derive_block_cipher(key, self._read_file_id())
            self.sheet: dict[str, Any] = self._read_sheet()
            self.blocks: int = self.sheet["blocks"]
        except BaseException:
            self.close()
            raise

    def read(self, block: int) -> bytes:
        """The content of one block."""
        stored = os.pread(self._descriptor, self._stored, _OPENING_BYTES + block * self._stored)
        return self._decrypt(_block_nonce(block), stored)

    def prefetch(self, blocks: Iterable[int]) -> None:
        """These blocks will be read soon: a disk that is asked for many at once brings them seven times as fast."""
        for block in blocks:
            place = _OPENING_BYTES + block * self._stored
            os.posix_fadvise(self._descriptor, place, self._stored, os.POSIX_FADV_WILLNEED)

    def read_many(self, start: int, count: int) -> list[bytes]:
        """The contents of `count` blocks from `start`."""
        content: list[bytes] = []
        at_once = max(_READ_BYTES // self._stored, 1)
        for first in range(start, start + count, at_once):
            blocks = min(at_once, start + count - first)
            stored = memoryview(
                os.pread(self._descriptor, blocks * self._stored, _OPENING_BYTES + first * self._stored)
            )
            for block in range(blocks):
                own = stored[block * self._stored : (block + 1) * self._stored]
                content.append(self._decrypt(_block_nonce(first + block), own))
        return content

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _read_file_id(self) -> bytes:
        opening = os.pread(self._descriptor, _OPENING_BYTES, 0)
        if len(opening) != _OPENING_BYTES or not opening.startswith(_MARK):
            raise self._make_damaged_error()
        return opening[len(_MARK) : len(_MARK) + _ID_BYTES]

    def _read_sheet(self) -> dict[str, Any]:
        blocks, rest = divmod(os.fstat(self._descriptor).st_size - _OPENING_BYTES, self._stored)
        stored = os.pread(self._descriptor, self._stored, _OPENING_BYTES + (blocks - 1) * self._stored)
        sheet: dict[str, Any] = json.loads(self._decrypt(_SHEET_NONCE, stored))
        if rest or sheet["blocks"] != blocks - 1:
            raise self._make_damaged_error()
        return sheet

    def _decrypt(self, nonce: bytes, stored: bytes | memoryview) -> bytes:
        try:
            return self._cipher.decrypt(nonce, stored, None)
        except InvalidTag as error:
            raise self._make_damaged_error() from error

    def _make_damaged_error(self) -> Damaged:
        return Damaged(
            f"{self._name} is damaged, missing, or belongs to another home",
            means="The list cannot answer.",
            do="Run `waypost courier run` to fetch it anew",
        )


@dataclass(frozen=True, slots=True)
class SidecarContents:
    """What a sidecar holds."""

    arrays: Arrays
    words: tuple[str, ...]
    """A short list of texts that the arrays refer to."""


class Sidecar:
    """The file of one base. `form` names the layout: a file of another one counts as absent."""

    def __init__(self, path: Path, key: bytes, form: str) -> None:
        self.path = path
        self._key = key
        self._bound = f"{path.name}|{form}".encode()

    def write(self, arrays: Mapping[str, NDArray[Any]], words: Sequence[str]) -> None:
        """Put the file in place, whole and synced."""
        new = self.path.with_name(f"{self.path.name}.new")
        shapes = [(name, array.dtype.str, len(array)) for name, array in arrays.items()]
        header = json.dumps({"arrays": shapes, "words": list(words)}).encode()
        with new.open("wb") as file:
            cipher = _PieceCipher(self._key, self._bound, secrets.token_bytes(_SALT_BYTES))
            file.write(_SIDECAR_MARK + cipher.salt + struct.pack(">I", len(header)))
            cipher.write(file, header)
            for array in arrays.values():
                cipher.write(file, _view_bytes(np.ascontiguousarray(array)))
            file.write(cipher.lock(b"", b"end"))
        durable_files.sync_file(new)
        durable_files.put_in_place(new, self.path)

    def read(self) -> SidecarContents | None:
        """The contents; None when there is no file of this base and form. Damaged when it was changed."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            try:
                return self._read(file)
            except _OtherForm:
                return None
            except (InvalidTag, ValueError, KeyError, TypeError, struct.error) as error:
                raise Damaged(f"{self.path.name} cannot be read", means="It is computed anew.") from error

    def _read(self, file: BufferedReader) -> SidecarContents:
        start = file.read(len(_SIDECAR_MARK) + _SALT_BYTES + 4)
        if start[: len(_SIDECAR_MARK)] != _SIDECAR_MARK:
            raise _OtherForm
        salt, length = start[len(_SIDECAR_MARK) : -4], struct.unpack(">I", start[-4:])[0]
        cipher = _PieceCipher(self._key, self._bound, salt)
        header = json.loads(b"".join(cipher.read(file, length)))
        arrays = _allocate_arrays([(name, np.dtype(kind), count) for name, kind, count in header["arrays"]])
        for array in arrays.values():
            room, filled = _view_bytes(array), 0
            for piece in cipher.read(file, array.nbytes):
                room[filled : filled + len(piece)] = piece
                filled += len(piece)
        cipher.open(file.read(TAG_BYTES), b"end")
        return SidecarContents(arrays, tuple(header["words"]))


def _derive_block_cipher(key: bytes, file_id: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=file_id, info=b"waypost/block-file/1").derive(key))


def _block_nonce(block: int) -> bytes:
    return block.to_bytes(12, "big")


def _allocate_arrays(shapes: Sequence[tuple[str, np.dtype[Any], int]]) -> Arrays:
    """Arrays to be filled, in one stretch of memory that the kernel hands out at once.

    Page by page, at the first touch, 160 MB took up to a second in a virtual machine; at once a seventh of that.
    """
    sizes = [-(-kind.itemsize * count // _ALIGNMENT) * _ALIGNMENT for _, kind, count in shapes]
    stretch = mmap(-1, max(sum(sizes), 1), flags=MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
    begins = [sum(sizes[:place]) for place in range(len(sizes))]
    return {
        name: np.frombuffer(stretch, kind, count, begin) if count else np.empty(0, kind)
        for (name, kind, count), begin in zip(shapes, begins, strict=True)
    }


def _view_bytes(array: NDArray[Any]) -> memoryview:
    """The room of an array."""
    return array.view(np.uint8).data if len(array) else memoryview(bytearray())


class _OtherForm(Exception):
    """Not a file of this software's making."""


class _PieceCipher:
    """One stream of sealed pieces, each numbered."""

    def __init__(self, key: bytes, bound: bytes, salt: bytes) -> None:
        self.salt = salt
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"waypost/sidecar/2").derive(key))
        self._bound = bound
        self._number = 0

    def write(self, file: BufferedWriter, content: bytes | memoryview) -> None:
        for begin in range(0, len(content), _PIECE_BYTES):
            file.write(self.lock(content[begin : begin + _PIECE_BYTES], b"piece"))

    def read(self, file: BufferedReader, length: int) -> Iterator[bytes]:
        for begin in range(0, length, _PIECE_BYTES):
            yield self.open(file.read(min(_PIECE_BYTES, length - begin) + TAG_BYTES), b"piece")

    def lock(self, piece: bytes | memoryview, what: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(), piece, self._bound + what)

    def open(self, piece: bytes, what: bytes) -> bytes:
        return self._cipher.decrypt(self._nonce(), piece, self._bound + what)

    def _nonce(self) -> bytes:
        self._number += 1
        return self._number.to_bytes(12, "big")
