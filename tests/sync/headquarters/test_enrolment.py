"""Enrolling kits, and what a kit refuses to be made from."""

import pytest

from data.errors import InputError
from data.people.kit_roster import read_enrolled_technician
from data.people.secret_hash import verify_secret
from data.people.staff import StaffRole
from provisioning.enrol import init_kit
from sync.formats.enrolment_file import enrolment_from_json
from sync.headquarters.enrolment import EnrolmentMode, Technician, enrol
from sync.headquarters.kits import list_kits
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, sync
from tests.sync.support.posts import make_posts


def test_an_enrolment_brings_the_keys_of_every_list_at_once(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(PEOPLE, "other")
    kit = deployment.kit(source=str(deployment.hq.public))
    assert set(sync(kit)) == {"other", "un"}


def test_a_name_serves_once_and_no_secret_is_written_over(deployment: Deployment) -> None:
    deployment.kit()
    with pytest.raises(InputError, match="already"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "again.enrol")
    assert not (deployment.folder / "again.enrol").exists()
    with pytest.raises(InputError, match="already exists"):
        enrol(deployment.hq, "post-2", str(deployment.mirror), deployment.folder / "post-1.enrol")


@pytest.mark.parametrize("name", ["", "../post", "post 1", "x" * 65, "-post", "p\n"])
def test_a_name_that_cannot_be_is_refused(deployment: Deployment, name: str) -> None:
    with pytest.raises(InputError, match="name for a kit"):
        enrol(deployment.hq, name, str(deployment.mirror), deployment.folder / "out.enrol")


def test_a_place_that_is_not_there_is_refused_before_anything_is_registered(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="does not exist"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "nowhere" / "out.enrol")
    deployment.kit()


def test_only_a_known_kit_is_enrolled_again(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="no kit called"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "x", which=EnrolmentMode.AGAIN)
    assert not (deployment.folder / "x").exists()


def test_a_list_that_does_not_exist_enrols_nobody(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="no list called un"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "x", lists=("un",))
    assert list_kits(deployment.hq) == ()


def test_a_technician_is_named_with_the_hash_of_a_code_that_is_returned_once(deployment: Deployment) -> None:
    out = deployment.secret("north-1")
    result = enrol(deployment.hq, "north-1", "/srv/lists", out, technician=Technician("t-1", "R.  Sample"))
    technician = enrolment_from_json(out.read_bytes()).technician
    assert technician is not None and (technician.number, technician.name) == ("T-1", "R. Sample")
    assert len(result.code) == 10 and verify_secret(technician.secret, result.code)
    assert result.code.encode() not in out.read_bytes()
    kit = init_kit(deployment.folder / "north-1", PASSPHRASE, out, "development")
    known = read_enrolled_technician(kit.vault)
    assert known is not None and known.number == "T-1" and known.roles == (StaffRole.TECHNICIAN,)
    kit.close()


def test_a_technician_whom_headquarters_knows_needs_no_name(deployment: Deployment) -> None:
    make_posts(deployment)
    out = deployment.secret("north-1")
    with pytest.raises(InputError, match="name of the technician T-1 is missing"):
        enrol(deployment.hq, "north-1", "/srv/lists", out, technician=Technician("T-1"))
    enrol(deployment.hq, "north-1", "/srv/lists", out, technician=Technician("A-17"), post="north")
    technician = enrolment_from_json(out.read_bytes()).technician
    assert technician is not None and technician.name == "Ana Kovač"


def test_an_unknown_post_enrols_nobody(deployment: Deployment) -> None:
    out = deployment.secret("north-1")
    with pytest.raises(InputError, match="no post called south"):
        enrol(deployment.hq, "north-1", "/srv/lists", out, post="south")
    assert not out.exists()
