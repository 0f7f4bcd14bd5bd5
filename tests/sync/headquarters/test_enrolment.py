"""Enrolling kits, and what a kit refuses to be made from."""

import pytest

from data.errors import InputError
from sync.headquarters.enrolment import EnrolmentMode, enrol
from sync.headquarters.kits import list_kits
from tests.support.deployment import PEOPLE, Deployment, sync


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
