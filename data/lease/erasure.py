"""Erases the lists of a kit and the keys that open them, so that nothing of them can be read from this disk again.

The secret goes first: with it goes every copy of a file that lies under it, also one that a disk keeps elsewhere. Then
the keys by which files are fetched, then the files. Identity, settings, journal, outbox, audit and the error log
stay: the kit goes on recording and reporting, and can be given its lists again.
"""

import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data import durable_files
from data.json_codec import decode_or_none, encode_canonical
from data.kit.headquarters_word import LIST_KEYS
from data.kit.home import LISTS_FOLDER, KitHome
from data.lists.catalogue import destroy_list_secret
from data.text import _
from data.witness.witness_record import WitnessRecord

COURIER_LOCK = "courier.lock"
"""Held by a process while it changes lists."""
_FOLDERS = (LISTS_FOLDER, "staging", "shared", "answers")
"""Lists, downloads on their way, files kept for neighbours, and what servers answered: an envelope holds keys."""


def hold_courier_lock(home: KitHome) -> AbstractContextManager[None]:
    """Keeps couriers away; Busy when one is at work."""
    return durable_files.hold_lock(home.path / COURIER_LOCK, _("syncing this kit"))


def erase_lists(home: KitHome) -> None:
    """Erase; what a kill left of an earlier try goes as well."""
    with durable_files.translate_os_errors():
        home.close_lists()
        home.witness.change(_discard_lists)
        destroy_list_secret(home.path / LISTS_FOLDER)
        _erase_keys(home)
        for name in _FOLDERS:
            _empty_folder(home.path / name)


def _discard_lists(record: WitnessRecord) -> WitnessRecord:
    for name in record.lists:
        record = record.without_list(name)
    return record


@dataclass(frozen=True, slots=True)
class _ListKeysNote:
    serial: int
    signer: str
    lists: tuple[dict[str, Any], ...]


def _erase_keys(home: KitHome) -> None:
    """Serial and signer stay: an older envelope must not come in the place of the newest.

    Nothing is left of a note that cannot be read: it stays unreadable, and a technician looks.
    """
    content = home.vault.get(LIST_KEYS)
    if not content:
        return
    keys = decode_or_none(_ListKeysNote, content)
    if keys is None or keys.lists:
        home.vault.destroy({LIST_KEYS: b"" if keys is None else encode_canonical(replace(keys, lists=()))})


def _empty_folder(folder: Path) -> None:
    """The folder itself stays: others have it open."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    durable_files.sync_folder(folder)
