"""How many product files one `waypost check --mrz` runs code in: `python -m tests.structure.files_entered`.

A listed person is screened on the demonstration kit. A file counts when a function body in it runs; what runs while
modules are imported does not count. The figure comes first, then the files in the order in which they are entered.
"""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType

from appliance.screening import check_threads
from tests.structure.product import PACKAGES, ROOT
from tests.support.staff import sign_in_at
from ui.cli import run
from ui.demo.build import PASSPHRASE, build

LISTED_PERSON = """\
P<ARGZOLTAVERDE<QUINT<<IGNACIO<RAMIRO<<<<<<<
AAF9173054ARG7904233M3408308<<<<<<<<<<<<<<04
"""
"""Invented; on the demonstration's list of notices."""
_OPTIMIZED = 0x1
"""Set in the code of functions, not in that of modules and classes."""


def product_file(code: CodeType) -> str:
    """The file of this code inside the product, relative to the repository; empty for any other."""
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT):
        return ""
    name = path.relative_to(ROOT).as_posix()
    return name if name.split("/")[0] in PACKAGES else ""


def is_import(frame: FrameType | None) -> bool:
    """Whether this frame runs because a module is being imported."""
    while frame is not None:
        if frame.f_code.co_name == "<module>" and product_file(frame.f_code):
            return True
        frame = frame.f_back
    return False


@contextmanager
def files_entered() -> Iterator[list[str]]:
    """The product files in which a function body runs, in this thread and in new ones, in order of first entry."""
    known: dict[CodeType, str] = {}
    entered: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or not code.co_flags & _OPTIMIZED:
            return
        name = known.setdefault(code, product_file(code))
        if name and name not in entered and not is_import(frame):
            entered.append(name)

    check_threads._idle_workers.clear()  # threads of before are not looked into
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield entered
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def check_listed_person(folder: Path) -> tuple[int, list[str]]:
    """Build the demonstration, check one listed person there; the exit code and the files that this entered."""
    home = build(folder, lambda _: None)
    sign_in_at(home, PASSPHRASE)
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    arguments = ["check", "--home", home, "--passphrase-file", passphrase, "--mrz", LISTED_PERSON, "--json"]
    with files_entered() as entered, redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        code = run([str(argument) for argument in arguments])
    return code, entered


def main() -> None:
    """Print the figure, then the files with their lengths."""
    with TemporaryDirectory() as folder:
        code, entered = check_listed_person(Path(folder))
    print(f"{len(entered)} product files entered by `waypost check --mrz` of a listed person (exit code {code})")
    for name in entered:
        print(f"  {name}  {len((ROOT / name).read_text(encoding='utf-8').splitlines())} lines")


if __name__ == "__main__":
    main()
