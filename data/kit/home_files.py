"""Where everything in a kit's home lies, and what an erasure of its lists leaves of it: the one table.

- Whoever writes a file in a home takes its name from here.
- `data.lease.erasure` removes what goes, and docs/architecture.md ("On the disk") shows the table.
- A test uses a kit, erases it, and compares every file with the table.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath


class AtErasure(StrEnum):
    """What happens to a file when the lists of the kit are erased."""

    STAYS = "stays"
    GOES = "goes"


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of a home, or a folder with all that is in it."""

    path: str
    """Below the home."""
    at_erasure: AtErasure = AtErasure.STAYS

    def within(self, home: Path) -> Path:
        """Where it is in this home."""
        return home / self.path

    def holds(self, path: PurePath) -> bool:
        """Whether `path` (below the home) is this file, lies in this folder, or belongs to who writes it.

        SQLite has files of its own beside a database, and `data.durable_files.replace_file` one until it has its name.
        """
        own = PurePath(self.path)
        if path == own or own in path.parents:
            return True
        is_writers = path.name.startswith(f".{own.name}.") and path.suffix == ".new"
        return path.parent == own.parent and (is_writers or path.name in (f"{own.name}-wal", f"{own.name}-shm"))


SETTINGS = HomeFile("kit.toml")
STORE_KEY = HomeFile("keys.json")
VAULT = HomeFile("vault.db")
JOURNAL = HomeFile("journal.db")
WITNESS = HomeFile("witness")
RESERVE = HomeFile("reserve")
"""Holds nothing: room on the disk that the journal gets when there is no other."""
UNRECORDED = HomeFile("unrecorded")
"""How many verdicts were shown without a journal."""
LISTS = HomeFile("lists", AtErasure.GOES)
TRUST = HomeFile("trust")
ANSWERS = HomeFile("trust/answers", AtErasure.GOES)
"""What servers answered last for small files. An envelope is one of these, and it holds the keys of the lists."""
STAGING = HomeFile("staging", AtErasure.GOES)
SHARED = HomeFile("shared", AtErasure.GOES)
LOG = HomeFile("log")
COURIER_STATE = HomeFile("courier.json")
USAGE = HomeFile("usage.json")
COURIER_LOCK = HomeFile("courier.lock")
WATCH_LOCK = HomeFile("watch.lock")
KEYS_LOCK = HomeFile("keys.lock")
DESKS = HomeFile("desks")
"""A file for each desk that lives, which holds its lock."""
INBOX = HomeFile("inbox")
PAGES = HomeFile("pages")
RECORDINGS = HomeFile("recordings")
SIMULATED = HomeFile("simulated")
SHIFT = HomeFile("shift.toml")

HOME_FILES = tuple(entry for entry in list(globals().values()) if isinstance(entry, HomeFile))
"""Every entry above."""


def find_home_file(path: PurePath) -> HomeFile | None:
    """The entry of the table for `path` (below the home), the innermost where folders lie in each other."""
    entries = [entry for entry in HOME_FILES if entry.holds(path)]
    return max(entries, key=lambda entry: len(entry.path), default=None)
