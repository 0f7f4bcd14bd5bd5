"""The error log of a home: when, in which process, where in the code and what class of error; for its technician.

- `log_error` takes the exception and writes what `error_origin` says about it. A caller can add the name of a list, the
  URL of a device (only its scheme is written) and how often it failed before; there is no way to add a text.
- Logging never raises and never waits. On a full or read-only disk, or where a pipe lies in place of a file, nothing is
  written, and the work goes on.
- A line is one append, so several processes write at once. There are five files of 1 MiB; the oldest goes.
- The same error at the same place is one line a minute, then one in two, four … up to one an hour, with how often it
  happened: a device that stays unplugged for a week does not push everything else out. It may have happened more often:
  what a process only counted before it ended is in no line.
- The files lie in clear in `log/`: a technician reads them without the passphrase.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Lock
from time import monotonic
from types import FrameType, TracebackType
from typing import Annotated, Any

from pydantic import Field

from data.clock import read_system_time
from data.durable_files import open_lock, open_regular
from data.json_codec import decode_or_none, or_else
from data.kit import home_files
from data.log.error_origin import ErrorOrigin, describe_error, describe_place, matching
from data.store_key import KEYS_FILE

LOG_FOLDER = home_files.LOG.path
NEWEST_FILE = "errors.jsonl"
MOST_BYTES = 1 << 20
"""Of one file."""
FILES = 5
LEAST_SILENT_S, MOST_SILENT_S = 60.0, 3600.0
"""For so long an error that repeats is only counted: longer while it goes on."""
_MOST_KEYS = 1000
_LIST_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}")


@dataclass
class LogDestination:
    """Where this process logs, and what it is called there. Without a home nothing is logged."""

    home: Path | None = None
    process: str = ""
    forward: Callable[[list[dict[str, Any]]], None] | None = None
    """In the process of a driver: hands the origins of an error to the kit's process, which logs them."""


destination = LogDestination()
_lock = Lock()
_repeats: "dict[str, _Repeats]" = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the log. What of it does not fit is left out: a disk may have damaged it."""

    at: str
    """In UTC (ISO 8601)."""
    process: Annotated[str, or_else("")] = ""
    pid: Annotated[int | None, or_else(None)] = None
    place: Annotated[str, or_else("")] = ""
    """Where the error was caught, or where another package warned."""
    logger: Annotated[str, or_else("")] = ""
    """Of another package that warned."""
    level: Annotated[str, or_else("")] = ""
    list_name: Annotated[str, or_else(""), Field(validation_alias="list")] = ""
    device: Annotated[str, or_else("")] = ""
    """The scheme of its URL."""
    errors: Annotated[tuple[Annotated[ErrorOrigin, or_else(ErrorOrigin())], ...], or_else(())] = ()
    """The error and its causes; none where another package only warned."""
    failed: Annotated[int | None, or_else(None)] = None
    """How often it had failed before."""
    times: Annotated[int, or_else(1)] = 1
    """How often it happened since it was last written."""

    def to_json(self) -> dict[str, Any]:
        """The line, without what is empty."""
        texts_and_pid = {
            "process": self.process,
            "pid": self.pid,
            "place": self.place,
            "logger": self.logger,
            "level": self.level,
            "list": self.list_name,
            "device": self.device,
        }
        return {
            "at": self.at,
            **{name: value for name, value in texts_and_pid.items() if value},
            "errors": [error.to_json() for error in self.errors],
            **({"failed": self.failed} if self.failed is not None else {}),
            **({"times": self.times} if self.times > 1 else {}),
        }


def log_error(error: BaseException, *, list_name: str = "", device: str = "", failed: int | None = None) -> None:
    """Log that `error` goes no further than the caller. None of its words are written.

    Where an error is caught and the work goes on without it::

        except LinkError as error:
            log_error(error, list_name=entry.name)
    """
    _log(sys._getframe(1), error, list_name, device, failed)


class suppress_logged:
    """`contextlib.suppress` that logs what it suppresses."""

    def __init__(self, *kinds: type[BaseException], list_name: str = "", device: str = "") -> None:
        self._kinds = kinds
        self._list_name = list_name
        self._device = device

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, self._kinds):
            return False
        _log(sys._getframe(1), error, self._list_name, self._device)
        return True


def log_warning(logger: str, level: str, place: str, error: BaseException | None) -> None:
    """Log that another package's `logger` warned; none of its words are written."""
    _write({"place": place, "logger": logger, "level": level}, error)


def read_log(home: Path) -> list[LogEntry]:
    """Every whole line, oldest first."""
    contents: list[bytes] = []
    seen: set[int] = set()
    for path in _files(home / LOG_FOLDER):  # the newest first: a file that becomes an older one meanwhile is not missed
        try:
            with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                contents.append(file.read() if inode not in seen else b"")
                seen.add(inode)
        except FileNotFoundError:
            continue
    lines = (line for content in reversed(contents) for line in content.splitlines())
    entries = (decode_or_none(LogEntry, line) for line in lines)  # None: a full disk cut the line off
    return [entry for entry in entries if entry is not None]


def _log(frame: FrameType, error: BaseException, list_name: str, device: str, failed: int | None = None) -> None:
    facts = {
        "place": describe_place(frame, frame.f_lineno),
        "list_name": matching(_LIST_NAME, list_name),
        "device": matching(_SCHEME, device.partition(":")[0]),
    }
    _write({name: value for name, value in facts.items() if value}, error, failed)


def _write(facts: Mapping[str, str], error: BaseException | None, failed: int | None = None) -> None:
    """Whatever is wrong with the disk, or with the error, must not add to what is being logged."""
    try:
        home, forward = destination.home, destination.forward
        if forward is None and not _is_home(home):
            return
        origins = describe_error(error) if error is not None else []
        encoded = [origin.to_json() for origin in origins]
        times = _count(json.dumps([str(home), *facts.values(), encoded]))
        if times == 0:
            return
        if forward is not None:
            forward(encoded)
        elif home is not None:
            entry = LogEntry(
                at=read_system_time().strftime("%Y-%m-%dT%H:%M:%SZ"),
                process=destination.process,
                pid=os.getpid(),
                errors=tuple(origins),
                failed=failed if isinstance(failed, int) else None,
                times=times,
                **facts,
            )
            _append(home / LOG_FOLDER, json.dumps(entry.to_json()).encode() + b"\n")
    except Exception:
        return


def _is_home(folder: Path | None) -> bool:

    return folder is not None and (folder / KEYS_FILE).is_file()


@dataclass(frozen=True, slots=True)
class _Repeats:
    """An error that was written, and what came of it since."""

    written_s: float
    silent_s: float
    """For so long it is only counted."""
    count: int = 0


def _count(key: str) -> int:
    """How often this came since it was last written, now included; 0 where it is not to be written yet."""
    now = monotonic()
    with _lock:
        before = _repeats.get(key)
        if before is not None and now - before.written_s < before.silent_s:
            _repeats[key] = replace(before, count=before.count + 1)
            return 0
        if len(_repeats) >= _MOST_KEYS:
            _repeats.clear()
        goes_on = before is not None and before.count > 0
        silent_s = min(2 * before.silent_s, MOST_SILENT_S) if before is not None and goes_on else LEAST_SILENT_S
        _repeats[key] = _Repeats(now, silent_s)
        return before.count + 1 if before is not None else 1


def _append(folder: Path, line: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _append_if_room(folder / NEWEST_FILE, line, MOST_BYTES):
        _rotate(folder, len(line))
        _append_if_room(folder / NEWEST_FILE, line, 2 * MOST_BYTES)  # another process may be moving the files just now


def _append_if_room(path: Path, line: bytes, most_bytes: int) -> bool:
    """One write at the end, which the kernel keeps apart from those of other processes."""
    descriptor = open_regular(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        size = os.fstat(descriptor).st_size
        if size + len(line) > most_bytes:
            return False
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # the disk was full
        os.write(descriptor, b"\n" + line if is_cut else line)
    finally:
        os.close(descriptor)
    return True


def _rotate(folder: Path, needed: int) -> None:
    """Move each file one place on, unless another process does so now or just did."""
    with open_lock(folder / "lock") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return
        newest, *older = _files(folder)
        if not newest.exists() or newest.stat().st_size + needed <= MOST_BYTES:
            return
        for path, before in zip(reversed(older), reversed([newest, *older[:-1]]), strict=True):
            if before.exists():
                before.replace(path)


def _files(folder: Path) -> list[Path]:
    """The newest first."""
    return [folder / NEWEST_FILE, *(folder / f"{NEWEST_FILE}.{number}" for number in range(1, FILES))]
