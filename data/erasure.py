"""Erases the lists of a kit and the keys that open them, so that nothing of them can be read from this disk again.

The secret goes first: with it goes every copy of a file that lies under it, also one that a disk keeps elsewhere. Then
the keys by which files are fetched, then the files. Identity, settings, journal, outbox and audit stay: the kit goes on
recording and reporting, and can be given its lists anew.
"""

import json
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

from data import files, list_secret
from data.enrolment import LIST_KEYS
from data.home import LISTS, KitHome
from data.plain import canonical

LOCK = "courier.lock"
"""Held by whoever changes lists."""
_FOLDERS = (LISTS, "staging", "shared", "answers")
"""Lists, downloads on their way, files kept for neighbours, and what servers answered: an envelope holds keys."""


def alone(home: KitHome) -> AbstractContextManager[None]:
    """Keeps couriers away; Busy when one is at work."""
    return files.held(home.path / LOCK, "syncing this kit")


def erase(home: KitHome) -> None:
    """Erase; what a kill left of an earlier try goes as well."""
    with files.told():
        home.forget_lists()
        list_secret.destroy(home.path / LISTS)
        _forget_keys(home)
        for name in _FOLDERS:
            _empty(home.path / name)


def _forget_keys(home: KitHome) -> None:
    """Serial and signer stay: an older envelope must not come in the place of the newest."""
    known = _known(home)
    if known.get("lists"):
        home.vault.destroy({LIST_KEYS: canonical({**known, "lists": []})})


def _known(home: KitHome) -> dict[str, object]:
    kept = home.vault.get(LIST_KEYS)
    facts = json.loads(kept) if kept else {}
    return facts if isinstance(facts, dict) else {}


def _empty(folder: Path) -> None:
    """The folder itself stays: others have it open."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    files.sync_folder(folder)
