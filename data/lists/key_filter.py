"""A filter in RAM that says of a key "surely not here" or "perhaps": a blocked Bloom filter of 64-byte blocks.

A key's high bits choose the block, so ascending keys fill it in order and a probe costs one line of memory. In each
of the block's eight words the key sets one bit, chosen by six bits of the key times an odd constant. At 12 bits a key
about 5 of 1,000 keys that are not here pass as "perhaps". Keys are sealed keys: evenly spread numbers.

A filter that misses a key would hide a row, so only `data.lists.filter_guard` says when one may be trusted.
"""

import numpy as np
from numpy.typing import NDArray

from data.lists.packed_rows import Numbers

BITS_A_KEY = 12
WORDS = 8
BLOCK_BYTES = WORDS * 8
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFTS = np.arange(58, 58 - 6 * WORDS, -6, dtype=np.uint64)
_SIX_BITS = np.uint64(63)
_ONE = np.uint64(1)
_HALF = np.uint64(32)


class KeyFilter:
    """A filter over (blocks, 8) words."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    @classmethod
    def for_keys(cls, count: int) -> "KeyFilter":
        """An empty filter with room for `count` keys."""
        return cls(np.zeros((max(count, 1) * BITS_A_KEY // (8 * BLOCK_BYTES) + 1, WORDS), np.uint64))

    def add(self, keys: Numbers) -> None:
        """Take ascending `keys` in."""
        if not len(keys):
            return
        blocks = self._blocks_of(keys)
        starts = np.flatnonzero(np.concatenate([[True], blocks[1:] != blocks[:-1]]))
        mixed = keys * _MIX
        for word, shift in enumerate(_SHIFTS):
            bits = np.left_shift(_ONE, (mixed >> shift) & _SIX_BITS)
            self.words[blocks[starts], word] |= np.bitwise_or.reduceat(bits, starts)

    def may_hold(self, keys: Numbers) -> NDArray[np.bool_]:
        """For each key: False when it is surely not here."""
        held = np.zeros(len(keys), np.bool_)
        held[self.places(keys)] = True
        return held

    def places(self, keys: Numbers) -> NDArray[np.intp]:
        """Where in `keys` those stand that may be here."""
        # Two words rule out three keys of four; only the rest is worth all eight.
        blocks, mixed, words = self._blocks_of(keys), keys * _MIX, self.words.reshape(-1)
        bits = words.take(blocks * WORDS) >> (mixed >> _SHIFTS[0])
        bits &= words.take(blocks * WORDS + 1) >> (mixed >> _SHIFTS[1] & _SIX_BITS)
        left = np.flatnonzero(bits & _ONE)
        steps = mixed[left][:, None] >> _SHIFTS
        steps &= _SIX_BITS
        rows = self.words.take(blocks[left], axis=0)
        rows >>= steps
        held: NDArray[np.intp] = left[np.flatnonzero(np.bitwise_and.reduce(rows, axis=1) & _ONE)]
        return held

    def _blocks_of(self, keys: Numbers) -> NDArray[np.intp]:
        return (((keys >> _HALF) * np.uint64(len(self.words))) >> _HALF).astype(np.intp)
