"""Fixtures for the tests of reports that leave."""

import pytest

from data.kit.home import KitHome
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    return kit
