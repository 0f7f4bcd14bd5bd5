"""Kits at headquarters: what each carries, and what a kit reads that was revoked, suspended or enrolled again."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import Clock, Uptime, read_system_time
from data.errors import InputError, LinkError, TrustError
from data.kit import headquarters_word
from data.kit.home import KitHome
from provisioning.enrol import init_kit
from sync.formats import sealed_file
from sync.formats.envelope import envelope_path, unseal_envelope
from sync.headquarters.enrolment import EnrolmentMode, enrol
from sync.headquarters.kits import SetLease, SetLists, SetStatus, change_kit, revoke_kit
from sync.headquarters.store import metadata_in_force, tree
from sync.kit import courier, vault_entries
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, names, sync
from tests.sync.support.headquarters_views import envelope_in_mirror, kit_summary

OTHERS = {f"YYi.{number:03}": f"Altera Persona {number}" for number in range(9)}


def known_keys(kit: KitHome) -> list[bytes]:
    return [key for entry in vault_entries.read_list_keys(kit)[1] for key in entry.keys.values()]


def opens(path: Path, keys: list[bytes]) -> bool:
    for key in keys:
        try:
            sealed_file.unseal_file(io.BytesIO(path.read_bytes()), key).read()
        except TrustError:
            continue
        return True
    return False


def payloads(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.glob("lists/*/*") if re.match(r"[sd]-", path.name)}


@pytest.fixture
def stolen(deployment: Deployment) -> Deployment:
    """Two kits with two lists; the first is stolen after some publications, and revoked."""
    deployment.publish(PEOPLE)
    deployment.publish(OTHERS, "other")
    for name in ("post-1", "post-2"):
        sync(deployment.kit(name))
    deployment.publish(FEWER)
    sync(deployment.kits[0])
    sync(deployment.kits[1])
    assert revoke_kit(deployment.hq, "post-1", "stolen on the ferry") == ("other", "un")
    deployment.refresh_mirror()
    return deployment


def test_a_revoked_kit_with_all_it_ever_had_reads_nothing_new(stolen: Deployment) -> None:
    thief, _ = stolen.kits
    keys = known_keys(thief)
    before = payloads(stolen.mirror)
    assert any(opens(stolen.mirror / path, keys) for path in before)
    stolen.publish(PEOPLE)
    stolen.publish(OTHERS | {"YYi.777": "Nova Persona"}, "other")
    new = payloads(stolen.mirror) - before
    assert {path.parts[1] for path in new} == {"un", "other"}
    assert not any(opens(stolen.mirror / path, keys) for path in new)
    enrolment = vault_entries.read_enrolment(thief)
    with stolen.hq.store.transaction() as connection:
        signer = metadata_in_force.read_policy(connection).kits_key()
    for path in stolen.mirror.glob("kits/*/envelope"):
        try:
            opened = unseal_envelope(path.read_bytes(), enrolment.identity, signer)
        except TrustError:
            continue
        assert (opened.lists, opened.status.state) == ((), "revoked")


def test_the_others_go_on_with_the_new_keys(stolen: Deployment) -> None:
    _, kit = stolen.kits
    stolen.publish(PEOPLE)
    assert courier.run(kit).ok
    assert names(kit) == PEOPLE


def test_a_revoked_kit_is_told_and_keeps_what_it_had(stolen: Deployment) -> None:
    thief, _ = stolen.kits
    stolen.publish(PEOPLE)
    report = courier.run(thief)
    assert not report.ok
    assert [problem.what for problem in report.problems] == [
        "Headquarters says that this kit is not in force (revoked): stolen on the ferry"
    ]
    assert names(thief) == FEWER
    assert [entry.name for entry in headquarters_word.read_carried_lists(thief)] == ["other", "un"]
    assert headquarters_word.read_status(thief).state == "revoked"


def test_the_last_envelope_of_a_revoked_kit_ends(stolen: Deployment) -> None:
    thief, _ = stolen.kits
    serial = kit_summary(stolen).serial
    for days in (30, 46, 60):
        stolen.publish_again(now=read_system_time() + timedelta(days=days))
    assert kit_summary(stolen).serial == serial
    with stolen.hq.store.transaction() as connection:
        assert tree.get(connection, envelope_path(vault_entries.read_enrolment(thief).folder)) is None


def test_a_kit_is_revoked_once_and_for_a_reason(stolen: Deployment) -> None:
    with pytest.raises(InputError, match="has been revoked"):
        revoke_kit(stolen.hq, "post-1", "again")
    with pytest.raises(InputError, match="no kit called post-9"):
        revoke_kit(stolen.hq, "post-9", "lost")
    for why in ("", "  ", "two\nlines", "x" * 121):
        with pytest.raises(InputError, match="reason"):
            revoke_kit(stolen.hq, "post-2", why)
    assert kit_summary(stolen, "post-2").state == "in_force"
    with pytest.raises(InputError, match="has been revoked"):
        change_kit(stolen.hq, "post-1", SetStatus(""))


def test_a_kit_gets_the_keys_of_files_that_are_there_and_no_older_ones(stolen: Deployment) -> None:
    _, kit = stolen.kits
    for number in range(9):
        stolen.publish(PEOPLE | {"XXi.000": f"Testa Alia {number}"})
    sync(kit)
    epochs = {entry.name: set(entry.keys) for entry in vault_entries.read_list_keys(kit)[1]}
    assert epochs["un"] == {2}


def again(deployment: Deployment, name: str = "post-1") -> KitHome:
    secret = deployment.folder / f"{name}.again"
    enrol(deployment.hq, name, str(deployment.mirror), secret, which=EnrolmentMode.AGAIN)
    deployment.refresh_mirror()
    deployment.kits.append(init_kit(deployment.folder / f"{name}-again", PASSPHRASE, secret))
    return deployment.kits[-1]


def test_a_kit_enrolled_again_is_another_enrolment(stolen: Deployment) -> None:
    thief = stolen.kits[0]
    before = kit_summary(stolen)
    kit = again(stolen)
    after = kit_summary(stolen)
    assert after.incarnation != before.incarnation
    assert (after.state, after.reason) == ("in_force", "")
    stolen.publish(PEOPLE)
    stolen.publish(OTHERS | {"YYi.777": "Nova Persona"}, "other")
    assert courier.run(kit).ok
    assert names(kit) == PEOPLE
    assert not courier.run(thief).ok
    assert names(thief) == FEWER


def test_the_envelope_of_another_enrolment_is_refused(stolen: Deployment) -> None:
    kit = again(stolen)
    sync(kit)
    other = vault_entries.read_enrolment(stolen.kits[1])
    envelope_in_mirror(stolen, kit).write_bytes((stolen.mirror / envelope_path(other.folder)).read_bytes())
    assert not courier.run(kit).ok


def test_a_kit_carries_its_lists_and_no_other(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(OTHERS, "other")
    secret = deployment.folder / "one.enrol"
    enrol(deployment.hq, "post-1", str(deployment.mirror), secret, lists=("other",))
    deployment.refresh_mirror()
    kit = init_kit(deployment.folder / "one", PASSPHRASE, secret)
    deployment.kits.append(kit)
    assert set(sync(kit)) == {"other"}
    keys = known_keys(kit)
    assert not any(
        opens(deployment.mirror / path, keys) for path in payloads(deployment.mirror) if path.parts[1] == "un"
    )


def test_a_list_taken_away_is_read_no_more(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(OTHERS, "other")
    kit, rest = deployment.kit(), deployment.kit("post-2")
    sync(kit)
    sync(rest)
    keys, before = known_keys(kit), payloads(deployment.mirror)
    assert change_kit(deployment.hq, "post-1", SetLists(("other",))) == ("un",)
    deployment.publish(FEWER)
    deployment.publish(OTHERS | {"YYi.777": "Nova Persona"}, "other")
    new = {path for path in payloads(deployment.mirror) - before if path.parts[1] == "un"}
    assert new and not any(opens(deployment.mirror / path, keys) for path in new)
    assert courier.run(kit).no_longer_carried == ("un",)
    assert (names(kit), len(names(kit, "other"))) == (PEOPLE, 10)
    sync(rest)
    assert names(rest) == FEWER
    change_kit(deployment.hq, "post-1", SetLists(None))
    deployment.publish(PEOPLE)
    sync(kit)
    assert names(kit) == PEOPLE


def test_a_suspended_kit_gets_nothing_until_it_is_resumed(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    change_kit(deployment.hq, "post-1", SetStatus("being looked at"))
    deployment.publish(FEWER)
    for _ in range(2):
        report = courier.run(kit)
        assert ["(suspended)" in problem.what for problem in report.problems] == [True]
        assert "there is nothing to do on the kit" in report.problems[0].do
        assert names(kit) == PEOPLE
    change_kit(deployment.hq, "post-1", SetStatus(""))
    deployment.refresh_mirror()
    assert courier.run(kit).ok
    assert names(kit) == FEWER
    assert headquarters_word.read_status(kit).in_force


def test_a_kit_that_was_suspended_does_not_forget_it_when_the_envelope_is_withheld(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    change_kit(deployment.hq, "post-1", SetStatus("being looked at"))
    deployment.publish(FEWER)
    courier.run(kit)
    envelope_in_mirror(deployment, kit).unlink()
    report = courier.run(kit)
    assert ["not in force" in problem.what for problem in report.problems] == [False, True]
    assert report.problems[0].what.startswith("This source has lists, but nothing for this kit")
    assert names(kit) == PEOPLE


def test_a_kit_suspended_before_its_first_sync_waits(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    change_kit(deployment.hq, "post-1", SetStatus("not yet"))
    deployment.refresh_mirror()
    assert not courier.run(kit).ok
    assert kit.lists.names() == []


def at_another_start(days: float) -> Clock:
    """The clock of a kit that was switched off and is started in some days."""
    return Clock(
        read=lambda: read_system_time() + timedelta(days=days), read_uptime=lambda: Uptime(f"start {days}", 60.0)
    )


def test_a_lease_is_told_when_it_is_over_and_renewed_by_contact(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    change_kit(deployment.hq, "post-1", SetLease(10))
    deployment.refresh_mirror()
    assert courier.run(kit).ok
    lease = headquarters_word.read_status(kit).lease_until
    assert lease is not None and timedelta(days=9) < lease - read_system_time() < timedelta(days=11)
    over = courier.run(kit, clock=at_another_start(12))
    assert any("no contact with headquarters for 12 days" in problem.what for problem in over.problems)
    deployment.publish_again(now=read_system_time() + timedelta(days=12))
    assert courier.run(kit, clock=at_another_start(12)).ok


def test_who_withholds_the_envelope_and_lets_the_rest_pass_renews_no_lease(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    change_kit(deployment.hq, "post-1", SetLease(10))
    deployment.refresh_mirror()
    assert courier.run(kit).ok
    revoke_kit(deployment.hq, "post-1", "stolen")
    deployment.refresh_mirror()
    deployment.publish(FEWER)
    deployment.publish_again(now=read_system_time() + timedelta(days=8))
    envelope_in_mirror(deployment, kit).unlink()
    courier.run(kit, clock=at_another_start(8))
    report = courier.run(kit, clock=at_another_start(12))
    assert any("no contact with headquarters for 12 days" in problem.what for problem in report.problems)


def test_a_first_envelope_that_does_not_come_stops_a_new_kit(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    envelope_in_mirror(deployment, kit).unlink()
    with pytest.raises(LinkError):
        courier.run(kit)
