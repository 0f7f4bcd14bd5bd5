"""kill −9 of headquarters: whatever it leaves, kits can use the tree, and the next publication goes on."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data.kit.home import KitHome
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, names, un_file
from tests.support.killing import moments_of


@pytest.mark.acceptance
def test_killed_before_any_durable_step(deployment: Deployment, tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    copy = tmp_path / "copy"
    kit = deployment.kit(source=str(copy / "public"))
    courier.run(kit, source=str(deployment.mirror))
    kit.close()
    deployment.hq.close()
    file = un_file(tmp_path / "fewer.xml", FEWER)

    def work() -> None:
        home = HeadquartersHome.open(copy, PASSPHRASE)
        import_list(home, "un", "un-xml", [file])
        publish(home)
        home.close()

    def fresh() -> None:
        for folder, source in ((copy, deployment.hq.path), (tmp_path / "kit", kit.path)):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(source, folder)

    fresh()
    count = moments_of(work)
    assert count is not None
    assert count > 20
    for moment in range(count):
        fresh()
        assert moments_of(work, moment) is None
        check(tmp_path / "kit", work)


def check(kit_path: Path, work: Callable[[], None]) -> None:
    """A kit can use the tree as it was left; when the work is done again, it gets the new list."""
    kit = KitHome.open(kit_path, PASSPHRASE, "courier")
    try:
        assert courier.run(kit).ok
        assert names(kit) in (PEOPLE, FEWER)
        work()
        assert courier.run(kit).ok
        assert names(kit) == FEWER
    finally:
        kit.close()
