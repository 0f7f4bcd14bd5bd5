"""An urgent publication only takes away, and goes first."""

from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store.list_table import Urgency
from sync.kit import courier
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync
from tests.sync.support.published_trees import OTHERS


def test_an_urgent_publication_only_takes_away_and_goes_first(deployment: Deployment) -> None:
    changed_lists: list[str] = []
    deployment.publish(PEOPLE, "large-list-with-the-removal")
    deployment.publish(PEOPLE, "a")
    kit = deployment.kit()
    sync(kit)
    before = kit.lists.open("large-list-with-the-removal").edition()
    deployment.take(OTHERS, "large-list-with-the-removal")
    urgent = publish(deployment.hq, urgency=Urgency.URGENT)
    (changed,) = [entry for entry in urgent.lists if entry.new]
    assert (changed.added, changed.changed, changed.removed) == (0, 0, 1)
    assert changed.delta_bytes < 1000
    deployment.take(PEOPLE | {"XXi.901": "Tertia Persona"}, "a")
    deployment.refresh_mirror()
    courier.run(kit, after_apply=lambda edition: changed_lists.append(edition.list))
    assert names(kit, "large-list-with-the-removal") == FEWER
    after = kit.lists.open("large-list-with-the-removal").edition()
    assert before is not None and after is not None
    assert after.as_of == before.as_of  # what is new has not come, so the list is as old as it was
    deployment.publish_again()
    assert sync(kit)["large-list-with-the-removal"].way is SyncMethod.DELTA
    assert names(kit, "large-list-with-the-removal") == OTHERS


def test_what_is_urgent_is_fetched_before_what_is_small(deployment: Deployment) -> None:
    changed_lists: list[str] = []
    people = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(300)}
    deployment.publish(people, "long")
    deployment.publish(PEOPLE, "short")
    kit = deployment.kit()
    sync(kit)
    deployment.publish(PEOPLE | {"XXi.901": "Tertia Persona"}, "short")
    deployment.take({record: name for record, name in people.items() if int(record[4:]) % 12}, "long")
    publish(deployment.hq, urgency=Urgency.URGENT)
    deployment.refresh_mirror()
    courier.run(kit, after_apply=lambda edition: changed_lists.append(edition.list))
    assert changed_lists == ["long", "short"]
