"""How rows of fixed width lie in one block of a base: offsets from the block's first key, then bodies.

    1 byte    width of an offset: 4 to 8 bytes, the least that holds every offset
    2 bytes   rows
    offsets   `width` bytes each, big endian, ascending; the first is 0
    bodies    8 bytes each, big endian, in the same order; zeros to the block's end

Sealed keys lie evenly over 64 bits, so at 100 million rows an offset takes 6 bytes: 14 bytes a row, all told. The first
key itself stands in the base's fence.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from data.lists.block_file import TAG_BYTES
from data.lists.packed_rows import WIDTH, Numbers, PackedRows

STORED = 4096
"""One page of a disk: a cold lookup reads one."""

ROOM = STORED - TAG_BYTES
_HEAD = 3
_WIDTHS = (4, 5, 6, 7, 8)
Blocks = NDArray[np.uint8]


def rows_in(width: int) -> int:
    """How many rows fit into a block with offsets of `width` bytes."""
    return (ROOM - _HEAD) // (width + WIDTH)


def encode(rows: PackedRows, width: int, count: int) -> Blocks:
    """Ascending rows, `count` to a block, as a (blocks, ROOM) array of bytes."""
    keys = rows.keys.reshape(-1, count)
    blocks = np.zeros((len(keys), ROOM), np.uint8)
    blocks[:, 0] = width
    blocks[:, 1], blocks[:, 2] = divmod(count, 256)
    end = _HEAD + count * width
    offsets = (keys - keys[:, :1]).astype(">u8").view(np.uint8).reshape(len(keys), count, WIDTH)
    blocks[:, _HEAD:end] = offsets[:, :, WIDTH - width :].reshape(len(keys), -1)
    blocks[:, end : end + count * WIDTH] = rows.bodies.astype(">u8").view(np.uint8).reshape(len(keys), -1)
    return blocks


def least_width(keys: Numbers) -> int:
    """The least width that holds the offsets of every full block of ascending `keys`."""
    for width in _WIDTHS[:-1]:
        count = rows_in(width)
        spans = keys[count - 1 :: count] - keys[: len(keys) - count + 1 : count]
        if not (spans >> np.uint64(8 * width)).any():
            return width
    return _WIDTHS[-1]


def body_of(block: bytes, offset: int) -> int | None:
    """The body of the row `offset` behind the block's first key, or None when there is none."""
    width, count = block[0], int.from_bytes(block[1:_HEAD], "big")
    if offset >> (8 * width):
        return None
    wanted, end = offset.to_bytes(width, "big"), _HEAD + count * width
    found = block.find(wanted, _HEAD, end)
    while found >= 0 and (found - _HEAD) % width:  # straddles two offsets
        found = block.find(wanted, found + 1, end)
    if found < 0:
        return None
    at = end + (found - _HEAD) // width * WIDTH
    return int.from_bytes(block[at : at + WIDTH], "big")


def decode(blocks: Sequence[bytes], firsts: Numbers) -> PackedRows:
    """All rows of neighbouring blocks, given the first key of each."""
    keys, bodies, place = [], [], 0
    for head, like in groupby(blocks, key=lambda block: block[:_HEAD]):
        run = list(like)
        width, count = head[0], int.from_bytes(head[1:], "big")
        end = _HEAD + count * width
        content = np.frombuffer(b"".join(run), np.uint8).reshape(len(run), ROOM)
        offsets = np.zeros((len(run), count, WIDTH), np.uint8)
        offsets[:, :, WIDTH - width :] = content[:, _HEAD:end].reshape(len(run), count, width)
        keys.append((offsets.view(">u8")[:, :, 0] + firsts[place : place + len(run), None]).ravel())
        bodies.append(np.ascontiguousarray(content[:, end : end + count * WIDTH]).view(">u8").ravel())
        place += len(run)
    return PackedRows(np.concatenate(keys).astype(np.uint64), np.concatenate(bodies).astype(np.uint64))
