"""A full disk, a failed write, sync, open or rename at any moment: the courier and headquarters say so and go on later.

Debian's fiu-utils stands between the real programs and the kernel and refuses one call after the other.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from data.kit.home import KitHome
from sync.kit import courier
from tests.faults.amount import amount
from tests.faults.failing import REFUSALS, Outcome
from tests.faults.recording import must_have
from tests.faults.scenes import NEXT, OLD, check, fresh, import_and_publish, prepare
from tests.sync.world import PASSPHRASE, PEOPLE, World, names, one, un_file

WAYS = [("delta", OLD), ("snapshot", OLD)] if amount(0) else [("delta", OLD)]
FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}


def outcomes(work: str, folder: Path, copies: Path) -> Iterator[Outcome]:
    """What came of each child: of every refusal, until a child met none."""
    must_have("fiu-run", "fiu-utils")
    words = ["fiu-run", "-x", sys.executable, "-m", "tests.faults.failing", work, folder, copies]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    for refusal in REFUSALS:
        assert [one.failed for one in found if one.refusal == refusal][-3:] == [True, True, False], refusal
    yield from found


@pytest.mark.parametrize(("way", "before"), WAYS)
def test_the_courier_is_refused_a_call(world: World, way: str, before: dict[str, str], tmp_path: Path) -> None:
    prepared = prepare(world, way)
    for outcome in outcomes("sync", prepared, tmp_path):
        assert outcome.unexpected == "", outcome
        check(Path(outcome.folder), before)


def test_headquarters_is_refused_a_call(world: World, tmp_path: Path) -> None:
    world.publish(PEOPLE)
    kit = world.kit()
    courier.run(kit)
    kit.close()
    world.hq.close()
    un_file(tmp_path / NEXT, FEWER)
    for outcome in outcomes("publish", world.hq.path, tmp_path):
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


def test_what_the_system_refuses_for_one_list_does_not_stop_the_others(world: World) -> None:
    world.publish(PEOPLE)
    world.publish(PEOPLE, "other")
    kit = world.kit()
    courier.run(kit)
    world.publish(FEWER)
    world.publish(FEWER, "other")
    digest = sha256(world.payload("d").read_bytes()).hexdigest()
    (kit.staging / f"{digest}.part").mkdir()  # nobody can write there
    report = courier.run(kit)
    refused = one(report).error
    assert refused and "The system refused a file" in refused.what
    assert names(kit) == PEOPLE
    assert names(kit, "other") == FEWER
