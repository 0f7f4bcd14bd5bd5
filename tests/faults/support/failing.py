"""Makes the kernel refuse, under fiu-run (Debian's fiu-utils).

`python -m tests.faults.support.failing WORK FOLDER COPIES`

For each n a child process does the work, and from its n-th call of some kind on every such call fails (a full disk), or
only that one does (a sync whose error is told once, as Linux does). What came of each child goes to the standard
output, one JSON object a line: whether it ended as a person would understand it, and what it said otherwise.
"""

import ctypes
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from errno import EIO, EMFILE, ENOSPC
from pathlib import Path
from typing import Any

from data.errors import WaypostError
from tests.faults.support.scenes import import_and_publish, run
from tests.support.amount import amount

_COUNTED = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_char_p, *map(ctypes.POINTER, (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint))
)
_WRITES = ("posix/io/rw/write", "posix/io/rw/pwrite", "posix/io/rw/writev", "posix/io/rw/ftruncate")


@dataclass(frozen=True)
class Refusal:
    """Which calls fail, with which error, and whether those after the first do too."""

    calls: Sequence[str]
    error: int
    lasting: bool
    step: int
    """Every so many of them are tried in a short run."""


REFUSALS = {
    "full disk": Refusal(_WRITES, ENOSPC, lasting=True, step=40),
    "failed write": Refusal(_WRITES, EIO, lasting=False, step=100),
    "failed sync": Refusal(("posix/io/sync/fsync", "posix/io/sync/fdatasync"), EIO, lasting=False, step=12),
    "failed open": Refusal(("posix/io/oc/open",), EMFILE, lasting=False, step=40),
    "failed rename": Refusal(("posix/io/dir/rename", "posix/io/dir/unlink"), EIO, lasting=False, step=9),
}
WORKS: dict[str, Callable[[Path], object]] = {"sync": run, "publish": import_and_publish}


@dataclass(frozen=True)
class Outcome:
    """What came of one child."""

    refusal: str
    number: int
    folder: str
    failed: bool
    """Some call did fail."""
    unexpected: str
    """A traceback nobody should see; empty where there is none."""


class _Refusing:
    """Lets the calls of this process fail."""

    def __init__(self, refusal: Refusal, number: int) -> None:
        self._refusal = refusal
        self._number = number
        self._passed = 0
        self.failed = False
        self._asked = _COUNTED(self._ask)  # kept: the library calls it
        library = ctypes.CDLL("libfiu.so.0")
        for call in refusal.calls:
            error = ctypes.c_void_p(refusal.error)
            assert library.fiu_enable_external(call.encode(), 1, error, 0, self._asked) == 0

    def _ask(self, *_: object) -> int:
        self._passed += 1
        fails = self._passed > self._number if self._refusal.lasting else self._passed == self._number + 1
        self.failed |= fails
        return int(fails)


def main(work: str, folder: Path, copies: Path) -> None:
    """`folder` is copied for each child; of every refusal one call after the other, until a child meets none."""
    for name, refusal in REFUSALS.items():
        number, failed = 0, True
        while failed:
            copy = Path(shutil.copytree(folder, copies / f"{name} {number}", symlinks=True))
            told = _in_child(WORKS[work], refusal, copy, number)
            print(json.dumps(asdict(Outcome(name, number, str(copy), **told))), flush=True)
            number, failed = number + (1 if amount(0) else refusal.step), told["failed"]


def _in_child(work: Callable[[Path], object], refusal: Refusal, folder: Path, number: int) -> dict[str, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader) as told:
            words: dict[str, Any] = json.loads(told.read())
        os.waitpid(child, 0)
        return words
    unexpected = ""
    refusing = _Refusing(refusal, number)
    try:
        work(folder)
    except WaypostError:
        pass
    except BaseException:
        unexpected = traceback.format_exc()
    library = ctypes.CDLL("libfiu.so.0")
    for call in refusal.calls:
        library.fiu_disable(call.encode())
    os.write(writer, json.dumps({"failed": refusing.failed, "unexpected": unexpected}).encode())
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
