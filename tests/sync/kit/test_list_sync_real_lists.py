"""Real lists from their files to a kit, and a real change of one as a delta. Only counts are looked at."""

from pathlib import Path

import pytest

from data.certificates.trust_store import TrustStore
from data.lists.kinds import trust
from sync.headquarters.importer import import_list
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import Deployment, names, sync

pytestmark = pytest.mark.acceptance


def test_the_un_and_ofac_lists_reach_a_kit_and_change_as_a_delta(deployment: Deployment, shared_data: Path) -> None:
    lists = shared_data / "lists"
    un = import_list(deployment.hq, "un", "un-xml", [lists / "un" / "2026-02-27" / "consolidated.xml"])
    before = import_list(deployment.hq, "ofac", "ofac-csv", sorted((lists / "ofac" / "2019-01-15").glob("*.csv")))
    assert (un.added, un.refused) == (730, ())
    assert un.skipped["entities, since only persons are imported"] == 273
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


_CHANGES = [(35, 19), (25, 12), (35, 24), (12, 5)]


def test_real_master_lists_reach_a_kit_and_change_as_deltas(deployment: Deployment, shared_data: Path) -> None:
    folder = shared_data / "chip/masterlists"
    root = folder / "DE_ROOT_CA_CSCA07.cer"
    first, *later = sorted(folder.glob("DE_ML_*.ml"))
    report = import_list(deployment.hq, "csca", "master-list", [first], accept_unvouched="its root is not here")
    assert (report.added, report.refused, report.source_date) == (541, (), "2024-08-07T05:38:24Z")
    deployment.publish_again()
    kit = deployment.kit()
    assert sync(kit)["csca"].way is SyncMethod.SNAPSHOT
    count = 541
    for path, (added, removed) in zip(later, _CHANGES, strict=True):
        report = import_list(deployment.hq, "csca", "master-list", [path], accept_unvouched="as before")
        assert (report.added, report.removed, report.changed, report.refused) == (added, removed, 0, ())
        published = deployment.publish_again()["csca"]
        synced = sync(kit)["csca"]
        assert (synced.way, synced.removed) == (SyncMethod.DELTA, removed)
        assert synced.bytes == published.delta_bytes < published.snapshot_bytes / 5
        count += added - removed
    with kit.lists.open("csca").read() as view:
        store = TrustStore(trust.from_json(row.body.decode()) for row in view.rows())
    assert store.count == count == 588
    report = import_list(deployment.hq, "csca", "master-list", [later[-1], root])
    assert (report.changed, report.added, report.removed, report.accepted) == (588, 0, 0, ())
    assert sum(len(list(store.of_state(state))) for state in store.states()) == 588
