"""Notices a stick that was plugged in: a folder under the places where sticks appear, with a Waypost tree in it.

The kernel says when the table of mounts changes; folders that a person copies there by hand show when we look. Only
names are looked at here: what is on the stick is verified by whoever reads it.
"""

import os
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Event

_MOUNTS = Path("/proc/self/mountinfo")
_LOOK_S = 10.0
_SLICE_S = 1.0
_MOST = 64
"""Folders that are looked at in each place, so that a stick of a million folders costs nothing."""
_TREES = ("", "waypost", "public", "waypost/public")
"""Where on a stick the published tree may begin."""
_MARK = Path("metadata") / "timestamp.json"
_FLAT_MARK = Path("waypost") / "public" / "metadata~timestamp.json"
"""The same on a stick that `waypost stick out` wrote: flat names, which FAT32 keeps apart."""

Tree = tuple[Path, int]
"""A tree and when its timestamp was written, in nanoseconds: a stick that was filled anew is another."""


def trees(places: Sequence[Path]) -> frozenset[Tree]:
    """The Waypost trees under `places`, up to two folders deep (/media/<user>/<label>)."""
    return frozenset(tree for place in places for folder in _folders(place) for tree in _tree(folder))


def watch_sticks(places: Sequence[Path], came: Callable[[Path], None], ended: Event, mounts: Path = _MOUNTS) -> None:
    """Call `came` with each tree that was not there before, those that are there at first included."""
    before: frozenset[Tree] = frozenset()
    with suppress(OSError), mounts.open("rb") as table:
        while not ended.is_set():
            now = trees(places)
            for tree, _ in sorted(now - before):
                came(tree)
            before = now
            _wait_for_change(table.fileno(), ended)


def _wait_for_change(table: int, ended: Event) -> None:
    poll = select.poll()
    poll.register(table, select.POLLPRI | select.POLLERR)
    for _ in range(int(_LOOK_S / _SLICE_S)):
        if ended.is_set():
            return
        try:
            if any(mask & select.POLLPRI for _, mask in poll.poll(_SLICE_S * 1000)):
                ended.wait(_SLICE_S)  # let the rest of the mounting be done
                return
        except OSError:
            ended.wait(_SLICE_S)


def _folders(place: Path) -> Iterator[Path]:
    yield place
    for folder in _inside(place):
        yield folder
        yield from _inside(folder)


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from [Path(entry.path) for entry in islice(entries, _MOST) if entry.is_dir(follow_symlinks=False)]


def _tree(folder: Path) -> Iterator[Tree]:
    with suppress(OSError):
        yield folder, (folder / _FLAT_MARK).stat(follow_symlinks=False).st_mtime_ns
    for start in _TREES:
        with suppress(OSError):
            yield folder / start, (folder / start / _MARK).stat(follow_symlinks=False).st_mtime_ns
