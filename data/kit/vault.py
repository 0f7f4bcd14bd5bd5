"""The vault of a home: small values under names, such as identities, list keys, serials, policy, in one database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock

from data import durable_files
from data.errors import Damaged
from data.json_codec import decode, encode_canonical
from data.kit import home_files
from data.kit.database import Database
from data.kit.disk_space import DiskReserve
from data.store import Connection, Schema, hold_file, transaction
from data.store_errors import VAULT_ADVICE, make_damaged_error
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import WitnessNote, WitnessRecord


def secrets(connection: Connection) -> None:
    """Name to value; a name says what the value is for."""
    connection.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")


_VAULT_SCHEMA = Schema("vault", (secrets,))


_NOTE = "witness-note"
"""Vault: what it notes of its own changes and of the witness file."""


class Vault:
    """Named values in one encrypted file; a call changes all it is given or nothing.

    Its changes are recorded in the `witness` file, where the home has one.
    """

    def __init__(self, path: Path, key: StoreKey, witness: WitnessFile | None = None, *, new: bool = False) -> None:
        """Open it, or make a `new` one; Damaged where there is none: an empty one would pass for a kit's own."""
        self._exclusive = partial(hold_file, RLock(), path)  # checks and the screen ask from threads of their own
        self._path = path
        self._is_to_be_made = new
        self._witness = witness
        self._reserve = DiskReserve(path.parent)
        self._file = Database(path, key.derive("vault"), _VAULT_SCHEMA)
        _ = self._connection  # nothing of a kit works without it

    @property
    def _connection(self) -> Connection:
        if not self._is_to_be_made:
            _must_hold_something(self._path)
        connection, self._is_to_be_made = self._file.connection, False
        return connection

    def get(self, name: str) -> bytes | None:
        """The value kept under `name`."""
        with self._exclusive():
            return self._read(name)

    def note(self) -> WitnessNote:
        """What the vault notes of its changes; an empty note before the first."""
        content = self.get(_NOTE)
        if not content:
            return WitnessNote()
        return decode(WitnessNote, content, lambda _why: make_damaged_error(home_files.VAULT.path))

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep all `values`, replacing what was there."""
        with self._changing():
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> None:
        """Replace the value under `name` by `changed(value)`, atomically across processes."""
        with self._changing():
            row = (name, changed(self._read(name)))
            self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", row)

    def change_together(
        self, names: Iterable[str], changed: Callable[[Mapping[str, bytes | None]], Mapping[str, bytes]]
    ) -> None:
        """Keep what `changed` makes of the values under these names, atomically across processes."""
        with self._changing():
            values = changed({name: self._read(name) for name in names})
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def destroy(self, values: Mapping[str, bytes]) -> None:
        """Like `put`, and erase the old values from the disk as far as the file system allows."""
        self.put(values)
        with self._exclusive():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._reserve.make_room()
        with self._exclusive():
            with transaction(self._connection):
                yield
                record = self._witness.read() if self._witness else WitnessRecord()
                note = self.note().next(record, record.vault)
                self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (_NOTE, encode_canonical(note)))
            if self._witness is not None:
                self._witness.change(lambda record: record.with_vault(note.change))

    def _read(self, name: str) -> bytes | None:
        row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def close(self) -> None:
        """Close the file, when no other thread is in it."""
        with self._exclusive():
            self._file.close()


def _must_hold_something(path: Path) -> None:
    """SQLite would make a database of a file that is not there, or is empty."""
    with durable_files.translate_os_errors():
        try:
            is_lost = path.stat().st_size == 0
        except FileNotFoundError:
            is_lost = True
    if is_lost:
        raise Damaged(
            _("{name} is missing or empty", name=path.name),
            means=_("The kit's enrolment and the keys of its lists are in it. Nobody can be screened without it."),
            do=VAULT_ADVICE,
        )
