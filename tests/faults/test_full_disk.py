"""A disk that is really full: a tmpfs with little room, where this machine lets us mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.counter.subject import ScreeningRequest, Subject
from data.errors import WaypostError
from data.kit.home import KitHome
from data.log.error_log import destination, read_log
from data.screenings import Verdict
from sync.kit import staging
from tests.faults.support.scenes import NEW, OLD, check, held, prepare, run
from tests.journeys.support.travellers import HONEST, WANTED
from tests.support.amount import amount
from tests.support.deployment import PASSPHRASE, Deployment, fresh
from ui.wiring import open_counter

_KIB = 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; `resize` gives it its room."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "waypost", place], capture_output=True).returncode:
        pytest.skip("a full disk needs the right to mount a tmpfs, which this user lacks")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.parametrize("way", ["delta", "snapshot"])
def test_the_disk_fills_up_on_the_way(
    deployment: Deployment, way: str, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(deployment, way)
    monkeypatch.setattr(staging, "LIMITS", replace(staging.LIMITS, spare_bytes=0))  # else it would not even begin
    full = 0
    for room in range(0, 800 * _KIB, 800 * _KIB // amount(6)):
        resize(disk, 64 << 20)
        path = fresh(prepared, disk)
        resize(disk, used(disk) + room)
        with suppress(WaypostError):
            full += 1
            full -= run(path).ok
        resize(disk, 64 << 20)
        kit = KitHome.open(path, PASSPHRASE, "check")
        assert held(kit) in (OLD, NEW)
        kit.close()
        check(path, OLD)
    assert full


def test_a_desk_whose_disk_fills_up_answers_though_nothing_can_be_logged(
    deployment: Deployment, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.import_demonstration()
    deployment.publish_again()
    kit = deployment.kit("north-1", str(deployment.hq.public))
    assert run(kit.path).ok
    path = fresh(kit.path, disk)
    monkeypatch.setattr(destination, "home", path)
    with closing(open_counter(path, PASSPHRASE, "desk")) as counter:
        resize(disk, used(disk))
        for zone, verdict in ((WANTED, Verdict.REFER), (HONEST, Verdict.CANNOT_SAY)):
            result = counter.screen(ScreeningRequest(Subject.from_zone(zone, counter.today()), "officer-1"))
            assert result.verdict is verdict
            assert "journal_failed" in {finding.reason for finding in result.findings}
        resize(disk, 64 << 20)
        counter.screen(ScreeningRequest(Subject.from_zone(HONEST, counter.today()), "officer-1"))
    assert read_log(path) == []


def used(disk: Path) -> int:
    blocks = subprocess.run(["df", "--block-size=1", "--output=used", disk], capture_output=True, text=True, check=True)
    return int(blocks.stdout.split()[-1])
