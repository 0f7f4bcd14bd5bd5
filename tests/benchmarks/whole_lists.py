"""A screening with few and with many person lists, and `check --batch` in one process and in two.

Lists: UN and OFAC of the shared data, whole and in slices: the same travellers meet the same persons on each kit.
"""

import gc
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time, sleep

from appliance.counter.subject import ScreeningRequest, Subject
from data.kit.home import KitHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from tests.benchmarks.report import aim, peak_memory_mb, percentile, spread
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.support.staff import at_work
from ui.wiring import counter_of

MANY = {3: 30.0, 10: None, 30: 50.0}
"""How many person lists, and the aim for the 99th percentile, ms."""
_LOOK_S = 0.1
_UN_SLICES = 4
_PERSON = re.compile("<INDIVIDUAL>.*?</INDIVIDUAL>", re.DOTALL)
_OFAC_FILES = ("sdn.csv", "alt.csv", "add.csv")


def many_lists(folder: Path, lists: Path, zones: list[str]) -> None:
    """Print what a screening of `zones` takes with 3, 10 and 30 lists, made in `folder` from `lists`."""
    for count, most_ms in MANY.items():
        place = folder / f"lists-{count}"
        place.mkdir()
        with closing(Deployment(place)) as deployment:
            kit = _make_kit(deployment, lists, count)
        _screen(kit, zones, count, most_ms)


def batch(home: Path, zones: list[str], folder: Path) -> None:
    """Print speed and memory of `check --batch` on a kit, alone and beside another one."""
    file = folder / "batch.jsonl"
    file.write_text("".join(json.dumps({"mrz": zone}) + "\n" for zone in zones))
    homes = [home, Path(shutil.copytree(home, folder / "second-kit", symlinks=True))]
    alone_s, peak_mb = _run_batches(homes[:1], file)
    both_s, _peak = _run_batches(homes, file)
    times = f"{alone_s:.1f} s alone, {both_s:.1f} s for two at once"
    print(f"check --batch, {len(zones)} travellers: {times}, {peak_mb:.0f} MB")
    aim("whole.batch_mb", peak_mb, 500)
    aim("whole.two_processes", 2 * alone_s / both_s, 1.9, at_least=True)


def _make_kit(deployment: Deployment, lists: Path, count: int) -> Path:
    un, ofac = lists / "un" / "2026-02-27" / "consolidated.xml", lists / "ofac" / "2021-07-07"
    import_list(deployment.hq, "un", "un-xml", [un])
    import_list(deployment.hq, "ofac", "ofac-csv", [ofac])
    of_un = min(_UN_SLICES, count - 2)
    for number in range(of_un):
        import_list(deployment.hq, f"un-{number}", "un-xml", [_slice_un(un, deployment.folder, number, of_un)])
    of_ofac = count - 2 - of_un
    for number in range(of_ofac):
        folder = _slice_ofac(ofac, deployment.folder, number, of_ofac)
        import_list(deployment.hq, f"ofac-{number}", "ofac-csv", [folder])
    publish(deployment.hq)
    kit = deployment.kit(source=str(deployment.hq.public))
    courier.run(kit)
    return kit.path


def _screen(kit: Path, zones: list[str], count: int, most_ms: float | None) -> None:
    with closing(KitHome.open(kit, PASSPHRASE, "check")) as home:
        counter = counter_of(home)
        counter.screener.prepare()
        gc.freeze()  # as the Desk does
        times_ms, cpu = [], process_time()
        for zone in zones:
            request = ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter))
            start = perf_counter()
            counter.screen(request)
            times_ms.append((perf_counter() - start) * 1000)
        cpu_ms = 1000 * (process_time() - cpu) / len(zones)
    p99 = percentile(times_ms, 99)
    print(
        f"{count} person lists, {len(zones)} travellers: {spread(times_ms)} ms, p95 {percentile(times_ms, 95):.1f}, "
        f"p99 {p99:.1f}, processor {cpu_ms:.1f}; load {os.getloadavg()[0]:.1f}"
    )
    if count == min(MANY):
        aim(f"whole.lists_{count}_p50_ms", percentile(times_ms, 50), 15)
    if most_ms is not None:
        aim(f"whole.lists_{count}_p99_ms", p99, most_ms)


def _run_batches(homes: list[Path], file: Path) -> tuple[float, float]:
    """Seconds until all are done, and the most memory that one of them had, MB; AssertionError without all answers."""
    outputs = [home.with_suffix(".jsonl") for home in homes]
    start = perf_counter()
    running = []
    for home, output in zip(homes, outputs, strict=True):
        command = [sys.executable, "-m", "ui", "check", "--home", str(home), "--batch", str(file)]
        environment = os.environ | {"WAYPOST_PASSPHRASE": PASSPHRASE}
        with output.open("wb") as target:
            running.append(subprocess.Popen(command, cwd=TOP, env=environment, stdout=target))
    peak_mb = 0.0
    while any(process.poll() is None for process in running):
        peak_mb = max(peak_mb, *(peak_memory_mb(process.pid) for process in running if process.returncode is None))
        sleep(_LOOK_S)
    seconds = perf_counter() - start
    for output in outputs:
        assert len(output.read_bytes().splitlines()) == len(file.read_bytes().splitlines()), output.read_text()[-500:]
    return seconds, peak_mb


def _slice_un(source: Path, folder: Path, number: int, count: int) -> Path:
    people = _PERSON.findall(source.read_text(encoding="utf-8"))[number::count]
    path = folder / f"un-{number}.xml"
    head = '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-02-01"><INDIVIDUALS>'
    path.write_text(f"{head}{''.join(people)}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>", encoding="utf-8")
    return path


def _slice_ofac(source: Path, folder: Path, number: int, count: int) -> Path:
    target = folder / f"ofac-{number}"
    target.mkdir()
    for name in _OFAC_FILES:
        lines = (source / name).read_bytes().splitlines()
        ours = [line for line in lines if (id_ := re.match(rb"(\d+),", line)) and int(id_[1]) % count == number]
        (target / name).write_bytes(b"\r\n".join(ours) + b"\r\n\x1a")
    return target
