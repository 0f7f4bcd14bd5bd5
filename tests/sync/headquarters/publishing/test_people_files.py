"""The people of a post as headquarters publishes them: for each of its kits alone, and again only when they changed."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from data.errors import InputError, MismatchError
from data.kit.home import KitHome
from data.people.roster import Roster
from sync.formats.enrolment_file import enrolment_from_json
from sync.formats.envelope import Envelope, unseal_envelope
from sync.formats.people_envelope import people_path, unseal_people
from sync.headquarters import people
from sync.headquarters.enrolment import EnrolmentMode, enrol
from sync.headquarters.kits import SetPost, SetStatus, change_kit, revoke_kit, wipe_kit
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.headquarters.publishing.people_files import PeopleFiles
from sync.headquarters.publishing.recovery import recover
from sync.headquarters.store import kit_table, tables, tree
from sync.kit import vault_entries
from tests.support.deployment import Deployment
from tests.support.staff import PIN
from tests.sync.support.headquarters_views import envelope_in_mirror
from tests.sync.support.posts import make_posts, path_in_tree, stand_at

PIN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$ODVuguqZHULeNyOGt6aM0A$q+60QnYSJASnSpx/Xa49BJCj8ftcjvuDuR8NAd3+G28"


@pytest.fixture
def staffed(deployment: Deployment) -> Deployment:
    """A headquarters whose kit `post-1` stands at `north`, with two people there and one at `harbour`."""
    make_posts(deployment)
    deployment.kit()
    stand_at(deployment, "north")
    return deployment


def path_of(deployment: Deployment, kit: KitHome | None = None) -> Path:
    return deployment.mirror / path_in_tree(kit or deployment.kits[0])


def roster(deployment: Deployment, kit: KitHome | None = None) -> Roster:
    identity = vault_entries.read_enrolment(kit or deployment.kits[0]).identity
    signer = envelope_signer(deployment.hq).public_key()
    return unseal_people(path_of(deployment, kit).read_bytes(), identity, signer).roster


def envelope(deployment: Deployment) -> Envelope:
    kit = deployment.kits[0]
    content = envelope_in_mirror(deployment, kit).read_bytes()
    return unseal_envelope(
        content, vault_entries.read_enrolment(kit).identity, envelope_signer(deployment.hq).public_key()
    )


def numbers(deployment: Deployment, kit: KitHome | None = None) -> list[str]:
    return [person.number for person in roster(deployment, kit)]


def test_a_kit_gets_those_of_its_post_who_were_not_ended(staffed: Deployment) -> None:
    assert numbers(staffed) == ["A-17", "A-18"] and roster(staffed).post == "north"
    people.end_person(staffed.hq, "A-18", "moved")
    people.set_posts(staffed.hq, "A-19", ("north", "harbour"))
    staffed.publish_again()
    assert numbers(staffed) == ["A-17", "A-19"]


def test_what_did_not_change_is_not_written_again(staffed: Deployment) -> None:
    before, serial, said = path_of(staffed).read_bytes(), roster(staffed).serial, envelope(staffed)
    staffed.publish_again()
    assert path_of(staffed).read_bytes() == before and envelope(staffed) == said
    people.reset_secret(staffed.hq, "A-17")
    staffed.publish_again()
    after = envelope(staffed)
    assert roster(staffed).serial == serial + 1
    assert after.people is not None and after.people.serial == serial + 1 and after.serial == said.serial + 1


def test_a_kit_that_loses_its_post_hears_so_and_its_file_goes(staffed: Deployment) -> None:
    path = path_of(staffed)
    assert envelope(staffed).people is not None
    stand_at(staffed, None)
    assert envelope(staffed).people is None
    assert not in_tree(staffed, path)
    stand_at(staffed, "harbour")
    assert numbers(staffed) == ["A-19"] and roster(staffed).serial == 2


def in_tree(deployment: Deployment, path: Path) -> bool:
    return (deployment.hq.public / path.relative_to(deployment.mirror)).exists()


@pytest.mark.parametrize("end", [revoke_kit, wipe_kit])
def test_an_ended_kit_gets_no_people(staffed: Deployment, end: object) -> None:
    assert callable(end)
    end(staffed.hq, "post-1", "lost")
    assert not in_tree(staffed, path_of(staffed))


def test_a_suspended_kit_gets_no_people_until_it_is_resumed(staffed: Deployment) -> None:
    change_kit(staffed.hq, "post-1", SetStatus("away for repair"))
    assert not in_tree(staffed, path_of(staffed))
    change_kit(staffed.hq, "post-1", SetStatus(""))
    staffed.refresh_mirror()
    assert numbers(staffed) == ["A-17", "A-18"] and roster(staffed).serial == 2


def test_another_enrolment_gets_another_file_and_another_key(staffed: Deployment) -> None:
    path, key, serial = path_of(staffed), roster(staffed).countersign_key, roster(staffed).serial
    secret = staffed.folder / "again.enrol"
    enrol(staffed.hq, "post-1", str(staffed.mirror), secret, which=EnrolmentMode.AGAIN)
    assert not in_tree(staffed, path)
    enrolment = enrolment_from_json(secret.read_bytes())
    content = (staffed.hq.public / people_path(enrolment.folder)).read_bytes()
    opened = unseal_people(content, enrolment.identity, envelope_signer(staffed.hq).public_key())
    assert opened.enrolment_id == enrolment.enrolment_id and opened.roster.serial == serial + 1
    assert opened.roster.countersign_key != key


def test_nothing_that_is_published_for_one_kit_opens_for_another(staffed: Deployment) -> None:
    staffed.kit("post-2")
    stand_at(staffed, "north", "post-2")
    stand_at(staffed, "harbour")
    first, second = staffed.kits
    assert numbers(staffed, second) == ["A-17", "A-18"] and numbers(staffed, first) == ["A-19"]
    signer, stranger = envelope_signer(staffed.hq).public_key(), vault_entries.read_enrolment(second).identity
    folder = envelope_in_mirror(staffed, first).parent
    assert sorted(path.name for path in folder.iterdir()) == ["envelope", "people"]
    with pytest.raises(MismatchError):
        unseal_people((folder / "people").read_bytes(), stranger, signer)
    with pytest.raises(MismatchError):
        unseal_envelope((folder / "envelope").read_bytes(), stranger, signer)


def test_nobody_reads_a_name_a_number_or_a_hash_in_the_published_tree(staffed: Deployment) -> None:
    hidden = [b"A-17", "Kovač".encode(), b"argon2", b"north", PIN.encode()]
    for path in staffed.mirror.rglob("*"):
        if path.is_file() and "lists" not in path.parts:
            content = path.read_bytes()
            assert not [word for word in hidden[:4] if word in content], path


def test_pins_under_duress_reach_posts_that_have_them_only(staffed: Deployment) -> None:
    with staffed.hq.store.transaction() as connection:
        connection.execute(update(tables.staff).values(duress=PIN_HASH))
    staffed.publish_again()
    assert {person.credential.duress for person in roster(staffed)} == {""}
    stand_at(staffed, "harbour")
    assert {person.credential.duress for person in roster(staffed)} == {PIN_HASH}


def test_another_key_of_headquarters_signs_every_file_anew(staffed: Deployment) -> None:
    path, other = path_of(staffed).relative_to(staffed.mirror), Ed25519PrivateKey.generate()
    with staffed.hq.store.transaction() as connection:
        kit = kit_table.get_kit(connection, "post-1")
        file = PeopleFiles(connection, other).write(kit)
        sealed = tree.get(connection, str(path))
        again = PeopleFiles(connection, other).write(kit_table.get_kit(connection, "post-1"))
    identity = vault_entries.read_enrolment(staffed.kits[0]).identity
    assert sealed is not None and file == again and file is not None and file.serial == kit.people.serial + 1
    assert unseal_people(sealed, identity, other.public_key()).roster.serial == file.serial


def test_a_headquarters_that_was_restored_gives_no_serial_twice(staffed: Deployment) -> None:
    recover(staffed.hq)
    staffed.refresh_mirror()
    assert roster(staffed).serial > 1_000_000 and numbers(staffed) == ["A-17", "A-18"]


def test_a_kit_stands_at_a_post_that_is_known(staffed: Deployment) -> None:
    with pytest.raises(InputError, match="no post called south"):
        change_kit(staffed.hq, "post-1", SetPost("south"))
