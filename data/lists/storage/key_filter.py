"""A filter in RAM that says of a key "surely not here" or "perhaps", its file, and when it may be trusted.

It is a blocked Bloom filter of 64-byte blocks. A key's high bits choose the block, so ascending keys fill it in order
and a probe costs one line of memory. In each of the block's eight words the key sets one bit, chosen by six bits of the
key times an odd constant. At 12 bits a key about 5 of 1,000 keys that are not here pass as "perhaps". Keys are sealed
keys: evenly spread numbers. On disk a filter is bound to the one base it was made of.

A filter that misses a key would hide rows in silence, so `FilterGuard` says when one may be trusted:

- It was made of the base in force (name, digest and count), opened whole, and holds a sample of that base's keys.
- It took in the overlay of exactly the version that the reader sees.
- In any doubt no filter is used: answers stay the same but take longer. `prepare` then makes a new one from the base.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import StoreError
from data.lists.edition import Edition
from data.lists.rows import Numbers
from data.lists.storage.base_formats import PackedBase
from data.lists.storage.immutable_files import ArrayFile, derive_file_key, name_companion
from data.log.error_log import log_error, suppress_logged
from data.store_key import StoreKey

BITS_PER_KEY = 12
WORDS_PER_BLOCK = 8
FILTER_BLOCK_BYTES = WORDS_PER_BLOCK * 8
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFTS = np.arange(58, 58 - 6 * WORDS_PER_BLOCK, -6, dtype=np.uint64)
_SIX_BITS = np.uint64(63)
_ONE = np.uint64(1)
_HALF_BITS = np.uint64(32)

FILTER_PURPOSE = "filter"
"""Of the filter's file beside a base."""
_FILTER_FORM = "key filter 1"
_CANARY_BLOCKS = 32

OverlayKeys = Callable[[], Numbers]
"""Reads the keys that the overlay adds, ascending."""


class KeyFilter:
    """A filter over (blocks, 8) words."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    @classmethod
    def for_keys(cls, count: int) -> "KeyFilter":
        """An empty filter with room for `count` keys."""
        return cls(np.zeros((max(count, 1) * BITS_PER_KEY // (8 * FILTER_BLOCK_BYTES) + 1, WORDS_PER_BLOCK), np.uint64))

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
        may_be_here = np.zeros(len(keys), np.bool_)
        may_be_here[self.places(keys)] = True
        return may_be_here

    def places(self, keys: Numbers) -> NDArray[np.intp]:
        """Where in `keys` those stand that may be here."""
        # Two words rule out three keys of four; only the rest is worth all eight.
        blocks, mixed, words = self._blocks_of(keys), keys * _MIX, self.words.reshape(-1)
        bits = words.take(blocks * WORDS_PER_BLOCK) >> (mixed >> _SHIFTS[0])
        bits &= words.take(blocks * WORDS_PER_BLOCK + 1) >> (mixed >> _SHIFTS[1] & _SIX_BITS)
        left = np.flatnonzero(bits & _ONE)
        steps = mixed[left][:, None] >> _SHIFTS
        steps &= _SIX_BITS
        rows = self.words.take(blocks[left], axis=0)
        rows >>= steps
        places: NDArray[np.intp] = left[np.flatnonzero(np.bitwise_and.reduce(rows, axis=1) & _ONE)]
        return places

    def _blocks_of(self, keys: Numbers) -> NDArray[np.intp]:
        return (((keys >> _HALF_BITS) * np.uint64(len(self.words))) >> _HALF_BITS).astype(np.intp)


class FilterBinding(NamedTuple):
    """The base that a filter belongs to."""

    base: str
    """Name of its file."""
    digest: int
    rows: int

    @property
    def texts(self) -> tuple[str, ...]:
        """As they stand in the filter's file."""
        return self.base, f"{self.digest:064x}", str(self.rows)


def load_filter(file: ArrayFile, binding: FilterBinding) -> KeyFilter | None:
    """The filter, or None if this base has none. Damaged if it is not as it was written."""
    contents = file.read()
    if contents is None or contents.texts != binding.texts:
        return None
    return KeyFilter(contents.arrays["words"].reshape(-1, WORDS_PER_BLOCK))


class FilterGuard:
    """The filter of one list, if there is one to trust."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._folder = folder
        self._key = key
        self._filter: KeyFilter | None = None
        self._binding: FilterBinding | None = None
        self._version = (0, 0)

    def current(self, base: str | None, edition: Edition | None) -> KeyFilter | None:
        """The filter over base and overlay of just this version, or None."""
        if self._binding is None or edition is None:
            return None
        same = self._binding.base == base and self._version == _identify_version(edition)
        return self._filter if same else None

    def prepare(self, base: str, rows: PackedBase, edition: Edition, overlay: OverlayKeys) -> None:
        """Load the filter of a base, or build it again, and add the overlay of `edition`."""
        if self.current(base, edition) is not None:
            return
        binding = FilterBinding(base, int(rows.facts["digest"], 16), int(rows.facts["count"]))
        key_filter = self._get_base_filter(binding, rows)
        self.discard_filter()  # until the filter is whole: what follows may fail halfway
        added = overlay()
        key_filter.add(added)
        if key_filter.may_hold(added).all():
            self._filter, self._binding, self._version = key_filter, binding, _identify_version(edition)

    def save(self, binding: FilterBinding, key_filter: KeyFilter) -> None:
        """Keep the filter that was made along with a base."""
        self._file(binding).write({"words": key_filter.words.reshape(-1)}, binding.texts)

    def discard_filter(self) -> None:
        """Go on without a filter until the next `prepare`."""
        self._filter = self._binding = None

    def _get_base_filter(self, binding: FilterBinding, rows: PackedBase) -> KeyFilter:
        if self._binding == binding and self._filter is not None:
            return self._filter
        self.discard_filter()  # never two of this size in memory
        return self._load(binding, rows) or self._make(binding, rows)

    def _load(self, binding: FilterBinding, rows: PackedBase) -> KeyFilter | None:
        try:
            key_filter = load_filter(self._file(binding), binding)
        except (StoreError, OSError) as error:
            log_error(error)
            return None
        canaries = rows.sample(secrets.randbits(40) for _ in range(_CANARY_BLOCKS))
        return key_filter if key_filter is not None and key_filter.may_hold(canaries).all() else None

    def _make(self, binding: FilterBinding, rows: PackedBase) -> KeyFilter:
        key_filter = KeyFilter.for_keys(binding.rows)
        for part in rows.scan():
            key_filter.add(part.keys)
        # A full disk: this process has its filter, the next makes one again.
        with suppress_logged(OSError, StoreError):
            self.save(binding, key_filter)
        return key_filter

    def _file(self, binding: FilterBinding) -> ArrayFile:
        path = self._folder / name_companion(FILTER_PURPOSE, binding.base)
        return ArrayFile(path, derive_file_key(self._key, path), _FILTER_FORM)


def narrow_keys(key_filter: KeyFilter | None, keys: Numbers) -> Numbers:
    """Those `keys` that have to be looked up."""
    return keys if key_filter is None else keys[key_filter.places(keys)]


def _identify_version(edition: Edition) -> tuple[int, int]:
    return edition.version, edition.digest
