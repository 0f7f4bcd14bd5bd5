"""The base files of one list: built under another name, opened once, swept when no version names them.

A reader that finds the base in force damaged leaves a note beside the list; the courier fetches the list again, which
clears it.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data import durable_files
from data.errors import Damaged, StoreError, TrustError
from data.lists.edition import Edition
from data.lists.kinds import Kind, must_be_usable
from data.lists.rows import PackedRows, Row, pack_rows
from data.lists.running_digest import RunningDigest
from data.lists.storage import base_formats, external_sort
from data.lists.storage.base_formats import Columns, PackedBase, PackedBaseWriter, RowBase
from data.lists.storage.immutable_files import derive_file_key, name_companion
from data.lists.storage.key_filter import FILTER_PURPOSE, FilterBinding, FilterGuard, KeyFilter, OverlayKeys
from data.lists.view import PackedView, View
from data.log.error_log import log_error, suppress_logged
from data.store import Connection
from data.store_key import StoreKey
from data.text import _

DAMAGE_FILE = "repair"

INDEX_PURPOSE = "index"
"""Of the file beside a base that holds an index of its rows."""
_COMPANIONS = (FILTER_PURPOSE, INDEX_PURPOSE)


class DamageNote:
    """The note of one list, which names the base that it is about."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / DAMAGE_FILE

    def names(self, base: Callable[[], str | None]) -> bool:
        """Whether it is there and about the base in force, which `base` names."""
        try:
            return durable_files.read_regular(self._file) == (base() or "").encode()
        except FileNotFoundError:
            return False
        except OSError as error:
            log_error(error)
            return True  # something else lies there: the list is fetched again, which clears it

    @contextmanager
    def record_damage(self, base: Callable[[], str | None]) -> Iterator[None]:
        """Leave the note where the block meets damage; `base` names the base in force."""
        try:
            yield
        except Damaged:
            with suppress_logged(StoreError, OSError):  # what is wrong is already on its way to the caller
                if not self._file.is_dir():
                    durable_files.write_durably(self._file, (base() or "").encode())
            raise

    def clear(self) -> None:
        """The base it was about is gone."""
        durable_files.remove(self._file)


class BaseFiles:
    """Bases of one list, and the filter over the one in force."""

    def __init__(self, folder: Path, key: StoreKey, kind: Kind) -> None:
        self._folder = folder
        self._kind = kind
        self._columns = Columns.of(kind)
        self._key = key
        self._guard = FilterGuard(folder, key)
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
                    _("A file of the list {name} is missing", name=self._folder.name),
                    means=_("The list cannot be searched."),
                    do=_("Run `waypost courier run` to fetch it again"),
                )
            key = derive_file_key(self._key, path)
            base = PackedBase(path, key) if self._columns.is_packed else RowBase(path, key, self._columns)
            self._open = (name, base)
        return self._open[1]

    def view(self, edition: Edition | None, overlay: Connection, name: str | None) -> View:
        """A view of one version over the base called `name`; UnusableList where this software does not read it."""
        if edition is not None:
            must_be_usable(self._kind, edition.list, edition.schema, edition.count)
        base = self.open(name)
        if isinstance(base, RowBase) or not self._columns.is_packed:
            return View(edition, self._columns, overlay, base if isinstance(base, RowBase) else None)
        return PackedView(edition, self._columns, overlay, base, self._guard.current(name, edition))

    def prepare(self, edition: Edition | None, name: str | None, added: OverlayKeys) -> None:
        """Make the filter fit one version, where the list has one."""
        base = self.open(name)
        if name is not None and edition is not None and isinstance(base, PackedBase):
            self._guard.prepare(name, base, edition, added)

    def if_readable(self, name: str | None) -> str | None:
        """`name`; None where nothing of that base can be read."""
        try:
            self.open(name)
        except StoreError as error:
            log_error(error, list_name=self._folder.name)
            return None
        return name

    def require_equal(self, tally: RunningDigest, edition: Edition) -> None:
        """TrustError unless the rows are what `edition` says; then the filter, which may be why, is used no more."""
        try:
            tally.require_equal(edition)
        except TrustError:
            self._guard.discard_filter()
            raise

    def build(self, edition: Edition, rows: Iterable[Row]) -> str:
        """Write `rows` (in any order) as a new base and return its name.

        Raises:
            TrustError: the rows do not add up to what `edition` says.
        """
        if self._columns.is_packed:
            return self.build_packed(edition, external_sort.sort_rows(pack_rows(rows), self._folder))
        path, new = self._name_base(edition)
        with _removed_if_unfinished(new):
            base_formats.write_row_base(new, derive_file_key(self._key, path), self._columns, edition, rows)
            durable_files.put_in_place(new, path)
        return path.name

    def build_packed(self, edition: Edition, parts: Iterable[PackedRows]) -> str:
        """Write ascending rows as a new base and return its name. Errors: see `build`."""
        path, new = self._name_base(edition)
        with _removed_if_unfinished(new):
            key_filter = _write_packed(new, derive_file_key(self._key, path), edition, parts)
            durable_files.put_in_place(new, path)
        # A full disk: the base is there, and `prepare` makes a filter when it can.
        with suppress_logged(OSError, StoreError):
            self._guard.save(FilterBinding(path.name, edition.digest, edition.count), key_filter)
        return path.name

    def sweep(self, in_force: str | None) -> None:
        """Remove files that no version names: what a kill left, and bases that were replaced."""
        if self._open is not None and self._open[0] != in_force:
            self.close()
        serving = {in_force, *(name_companion(purpose, in_force) for purpose in _COMPANIONS if in_force)}
        for purpose in ("base", *_COMPANIONS):
            for path in self._folder.glob(f"{purpose}-*"):
                if path.name not in serving:
                    durable_files.remove(path)
        durable_files.sync_folder(self._folder)

    def close(self) -> None:
        """Let go of the open base."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _name_base(self, edition: Edition) -> tuple[Path, Path]:
        """Where a new base will be, and where it is written."""
        path = self._folder / f"base-{edition.version}-{secrets.token_hex(8)}.db"
        return path, path.with_name(f"{path.name}.new")


@contextmanager
def _removed_if_unfinished(path: Path) -> Iterator[None]:
    """A version that is refused leaves nothing on the disk: of a full list that would be gigabytes."""
    try:
        yield
    except Exception:
        path.unlink(missing_ok=True)
        raise


def _write_packed(path: Path, key: bytes, edition: Edition, parts: Iterable[PackedRows]) -> KeyFilter:
    """Write a whole base; the filter over it comes with it."""
    tally, key_filter = RunningDigest(0, 0), KeyFilter.for_keys(edition.count)
    base = PackedBaseWriter(path, key)
    try:
        for part in parts:
            base.add(part)
            tally.add_packed(part)
            key_filter.add(part.keys)
        tally.require_equal(edition)
        base.close({"count": str(edition.count), "digest": f"{edition.digest:064x}"})
    finally:
        base.abandon()
    return key_filter
