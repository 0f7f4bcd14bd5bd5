"""An encrypted file of equal blocks that is written once and read at any place.

    opening   4096 bytes: a mark, a random file id
    blocks    `stored` bytes each: AES-256-GCM, 16 bytes of them the tag; block n under nonce n
    sheet     one more block, under the greatest nonce: JSON of whoever wrote the file, and how many blocks there are

- The key is derived for this one file (HKDF over the file id), so a nonce never serves twice under a key.
- A block that was changed, moved, or taken from another file does not open: Damaged, never other rows.
- A file without its sheet, or with more or fewer blocks than the sheet says, does not open at all.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.errors import Damaged

TAG_BYTES = 16
_MARK = b"waypost blocks 1"
_ID_BYTES = 32
_OPENING = 4096
_SHEET_NONCE = b"\xff" * 12
_READ_BYTES = 1 << 20


class BlockWriter:
    """Writes one file. What it wrote counts only after `close`."""

    def __init__(self, path: Path, key: bytes, stored: int) -> None:
        file_id = os.urandom(_ID_BYTES)
        self._room = stored - TAG_BYTES
        self._cipher = _cipher(key, file_id)
        self._blocks = 0
        self._file = path.open("xb", buffering=_READ_BYTES)
        self._file.write((_MARK + file_id).ljust(_OPENING, b"\0"))

    def append(self, content: bytes | memoryview) -> None:
        """The next block; ValueError unless it is as long as `stored` leaves room for."""
        if len(content) != self._room:
            raise ValueError(f"a block of {len(content)} bytes where {self._room} belong")
        self._file.write(self._cipher.encrypt(_nonce(self._blocks), content, None))
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
            raise self._damaged() from error
        try:
            # A lookup wants one block: reading ahead would fetch 30 more from a slow disk.
            os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_RANDOM)
            self._cipher = _cipher(key, self._file_id())
            self.sheet: dict[str, Any] = self._sheet()
            self.blocks: int = self.sheet["blocks"]
        except BaseException:
            self.close()
            raise

    def read(self, block: int) -> bytes:
        """The content of one block."""
        stored = os.pread(self._descriptor, self._stored, _OPENING + block * self._stored)
        return self._opened(_nonce(block), stored)

    def expect(self, blocks: Iterable[int]) -> None:
        """These blocks will be read soon: a disk that is asked for many at once brings them seven times as fast."""
        for block in blocks:
            place = _OPENING + block * self._stored
            os.posix_fadvise(self._descriptor, place, self._stored, os.POSIX_FADV_WILLNEED)

    def read_many(self, start: int, count: int) -> list[bytes]:
        """The contents of `count` blocks from `start`."""
        content: list[bytes] = []
        at_once = max(_READ_BYTES // self._stored, 1)
        for first in range(start, start + count, at_once):
            blocks = min(at_once, start + count - first)
            stored = memoryview(os.pread(self._descriptor, blocks * self._stored, _OPENING + first * self._stored))
            for block in range(blocks):
                own = stored[block * self._stored : (block + 1) * self._stored]
                content.append(self._opened(_nonce(first + block), own))
        return content

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _file_id(self) -> bytes:
        opening = os.pread(self._descriptor, _OPENING, 0)
        if len(opening) != _OPENING or not opening.startswith(_MARK):
            raise self._damaged()
        return opening[len(_MARK) : len(_MARK) + _ID_BYTES]

    def _sheet(self) -> dict[str, Any]:
        blocks, rest = divmod(os.fstat(self._descriptor).st_size - _OPENING, self._stored)
        stored = os.pread(self._descriptor, self._stored, _OPENING + (blocks - 1) * self._stored)
        sheet: dict[str, Any] = json.loads(self._opened(_SHEET_NONCE, stored))
        if rest or sheet["blocks"] != blocks - 1:
            raise self._damaged()
        return sheet

    def _opened(self, nonce: bytes, stored: bytes | memoryview) -> bytes:
        try:
            return self._cipher.decrypt(nonce, stored, None)
        except InvalidTag as error:
            raise self._damaged() from error

    def _damaged(self) -> Damaged:
        return Damaged(
            f"{self._name} is damaged, missing, or belongs to another home",
            means="The list cannot answer.",
            do="Run `waypost courier run` to fetch it anew",
        )


def _cipher(key: bytes, file_id: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=file_id, info=b"waypost/block-file/1").derive(key))


def _nonce(block: int) -> bytes:
    return block.to_bytes(12, "big")
