"""The tree is complete without the store."""

import shutil

from sync.headquarters.publishing.publisher import publish
from tests.support.deployment import PEOPLE, Deployment, names, sync
from tests.sync.support.published_trees import files_under


def test_the_tree_is_complete_without_the_store(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    before = files_under(deployment.hq.public)
    shutil.rmtree(deployment.hq.public)
    publish(deployment.hq)
    after = files_under(deployment.hq.public)
    sealed = {path for path in before if "/s-" in path or "manifest" in path or path.endswith(".json")}
    assert {path for path in before if path not in after} <= sealed  # sealed anew, so named anew
    deployment.refresh_mirror()
    sync(kit)
    assert names(kit) == PEOPLE
