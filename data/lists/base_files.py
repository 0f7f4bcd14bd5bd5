"""The base files of one list: built under another name, opened once, swept when no version names them."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from data import files
from data.errors import Damaged
from data.keys import StoreKey
from data.lists import row_base, sorting
from data.lists.columns import Columns
from data.lists.edition import Edition
from data.lists.filter_file import Binding
from data.lists.filter_guard import FilterGuard, OverlayKeys, file_name
from data.lists.key_filter import KeyFilter
from data.lists.packed_base import PackedBase, PackedBaseWriter
from data.lists.packed_rows import PackedRows
from data.lists.packed_view import PackedView
from data.lists.row import Row, pack
from data.lists.row_base import RowBase
from data.lists.sidecar import SUFFIX as SIDECAR
from data.lists.tally import Tally
from data.lists.view import View
from data.store import Connection

PACKED = ".rows"


class BaseFiles:
    """Bases of one list, and the filter over the one in force."""

    def __init__(self, folder: Path, key: StoreKey, columns: Columns) -> None:
        self._folder = folder
        self._columns = columns
        self._key = key.derive(f"list:{folder.name}" + (":base" if columns.packed else ""))
        self._guard = FilterGuard(folder, key.derive(f"list:{folder.name}:filter"))
        self._open: tuple[str, RowBase | PackedBase] | None = None

    def open(self, name: str | None) -> RowBase | PackedBase | None:
        """The base called `name`, opened once; None for None. Damaged when it is missing or cannot be read."""
        if name is None:
            return None
        if self._open is None or self._open[0] != name:
            self.close()
            path = self._folder / name
            if not path.exists():
                raise Damaged(
                    f"A file of the list {self._folder.name} is missing",
                    means="The list cannot answer.",
                    do="Run `waypost courier run` to fetch it anew",
                )
            self._open = (name, (PackedBase if path.suffix == PACKED else RowBase)(path, self._key))
        return self._open[1]

    def view(self, edition: Edition | None, overlay: Connection, name: str | None) -> View:
        """A view of one version over the base called `name`."""
        base = self.open(name)
        if isinstance(base, RowBase) or not self._columns.packed:
            return View(edition, self._columns, overlay, base if isinstance(base, RowBase) else None)
        return PackedView(edition, self._columns, overlay, base, self._guard.current(name, edition))

    def prepare(self, edition: Edition | None, name: str | None, added: OverlayKeys) -> None:
        """Make the filter fit one version, where the list has one."""
        base = self.open(name)
        if name is not None and edition is not None and isinstance(base, PackedBase):
            self._guard.prepare(name, base, edition, added)

    def doubt(self) -> None:
        """Go on without the filter."""
        self._guard.doubt()

    def build(self, edition: Edition, rows: Iterable[Row]) -> str:
        """Write `rows` (in any order) as a new base and return its name.

        Raises:
            TrustError: the rows do not add up to what `edition` says.
        """
        if self._columns.packed:
            return self.build_packed(edition, sorting.in_order(pack(rows), self._folder))
        name = _name(edition, row_base.SUFFIX)
        beside = self._folder / f"{name}.new"
        row_base.write(beside, self._key, self._columns, edition, rows)
        files.put_in_place(beside, self._folder / name)
        return name

    def build_packed(self, edition: Edition, parts: Iterable[PackedRows]) -> str:
        """Write ascending rows as a new base and return its name. Errors: see `build`."""
        name = _name(edition, PACKED)
        beside = self._folder / f"{name}.new"
        held = _write_packed(beside, self._key, edition, parts)
        files.put_in_place(beside, self._folder / name)
        with suppress(OSError):  # a full disk: the base is there, and `prepare` makes a filter when it can
            self._guard.save(Binding(name, edition.digest, edition.count), held)
        return name

    def sweep(self, kept: str | None) -> None:
        """Remove files that no version names: what a kill left, and bases that were replaced."""
        if self._open is not None and self._open[0] != kept:
            self.close()
        serving = (kept, kept and kept + SIDECAR, kept and file_name(kept))
        for path in [*self._folder.glob("base-*"), *self._folder.glob("filter-*")]:
            if path.name not in serving:
                path.unlink(missing_ok=True)
        files.sync_folder(self._folder)

    def close(self) -> None:
        """Let go of the open base."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _name(edition: Edition, suffix: str) -> str:
    return f"base-{edition.version}-{secrets.token_hex(4)}{suffix}"


def _write_packed(path: Path, key: bytes, edition: Edition, parts: Iterable[PackedRows]) -> KeyFilter:
    """Write a whole base; the filter over it comes with it."""
    tally, held = Tally(0, 0), KeyFilter.for_keys(edition.count)
    base = PackedBaseWriter(path, key)
    try:
        for part in parts:
            base.add(part)
            tally.add_packed(part)
            held.add(part.keys)
        tally.must_equal(edition)
        base.close({"count": edition.count, "digest": f"{edition.digest:064x}"})
    finally:
        base.abandon()
    return held
