"""Envelopes of kits: of one size whatever they hold, and signed anew where a kit needs it."""

from datetime import timedelta

import pyrage
import pytest

from data.clock import read_system_time
from data.errors import InputError
from data.kit import headquarters_word
from sync.headquarters.kits import SetLease, SetLists, SetStatus, SignAnew, change_kit, revoke_kit
from sync.kit import courier, vault_entries
from tests.support.deployment import PEOPLE, Deployment, sync
from tests.sync.support.headquarters_views import envelope_in_mirror, kit_summary


def test_envelopes_are_of_one_size_whatever_their_kits_carry(deployment: Deployment) -> None:
    for number in range(12):
        deployment.publish(PEOPLE, f"list-{number}")
    deployment.kit()
    deployment.kit("a-post-with-quite-a-long-name-indeed")
    deployment.kit("post-3")
    change_kit(deployment.hq, "post-1", SetLists(("list-3",)))
    change_kit(deployment.hq, "post-3", SetStatus("its reader broke and is away for repair"), SetLease(30))
    deployment.refresh_mirror()
    sizes = set()
    for kit in deployment.kits:
        identity = pyrage.x25519.Identity.from_str(vault_entries.read_enrolment(kit).identity)
        sizes.add(len(pyrage.decrypt(envelope_in_mirror(deployment, kit).read_bytes(), [identity])))
    assert len(sizes) == 1


def test_headquarters_signs_anew_for_a_kit_that_locked_though_nothing_changed(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    before = kit_summary(deployment).serial
    deployment.publish_again()
    assert kit_summary(deployment).serial == before
    change_kit(deployment.hq, "post-1", SignAnew())
    assert kit_summary(deployment).serial == before + 1
    revoke_kit(deployment.hq, "post-1", "stolen")
    with pytest.raises(InputError, match="has been revoked"):
        change_kit(deployment.hq, "post-1", SignAnew())


def test_an_envelope_that_was_signed_under_a_clock_ahead_is_signed_anew_once_it_is_set(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    change_kit(deployment.hq, "post-1", SetLease(10))
    deployment.publish_again(now=read_system_time() + timedelta(days=40))
    deployment.publish_again(now=read_system_time())
    assert courier.run(kit).ok
    signed = headquarters_word.read_status(kit).signed
    assert signed is not None and signed < read_system_time() + timedelta(days=1)
