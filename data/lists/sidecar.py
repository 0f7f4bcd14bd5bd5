"""Arrays computed from a list's base, kept encrypted beside it so that they need not be computed at every start.

- Nothing lies in clear: pieces of 4 MiB under AES-256-GCM, with a key derived for this one file, so that a nonce never
  serves twice; each is bound to the base, to what the file is for, to its place and to being the last one or not. A
  cut, swapped or older file is refused, and whoever asks computes anew.
- A file belongs to one base and goes with it.
"""

import json
import secrets
import struct
from collections.abc import Iterator, Mapping, Sequence
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

from data import files
from data.errors import Damaged

SUFFIX = ".index"
_PIECE = 4 << 20
_TAG = 16
_ALIGNED = 64
_MAGIC = b"WAYPOSTX2"
_SALT = 16
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Contents:
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
        beside = self.path.with_name(f"{self.path.name}.new")
        shapes = [(name, array.dtype.str, len(array)) for name, array in arrays.items()]
        header = json.dumps({"arrays": shapes, "words": list(words)}).encode()
        with beside.open("wb") as file:
            seal = _Pieces(self._key, self._bound, secrets.token_bytes(_SALT))
            file.write(_MAGIC + seal.salt + struct.pack(">I", len(header)))
            seal.write(file, header)
            for array in arrays.values():
                seal.write(file, _bytes_of(np.ascontiguousarray(array)))
            file.write(seal.lock(b"", b"end"))
        files.sync_file(beside)
        files.put_in_place(beside, self.path)

    def read(self) -> Contents | None:
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

    def _read(self, file: BufferedReader) -> Contents:
        start = file.read(len(_MAGIC) + _SALT + 4)
        if start[: len(_MAGIC)] != _MAGIC:
            raise _OtherForm
        salt, length = start[len(_MAGIC) : -4], struct.unpack(">I", start[-4:])[0]
        opened = _Pieces(self._key, self._bound, salt)
        header = json.loads(b"".join(opened.read(file, length)))
        arrays = _room_for([(name, np.dtype(kind), count) for name, kind, count in header["arrays"]])
        for array in arrays.values():
            room, filled = _bytes_of(array), 0
            for piece in opened.read(file, array.nbytes):
                room[filled : filled + len(piece)] = piece
                filled += len(piece)
        opened.open(file.read(_TAG), b"end")
        return Contents(arrays, tuple(header["words"]))


def _room_for(shapes: Sequence[tuple[str, np.dtype[Any], int]]) -> Arrays:
    """Arrays to be filled, in one stretch of memory that the kernel hands out at once.

    Page by page, at the first touch, 160 MB took up to a second in a virtual machine; at once a seventh of that.
    """
    sizes = [-(-kind.itemsize * count // _ALIGNED) * _ALIGNED for _, kind, count in shapes]
    stretch = mmap(-1, max(sum(sizes), 1), flags=MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
    begins = [sum(sizes[:place]) for place in range(len(sizes))]
    return {
        name: np.frombuffer(stretch, kind, count, begin) if count else np.empty(0, kind)
        for (name, kind, count), begin in zip(shapes, begins, strict=True)
    }


def _bytes_of(array: NDArray[Any]) -> memoryview:
    """The room of an array."""
    return array.view(np.uint8).data if len(array) else memoryview(bytearray())


class _OtherForm(Exception):
    """Not a file of this software's making."""


class _Pieces:
    """One stream of sealed pieces, each numbered."""

    def __init__(self, key: bytes, bound: bytes, salt: bytes) -> None:
        self.salt = salt
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"waypost/sidecar/2").derive(key))
        self._bound = bound
        self._number = 0

    def write(self, file: BufferedWriter, content: bytes | memoryview) -> None:
        for begin in range(0, len(content), _PIECE):
            file.write(self.lock(content[begin : begin + _PIECE], b"piece"))

    def read(self, file: BufferedReader, length: int) -> Iterator[bytes]:
        for begin in range(0, length, _PIECE):
            yield self.open(file.read(min(_PIECE, length - begin) + _TAG), b"piece")

    def lock(self, piece: bytes | memoryview, what: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(), piece, self._bound + what)

    def open(self, piece: bytes, what: bytes) -> bytes:
        return self._cipher.decrypt(self._nonce(), piece, self._bound + what)

    def _nonce(self) -> bytes:
        self._number += 1
        return self._number.to_bytes(12, "big")
