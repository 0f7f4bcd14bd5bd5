"""The state of the keys: what expires, lies in the wrong place or is lost is said in time."""

import shutil

import pytest

from data.errors import Damaged
from sync.headquarters.ceremonies.key_state import RenewalUrgency
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import metadata_in_force
from sync.kit import courier
from tests.support.deployment import FEWER, PEOPLE, Deployment, names
from tests.sync.support.ceremony import Held
from tests.sync.support.headquarters_views import key_states


def test_what_expires_is_said_in_time_and_with_what_to_do(held: Held) -> None:
    held.publish(PEOPLE)
    assert {role_state.urgency for role_state in key_states(held).values()} == {RenewalUrgency.OK}
    month = key_states(held, 35)
    assert (month["timestamp"].urgency, month["timestamp"].do) == (RenewalUrgency.SOON, "Run `waypost hq publish`")
    years = key_states(held, 3 * 365 - 100)
    assert years["targets"].urgency is RenewalUrgency.SOON and "--renew targets" in years["targets"].do
    assert years["root"].urgency is RenewalUrgency.OK
    over = key_states(held, 5 * 365 + 1)
    assert over["root"].urgency is RenewalUrgency.NOW and "two root holders" in over["root"].do


def test_offline_keys_that_still_lie_in_the_home_are_told_of(deployment: Deployment) -> None:
    root = key_states(deployment)["root"]
    assert root.urgency is RenewalUrgency.SOON and str(deployment.hq.offline) in root.do
    shutil.rmtree(deployment.hq.offline)
    assert key_states(deployment)["root"].urgency is RenewalUrgency.OK


def test_an_online_key_that_was_lost_is_told_of_and_replaced(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    with held.hq.store.transaction() as connection:
        lost = metadata_in_force.read_root(connection).signed.roles["snapshot"].keyids
    held.hq.keyring.forget(lost)
    assert key_states(held)["snapshot"].urgency is RenewalUrgency.NOW
    held.take(FEWER)
    with pytest.raises(Damaged, match="not in this home"):
        publish(held.hq)
    held.change(ProposedChanges(new=("snapshot",)), "root-2", "root-3")
    assert courier.run(kit).ok
    assert names(kit) == FEWER
