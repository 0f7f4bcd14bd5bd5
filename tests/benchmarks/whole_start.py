"""How long `waypost check` takes from the start of its process to its end, warm and cold.

`python -m tests.benchmarks.whole_start HOME`: WAYPOST_PASSPHRASE opens the kit in HOME.

Cold: what Linux keeps in memory of the files of the kit, of Waypost, of its packages and of Python is dropped before
each start (`posix_fadvise`), as after the machine was switched on. What a running process has mapped stays: so this one
loads none of those packages, and is a process of its own in `whole`. Modules are compiled beforehand, as `make install`
does.
"""

import argparse
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from tests.benchmarks.report import aim, spread
from tests.structure.product import PACKAGES, ROOT

ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204159ZE184226B<<<<<10\n"
"""The specimen of Doc 9303-4."""
WARM_AIM_S, COLD_AIM_S = 0.7, 1.2
_VERDICTS = (0, 10, 20, 30)


@dataclass
class StartTimes:
    """Seconds of each start: from the process's start to its end, and of processor time."""

    wall_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)

    def add_start(self, home: Path, passphrase: str) -> None:
        """Run one check to its end; AssertionError where it gives no verdict."""
        environment = {**os.environ, "WAYPOST_PASSPHRASE": passphrase, "PYTHONPATH": str(ROOT)}
        start = perf_counter()
        check = subprocess.Popen(
            [sys.executable, "-m", "ui", "check", "--home", str(home), "--mrz", ZONE, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert check.stdout is not None
        answer = check.stdout.read()
        _pid, status, usage = os.wait4(check.pid, 0)
        self.wall_s.append(perf_counter() - start)
        self.processor_s.append(usage.ru_utime + usage.ru_stime)
        check.stdout.close()
        check.returncode = os.waitstatus_to_exitcode(status)
        assert check.returncode in _VERDICTS and b'"verdict"' in answer, answer


def start_times(home: Path, passphrase: str, repeat: int = 15) -> dict[str, StartTimes]:
    """Times of `repeat` warm and `repeat` cold starts of `waypost check` on a kit with lists, printed with the aims."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", *PACKAGES], cwd=ROOT, check=True)
    times = {"warm": StartTimes(), "cold": StartTimes()}
    StartTimes().add_start(home, passphrase)
    for _ in range(repeat):
        times["warm"].add_start(home, passphrase)
    for _ in range(repeat):
        _forget_files(home)
        times["cold"].add_start(home, passphrase)
    for way, limit_s in (("warm", WARM_AIM_S), ("cold", COLD_AIM_S)):
        wall_s, processor_s = times[way].wall_s, times[way].processor_s
        print(f"check, {way} start to end: {spread(wall_s)} s; processor {spread(processor_s)} s")
        aim(f"whole.start_{way}_s", sorted(wall_s)[len(wall_s) // 2], limit_s)
    return times


def _forget_files(home: Path) -> None:
    os.sync()  # what is not on the disk yet cannot be dropped
    for path in _files_of_a_start(home):
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def _files_of_a_start(home: Path) -> Iterator[Path]:
    installed = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    for folder in (home, *(ROOT / package for package in PACKAGES), *installed):
        yield from (path for path in folder.rglob("*") if path.is_file() and os.access(path, os.R_OK))
    yield Path(sys.executable).resolve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="a kit with lists")
    parser.add_argument("--repeat", type=int, default=15, help="starts of each kind")
    chosen = parser.parse_args()
    start_times(chosen.home, os.environ["WAYPOST_PASSPHRASE"], chosen.repeat)


if __name__ == "__main__":
    main()
