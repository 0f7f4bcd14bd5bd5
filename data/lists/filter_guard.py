"""Says when the filter in RAM may be trusted: a wrong one would hide rows in silence.

- It was made of the base in force (name, digest and count), opened whole, and holds a sample of that base's keys.
- It took in the overlay of exactly the version that the reader sees.
- In any doubt there is none, which costs time and no answer. `prepare` then makes a new one from the base.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from data.errors import Damaged
from data.lists import filter_file
from data.lists.edition import Edition
from data.lists.filter_file import Binding
from data.lists.key_filter import KeyFilter
from data.lists.packed_base import PackedBase
from data.lists.packed_rows import Numbers

_CANARY_BLOCKS = 32

OverlayKeys = Callable[[], Numbers]
"""Reads the keys that the overlay adds, ascending."""


class FilterGuard:
    """The filter of one list, if there is one to trust."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key
        self._filter: KeyFilter | None = None
        self._binding: Binding | None = None
        self._version = (0, 0)

    def current(self, base: str | None, edition: Edition | None) -> KeyFilter | None:
        """The filter over base and overlay of just this version, or None."""
        if self._binding is None or edition is None:
            return None
        same = self._binding.base == base and self._version == _version(edition)
        return self._filter if same else None

    def prepare(self, base: str, rows: PackedBase, edition: Edition, overlay: OverlayKeys) -> None:
        """Load the filter of a base, or make it anew, and take in the overlay of `edition`."""
        if self.current(base, edition) is not None:
            return
        binding = Binding(base, int(rows.sheet["digest"], 16), int(rows.sheet["count"]))
        held = self._of_base(binding, rows)
        self.doubt()  # until the filter is whole: what follows may fail halfway
        added = overlay()
        held.add(added)
        if held.may_hold(added).all():
            self._filter, self._binding, self._version = held, binding, _version(edition)

    def save(self, binding: Binding, held: KeyFilter) -> None:
        """Keep the filter that was made along with a base."""
        filter_file.save(self._path(binding), self._key, held, binding)

    def doubt(self) -> None:
        """Go on without a filter until the next `prepare`."""
        self._filter = self._binding = None

    def _of_base(self, binding: Binding, rows: PackedBase) -> KeyFilter:
        if self._binding == binding and self._filter is not None:
            return self._filter
        self.doubt()  # never two of this size in memory
        return self._loaded(binding, rows) or self._made(binding, rows)

    def _loaded(self, binding: Binding, rows: PackedBase) -> KeyFilter | None:
        try:
            held = filter_file.load(self._path(binding), self._key, binding)
        except (Damaged, OSError):
            return None
        canaries = rows.sample(secrets.randbits(40) for _ in range(_CANARY_BLOCKS))
        return held if held is not None and held.may_hold(canaries).all() else None

    def _made(self, binding: Binding, rows: PackedBase) -> KeyFilter:
        held = KeyFilter.for_keys(binding.rows)
        for part in rows.scan():
            held.add(part.keys)
        with suppress(OSError):  # a full disk: this process has its filter, the next makes one again
            self.save(binding, held)
        return held

    def _path(self, binding: Binding) -> Path:
        return self._folder / file_name(binding.base)


def file_name(base: str) -> str:
    """The filter's file beside a base's."""
    return f"filter-{Path(base).stem.removeprefix('base-')}"


def _version(edition: Edition) -> tuple[int, int]:
    return edition.version, edition.digest


def narrowed(held: KeyFilter | None, keys: Numbers) -> Numbers:
    """Those `keys` that have to be looked up."""
    return keys if held is None else keys[held.places(keys)]
