"""Fixtures for the tests of reports that are taken in."""

import pytest

from data.kit.home import KitHome
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.uplinks import happen


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    """A kit that has its policy and lists, and five events to report."""
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    happen(kit, 5)
    return kit
