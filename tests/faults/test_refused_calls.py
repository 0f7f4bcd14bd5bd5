"""A full disk, a failed write, sync, open or rename at any moment: the courier and headquarters say so and go on later.

Debian's fiu-utils stands between the real programs and the kernel and refuses one call after the other.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from errno import EIO
from pathlib import Path
from typing import Any

import pytest

from data import durable_files
from data.kit.home import KitHome
from sync.kit import courier
from sync.kit.list_sync import ListSync
from tests.faults.support.failing import REFUSALS, Outcome
from tests.faults.support.scenes import NEXT, OLD, check, import_and_publish, prepare
from tests.support.amount import amount
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, fresh, names, one, un_file
from tests.support.recording import must_have

pytestmark = pytest.mark.acceptance

WAYS = [("delta", OLD), ("snapshot", OLD)] if amount(0) else [("delta", OLD)]


def outcomes(work: str, folder: Path, copies: Path) -> Iterator[Outcome]:
    """What came of each child: of every refusal, until a child met none."""
    must_have("fiu-run", "fiu-utils")
    words = ["fiu-run", "-x", sys.executable, "-m", "tests.faults.support.failing", work, folder, copies]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    for refusal in REFUSALS:
        assert [one.failed for one in found if one.refusal == refusal][-3:] == [True, True, False], refusal
    yield from found


@pytest.mark.parametrize(("way", "before"), WAYS)
def test_the_courier_is_refused_a_call(
    deployment: Deployment, way: str, before: dict[str, str], tmp_path: Path
) -> None:
    prepared = prepare(deployment, way)
    for outcome in outcomes("sync", prepared, tmp_path):
        assert outcome.unexpected == "", outcome
        check(Path(outcome.folder), before)


def test_headquarters_is_refused_a_call(deployment: Deployment, tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    kit.close()
    deployment.hq.close()
    un_file(tmp_path / NEXT, FEWER)
    for outcome in outcomes("publish", deployment.hq.path, tmp_path):
        assert outcome.unexpected == "", outcome
        check_headquarters(Path(outcome.folder), fresh(kit.path, tmp_path))


def check_headquarters(path: Path, kit_path: Path) -> None:
    """A kit can use the tree as it was left; when the work is done again, it gets the new list."""
    kit = KitHome.open(kit_path, PASSPHRASE, "courier")
    try:
        assert courier.run(kit, source=str(path / "public")).ok
        assert names(kit) in (PEOPLE, FEWER)
        import_and_publish(path)
        assert courier.run(kit, source=str(path / "public")).ok
        assert names(kit) == FEWER
    finally:
        kit.close()


def test_what_the_system_refuses_for_one_list_does_not_stop_the_others(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(PEOPLE, "other")
    kit = deployment.kit()
    courier.run(kit)
    deployment.publish(FEWER)
    deployment.publish(FEWER, "other")
    run = ListSync.run

    def refuse_one(sync: ListSync, *given: Any) -> Any:
        if sync.name == "un":
            with durable_files.translate_os_errors():
                raise OSError(EIO, "Input/output error")
        return run(sync, *given)

    monkeypatch.setattr(ListSync, "run", refuse_one)
    report = courier.run(kit)
    refused = one(report).error
    assert refused and "The system could not use a file" in refused.what
    assert names(kit) == PEOPLE
    assert names(kit, "other") == FEWER
