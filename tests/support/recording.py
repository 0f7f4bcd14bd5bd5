"""Records what a process does to the files below one folder, with Debian's strace.

`recorded` runs a command and returns its writes, syncs, truncations and changes of names, in the order in which the
kernel ended them. What it cannot tell for certain (a write at a place that it did not see) is an AssertionError.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_CALLS = (
    "openat,open,close,write,pwrite64,writev,pwritev,lseek,ftruncate,truncate,fsync,fdatasync,sync_file_range,"
    "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat,fallocate,dup,dup2"
)
_MOST = 8 << 20
"""Bytes of one write that are recorded; more than any of ours."""

_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<[^>]*>)?(?: .*)?", re.DOTALL)
_PAUSED = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>", re.DOTALL)
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)", re.DOTALL)
_FILE = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes that reached the kernel; `file` counts the files that were opened or made."""

    path: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Of a file: its content. Of a folder: its names."""

    path: str


@dataclass(frozen=True, slots=True)
class Make:
    """A name for a new file, a new folder (`folder`), or a symbolic link (`leads_to`)."""

    path: str
    folder: bool = False
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Another name for a file."""

    path: str
    other: str


@dataclass(frozen=True, slots=True)
class Rename:
    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Remove:
    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """The process wrote a line to its standard output: whatever it told so far, somebody relies on."""

    words: str


Step = Write | Truncate | Sync | Make | Link | Rename | Remove | Said


def must_have(program: str, package: str) -> None:
    """Skip, or fail where every part has to be there, without `program`."""
    if shutil.which(program) is None:
        reason = f"{program} not found (Debian: {package})"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def recorded(command: Sequence[str], top: Path, log: Path, environment: dict[str, str] | None = None) -> list[Step]:
    """What `command` did to files below `top`, and what it said; AssertionError when it failed."""
    must_have("strace", "strace")
    words = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-xx",
        "-y",
        "-s",
        str(_MOST),
        "-e",
        f"trace={_CALLS}",
        "-o",
        str(log),
    ]
    done = subprocess.run([*words, *command], env={**os.environ, **(environment or {})}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with log.open(encoding="latin-1") as lines:
        return list(_Steps(str(top.resolve())).of(lines))


class _Steps:
    """Reads calls one after the other."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._places: dict[str, int | None] = {}
        """Where the next plain write of a descriptor goes; None: at the end of its file."""
        self._sizes: dict[str, int] = {}

    def of(self, lines: Iterator[str]) -> Iterator[Step]:
        for name, arguments, result in _calls(lines):
            if result >= 0 and not name.startswith("dup"):
                yield from self._steps(name, arguments, result)

    def _steps(self, name: str, arguments: str, result: int) -> Iterator[Step]:
        texts = [_decoded(text) for text in _TEXT.findall(arguments)]
        descriptor = _FILE.match(arguments)
        number, path = (descriptor[1], _decoded(descriptor[2])) if descriptor else ("", "")
        if name == "write" and number == "1":
            yield Said(_content(arguments).decode())
        elif name in ("open", "openat"):
            yield from self._opened(arguments, texts[0], path, str(result))
        elif number and name not in ("renameat", "renameat2", "unlinkat", "mkdirat", "linkat", "symlinkat"):
            if self._inside(path):
                yield from self._on_descriptor(name, number, path, arguments, result)
        elif self._inside(paths := [_joined(path, text) for text in texts]):
            yield _named(name, texts, paths, arguments)

    def _opened(self, arguments: str, text: str, folder: str, number: str) -> Iterator[Step]:
        path = _joined(folder, text)
        if not self._inside(path):
            return
        self._places[number] = None if "O_APPEND" in arguments else 0
        if "O_CREAT" in arguments:
            yield Make(path)
        if "O_TRUNC" in arguments:
            yield Truncate(path, 0)
            self._sizes[path] = 0

    def _on_descriptor(self, name: str, number: str, path: str, arguments: str, result: int) -> Iterator[Step]:
        last = arguments.rsplit(", ", 1)[-1]
        match name:
            case "close":
                self._places.pop(number, None)
            case "lseek":
                if self._places.get(number) is not None:
                    self._places[number] = result
            case "write":
                place = self._places[number]
                content = _content(arguments)[:result]
                yield Write(path, -1 if place is None else place, content)
                if place is not None:
                    self._places[number] = place + result
            case "pwrite64":
                yield Write(path, int(last), _content(arguments)[:result])
            case "ftruncate":
                yield Truncate(path, int(last))
            case "fsync" | "fdatasync":
                yield Sync(path)
            case _:
                raise AssertionError(f"{name} is not understood here: {arguments[:200]}")

    def _inside(self, paths: str | list[str]) -> bool:
        return any(path.startswith(self._top + "/") or path == self._top
                   for path in ([paths] if isinstance(paths, str) else paths))  # fmt: skip


def _named(name: str, texts: list[str], paths: list[str], arguments: str) -> Step:
    match name:
        case "rename" | "renameat" | "renameat2":
            return Rename(paths[0], paths[1])
        case "unlink" | "rmdir" | "unlinkat":
            return Remove(paths[0])
        case "mkdir" | "mkdirat":
            return Make(paths[0], folder=True)
        case "link" | "linkat":
            return Link(paths[1], paths[0])
        case "symlink" | "symlinkat":
            return Make(paths[1], leads_to=texts[0])
    raise AssertionError(f"{name} is not understood here: {arguments[:200]}")


def _calls(lines: Iterator[str]) -> Iterator[tuple[str, str, int]]:
    """Name, arguments and result of each call; those that others came between are put together."""
    begun: dict[str, str] = {}
    for line in lines:
        line = line.rstrip("\n")
        if paused := _PAUSED.fullmatch(line):
            begun[paused[1]] = paused[2]
            continue
        if resumed := _RESUMED.fullmatch(line):
            line = f"{resumed[1]} {begun.pop(resumed[1])}{resumed[2]}"
        if call := _LINE.fullmatch(line):
            yield call[2], call[3], int(call[4])


def _content(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    assert found and not arguments[found.end() :].startswith("..."), "a write was recorded in part"
    return bytes.fromhex(found[1].replace("\\x", ""))


def _decoded(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode(errors="surrogateescape") if "\\x" in text else text


def _joined(folder: str, path: str) -> str:
    return os.path.normpath(path if path.startswith("/") else f"{folder}/{path}")
