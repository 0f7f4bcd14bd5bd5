"""Enrolling kits, and what a kit refuses to be made from."""

from pathlib import Path

import pytest

from data.errors import InputError
from provisioning.enrol import init_kit
from sync.headquarters.enrolment import enrol
from sync.kit.vault_entries import read_enrolment
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, sync


def test_an_enrolment_brings_the_keys_of_every_list_at_once(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    deployment.publish(PEOPLE, "other")
    kit = deployment.kit(source=str(deployment.hq.public))
    assert set(sync(kit)) == {"other", "un"}


def test_what_the_secret_file_says_is_kept_in_the_vault(deployment: Deployment) -> None:
    kit = deployment.kit()
    secret = read_enrolment(kit)
    assert (secret.kit, secret.source) == ("post-1", str(deployment.mirror))
    assert (kit.settings.kit, kit.settings.source) == ("post-1", str(deployment.mirror))
    assert "AGE-SECRET-KEY" not in repr(secret)
    for path in kit.path.rglob("*"):
        assert not path.is_file() or b"AGE-SECRET-KEY" not in path.read_bytes()


def test_a_name_serves_once_and_no_secret_is_written_over(deployment: Deployment) -> None:
    deployment.kit()
    with pytest.raises(InputError, match="already"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "again.enrol")
    assert not (deployment.folder / "again.enrol").exists()
    with pytest.raises(InputError, match="there already"):
        enrol(deployment.hq, "post-2", str(deployment.mirror), deployment.folder / "post-1.enrol")


@pytest.mark.parametrize("name", ["", "../post", "post 1", "x" * 65, "-post", "p\n"])
def test_a_name_that_cannot_be_is_refused(deployment: Deployment, name: str) -> None:
    with pytest.raises(InputError, match="name of a kit"):
        enrol(deployment.hq, name, str(deployment.mirror), deployment.folder / "out.enrol")


def test_a_place_that_is_not_there_is_refused_before_anything_is_registered(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="not there"):
        enrol(deployment.hq, "post-1", str(deployment.mirror), deployment.folder / "nowhere" / "out.enrol")
    deployment.kit()


def test_a_file_that_is_no_secret_makes_no_kit(deployment: Deployment) -> None:
    deployment.kit()
    whole = (deployment.folder / "post-1.enrol").read_bytes()
    broken = deployment.folder / "broken.enrol"
    for content in (
        b"",
        b"{}",
        whole[:-20],
        whole.replace(b"AGE-SECRET-KEY-1", b"AGE-SECRET-KEY-2"),
        b"\xff" * 300_000,
    ):
        broken.write_bytes(content)
        with pytest.raises(InputError):
            init_kit(deployment.folder / "new", PASSPHRASE, broken)
        assert not (deployment.folder / "new").exists()
    with pytest.raises(InputError, match="cannot be read"):
        init_kit(deployment.folder / "new", PASSPHRASE, deployment.folder / "absent.enrol")


def test_a_kit_does_not_move_into_a_folder_with_something_in_it(deployment: Deployment, tmp_path: Path) -> None:
    kit = deployment.kit()
    with pytest.raises(InputError, match="not empty"):
        init_kit(kit.path, PASSPHRASE, deployment.folder / "post-1.enrol")
    with pytest.raises(InputError, match="passphrase"):
        init_kit(tmp_path / "new", "", deployment.folder / "post-1.enrol")
    assert not (tmp_path / "new").exists()
