"""What a kit refuses to be made from."""

from contextlib import closing
from pathlib import Path

import pytest

from data.errors import InputError
from provisioning.enrol import init_kit
from tests.support.deployment import PASSPHRASE, Deployment


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


def test_a_kit_is_for_production_unless_a_kit_for_trials_is_asked_for(deployment: Deployment, tmp_path: Path) -> None:
    deployment.kit()
    secret = deployment.folder / "post-1.enrol"
    for name, asked in (("plain", ()), ("production", ("production",)), ("development", ("development",))):
        with closing(init_kit(tmp_path / name, PASSPHRASE, secret, *asked)) as kit:  # type: ignore[arg-type]
            assert kit.settings.profile == (asked[0] if asked else "production")
