"""What the secret file says is kept in the vault."""

from sync.kit.vault_entries import read_enrolment
from tests.support.deployment import Deployment


def test_what_the_secret_file_says_is_kept_in_the_vault(deployment: Deployment) -> None:
    kit = deployment.kit()
    enrolment = read_enrolment(kit)
    assert (enrolment.kit, enrolment.source) == ("post-1", str(deployment.mirror))
    assert (kit.settings.kit, kit.settings.source) == ("post-1", str(deployment.mirror))
    assert "AGE-SECRET-KEY" not in repr(enrolment)
    for path in kit.path.rglob("*"):
        assert not path.is_file() or b"AGE-SECRET-KEY" not in path.read_bytes()
