"""Files of a version: made again where they were lost, with canaries of their own."""

import pytest

from sync.headquarters.publishing.file_maker import FileMaker
from sync.headquarters.store import list_table
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync


def test_a_file_that_was_lost_is_made_again(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(FEWER)
    for path in (deployment.hq.public / "lists" / "un").glob("?-*"):
        path.unlink()
    (deployment.hq.public / "metadata" / "1.root.json").unlink()
    assert deployment.publish_again()["un"].new is False
    kit = deployment.kit()
    sync(kit)
    assert names(kit) == FEWER
    deployment.publish(PEOPLE)
    sync(kit)
    assert names(kit) == PEOPLE


@pytest.mark.parametrize(("rows", "canaries"), [(1, 1), (3, 3), (4, 4), (30, 4)])
def test_canaries_are_different_rows(deployment: Deployment, rows: int, canaries: int) -> None:
    people = dict(list(PEOPLE.items())[:rows])
    deployment.publish(people)
    with deployment.hq.store.reading() as connection:
        (entry,) = list_table.all_lists(connection)
        keys = [canary.key for canary in FileMaker(deployment.hq, connection, entry)._canaries(1)]
    assert len(keys) == len(set(keys)) == canaries
