"""Erases the lists of a kit and the keys that open them, so that nothing of them can be read from this disk again.

The secret goes first: with it goes every copy of a file that lies under it, also one that a disk keeps elsewhere. Then
the keys by which files are fetched, then the files that go by the table (`data.kit.home_files`). Identity, settings,
journal, outbox, audit and the error log stay: the kit goes on recording and reporting, and can be given its lists
again.

Links are followed, for a technician may have put the lists on another disk. Where that disk is missing the erasure is
not done: each look tries again.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data import durable_files
from data.errors import StoreError
from data.json_codec import decode_or_none, encode_canonical
from data.kit import home_files
from data.kit.headquarters_word import LIST_KEYS
from data.kit.home import KitHome
from data.kit.home_files import AtErasure
from data.lists.catalogue import destroy_list_secret
from data.text import _
from data.witness.witness_record import WitnessRecord

COURIER_LOCK = home_files.COURIER_LOCK.path
"""Held by a process while it changes lists."""


def hold_courier_lock(home: KitHome) -> AbstractContextManager[None]:
    """Keeps couriers away; Busy when one is at work."""
    return durable_files.hold_lock(home.path / COURIER_LOCK, _("syncing this kit"))


def erase_lists(home: KitHome) -> None:
    """Erase; what a kill left of an earlier try goes as well."""
    with durable_files.translate_os_errors():
        home.close_lists()
        home.witness.change(_discard_lists)
        destroy_list_secret(home_files.LISTS.within(home.path))
        _erase_keys(home)
        entries = [entry for entry in home_files.HOME_FILES if entry.at_erasure is AtErasure.GOES]
        left = [link for entry in entries for link in _empty(entry.within(home.path), home.path)]
    if left:
        raise StoreError(
            _("{link} leads to a place that is not there", link=left[0]),
            means=_("What lies there could not be erased. Everything else is."),
            do=_("Connect the disk, or remove the link if there is none any more. The next look tries again"),
        )


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


def _empty(path: Path, home: Path) -> list[Path]:
    """A folder itself stays: others have it open. Returns the links that lead nowhere."""
    if path.is_dir() and not (path.is_symlink() and durable_files.leads_into(path, home)):
        return durable_files.erase_content(path, home)
    return durable_files.erase(path, home)
