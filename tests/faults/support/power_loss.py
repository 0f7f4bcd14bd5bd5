"""A disk on which recorded steps are done and from which the power is taken.

What is promised and no more (POSIX, and what ext4, XFS and btrfs do at their worst): a file's content is on the disk
after a sync of that file, a folder's names after a sync of that folder. Of everything later a power cut leaves what it
likes: writes lost, done, done in another order, torn between sectors, a size without its bytes (zeros); names as they
were after any of the folder's later changes. Folders are independent of each other and of the files in them.
"""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.recording import Link, Make, Remove, Rename, Said, Step, Sync, Truncate, Write

_SECTOR = 512


@dataclass
class _File:
    """Content on the disk, and what waits in memory."""

    kept: bytearray = field(default_factory=bytearray)
    waiting: list[Write | Truncate] = field(default_factory=list)
    size: int = 0
    """As the process sees it."""
    leads_to: str = ""

    def sync(self) -> None:
        for step in self.waiting:
            _do(self.kept, step)
        self.waiting.clear()

    def after_cut(self, dice: random.Random) -> bytes:
        content = bytearray(self.kept)
        way = dice.choice(("lost", "done", "prefix", "some", "torn", "hollow"))
        steps = self.waiting
        if way == "prefix":
            steps = steps[: dice.randint(0, len(steps))]
        elif way in ("some", "torn"):
            steps = [step for step in steps if dice.random() < 0.5]
        for step in steps if way not in ("lost", "hollow") else ():
            for piece in _sectors(step, dice) if way == "torn" else (step,):
                _do(content, piece)
        if way == "hollow":
            content.extend(bytes(max(0, self.size - len(content))))
        return bytes(content)


@dataclass
class _Folder:
    """Names on the disk, and the changes that wait."""

    kept: dict[str, "_File | _Folder"] = field(default_factory=dict)
    seen: dict[str, "_File | _Folder"] = field(default_factory=dict)
    """As the process sees it."""
    waiting: list[tuple[str, "_File | _Folder | None"]] = field(default_factory=list)

    def put(self, name: str, node: "_File | _Folder | None") -> None:
        _put(self.seen, name, node)
        self.waiting.append((name, node))

    def sync(self) -> None:
        self.kept = dict(self.seen)
        self.waiting.clear()

    def after_cut(self, dice: random.Random) -> dict[str, "_File | _Folder"]:
        names = dict(self.kept)
        for name, node in self.waiting[: dice.choice((0, len(self.waiting), dice.randint(0, len(self.waiting))))]:
            _put(names, name, node)
        return names


class _Loser(random.Random):
    """Dice that always lose."""

    def choice(self, seq: Any) -> Any:
        return seq[0]


class Disk:
    """Begins as the folder `image` has it, all of it safe; `top` is where the recorded process saw that folder."""

    def __init__(self, image: Path, top: Path) -> None:
        self._top = str(top.resolve())
        self._root = _loaded(image)
        self._said = ""

    @property
    def said(self) -> list[str]:
        """The lines that the process told somebody so far."""
        return self._said.split("\n")[:-1]

    def do(self, step: Step) -> None:
        """What the process did next."""
        match step:
            case Said(words):
                self._said += words
            case Write() | Truncate():
                self._change(step)
            case Sync(path):
                self._node(path).sync()
            case Make(path, folder, leads_to):
                if path != self._top and self._names(path).get(_last(path)) is None:
                    self._put(path, _Folder() if folder else _File(leads_to=leads_to))
            case Link(path, other):
                self._put(path, self._node(other))
            case Rename(path, to):
                node = self._node(path)
                self._put(to, node)
                self._put(path, None)
            case Remove(path):
                self._put(path, None)

    def cut(self, dice: random.Random, into: Path) -> None:
        """Take the power away; what the disk holds then comes into the folder `into`. In one of three cuts all is lost
        that was not synced, and nothing else: what is forgotten to be synced shows most often then."""
        shutil.rmtree(into, ignore_errors=True)
        _save(self._root, into, _Loser() if dice.random() < 1 / 3 else dice)

    def _change(self, step: Write | Truncate) -> None:
        file = self._node(step.path)
        assert isinstance(file, _File)
        if isinstance(step, Write) and step.offset < 0:
            step = Write(step.path, file.size, step.content)
        file.size = step.size if isinstance(step, Truncate) else max(file.size, step.offset + len(step.content))
        file.waiting.append(step)

    def _node(self, path: str) -> _File | _Folder:
        if path == self._top:
            return self._root
        path = path.removesuffix(" (deleted)")
        node = self._names(path).get(_last(path))
        return node if node is not None else _File()  # removed while it was open: nobody will see it again

    def _names(self, path: str) -> "dict[str, _File | _Folder]":
        return self._parent(path).seen

    def _put(self, path: str, node: _File | _Folder | None) -> None:
        self._parent(path).put(_last(path), node)

    def _parent(self, path: str) -> _Folder:
        folder = self._root
        for name in path.removeprefix(self._top + "/").split("/")[:-1]:
            inner = folder.seen[name]
            assert isinstance(inner, _Folder)
            folder = inner
        return folder


def images(
    steps: Sequence[Step], image: Path, top: Path, into: Path, dice: random.Random, count: int
) -> Iterator[tuple[int, Disk]]:
    """`count` power cuts at random places of `steps`: how many steps were done, and the disk.

    What it holds then lies in the folder `into` until the next one.
    """
    disk, done = Disk(image, top), 0
    for place in sorted(dice.randint(0, len(steps)) for _ in range(count)):
        for step in steps[done:place]:
            disk.do(step)
        done = place
        disk.cut(dice, into)
        yield place, disk


def _loaded(path: Path) -> _Folder:
    folder = _Folder()
    for entry in path.iterdir():
        if entry.is_symlink():
            folder.seen[entry.name] = _File(leads_to=str(entry.readlink()))
        elif entry.is_dir():
            folder.seen[entry.name] = _loaded(entry)
        else:
            content = bytearray(entry.read_bytes())
            folder.seen[entry.name] = _File(content, size=len(content))
    folder.sync()
    return folder


def _save(folder: _Folder, into: Path, dice: random.Random) -> None:
    into.mkdir()
    for name, node in folder.after_cut(dice).items():
        if isinstance(node, _Folder):
            _save(node, into / name, dice)
        elif node.leads_to:
            (into / name).symlink_to(node.leads_to)
        else:
            (into / name).write_bytes(node.after_cut(dice))


def _do(content: bytearray, step: Write | Truncate) -> None:
    end = step.size if isinstance(step, Truncate) else step.offset + len(step.content)
    content.extend(bytes(max(0, end - len(content))))
    if isinstance(step, Truncate):
        del content[end:]
    else:
        content[step.offset : end] = step.content


def _sectors(step: Write | Truncate, dice: random.Random) -> list[Write | Truncate]:
    """Of a write those sectors that happened to arrive."""
    if isinstance(step, Truncate):
        return [step]
    found: list[Write | Truncate] = []
    start = 0
    while start < len(step.content):
        end = min(len(step.content), start + _SECTOR - (step.offset + start) % _SECTOR)
        if dice.random() < 0.5:
            found.append(Write(step.path, step.offset + start, step.content[start:end]))
        start = end
    return found


def _put(names: dict[str, _File | _Folder], name: str, node: _File | _Folder | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def _last(path: str) -> str:
    return path.rsplit("/", 1)[1]
