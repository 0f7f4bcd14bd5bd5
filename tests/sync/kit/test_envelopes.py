"""Which envelope a kit takes: its own, in order, and said when."""

import shutil
from datetime import timedelta

import pyrage
import pytest

from data.clock import read_system_time
from data.errors import LinkError
from data.kit import headquarters_word
from data.kit.headquarters_word import KitStatus
from sync.formats.envelope import Envelope, envelope_path, seal_envelope
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.kit import courier, vault_entries
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import PEOPLE, Deployment, names, one, sync


def test_the_envelope_of_another_kit_is_refused_and_the_lists_go_on(behind: Deployment) -> None:
    kit = behind.kits[0]
    other = vault_entries.read_enrolment(behind.kit("post-2"))
    mine = vault_entries.read_enrolment(kit)
    kits = behind.mirror / "kits"
    (kits / mine.folder / "envelope").write_bytes((kits / other.folder / "envelope").read_bytes())
    report = courier.run(kit)
    assert ["sealed to another kit" in problem.what for problem in report.problems] == [True]
    assert one(report).way is SyncMethod.DELTA


def test_without_a_first_envelope_a_kit_says_so(deployment: Deployment) -> None:
    kit = deployment.kit()
    shutil.rmtree(deployment.mirror / "kits")
    with pytest.raises(LinkError, match="envelope"):
        courier.run(kit)


def test_an_older_envelope_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    path = deployment.mirror / "kits" / vault_entries.read_enrolment(kit).folder / "envelope"
    first = path.read_bytes()
    deployment.publish(PEOPLE, "other")
    sync(kit)
    path.write_bytes(first)
    report = courier.run(kit)
    assert ["older than envelope 2" in problem.what for problem in report.problems] == [True]
    assert [entry.name for entry in report.lists] == ["other", "un"]


def test_an_envelope_that_does_not_say_when_it_was_signed_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    enrolment, serial = vault_entries.read_enrolment(kit), vault_entries.read_list_keys(kit)[0]
    expires = read_system_time() + timedelta(days=30)
    unsigned = Envelope(enrolment.kit, enrolment.enrolment_id, serial + 1, expires, (), KitStatus("wiped"))
    recipient = str(pyrage.x25519.Identity.from_str(enrolment.identity).to_public())
    path = deployment.mirror / envelope_path(enrolment.folder)
    path.write_bytes(seal_envelope(unsigned, envelope_signer(deployment.hq), recipient))
    report = courier.run(kit)
    assert ["does not say when" in problem.what for problem in report.problems] == [True]
    assert headquarters_word.read_status(kit).in_force and vault_entries.read_list_keys(kit)[0] == serial
    assert names(kit) == PEOPLE
