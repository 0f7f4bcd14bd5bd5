"""Signed metadata: renewed in time, versions that only grow, no signature under a clock that jumped."""

from datetime import timedelta

import pytest
from tuf.api.metadata import Metadata, Snapshot, Timestamp

from data.clock import Clock, read_system_time
from data.errors import InputError
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import ONLINE
from sync.headquarters.publishing import metadata
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, sync
from tests.sync.support.ceremony import Held
from tests.sync.support.published_trees import newest_role_file

EVERY = ProposedChanges(new=ONLINE)


def test_headquarters_does_not_sign_when_its_clock_jumped(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    held.publish(PEOPLE)
    for jump in (timedelta(days=46), timedelta(days=400), -timedelta(hours=2)):
        monkeypatch.setattr(metadata, "read_system_time", lambda by=jump: read_system_time() + by)
        before = (held.hq.public / "metadata/timestamp.json").read_bytes()
        with pytest.raises(InputError, match="clock"):
            publish(held.hq)
        with pytest.raises(InputError, match="clock"):
            held.propose(EVERY)
        assert (held.hq.public / "metadata/timestamp.json").read_bytes() == before
    monkeypatch.undo()
    publish(held.hq)


def test_signatures_are_renewed_before_they_expire(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    start = read_system_time()
    for day in range(0, 100, 20):
        now = start + timedelta(days=day)
        deployment.publish_again(now=now)
        late = now + timedelta(days=19)
        assert courier.run(kit, clock=Clock(read=lambda at=late: at)).ok  # type: ignore[misc]


def test_versions_of_metadata_only_grow(deployment: Deployment) -> None:
    seen = []
    for people in (PEOPLE, FEWER, FEWER):
        deployment.publish(people)
        timestamp = Metadata[Timestamp].from_file(str(deployment.hq.public / "metadata" / "timestamp.json")).signed
        snapshot = Metadata[Snapshot].from_file(str(newest_role_file(deployment, "snapshot"))).signed
        assert timestamp.snapshot_meta.version == snapshot.version
        seen.append((timestamp.version, snapshot.version))
    assert seen == sorted(set(seen))


def test_publishing_goes_on_without_the_offline_keys(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    deployment.hq.close()
    for path in deployment.hq.offline.iterdir():
        path.unlink()
    deployment.hq = HeadquartersHome.open(deployment.hq.path, PASSPHRASE)
    deployment.publish(FEWER)
    assert sync(kit)["un"].after == 2
