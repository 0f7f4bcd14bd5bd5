"""Real lists from their files to a kit, and a real change of one as a delta. Only counts are looked at."""

from pathlib import Path

from sync.headquarters.importer import import_list
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import Deployment, names, sync


def test_the_un_and_ofac_lists_reach_a_kit_and_change_as_a_delta(deployment: Deployment, shared_data: Path) -> None:
    lists = shared_data / "lists"
    un = import_list(deployment.hq, "un", "un-xml", [lists / "un" / "2026-02-27" / "consolidated.xml"])
    before = import_list(deployment.hq, "ofac", "ofac-csv", sorted((lists / "ofac" / "2019-01-15").glob("*.csv")))
    assert (un.added, un.refused) == (730, ())
    assert un.skipped["entities"] == 273
    deployment.publish_again()
    kit = deployment.kit()
    assert {name: entry.way for name, entry in sync(kit).items()} == {
        "ofac": SyncMethod.SNAPSHOT,
        "un": SyncMethod.SNAPSHOT,
    }
    old = names(kit, "ofac")
    assert len(old) == before.added

    after = import_list(deployment.hq, "ofac", "ofac-csv", sorted((lists / "ofac" / "2021-07-07").glob("*.csv")))
    assert min(after.added, after.changed, after.removed) > 0
    published = deployment.publish_again()["ofac"]
    result = sync(kit)["ofac"]
    assert (result.way, result.removed) == (SyncMethod.DELTA, after.removed)
    assert result.bytes == published.delta_bytes < published.snapshot_bytes
    new = names(kit, "ofac")
    assert (len(old.keys() - new.keys()), len(new.keys() - old.keys())) == (after.removed, after.added)
