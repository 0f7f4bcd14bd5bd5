"""What an error of the database driver means for the person who uses the home, by its code.

The text of such an error may quote any name, so no word of it decides anything.
"""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from data.errors import Busy, Damaged, StoreError
from data.kit import home_files
from data.text import _

PRIMARY_CODE = 0xFF
"""The bits of an SQLite code that say what kind of error it is; the others say where it happened."""

VAULT_ADVICE = _(
    "Put back a copy of vault.db, then run `waypost courier run`. Without a copy, headquarters enrols this kit again "
    "(`waypost hq enrol --again`), and `waypost kit init` makes it in an empty folder. Keep this one: it may hold "
    "reports that were not sent"
)
JOURNAL_ADVICE = _(
    "Move journal.db, journal.db-wal and journal.db-shm to another folder and keep them. Put a copy of journal.db in "
    "their place, or the whole kit back with `waypost kit restore`; without a copy the kit begins a new journal"
)
_ADVICE = {home_files.VAULT.path: VAULT_ADVICE, home_files.JOURNAL.path: JOURNAL_ADVICE}
_OTHER_ADVICE = _(
    "Tell a technician: `waypost kit logs` or `waypost hq logs` shows when it began, and the technician's card says "
    "what helps"
)


def to_store_error(error: Exception, path: Path) -> StoreError:
    """What a driver's error means for the person who uses the home, by its code: its text may quote any name."""
    name = "/".join(path.parts[-2:]) if path.parent.parent.name == home_files.LISTS.path else path.name
    make_error = _ERRORS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE)
    return make_error(name) if make_error else _make_other_error(name, str(error))


def is_of_content(error: BaseException | None) -> bool:
    """Whether a driver's error says that the file does not hold what it should, such as a table of another schema."""
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH)


def make_busy_error(name: str) -> StoreError:
    """Another process holds the file."""
    return Busy(_("{name} is in use by another process", name=name), means=_("Nothing was changed."), do=_("Try again"))


def _make_full_error(_name: str) -> StoreError:
    return StoreError(_("The disk is full"), means=_("Nothing was changed."), do=_("Free some space and try again"))


def make_damaged_error(name: str) -> StoreError:
    """The file is no database of this home, or not as it was written."""
    return Damaged(
        _("{name} is damaged or belongs to another home", name=name),
        means=_("Its content cannot be used."),
        do=_ADVICE.get(name, _OTHER_ADVICE),
    )


def _make_disk_error(name: str) -> StoreError:
    return StoreError(
        _("{name} cannot be read or written: the disk reports an error", name=name),
        do=_("Check whether the disk is full, read-only or failing; otherwise ask a technician"),  # ENOSPC may end here
    )


def _make_read_only_error(name: str) -> StoreError:
    return StoreError(
        _("{name} cannot be written", name=name),
        means=_("Nothing was changed."),
        do=_("Check whether the disk is read-only and whether you may write this file; otherwise ask a technician"),
    )


def _make_opening_error(name: str) -> StoreError:
    return StoreError(
        _("{name} cannot be opened", name=name),
        do=_(
            "Check whether you may read and write its folder, and whether the disk is full or read-only; otherwise ask "
            "a technician"
        ),
    )


def _make_other_error(name: str, text: str) -> StoreError:
    return StoreError(
        _("{name} cannot be used ({text})", name=name, text=text),
        do=_("Check whether the disk is full or read-only; otherwise ask a technician"),
    )


_ERRORS: Mapping[int, Callable[[str], StoreError]] = {
    sqlite3.SQLITE_BUSY: make_busy_error,
    sqlite3.SQLITE_LOCKED: make_busy_error,
    sqlite3.SQLITE_PROTOCOL: make_busy_error,  # others kept opening and closing the file at the same time
    sqlite3.SQLITE_FULL: _make_full_error,
    sqlite3.SQLITE_CORRUPT: make_damaged_error,
    sqlite3.SQLITE_NOTADB: make_damaged_error,
    sqlite3.SQLITE_IOERR: _make_disk_error,
    sqlite3.SQLITE_READONLY: _make_read_only_error,
    sqlite3.SQLITE_PERM: _make_read_only_error,
    sqlite3.SQLITE_CANTOPEN: _make_opening_error,
}


def make_newer_error(file: str) -> StoreError:
    """What to raise where the tables of `file` are those of a later version."""
    return StoreError(
        _("{file} was made by a newer version of Waypost", file=file),
        means=_("Nothing in it was read or changed."),
        do=_("Install the newer version again"),
    )
