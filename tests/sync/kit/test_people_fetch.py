"""A kit takes the people of its post: those that its envelope names, once, and whatever goes wrong the others stay."""

from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from data.journal.history import read_events
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.people import kit_roster
from data.people.kit_roster import LocalPerson, PeopleReader, add_local_person, read_roster
from data.people.sign_in_tries import RADIO, tries_of
from provisioning.enrol import init_kit
from sync.formats.envelope import Envelope, PeopleFile
from sync.formats.people_envelope import PeopleEnvelope, seal_people
from sync.headquarters import people
from sync.headquarters.enrolment import Technician, enrol
from sync.headquarters.kits import SetStatus, change_kit, wipe_kit
from sync.headquarters.sticks import stick_out
from sync.kit import courier, people_fetch, sticks, vault_entries
from sync.limits import LIMITS
from sync.link import FileLink
from tests.support.deployment import PASSPHRASE, Deployment
from tests.support.staff import OFFICER
from tests.sync.support.posts import make_posts, numbers_on, path_in_tree, stand_at

SIGNER = Ed25519PrivateKey.generate()
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOT_NAMED = "The people of this post are not those that headquarters names in its envelope for this kit"


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    """A kit at `north` that took its people."""
    make_posts(deployment)
    kit = deployment.kit()
    stand_at(deployment, "north")
    assert courier.run(kit).ok
    return kit


def problems(kit: KitHome) -> list[str]:
    return [str(problem.what) for problem in courier.run(kit).problems]


def published(deployment: Deployment) -> Path:
    return deployment.mirror / path_in_tree(deployment.kits[0])


def test_a_kit_takes_who_works_at_its_post_and_journals_who(kit: KitHome) -> None:
    assert numbers_on(kit) == ["A-17", "A-18"]
    (event,) = read_events(kit.journal, people_fetch.ROSTER_CHANGED)
    assert event.detail["added"] == ["A-17", "A-18"] and event.detail["people"] == 2
    assert "argon2id" not in str(event.detail) and "Kovač" not in str(event.detail)


def test_an_unchanged_roster_costs_no_download(deployment: Deployment, kit: KitHome) -> None:
    deployment.publish_again()
    published(deployment).unlink()
    assert courier.run(kit).ok
    assert len(read_events(kit.journal, people_fetch.ROSTER_CHANGED)) == 1


def test_whom_headquarters_ended_can_no_longer_sign_in(deployment: Deployment, kit: KitHome) -> None:
    people.end_person(deployment.hq, "A-18", "moved")
    deployment.publish_again()
    assert courier.run(kit).ok and numbers_on(kit) == ["A-17"]
    newest = read_events(kit.journal, people_fetch.ROSTER_CHANGED)[0]
    assert newest.detail["ended"] == ["A-18"] and newest.detail["added"] == []


def other_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])


def more_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def fewer_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("spoil", [other_bytes, more_bytes, fewer_bytes, Path.unlink])
def test_what_cannot_be_had_leaves_who_was_there_and_lists_go_on(
    deployment: Deployment, kit: KitHome, spoil: Callable[[Path], None]
) -> None:
    people.end_person(deployment.hq, "A-18", "moved")
    listed = deployment.publish({"XXi.1": "Testa Persona"})
    spoil(published(deployment))
    report = courier.run(kit)
    assert len(report.problems) == 1 and [entry.after for entry in report.lists] == [listed.version]
    assert numbers_on(kit) == ["A-17", "A-18"]
    deployment.refresh_mirror()
    assert courier.run(kit).ok and numbers_on(kit) == ["A-17"]


def test_a_roster_that_cannot_be_read_any_more_is_fetched_again(kit: KitHome) -> None:
    kit.vault.put({kit_roster.ROSTER: b"{"})
    assert courier.run(kit).ok and numbers_on(kit) == ["A-17", "A-18"]


def _refuse_more() -> NoReturn:
    raise AssertionError


def test_a_kit_that_loses_its_post_lets_nobody_sign_in(deployment: Deployment, kit: KitHome) -> None:
    local = LocalPerson(replace(OFFICER, valid_until=NOW), "A-17", "A-18")
    add_local_person(kit.vault, local, NOW, _refuse_more)
    stand_at(deployment, None)
    assert courier.run(kit).ok
    known = PeopleReader(kit.vault).read()
    assert known.roster is not None and known.people == ()
    assert len(read_events(kit.journal, people_fetch.ROSTER_CHANGED)) == 2
    assert courier.run(kit).ok and len(read_events(kit.journal, people_fetch.ROSTER_CHANGED)) == 2
    stand_at(deployment, "north")
    assert courier.run(kit).ok and numbers_on(kit) == ["A-17", "A-18"]


def test_a_suspended_kit_keeps_its_people(deployment: Deployment, kit: KitHome) -> None:
    change_kit(deployment.hq, "post-1", SetStatus("away for repair"))
    deployment.refresh_mirror()
    courier.run(kit)
    assert numbers_on(kit) == ["A-17", "A-18"]


def test_a_kit_that_is_to_be_wiped_forgets_its_people(deployment: Deployment, kit: KitHome) -> None:
    wipe_kit(deployment.hq, "post-1", "stolen")
    deployment.refresh_mirror()
    courier.run(kit)
    assert numbers_on(kit) == []


def test_a_stick_brings_the_people(deployment: Deployment) -> None:
    make_posts(deployment)
    kit = deployment.kit()
    stand_at(deployment, "north")
    stick = deployment.folder / "stick"
    stick.mkdir()
    stick_out(deployment.hq, stick)
    assert sticks.stick_in(kit, stick).ok
    assert numbers_on(kit) == ["A-17", "A-18"]


class _Link:
    def __init__(self, content: bytes) -> None:
        self.content = content

    @contextmanager
    def open(self, _path: str) -> Any:
        yield iter([self.content])


def take(
    kit: KitHome,
    change: Callable[[PeopleEnvelope], PeopleEnvelope] = lambda people: people,
    signer: Ed25519PrivateKey = SIGNER,
    **named: Any,
) -> list[str]:
    """Offer people of this kit, changed, in a file that the envelope names."""
    enrolment = vault_entries.read_enrolment(kit)
    roster = read_roster(kit)
    assert roster is not None
    offered = change(PeopleEnvelope(enrolment.kit, enrolment.enrolment_id, roster))
    sealed = seal_people(offered, signer, recipient(enrolment.identity))
    file = replace(PeopleFile(offered.roster.serial, sha256(sealed).digest(), len(sealed)), **named)
    envelope = Envelope(enrolment.kit, "", 1, NOW, (), KitStatus(), file)
    link: FileLink = _Link(sealed)  # type: ignore[assignment]
    failed = people_fetch.take_people(kit, link, enrolment, envelope, SIGNER.public_key(), NOW)
    return [str(problem.what) for problem in failed]


def recipient(identity: str) -> str:
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def with_serial(serial: int) -> Callable[[PeopleEnvelope], PeopleEnvelope]:
    return lambda people: replace(people, roster=replace(people.roster, serial=serial))


def test_the_serial_of_a_roster_never_falls(kit: KitHome) -> None:
    assert take(kit, with_serial(7)) == []
    assert take(kit, with_serial(6)) == ["Roster 6 is older than roster 7, which this kit already has"]
    assert take(kit, with_serial(7)) == [] and take(kit, with_serial(8)) == []


def test_with_another_key_of_headquarters_serials_start_again(deployment: Deployment, kit: KitHome) -> None:
    assert take(kit, with_serial(1 << 40)) == []
    assert courier.run(kit).ok  # signed with the key of this headquarters, serial 1
    roster = read_roster(kit)
    assert roster is not None and roster.serial == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda people: replace(people, kit="post-2"), "meant for another kit"),
        (lambda people: replace(people, enrolment_id="0" * 32), "meant for another kit"),
    ],
)
def test_people_for_somebody_else_are_refused(
    kit: KitHome, change: Callable[[PeopleEnvelope], PeopleEnvelope], says: str
) -> None:
    (problem,) = take(kit, change)
    assert says in problem and numbers_on(kit) == ["A-17", "A-18"]


def test_people_that_headquarters_did_not_sign_are_refused(kit: KitHome) -> None:
    assert take(kit, signer=Ed25519PrivateKey.generate()) == ["Headquarters did not sign the people of this post"]


@pytest.mark.parametrize("named", [{"size": LIMITS.people_bytes + 1}, {"serial": 99}, {"sha256": bytes(32)}])
def test_a_file_must_be_the_one_that_the_envelope_names(kit: KitHome, named: dict[str, Any]) -> None:
    assert take(kit, **named) == [NOT_NAMED]


def test_nothing_of_a_person_is_readable_on_the_line_or_on_the_kits_disk(deployment: Deployment, kit: KitHome) -> None:
    roster = read_roster(kit)
    assert roster is not None
    hidden = [word.encode() for person in roster for word in (person.name, person.credential.secret)]
    kit.close()
    for folder in (deployment.mirror, kit.path):
        for path in folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not [word for word in hidden if word in content], path


def test_a_kit_that_is_to_be_wiped_before_it_had_people_forgets_the_technician(
    deployment: Deployment, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    enrol(deployment.hq, "post-9", str(deployment.mirror), secret, technician=Technician("T-9", "T. Sample"))
    deployment.refresh_mirror()
    with closing(init_kit(tmp_path / "post-9", PASSPHRASE, secret, "development")) as fresh:
        assert [person.number for person in PeopleReader(fresh.vault).read().people] == ["T-9"]
        wipe_kit(deployment.hq, "post-9", "stolen")
        deployment.refresh_mirror()
        courier.run(fresh)
        assert PeopleReader(fresh.vault).read().people == ()


def test_a_new_pin_from_headquarters_unlocks_its_person_the_radio_and_the_kit(
    deployment: Deployment, kit: KitHome
) -> None:
    tries = tries_of(kit)
    for number in ("A-17", RADIO, "A-18", "X-1", "X-2"):
        for _time in range(5 if number != "X-2" else 1):
            tries.begin(number, kit_lock_counts=False)
    assert tries.is_kit_locked
    people.reset_secret(deployment.hq, "A-17")
    deployment.publish_again()
    assert courier.run(kit).ok
    assert not tries.is_kit_locked and tries.left("A-17") == tries.left(RADIO) == 5
    assert tries.left("A-18") == 0
