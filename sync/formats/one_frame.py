"""Holds compressed bytes to exactly one zstd frame: a decompressor by itself reads frame after frame, and odd ones too.

Follows the headers of frame and blocks (RFC 8878, section 3.1.1) as the bytes come by and unpacks nothing.
"""

from enum import Enum, auto

from data.errors import MalformedError

_MAGIC = b"\x28\xb5\x2f\xfd"
_SHORTEST = len(_MAGIC) + 1
_BLOCK_BYTES = 3
_DICTIONARY_BYTES = (0, 1, 2, 4)
_SIZE_BYTES = (0, 2, 4, 8)
_CHECKSUM_BYTES = 4
_REPEATED, _RESERVED = 1, 3


class _Next(Enum):
    FRAME = auto()
    BLOCK = auto()
    NOTHING = auto()


class OneFrame:
    """Watches one frame go by, in pieces of any size."""

    def __init__(self, what: str) -> None:
        """`what` it is a frame of begins the sentence of an error."""
        self._what = what
        self._head = bytearray()
        self._next = _Next.FRAME
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
            if self._next is _Next.NOTHING:
                raise self._refused("has something behind its end")
            needed = (_SHORTEST if self._next is _Next.FRAME else _BLOCK_BYTES) - len(self._head)
            self._head += piece[at : at + needed]
            at += needed
            if len(self._head) == (_SHORTEST if self._next is _Next.FRAME else _BLOCK_BYTES):
                self._begin(bytes(self._head))
                self._head.clear()

    def must_be_over(self) -> None:
        """MalformedError when the frame has not come to its end."""
        if self._skip or self._next is not _Next.NOTHING:
            raise self._refused("breaks off")

    def _begin(self, head: bytes) -> None:
        if self._next is _Next.FRAME:
            self._begin_frame(head)
        else:
            self._begin_block(int.from_bytes(head, "little"))

    def _begin_frame(self, head: bytes) -> None:
        if not head.startswith(_MAGIC):
            raise self._refused("does not unpack")
        descriptor = head[-1]
        single, size = bool(descriptor & 0x20), descriptor >> 6
        self._checksum = bool(descriptor & 0x04)
        stated = _SIZE_BYTES[size] or int(single)
        self._skip = int(not single) + _DICTIONARY_BYTES[descriptor & 0x03] + stated
        self._next = _Next.BLOCK

    def _begin_block(self, head: int) -> None:
        last, kind, size = head & 1, head >> 1 & 3, head >> 3
        if kind == _RESERVED:
            raise self._refused("does not unpack")
        self._skip = 1 if kind == _REPEATED else size
        if last:
            self._skip += _CHECKSUM_BYTES if self._checksum else 0
            self._next = _Next.NOTHING

    def _refused(self, why: str) -> MalformedError:
        return MalformedError(f"{self._what} {why}", means="Nothing of it was taken.")
