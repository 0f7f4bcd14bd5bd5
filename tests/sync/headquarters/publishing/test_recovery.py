"""A headquarters that was put back from a copy learns it, publishes nothing, is recovered, and every kit goes on."""

import shutil
from datetime import timedelta

import pytest

from data.clock import read_system_time
from data.errors import Damaged, InputError, RollbackError
from data.journal.chains import LIST_CHANGED
from data.journal.outgoing import OutboxEntry
from data.kit import headquarters_word
from data.kit.home import KitHome
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest import kit_reports
from sync.headquarters.kits import SetStatus, change_kit, revoke_kit
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.publishing.recovery import find_unknown_versions, numbers_at, recover
from sync.headquarters.store.list_table import Urgency
from sync.kit import courier
from sync.kit.list_sync import SyncMethod
from sync.link import TIMESTAMP
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, names, sync
from tests.support.network.uplinks import Straight, dispatch, happen

SINCE = {record: name for record, name in PEOPLE.items() if record != "XXi.003"} | {"XXi.900": "Altera Persona"}


def copy(deployment: Deployment) -> None:
    deployment.hq.close()
    shutil.rmtree(deployment.folder / "copy", ignore_errors=True)
    shutil.copytree(deployment.hq.path, deployment.folder / "copy")
    deployment.hq = HeadquartersHome.open(deployment.hq.path, PASSPHRASE)


def put_back(deployment: Deployment) -> None:
    deployment.hq.close()
    shutil.rmtree(deployment.hq.path)
    shutil.copytree(deployment.folder / "copy", deployment.hq.path)
    deployment.hq = HeadquartersHome.open(deployment.hq.path, PASSPHRASE)


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    """A kit at version 2 of a headquarters that was put back to version 1."""
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    dispatch(kit).send(Straight(deployment.hq))
    copy(deployment)
    deployment.publish(SINCE)
    sync(kit)
    dispatch(kit).send(Straight(deployment.hq))
    put_back(deployment)
    return kit


def test_kits_tell_it_and_it_publishes_nothing_more(deployment: Deployment, kit: KitHome) -> None:
    assert find_unknown_versions(deployment.hq) == ()
    happen(kit, 1)
    dispatch(kit).send(Straight(deployment.hq))
    (unknown,) = find_unknown_versions(deployment.hq)
    assert (unknown.kit, unknown.list, unknown.version, unknown.newest) == ("post-1", "un", 2, 1)
    with pytest.raises(InputError, match="post-1 has version 2 of un; the newest here is 1") as refused:
        publish(deployment.hq)
    assert "waypost hq recover" in refused.value.do


def test_its_own_tree_tells_it_where_only_the_store_was_put_back(deployment: Deployment, kit: KitHome) -> None:
    shutil.copytree(deployment.mirror, deployment.hq.public, dirs_exist_ok=True)
    with pytest.raises(InputError, match="published tree has number"):
        publish(deployment.hq)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, None])
def test_a_tree_that_cannot_tell_is_told_nothing_is_published_and_recovering_mends_it(
    deployment: Deployment, content: bytes | None
) -> None:
    deployment.publish(PEOPLE)
    timestamp = deployment.hq.public / TIMESTAMP
    timestamp.unlink()
    timestamp.mkdir() if content is None else timestamp.write_bytes(content)
    with pytest.raises(Damaged, match="in the published tree cannot be read") as refused:
        publish(deployment.hq)
    assert "remove the file and publish again" in refused.value.do
    if content is None:
        timestamp.rmdir()
        assert publish(deployment.hq).ok
    else:
        assert recover(deployment.hq).was_behind
    assert b"signed" in timestamp.read_bytes()


def test_a_kit_refuses_it_until_it_was_recovered_and_then_mends_what_differs(
    deployment: Deployment, kit: KitHome
) -> None:
    deployment.refresh_mirror()
    with pytest.raises(RollbackError):
        courier.run(kit)
    report = recover(deployment.hq)
    assert (report.lists, report.kits) == (("un",), (("post-1", "in_force"),))
    deployment.refresh_mirror()
    result = sync(kit)["un"]
    assert (result.way, result.after) == (SyncMethod.UNCHANGED, 2) and result.error is not None
    assert "older than version 2" in result.error.what and names(kit) == SINCE
    deployment.publish(PEOPLE | {"XXi.901": "Tertia Persona"})
    result = sync(kit)["un"]
    assert (result.after > numbers_at(read_system_time()) - 600, result.error) == (True, None)
    assert names(kit) == PEOPLE | {"XXi.901": "Tertia Persona"}
    assert find_unknown_versions(deployment.hq) == ()


def test_the_same_list_again_is_a_new_version_for_kits_that_have_another(deployment: Deployment, kit: KitHome) -> None:
    recover(deployment.hq)
    deployment.publish(PEOPLE)
    assert sync(kit)["un"].after > 2
    assert names(kit) == PEOPLE
    assert not deployment.publish(PEOPLE).new, "only once"


def test_a_copy_that_is_put_back_twice_gives_no_number_twice(deployment: Deployment, kit: KitHome) -> None:
    recover(deployment.hq)
    first = deployment.publish(PEOPLE | {"XXi.901": "Tertia Persona"}).version
    sync(kit)
    put_back(deployment)
    recover(deployment.hq, read_system_time() + timedelta(minutes=1))
    assert deployment.publish(SINCE).version > first
    assert sync(kit)["un"].error is None and names(kit) == SINCE


def test_envelopes_of_before_do_not_hide_the_new_ones(deployment: Deployment, kit: KitHome) -> None:
    recover(deployment.hq)
    deployment.publish(SINCE)
    copy(deployment)
    for _ in range(3):
        change_kit(deployment.hq, "post-1", SetStatus("being repaired"))
        change_kit(deployment.hq, "post-1", SetStatus(""))
    deployment.refresh_mirror()
    sync(kit)
    put_back(deployment)
    recover(deployment.hq, read_system_time() + timedelta(minutes=1))
    change_kit(deployment.hq, "post-1", SetStatus("it waits"))
    deployment.refresh_mirror()
    assert courier.run(kit).lists == () and not headquarters_word.read_status(kit).in_force


def test_an_urgent_publication_waits_for_a_whole_one(deployment: Deployment, kit: KitHome) -> None:
    recover(deployment.hq)
    with pytest.raises(InputError, match=r"Not published yet since .*: un"):
        publish(deployment.hq, urgency=Urgency.URGENT)
    deployment.publish(SINCE)
    assert publish(deployment.hq, urgency=Urgency.URGENT).ok


def test_a_kit_that_says_what_cannot_be_and_one_that_was_revoked_stop_nothing(
    deployment: Deployment, kit: KitHome
) -> None:
    body = b'{"list":"un","version":%d,"as_of":"x","removed":0,"removals":"erased","erased_upto":1,"at":"x"}'
    for version, stops in ((numbers_at(read_system_time()) * 3, False), (7, True)):
        with deployment.hq.reports.transaction() as connection:
            kit_reports.keep_newest_facts(connection, "post-1", [OutboxEntry(LIST_CHANGED, body % version)])
        assert bool(find_unknown_versions(deployment.hq)) is stops
    revoke_kit(deployment.hq, "post-1", "it lies")
    assert find_unknown_versions(deployment.hq) == () and publish(deployment.hq).ok
