"""Zones in pictures: 500 invented ones with seeds kept for reporting, and the shared photographs of specimens.

Rivals run beside ours on the same files, each in a throw-away environment of its own: their packages and ours cannot be
installed together. SIZE= is the number of pictures (500 unless said); rivals, which are slow, read the first fifth of
the invented ones, and ours are counted on those as well.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from appliance.counter.subject import document_from_zone
from data.clock import read_system_time
from data.documents.travel_document import Capture, Provenance
from tests.benchmarks.report import aim, percentile, spread
from tests.benchmarks.zone_pictures import FONT, LEVELS, REPORTING, pictures, png

RIVALS = {"rapidocr": ("rapidocr==3.10.*", "onnxruntime"), "passporteye": ("passporteye==2.2.*",)}
RIVALS_SHARE = 5
_NEEDS = {"passporteye": "tesseract"}
"""A program of the machine: Debian's tesseract-ocr (`provisioning/host-packages.sh bench`)."""
_SHARED = Path(os.environ.get("WAYPOST_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
_TOP, _READER = Path(__file__).resolve().parents[2], Path(__file__).with_name("reading_pictures.py")
_TODAY = date(2026, 7, 1)
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Outcome:
    """What one reader made of one set."""

    exact: dict[str, bool]
    wrong: tuple[str, ...]
    """Pictures whose document number was presented as certain and is not the printed one."""
    cpu_ms: tuple[float, ...]
    peak_mb: float


def run(size: int | None) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        environments = {"ours": [sys.executable, "-m", "tests.benchmarks.reading_pictures"]}
        environments |= dict(_environments(Path(folder)))
        if FONT.exists():
            _synthetic(Path(folder) / "drawn", size or 500, environments)
        else:
            print("no invented pictures: Debian's fonts-ocr-b is not installed")
        if (_SHARED / "images" / "mrz" / "truth.json").exists():
            _shared(Path(folder) / "shared", environments)
        else:
            print("no photographs: shared data not found at ../shared/data")


def _environments(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for name, packages in RIVALS.items():
        if name in _NEEDS and not shutil.which(_NEEDS[name]):
            print(f"{name} is left out: the program {_NEEDS[name]} is not installed")
            continue
        home = folder / name
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        try:
            subprocess.run([uv, "venv", "-q", "-p", sys.executable, home], check=True, capture_output=True)
            command = [uv, "pip", "install", "-q", "-p", str(home / "bin" / "python"), *packages]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            print(f"{name} is left out: it cannot be installed here")
            continue
        yield name, [str(home / "bin" / "python"), "-P", str(_READER)]


def _synthetic(folder: Path, count: int, environments: dict[str, list[str]]) -> None:
    folder.mkdir()
    truth, levels = {}, {}
    for number, one in enumerate(pictures(count, REPORTING)):
        name = f"{number:04}.png"
        (folder / name).write_bytes(png(one.pixels))
        truth[name], levels[name] = one.zone, one.level
    print(f"{count} invented pictures, seed {REPORTING}, levels {', '.join(LEVELS)}")
    found = _outcome(environments["ours"], "ours", folder, truth)
    _by_level(found, levels)
    aim("devices.pictures_exact", sum(found.exact.values()) / count, 0.94, at_least=True)
    aim("devices.pictures_wrong_certain", len(found.wrong), 0)
    aim("devices.pictures_cpu_ms", percentile(found.cpu_ms, 50), 200)
    aim("devices.pictures_cpu_p95_ms", percentile(found.cpu_ms, 95), 200)
    aim("devices.pictures_peak_mb", found.peak_mb, 150)
    beside = {name: truth[name] for name in sorted(truth)[: max(1, count // RIVALS_SHARE)]}
    for name in truth.keys() - beside.keys():
        (folder / name).unlink()
    print(f"beside rivals, the first {len(beside)}: ours {sum(found.exact[name] for name in beside)} exact")
    for reader, command in environments.items():
        if reader != "ours":
            _by_level(_outcome(command, reader, folder, beside), levels)


def _by_level(found: Outcome, levels: dict[str, int]) -> None:
    each = [[exact for name, exact in found.exact.items() if levels[name] == level] for level in range(len(LEVELS))]
    print(f"  by level: {' · '.join(f'{sum(one)}/{len(one)}' for one in each)}")


def _shared(folder: Path, environments: dict[str, list[str]]) -> None:
    items = json.loads((_SHARED / "images" / "mrz" / "truth.json").read_text())
    folder.mkdir()
    for item in items:
        shutil.copy(_SHARED / "images" / "mrz" / item["file"], folder)
    print(f"{len(items)} photographs and scans of specimens")
    for reader, command in environments.items():
        found = _outcome(command, reader, folder, {item["file"]: "\n".join(item["mrz"]) for item in items})
        if reader == "ours":
            aim("devices.photographs_exact", sum(found.exact.values()), 15, at_least=True)
            aim("devices.photographs_wrong_certain", len(found.wrong), 0)


def _outcome(command: list[str], reader: str, folder: Path, truth: dict[str, str]) -> Outcome:
    done = subprocess.run(
        [*command, str(folder), reader],
        cwd=_TOP,
        env=os.environ | _ONE_THREAD,
        capture_output=True,
        text=True,
        check=True,
    )
    *read, last = map(json.loads, done.stdout.splitlines())
    exact = {one["file"]: one["text"] == truth[one["file"]] for one in read}
    wrong = tuple(one["file"] for one in read if _wrong_and_certain(one, truth[one["file"]]))
    found = Outcome(exact, wrong, tuple(one["cpu_ms"] for one in read), last["peak_mb"])
    print(
        f"{reader}: {sum(exact.values())}/{len(truth)} exact, {len(wrong)} wrong numbers presented as certain, "
        f"CPU {spread(found.cpu_ms)} ms, p95 {percentile(found.cpu_ms, 95):.0f} ms, peak {found.peak_mb:.0f} MB"
    )
    return found


def _wrong_and_certain(one: dict[str, Any], zone: str) -> bool:
    came = Provenance("bench", "bench", read_system_time(), "", doubts=tuple(one.get("doubts", ())))
    read = document_from_zone(one["text"], capture=Capture.MACHINE, today=_TODAY, provenance=came)
    printed = document_from_zone(zone, capture=Capture.MACHINE, today=_TODAY)
    return read.number_is_certain and read.number != printed.number
