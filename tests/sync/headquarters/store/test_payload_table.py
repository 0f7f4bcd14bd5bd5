"""Files stay for kits on their way and go later."""

from datetime import timedelta

from data.clock import read_system_time
from sync.headquarters.store import tables
from tests.support.deployment import FEWER, PEOPLE, Deployment, sync


def test_old_files_stay_for_kits_on_their_way_and_go_later(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    first = next((deployment.hq.public / "lists" / "un").glob("s-1-1-0-*"))
    deployment.publish_again()
    assert first.exists()
    with deployment.hq.store.transaction() as connection:
        long_ago = (read_system_time() - timedelta(days=3)).isoformat()
        connection.execute(tables.unreferenced.update().values(since=long_ago))
    deployment.publish_again()
    assert not first.exists()
    kit = deployment.kit()
    assert sync(kit)["un"].after == 2
