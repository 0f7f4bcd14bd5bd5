"""Power loss: from what the real courier and a desk wrote and synced, disks are made as a power cut may leave them.

Debian's strace records a run. A disk keeps what was synced and any part of the rest (tests.faults.support.power_loss).
"""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from data.journal.history import read_events, verify_journal
from data.kit.home import KitHome
from data.witness.comparison import find_disagreements
from sync.headquarters.publishing import file_maker
from tests.faults.support.power_loss import Disk, images
from tests.faults.support.recorded_work import KIND
from tests.faults.support.scenes import WAYS, check, prepare, version
from tests.support.amount import amount
from tests.support.deployment import PASSPHRASE, Deployment, fresh
from tests.support.network.chaos import ChaosServer
from tests.support.recording import Step, recorded

pytestmark = pytest.mark.acceptance


@pytest.fixture(autouse=True)
def another_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at the disk does so after the machine started again."""
    monkeypatch.setattr("data.witness.witness_record.read_boot", lambda: "another start")


def record(what: str, kit: Path, tmp_path: Path) -> Sequence[Step]:
    command = [sys.executable, "-m", "tests.faults.support.recorded_work", what, str(kit)]
    return recorded(command, kit, tmp_path / "strace.log")


@pytest.mark.parametrize(("way", "before"), WAYS)
def test_the_courier_loses_its_power(
    deployment: Deployment, way: str, before: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "repair":
        monkeypatch.setattr(file_maker, "LIMITS", replace(file_maker.LIMITS, part_bytes=20_000))
    with ChaosServer(deployment.mirror) as server:
        prepared = prepare(deployment, way, server.url)
        kit = fresh(prepared, tmp_path)
        steps = record("sync", kit, tmp_path)
        dice = random.Random(way)
        for place, disk in images(steps, prepared, kit, tmp_path / "image", dice, amount(32) // 4):
            try:
                kept_what_was_told(tmp_path / "image", disk)
                check(tmp_path / "image", before)
            except Exception as error:
                error.add_note(
                    f"the power went after {place} of {len(steps)} steps; the last: {steps[place - 1]!r:.300}"
                )
                raise


def kept_what_was_told(path: Path, disk: Disk) -> None:
    kit = KitHome.open(path, PASSPHRASE, "check")
    if disk.said:
        assert f"un {version(kit)}" in disk.said
    kit.close()


def test_a_desk_loses_its_power_and_no_event_that_it_told_of(deployment: Deployment, tmp_path: Path) -> None:
    prepared = prepare(deployment, "first snapshot")
    kit = fresh(prepared, tmp_path)
    steps = record("write", kit, tmp_path)
    for _, disk in images(steps, prepared, kit, tmp_path / "image", random.Random(3), amount(24)):
        home = KitHome.open(tmp_path / "image", PASSPHRASE, "desk")
        kept = [int(event.outcome) for event in reversed(read_events(home.journal, KIND))]
        assert verify_journal(home.journal).faults == () == find_disagreements(home)
        home.close()
        assert kept[: len(disk.said)] == [int(words) for words in disk.said]
        assert len(kept) <= len(disk.said) + 1
