"""The published tree: the store says what its small files are, `project` makes the disk say the same.

- A reader never sees half a file: each is written elsewhere, synced and renamed.
- `timestamp.json` comes last, so that whatever it leads to is already there; kits' people come first, before the
  envelopes that name them.
- A kill at any moment leaves the old tree with some new files that nothing names yet; the next `project`
  goes on from there.
- A file that nothing refers to any longer stays for a while, for kits in the middle of a run; the people of a kit go at
  once: it may have been lost.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from data import durable_files
from data.clock import read_system_time
from sync.formats.people_envelope import PEOPLE_NAME
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store import tables
from sync.limits import LIMITS
from sync.link import TIMESTAMP

_tree = tables.tree
_unreferenced = tables.unreferenced


def put(connection: Connection, path: str, content: bytes) -> None:
    """The tree has `content` at `path` from now on."""
    drop(connection, path)
    connection.execute(insert(_tree).values(path=path, content=content))


def drop(connection: Connection, path: str) -> None:
    """Remove `path` from the tree: nothing refers to its file any longer."""
    connection.execute(delete(_tree).where(_tree.c.path == path))


def get(connection: Connection, path: str) -> bytes | None:
    """What the tree has at `path`."""
    content = connection.scalar(select(_tree.c.content).where(_tree.c.path == path))
    return None if content is None else bytes(content)


def project(home: HeadquartersHome) -> None:
    """Make the tree on the disk what the store says."""
    with home.store.transaction() as connection:
        content = {row.path: bytes(row.content) for row in connection.execute(select(_tree))}
    for path in sorted(content, key=_order):
        _write(home, path, content[path])
    _prune(home, {home.public / path for path in content})


def _order(path: str) -> tuple[bool, bool, str]:
    """The people of a kit come before the envelope that names them."""
    return path == TIMESTAMP, not path.endswith(f"/{PEOPLE_NAME}"), path


def place(home: HeadquartersHome, finished: Path, path: str) -> None:
    """Move a finished file into the tree; it survives a power cut from here on."""
    target = home.public / path
    durable_files.make_folder(target.parent, mode=durable_files.PUBLIC_FOLDER_MODE)
    durable_files.set_mode(finished, durable_files.PUBLIC_MODE)
    durable_files.sync_file(finished)
    durable_files.put_in_place(finished, target)


def _write(home: HeadquartersHome, path: str, content: bytes) -> None:
    target = home.public / path
    if target.is_file() and target.read_bytes() == content:
        return
    temporary = home.making / "small"
    temporary.write_bytes(content)
    place(home, temporary, path)


def _prune(home: HeadquartersHome, small: set[Path]) -> None:
    now = read_system_time()
    with home.store.transaction() as connection:
        payloads = {home.public / "lists" / row.list / row.name for row in connection.execute(select(tables.payloads))}
        lost = {path for path in home.public.rglob("*") if path.is_file()} - small - payloads
        since = {row.path: row.since for row in connection.execute(select(_unreferenced))}
        noted = {str(path.relative_to(home.public)): path for path in lost}
        old = [
            name
            for name, path in noted.items()
            if path.name == PEOPLE_NAME or (name in since and _is_over(since[name], now, LIMITS.unreferenced_kept))
        ]
        for name in old:
            noted.pop(name).unlink(missing_ok=True)
        connection.execute(delete(_unreferenced))
        _note(connection, ((name, since.get(name, now.isoformat())) for name in noted))


def _note(connection: Connection, names: Iterable[tuple[str, str]]) -> None:
    values = [{"path": name, "since": since} for name, since in names]
    if values:
        connection.execute(insert(_unreferenced), values)


def _is_over(since: str, now: datetime, life: timedelta) -> bool:
    return datetime.fromisoformat(since) + life < now
