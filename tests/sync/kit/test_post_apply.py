"""What follows from a new version: withdrawn rows are erased, whoever waits is told."""

from data.errors import LinkError
from data.journal.history import read_events
from data.lists.edition import Edition
from sync.kit import courier
from tests.support.deployment import FEWER, PEOPLE, Deployment, one, sync


def test_a_withdrawn_person_is_erased_not_only_hidden(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    base = next((kit.path / "lists" / "un").glob("base-*"))
    deployment.publish(FEWER)
    sync(kit)
    assert not base.exists()
    assert kit.lists.open("un").overlay_rows() == 0
    receipt = read_events(kit.journal, "list_changed")[0]
    assert (receipt.detail["version"], receipt.detail["removed"], receipt.detail["removals"]) == (2, 1, "erased")


def test_whoever_waits_for_a_list_is_told_of_each_new_version_once(deployment: Deployment) -> None:
    calls: list[Edition] = []
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    for _ in range(2):
        courier.run(kit, after_apply=calls.append)
    assert [(edition.list, edition.version) for edition in calls] == [("un", 1)]
    assert [event.outcome for event in read_events(kit.journal, "list_changed")] == ["un 1"]


def test_consequences_that_failed_follow_before_a_newer_version(behind: Deployment) -> None:
    (kit,) = behind.kits
    versions = []

    def fail(edition: object) -> None:
        raise LinkError("the late hits could not be replayed")

    assert one(courier.run(kit, after_apply=fail)).error is not None
    behind.publish(PEOPLE)
    assert one(courier.run(kit, after_apply=fail)).after == 2
    courier.run(kit, after_apply=lambda edition: versions.append(edition.version))
    assert versions == [2, 3]
